import assert from "node:assert/strict";
import { parseBase } from "../../../stacks/config/base-file";
import { diagnosticText } from "../../../stacks/diagnostic";

const texts = (text: string) => parseBase(text, "base.yaml").problems.map(diagnosticText);

describe("parseBase", () => {
  it("reads the keys of the project with and without its name.", () => {
    assert.deepEqual(parseBase("config:\n  arc:vault: { mount: kv }\n  runner: { image: a }\n", "base.yaml"), {
      values: { vault: { mount: "kv" }, runner: { image: "a" } },
      problems: [],
      unread: false,
    });
  });

  it("reads nothing from a file that is empty.", () => {
    for (const text of ["", "# nothing", "config:", "config: {}"]) {
      assert.deepEqual(parseBase(text, "base.yaml"), { values: {}, problems: [], unread: false }, text);
    }
  });

  it("says what is wrong with a file of another form.", () => {
    assert.deepEqual(texts("- 1"), [
      "arc:extends (base.yaml): base.yaml is not an object with the key config  [config/extends]\n" +
        "  allowed: YAML of the form of a stack file: config with arc: keys\n" +
        "  fix: correct the file",
    ]);
    assert.match(texts("config: [1]")[0]!, /^arc:extends \(base\.yaml\): config of base\.yaml is not an object {2}/);
    assert.match(texts("a: b: c")[0]!, /base\.yaml is not YAML: [^\n]* at line 1, column \d+ {2}\[config\/extends\]\n/);
    for (const text of ["- 1", "config: 5", "a: {", "confg: {}"]) assert.ok(parseBase(text, "base.yaml").unread, text);
  });

  it("takes no secret into the values, and says how a stack gets it.", () => {
    const { values, problems, unread } = parseBase(
      [
        "config:",
        "  arc:githubAppPrivateKey: { secure: v1:cipher }",
        "  imagePullToken: not-a-real-token",
        "  arc:githubTokens: { acme: { secure: v1:cipher } }",
        "  arc:githubApp: { appId: '1', privateKey: { secure: v1:cipher } }",
        "  arc:orgs: [{ name: a, runnerSets: [{ secure: v1:cipher }, { name: b }] }]",
      ].join("\n"),
      "base.yaml",
    );
    assert.deepEqual(values, { githubApp: { appId: "1" }, orgs: [{ name: "a", runnerSets: [{ name: "b" }] }] });
    assert.equal(unread, false);
    const set = "remove it here and run for each stack: pulumi config set --secret";
    assert.deepEqual(
      problems.map(({ id, path, file, fix }) => [id, path, file, fix]),
      [
        ["config/base-key", "arc:githubAppPrivateKey", "base.yaml", `${set} arc:githubAppPrivateKey`],
        ["config/base-key", "arc:imagePullToken", "base.yaml", `${set} arc:imagePullToken`],
        ["config/base-key", "arc:githubTokens", "base.yaml", `${set} --path 'arc:githubTokens.<name>'`],
        ["config/base-key", "arc:githubApp.privateKey", "base.yaml", "remove it"],
        ["config/base-key", "arc:orgs[0].runnerSets[0]", "base.yaml", "remove it"],
      ],
    );
    assert.doesNotMatch(JSON.stringify([values, problems]), /cipher|not-a-real-token/);
  });

  it("refuses keys that Pulumi itself reads: of other namespaces, and beside config.", () => {
    assert.deepEqual(texts("encryptionsalt: v1:x\narc:runner: {}\nconfig:\n  vault:address: https://a\n"), [
      "encryptionsalt (base.yaml): stands beside config; of a base nothing else is read  [config/base-key]\n" +
        "  allowed: config\n" +
        "  fix: remove it; what Pulumi keeps there belongs into the stack file",
      "arc:runner (base.yaml): stands beside config; of a base nothing else is read  [config/base-key]\n" +
        "  allowed: config\n" +
        "  fix: put it under config",
      "vault:address (base.yaml): is not an arc: key: Pulumi hands such keys to its providers and reads them from the stack file alone  [config/base-key]\n" +
        "  allowed: arc: keys\n" +
        "  fix: put vault:address into each stack file",
    ]);
    assert.match(texts("confg: {}")[0]!, /fix: did you mean "config"\?$/);
  });
});
