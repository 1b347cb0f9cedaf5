import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { parse } from "yaml";
import { RULES } from "../../cli/doctor/rules";
import { CONTROLLER_DEFAULTS } from "../../components/controller/args";
import { CRD_FILES } from "../../components/controller/releases";
import { DEFAULT_REFRESH_INTERVAL, READY_TIMEOUTS } from "../../components/credentials/external-secret";
import { GITHUB_SECRET_NAME } from "../../components/credentials/github-app";
import { PULL_SECRET_NAME } from "../../components/credentials/pull-secret";
import { runbookAnchor } from "../../components/observability/alert";
import { ALERT_NAMES } from "../../components/observability/alerts";
import { builtFolder, isBuilt } from "../../lab/toolchain/build";
import { installedTool } from "../../lab/toolchain/installed";
import { TOOLS } from "../../lab/toolchain/tools";
import { checkStack } from "../../stacks/config/load";
import { mergeValues } from "../../stacks/config/merge";
import { SECRET_KEYS } from "../../stacks/config/schema";
import { anchorOf, brokenAnchors } from "../support/anchors";
import { arcMeanwhile } from "../support/arc";
import { PRIVATE_KEY, rawOf, soundValues, type Values } from "../support/checked-stack";
import { blocksOf, brokenLinks, readPage } from "../support/page";
import { commandsOf, type PageCommand } from "../support/page-commands";

const RUNBOOK = "docs/runbook.md";
const PAGES = [RUNBOOK, "docs/runbook/planned-work.md", "docs/runbook/last-resorts.md"];
const TEXT = PAGES.map(readPage).join("\n");

/** A page's sections of the second or third level, by heading. */
function sections(page: string, level: "##" | "###"): Map<string, string> {
  const parts = page.split(new RegExp(`^${level} `, "m")).slice(1);
  return new Map(parts.map((part) => [part.split("\n", 1)[0]!, part]));
}

const ALERTS = sections(sections(readPage(RUNBOOK), "##").get("Alerts")!, "###");

describe("The runbook", function () {
  this.timeout(120_000);

  for (const page of PAGES) {
    it(`links in ${page} only to pages and sections that are there.`, () => {
      assert.deepEqual([...brokenLinks(page), ...brokenAnchors(page)], []);
      const text = readPage(page);
      const used = [...text.matchAll(/\]\[(\w+)\]/g)].map(([, name]) => name!);
      const defined = [...text.matchAll(/^\[(\w+)\]: https:/gm)].map(([, name]) => name!);
      assert.deepEqual([...new Set(used)].sort(), defined.sort());
    });
  }

  describe("its commands", () => {
    const byCommand = (program: string) => {
      const groups = new Map<string, PageCommand[]>();
      for (const each of commandsOf(TEXT, program)) {
        groups.set(each.command, [...(groups.get(each.command) ?? []), each]);
      }
      return groups;
    };

    it("of bin/arc are commands that there are, with flags that they have.", async () => {
      const groups = byCommand("bin/arc");
      assert.ok(groups.has("doctor"), [...groups.keys()].join(", "));
      const helps = [...groups].map(async ([command, uses]) => ({
        command,
        uses,
        ...(await arcMeanwhile([...command.split(" "), "--help"])),
      }));
      for (const { command, uses, status, stdout } of await Promise.all(helps)) {
        assert.equal(status, 0, command);
        assert.ok(stdout.startsWith(`Usage: arc ${command} `), `bin/arc ${command}: ${stdout.split("\n", 1)[0]}`);
        assertFlags(uses, stdout);
      }
    });

    it("name every repair of arc heal.", async () => {
      const { stdout } = await arcMeanwhile(["heal", "--help"]);
      const repairs = [...stdout.split(/^Commands:\n/m)[1]!.matchAll(/^ {2}([a-z-]+) /gm)].map(([, name]) => name!);
      const named = [...byCommand("bin/arc").keys()].flatMap((command) => /^heal ([a-z-]+)$/.exec(command)?.[1] ?? []);
      assert.deepEqual(repairs.filter((name) => name !== "help").sort(), named.sort());
    });

    it("of pulumi are commands that there are, with flags that they have.", async function () {
      const pulumi = await pulumiPath();
      if (!pulumi) {
        console.log("      skipped: no pulumi on PATH, and none that the lab has built");
        return this.skip();
      }
      const groups = byCommand("pulumi");
      assert.ok(groups.has("up"), [...groups.keys()].join(", "));
      for (const [command, uses] of groups) {
        // `stack output runnerSets` names an output.
        const words = command.split(" ").slice(0, command.startsWith("stack output") ? 2 : undefined);
        const help = execFileSync(pulumi, [...words, "--help"], { encoding: "utf8" });
        assert.match(help, new RegExp(`^  pulumi ${words.join(" ")}\\b`, "m"), command);
        assertFlags(uses, help);
      }
    });

    it("ask for kinds of ARC that there are, and for the controller by its name.", () => {
      const kinds = commandsOf(TEXT, "kubectl")
        .flatMap(({ line }) => line.match(/\b(?:autoscaling|ephemeral)[a-z]+\b/g) ?? [])
        .filter((kind) => !(CRD_FILES as readonly string[]).includes(kind));
      assert.deepEqual(kinds, []);
      const { fullname, namespace } = CONTROLLER_DEFAULTS;
      const deployments = TEXT.match(/deployment[ /]\S+/g)!.filter((each) => each.includes("arc-"));
      assert.deepEqual([...new Set(deployments.map((each) => each.split(/[ /`]/)[1]))], [fullname]);
      for (const { line } of commandsOf(TEXT, "kubectl")) {
        if (/deployment[ /]arc/.test(line)) assert.match(line, new RegExp(`-n ${namespace}\\b`));
      }
    });

    it("set secrets that the stack file knows.", () => {
      const set = [...TEXT.matchAll(/config set --secret arc:(\w+)/g)].map(([, key]) => key!);
      assert.deepEqual(set, ["githubAppPrivateKey", "imagePullToken"]);
      for (const key of set) assert.ok(Object.hasOwn(SECRET_KEYS, key), key);
    });
  });

  it("has a section for each alert, under the anchor that the alert links to, and no other.", () => {
    assert.deepEqual([...ALERTS.keys()].map(anchorOf).sort(), ALERT_NAMES.map(runbookAnchor).sort());
    for (const name of ALERT_NAMES) {
      const [, text] = [...ALERTS].find(([heading]) => anchorOf(heading) === runbookAnchor(name))!;
      assert.ok(text.includes(`\n\`${name}\`: `), name);
    }
  });

  it("names findings of doctor that there are, each with a link to its section.", () => {
    const ids = RULES.map(({ id }) => id);
    const concerns = new Set(ids.map((id) => id.split("/")[0]!));
    const linked = [...TEXT.matchAll(/\[`([a-z-]+\/[a-z-]+)`\]\(([^)]+)\)/g)];
    assert.notEqual(linked.length, 0);
    for (const [, id, link] of linked) {
      assert.ok(ids.includes(id!), id);
      assert.ok(link!.endsWith(`doctor.md#${id!.replace("/", "")}`), link);
    }
    const bare = [...TEXT.matchAll(/(?<!\[)`([a-z-]+)\/([a-z-]+)`/g)].filter(([, concern]) => concerns.has(concern!));
    assert.deepEqual(
      bare.map(([text]) => text),
      [],
    );
  });

  it("shows parts of stack files that are sound.", () => {
    const stacks = blocksOf(TEXT).filter(({ language }) => language === "yaml");
    assert.equal(stacks.length, 2);
    for (const { heading, text } of stacks) {
      const { config } = parse(text) as { config: Values };
      const own = Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(/^arc:/, ""), value]));
      const values = mergeValues({ ...soundValues(), githubAppPrivateKey: PRIVATE_KEY }, own);
      assert.deepEqual(checkStack(rawOf(values)).diagnostics, [], heading);
    }
  });

  it("has the timers of this program as they are.", () => {
    const timers = new Map(
      [...readPage(RUNBOOK).matchAll(/^\| ([^|]+) \| ([^|]+) \| [^|]+ \|$/gm)].map(([, what, time]) => [what!, time!]),
    );
    assert.equal(
      timers.get("the operator reads Vault again")?.split(";")[0],
      DEFAULT_REFRESH_INTERVAL.replace("h", " h"),
    );
    assert.deepEqual(READY_TIMEOUTS, { create: "2m", update: "2m" });
    assert.equal(timers.get("`pulumi up` waits for an ExternalSecret"), "2 min");
  });

  it("calls the Secrets what they are called.", () => {
    for (const name of [GITHUB_SECRET_NAME, PULL_SECRET_NAME]) assert.ok(TEXT.includes(name), name);
  });
});

function assertFlags(uses: PageCommand[], help: string): void {
  const known = new Set(help.match(/--?[a-z][\w-]*/g));
  for (const { line, flags } of uses) for (const flag of flags) assert.ok(known.has(flag), `${line}: ${flag}`);
}

/** The installed CLI, or the one that the lab has built; nothing is built for this. */
async function pulumiPath(): Promise<string | undefined> {
  const tool = TOOLS.find(({ name }) => name === "pulumi")!;
  const installed = await installedTool(tool, process.env);
  if (installed) return installed.path;
  return isBuilt(tool, process.env) ? path.join(builtFolder(tool, process.env), tool.name) : undefined;
}
