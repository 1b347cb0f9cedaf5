import * as assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { actionsOf } from "../../ci/actions";
import { redacted } from "../../ci/redacted";
import { temporaryFolder } from "../support/arc";

describe("What a step tells the runner", () => {
  const folder = temporaryFolder();
  after(() => folder.remove());
  const file = (name: string) => path.join(folder.path, name);

  it("keeps a value of several lines one entry, whatever its lines are.", () => {
    writeFileSync(file("output"), "");
    const actions = actionsOf({ GITHUB_OUTPUT: file("output") }, () => undefined);
    actions.output("a", "x\nb<<EOF\nEOF\nc=d");
    const [first, ...rest] = readFileSync(file("output"), "utf8").split("\n");
    const delimiter = /^a<<(end-[0-9a-f-]{36})$/.exec(first!)![1];
    assert.deepEqual(rest, ["x", "b<<EOF", "EOF", "c=d", delimiter, ""]);
  });

  it("lets no line of others be a command.", async () => {
    let printed = "";
    const actions = actionsOf({ GITHUB_ACTIONS: "true" }, (text) => (printed += text));
    await assert.rejects(
      actions.quoting((log) => {
        log("::add-path::/tmp/evil\n");
        return Promise.reject(new Error("x"));
      }),
    );
    const [begin, line, empty, end, last] = printed.split("\n");
    const token = /^::stop-commands::([0-9a-f-]{36})$/.exec(begin!)![1];
    assert.deepEqual([line, empty, end, last], ["::add-path::/tmp/evil", "", `::${token}::`, ""]);
  });

  it("masks each line of a secret, and prints nothing of it where no runner reads.", () => {
    let printed = "";
    const print = (text: string) => void (printed += text);
    actionsOf({ GITHUB_ACTIONS: "true" }, print).mask("one\n\ntwo");
    assert.equal(printed, "::add-mask::one\n::add-mask::two\n");
    printed = "";
    actionsOf({}, print).mask("one");
    assert.equal(printed, "");
  });

  it("says nothing where there is no file to say it in.", () => {
    const actions = actionsOf({}, () => undefined);
    actions.output("a", "b");
    actions.variable("a", "b");
    actions.summary("a");
  });

  it("takes the credentials of the process out of texts, and what looks like one.", () => {
    const env = {
      VAULT_TOKEN: "root-root",
      PULUMI_CONFIG_PASSPHRASE: "correct horse",
      AWS_REGION: "eu-west-1",
      A_TOKEN: "ab",
    };
    assert.equal(
      redacted("root-root correct horse eu-west-1 ab Bearer abc https://u:p@host ghp_abcdef", env),
      "[…] […] eu-west-1 ab […] https:[…]host […]",
    );
  });
});
