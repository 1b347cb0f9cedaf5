import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { CHECKS, CONFIG_PROBLEMS } from "../../stacks/checks";
import { withBases } from "../../stacks/config/layers";
import { checkStack } from "../../stacks/config/load";
import { type Diagnostic, diagnosticText } from "../../stacks/diagnostic";
import { PRIVATE_KEY, rawOf, soundValues, type Values } from "../support/checked-stack";

const PAGE = readFileSync(path.join(__dirname, "../../docs/checks.md"), "utf8");

/** An example of the page, and what the page says that it prints. */
interface Example {
  config: Values;
  message: string | undefined;
}

/** Sections whose examples are of a day. */
const DAYS: Record<string, string> = { "images/runner-age": "2026-09-10" };

interface Section {
  title: string;
  text: string;
  examples: Example[];
}

const SECTIONS = PAGE.split(/^## /m).slice(1).map(section);
/** The sections that are not about one id. */
const GENERAL = ["Turning a check off"];

function section(text: string): Section {
  const blocks = [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, body]) => ({
    language,
    body: body!,
  }));
  const examples = blocks.flatMap(({ language, body }, index) => {
    if (language !== "yaml") return [];
    const next = blocks[index + 1];
    return [
      {
        config: (parse(body) as { config: Values }).config,
        message: next?.language === "text" ? next.body.trim() : undefined,
      },
    ];
  });
  return { title: text.split("\n", 1)[0]!, text, examples };
}

/** What is printed for a sound stack file with the example's keys in place of its own; only the private key is set. */
function printed({ config }: Example, title = ""): Diagnostic[] {
  const example = Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(/^arc:/, ""), value]));
  const raw = rawOf({ ...soundValues(), githubAppPrivateKey: PRIVATE_KEY, ...example });
  const stack = withBases(raw, { root: path.join(__dirname, "bases"), file: "Pulumi.eu1.yaml" });
  const day = DAYS[title];
  return checkStack({ ...stack, ...(day ? { surroundings: { now: new Date(day) } } : {}) }).diagnostics;
}

describe("docs/checks.md", () => {
  it("has one section for each id, and no other.", () => {
    const titles = SECTIONS.map(({ title }) => title).filter((title) => !GENERAL.includes(title));
    assert.deepEqual([...titles].sort(), [...CONFIG_PROBLEMS, ...CHECKS.map(({ id }) => id)].sort());
    assert.equal(SECTIONS.length, titles.length + GENERAL.length);
  });

  for (const { title, text, examples } of SECTIONS.filter((each) => !GENERAL.includes(each.title))) {
    describe(title, () => {
      it("has an example, its message, and a fix.", () => {
        assert.notEqual(examples.length, 0);
        assert.equal(text.match(/^```text$/gm)?.length, examples.length);
        assert.match(text, /^\*\*(Error|Warning|Warning, or error)\.\*\* /m);
        assert.match(text, /^\*\*Fix:\*\* /m);
      });

      examples.forEach((example, index) => {
        it(`example ${index + 1} prints the message that the page shows, and nothing else.`, () => {
          const diagnostics = printed(example, title);
          assert.deepEqual(
            diagnostics.map(({ id }) => id),
            [title],
          );
          assert.equal(example.message, diagnosticText(diagnostics[0]!));
        });

        it(`example ${index + 1} has the severity that the page gives.`, () => {
          const [, severity] = /^\*\*(\w+)(?:, or (\w+))?\.\*\*/m.exec(text)!;
          const given = [severity!.toLowerCase(), ...(text.includes("**Warning, or error.**") ? ["error"] : [])];
          assert.equal(printed(example, title)[0]!.severity, given[index] ?? given[0]);
        });
      });
    });
  }

  it("shows how to turn a check off, and the example does it.", () => {
    const { examples } = SECTIONS.find(({ title }) => title === GENERAL[0])!;
    assert.equal(examples.length, 1);
    const unpinned = SECTIONS.find(({ title }) => title === "images/unpinned")!.examples[0]!;
    assert.deepEqual(printed({ config: { ...unpinned.config, ...examples[0]!.config }, message: undefined }), []);
  });

  it("names the problems that cannot be turned off.", () => {
    const [, intro] = /cannot be turned off: ([\s\S]*?)\.\n/.exec(PAGE)!;
    assert.deepEqual(
      [...intro!.matchAll(/`([^`]+)`/g)].map(([, id]) => id),
      CONFIG_PROBLEMS,
    );
  });
});
