import assert from "node:assert/strict";
import {
  bySeverity,
  configPath,
  type Diagnostic,
  diagnosticText,
  kindOf,
  problemsText,
  quoted,
  valueAt,
} from "../../stacks/diagnostic";

const FULL: Diagnostic = {
  id: "capacity/min-max",
  severity: "error",
  path: "arc:orgs[0].runnerSets[0].minRunners",
  message: "minRunners 3 is more than maxRunners 2",
  allowed: "0 to 2",
  fix: "lower minRunners",
};
const BARE: Diagnostic = { id: "config/missing", severity: "warning", path: "arc:orgs", message: "is missing" };

describe("configPath", () => {
  it("writes a path as people write it.", () => {
    assert.equal(configPath(["orgs", 0, "runnerSets", 12, "maxRunners"]), "arc:orgs[0].runnerSets[12].maxRunners");
    assert.equal(configPath(["vault"]), "arc:vault");
    assert.equal(configPath([]), "arc:");
  });

  it("puts a key in brackets and quotes that is no plain word.", () => {
    assert.equal(configPath(["quota", "requests.memory"]), 'arc:quota["requests.memory"]');
    assert.equal(configPath(["quota", "count/secrets", "x"]), 'arc:quota["count/secrets"].x');
    assert.equal(configPath(["vault", ""]), 'arc:vault[""]');
    assert.equal(configPath(["vault", 'a"b']), 'arc:vault["a\\"b"]');
    assert.equal(configPath(["a vault", "mount"]), 'arc:["a vault"].mount');
    assert.equal(configPath([""]), 'arc:[""]');
    assert.equal(configPath(["controller", "nodeSelector", "node-role"]), "arc:controller.nodeSelector.node-role");
  });
});

describe("quoted", () => {
  it("writes a value as it stands in the file.", () => {
    assert.equal(quoted("a b"), '"a b"');
    assert.equal(quoted('a"b\n'), '"a\\"b\\n"');
    assert.equal(quoted(""), '""');
    assert.equal(quoted(1.5), "1.5");
    assert.equal(quoted(Number.NaN), "NaN");
    assert.equal(quoted(false), "false");
    assert.equal(quoted(null), "null");
    assert.equal(quoted(undefined), "nothing");
  });

  it("cuts what is longer than 80 characters, quotes included.", () => {
    assert.equal(quoted("a".repeat(78)), `"${"a".repeat(78)}"`);
    assert.equal(quoted("a".repeat(79)), `"${"a".repeat(76)}…`);
  });

  it("shows nothing of what is inside an object or a list.", () => {
    assert.equal(quoted({ password: "hunter2" }), "{…}");
    assert.equal(quoted(["hunter2"]), "[…]");
    assert.equal(quoted({}), "{}");
    assert.equal(quoted([]), "[]");
  });

  it("hides a text that looks like a credential, and no other.", () => {
    const pem = "-----BEGIN RSA PRIVATE KEY-----\nMIIE";
    for (const secret of [
      pem,
      Buffer.from(pem).toString("base64"),
      `Bearer ghs_${"a".repeat(36)}`,
      "hvs.CAES",
      "hvb.A",
    ]) {
      assert.equal(quoted(secret), "[hidden]", secret);
    }
    assert.equal(quoted(`x: github_pat_${"a".repeat(20)}`), "[hidden]");
    for (const text of ["ghcr.io/acme/runner", "ghp", "hvs", "github-runner/github-token", "BEGIN"]) {
      assert.equal(quoted(text), `"${text}"`);
    }
  });
});

describe("kindOf", () => {
  it("says what a value is.", () => {
    assert.deepEqual([{}, [], "a", 1, true, null].map(kindOf), [
      "an object",
      "a list",
      "a string",
      "a number",
      "a boolean",
      "empty",
    ]);
  });
});

describe("valueAt", () => {
  it("follows a path through objects and lists, and ends in nothing where there is none.", () => {
    const root = { orgs: [{ name: "acme" }] };
    assert.equal(valueAt(root, ["orgs", 0, "name"]), "acme");
    assert.equal(valueAt(root, []), root);
    assert.equal(valueAt(root, ["orgs", 1, "name"]), undefined);
    assert.equal(valueAt(root, ["orgs", 0, "name", "length"]), undefined);
    assert.equal(valueAt(null, ["orgs"]), undefined);
  });
});

describe("diagnosticText", () => {
  it("writes path, message and id in a line, then what is allowed and the fix.", () => {
    assert.equal(
      diagnosticText(FULL),
      "arc:orgs[0].runnerSets[0].minRunners: minRunners 3 is more than maxRunners 2  [capacity/min-max]\n" +
        "  allowed: 0 to 2\n" +
        "  fix: lower minRunners",
    );
  });

  it("names the file after the path when it is known.", () => {
    assert.equal(diagnosticText({ ...BARE, file: "base.yaml" }), "arc:orgs (base.yaml): is missing  [config/missing]");
  });

  it("leaves out what is not known.", () => {
    assert.equal(diagnosticText(BARE), "arc:orgs: is missing  [config/missing]");
  });
});

describe("problemsText", () => {
  it("counts the problems and divides them by empty lines.", () => {
    assert.equal(
      problemsText([BARE, FULL]),
      `The stack file has 2 problems; nothing was changed.\n\n${diagnosticText(BARE)}\n\n${diagnosticText(FULL)}`,
    );
    assert.equal(
      problemsText([BARE]),
      "The stack file has 1 problem; nothing was changed.\n\narc:orgs: is missing  [config/missing]",
    );
  });
});

describe("bySeverity", () => {
  it("puts errors first and keeps the order otherwise.", () => {
    const diagnostics = [BARE, FULL, { ...BARE, path: "b" }, { ...FULL, path: "d" }];
    assert.deepEqual(
      bySeverity(diagnostics).map(({ path }) => path),
      [FULL.path, "d", BARE.path, "b"],
    );
  });
});
