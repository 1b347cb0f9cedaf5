import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { parse } from "yaml";
import { withEntry } from "../../../cli/edit/append";

const FILE = "Pulumi.prod.yaml";
const ORGS = ["config", "arc:orgs"];
const NEW = { name: "new", runnerSets: [{ name: "new-runners", maxRunners: 3 }] };

/** The lines that are in the second text and not in the first; fails when a line of the first is gone or moved. */
function addedLines(before: string, after: string): string[] {
  const added: string[] = [];
  const left = before.split("\n");
  for (const line of after.split("\n")) {
    if (line === left[0]) left.shift();
    else added.push(line);
  }
  assert.deepEqual(left, [], `a line of the file changed:\n${after}`);
  return added;
}

describe("An entry that is added to a stack file", () => {
  it("comes after the last one, with the indentation of the file and what is written around it untouched", () => {
    const text = `# head
config:
    arc:orgs: # ours

        -   name:   "acme"   # first
            runnerSets: [ {name: a} ]
            # url: https://github.com/acme

    # about the runner
    arc:runner: { image: 'x' }
`;
    assert.equal(
      withEntry(text, ORGS, { name: "b" }, FILE),
      text.replace("github.com/acme\n", "github.com/acme\n        - name: b\n"),
    );
  });

  it("stands where the file has its dashes, below the key or in its column", () => {
    const text = "config:\n  arc:orgs:\n  - name: a\n    runnerSets:\n    - name: s\n";
    assert.equal(
      withEntry(text, ORGS, NEW, FILE),
      `${text}  - name: new\n    runnerSets:\n    - name: new-runners\n      maxRunners: 3\n`,
    );
  });

  it("is written with braces in a list that has brackets", () => {
    const entry = "{ name: new, runnerSets: [ { name: new-runners, maxRunners: 3 } ] }";
    for (const [before, after] of [
      ["[{ name: a }]", `[{ name: a }, ${entry}]`],
      ["[ {name: a}, ] # both", `[ {name: a}, ${entry}, ] # both`],
      ["[\n    { name: a } # one\n  ]", `[\n    { name: a }, ${entry} # one\n  ]`],
    ]) {
      const text = `config:\n  arc:orgs: ${before}\n  arc:runner: {}\n`;
      assert.equal(withEntry(text, ORGS, NEW, FILE), `config:\n  arc:orgs: ${after}\n  arc:runner: {}\n`);
    }
  });

  it("makes the list that is not there yet, also where its key is empty or the whole file is", () => {
    const made = (text: string, indent = "  ") => withEntry(text, ORGS, { name: "b" }, FILE).split(indent).join("  ");
    const orgs = "  arc:orgs:\n    - name: b\n";
    assert.equal(made("config:\n  arc:runner: {}\n"), `config:\n  arc:runner: {}\n${orgs}`);
    assert.equal(
      made("config:\n  arc:orgs: [] # none\n  arc:runner: {}\n"),
      `config:\n${orgs.replace(":\n", ": # none\n")}  arc:runner: {}\n`,
    );
    assert.equal(made("config:\n  arc:orgs:\n"), `config:\n${orgs}`);
    assert.equal(made("encryptionsalt: v1:x\n"), `encryptionsalt: v1:x\nconfig:\n${orgs}`);
    assert.equal(made("encryptionsalt: v1:x\nconfig: {}\n"), `encryptionsalt: v1:x\nconfig:\n${orgs}`);
    assert.equal(made("# nothing yet\n"), `# nothing yet\nconfig:\n${orgs}`);
    assert.equal(made(""), `config:\n${orgs}`);
    assert.equal(made("config: { arc:runner: {} }\n"), "config: { arc:runner: {}, arc:orgs: [ { name: b } ] }\n");
  });

  it("goes into the sets of one organisation, which may have none in this file", () => {
    const text = "config:\n  arc:orgs:\n    - name: a # no sets here\n    - name: b\n";
    assert.equal(
      withEntry(text, [...ORGS, 0, "runnerSets"], { name: "s" }, FILE),
      text.replace("here\n", "here\n      runnerSets:\n        - name: s\n"),
    );
  });

  it("keeps the line ends of the file, and that the last line has none", () => {
    const text = "config:\r\n  arc:orgs:\r\n    - name: a\r\n";
    assert.equal(withEntry(text, ORGS, { name: "b" }, FILE), `${text}    - name: b\r\n`);
    assert.equal(
      withEntry("config:\n  arc:orgs:\n    - name: a", ORGS, { name: "b" }, FILE),
      "config:\n  arc:orgs:\n    - name: a\n    - name: b",
    );
  });

  it("comes after a text of several lines that ends the entry before it", () => {
    const text =
      "config:\n  arc:orgs:\n    - name: a\n      certificate: |\n        one\n        two\n\n  arc:runner: {}\n";
    assert.deepEqual(addedLines(text, withEntry(text, ORGS, { name: "b" }, FILE)), ["    - name: b"]);
  });

  it("is refused where a list is an alias, and where others would get the entry too", () => {
    const alias = "x: &orgs [{ name: a }]\nconfig:\n  arc:orgs: *orgs\n";
    assert.throws(
      () => withEntry(alias, ORGS, NEW, FILE),
      /arc:orgs is the alias \*orgs in Pulumi\.prod\.yaml; .* Nothing was changed/,
    );
    const anchor = "config:\n  arc:orgs: &orgs\n    - name: a\n  arc:others: *orgs\n";
    assert.throws(() => withEntry(anchor, ORGS, NEW, FILE), /cannot|nothing can be added .* by hand:\n- name: new\n/s);
  });

  it("is refused in a text that is no YAML, with each place and nothing of what stands there", () => {
    const broken = 'config:\n  arc:githubAppPrivateKey: "v1:cipher\n  arc:orgs: [\n';
    assert.throws(
      () => withEntry(broken, ORGS, NEW, FILE),
      (error: Error) => {
        assert.match(error.message, /^Pulumi\.prod\.yaml is not YAML, and stays as it is:\n {2}line \d+, column \d+: /);
        assert.doesNotMatch(error.message, /cipher/);
        return true;
      },
    );
  });

  it("is all that changes, whatever the file looks like: its values and, in lists with dashes, its lines", () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,6}[a-z0-9]$/);
    const quoted = fc.tuple(name, fc.constantFrom("", '"', "'")).map(([text, mark]) => `${mark}${text}${mark}`);
    const comment = fc.constantFrom("", " # a comment", "   #: [ { *x");
    const gap = fc.constantFrom("", "\n", "      # between\n", "\n  # far left\n\n", "          # deep\n");
    const anchor = fc.constantFrom("", "&a ");
    const blockOrg = fc
      .tuple(quoted, comment, gap, fc.array(fc.tuple(quoted, comment, gap), { minLength: 1, maxLength: 3 }), anchor)
      .map(([org, note, between, sets, mark]) =>
        [
          `    - ${mark}name: ${org}${note}\n${between}      runnerSets:${note}\n`,
          ...sets.map(([set, each, after]) => `        - name: ${set}${each}\n${after}`),
        ].join(""),
      );
    const flowOrg = fc
      .tuple(quoted, quoted)
      .map(([org, set]) => `    - { name: ${org}, runnerSets: [ {name: ${set}} ] }\n`);
    const file = fc
      .tuple(
        gap,
        fc.array(fc.oneof(blockOrg, flowOrg), { minLength: 1, maxLength: 4 }),
        gap,
        fc.boolean(),
        fc.boolean(),
      )
      .map(([head, orgs, tail, isLast, isCrlf]) => {
        const after = isLast ? "" : "  arc:runner:\n    image: x # y\n";
        const text = `# top\nconfig:\n  arc:vault: { manage: false }\n${head}  arc:orgs:\n${orgs.join("")}${tail}${after}`;
        return isCrlf ? text.replaceAll("\n", "\r\n") : text;
      });
    fc.assert(
      fc.property(file, fc.nat(3), fc.boolean(), (text, pick, isSet) => {
        // An anchor may stand once only.
        const first = text.indexOf("&a ") + 3;
        const once = text.slice(0, first) + text.slice(first).replaceAll("&a ", "");
        const { config } = parse(once) as { config: { "arc:orgs": { runnerSets: unknown[] }[] } };
        const index = pick % config["arc:orgs"].length;
        const path = isSet ? [...ORGS, index, "runnerSets"] : ORGS;
        const after = withEntry(once, path, NEW, FILE);
        if (isSet) config["arc:orgs"][index]!.runnerSets.push(NEW);
        else config["arc:orgs"].push(NEW as never);
        assert.deepEqual((parse(after) as { config: unknown }).config, config);
        const isFlow = isSet && /\{ name: .* runnerSets/.test(once);
        if (!isFlow) assert.equal(addedLines(once, after).length, 4);
        if (once.includes("\r\n")) assert.doesNotMatch(after, /[^\r]\n/);
      }),
      { numRuns: 200 },
    );
  });
});
