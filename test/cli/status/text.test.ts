import assert from "node:assert/strict";
import pc from "picocolors";
import { statusText } from "../../../cli/status/text";
import { badDay, finding, missingRow, report, setRow } from "./reports";

const PLAIN = { width: 110, paint: pc.createColors(false) };

describe("The status on a terminal", () => {
  it("has a line for each set, and the verdict, when nothing is wrong", () => {
    assert.equal(
      statusText(report(), PLAIN),
      `arc status · stack prod · ARC 0.14.2 · 2 runner sets · https://10.0.0.1:6443

     SET                       RUNNING  PENDING  FAILED  MAX  QUOTA  LISTENER  PHASE    SECRET  VERSION
  ✓  acme-ci/acme-runners            3        0       0   10     16  Running   Running  12d     0.14.2
  ✓  globex-ci/globex-runners        3        0       0   10     16  Running   Running  12d     0.14.2

✓ Nothing is wrong. No findings, 57 checks made.`,
    );
  });

  it("has a line for each finding and for what was not seen, and says where to read on", () => {
    const { namespace, name, phase } = setRow("globex-runners");
    const sets = [missingRow("acme-runners"), { namespace, name, phase }];
    const unknown = [
      { source: "secrets" as const, why: "403", rules: ["a/b", "a/c"] },
      { source: "listenerLogs" as const, why: "one is gone", rules: [] },
    ];
    assert.equal(
      statusText(report({ sets, unknown, findings: [finding()] }), PLAIN),
      `arc status · stack prod · ARC 0.14.2 · 2 runner sets · https://10.0.0.1:6443

     SET                       RUNNING  PENDING  FAILED   MAX  QUOTA  LISTENER  PHASE    SECRET   VERSION
  ✗  acme-ci/acme-runners                                             missing   missing  unknown  none
  ?  globex-ci/globex-runners        ?        ?       ?  none         unknown   Running  unknown  unknown

✗ takes no jobs: acme-ci/acme-runners has no AutoscalingListener  listener/missing
? secrets: 403 (2 checks not made)
? listenerLogs: one is gone (in part)

✗ 1 of 2 runner sets takes no jobs. 1 finding, 57 checks made, 2 checks could not be made.

What mends it: bin/arc doctor --stack prod`,
    );
  });

  it("keeps a finding on its line, and from moving the cursor", () => {
    const what = "acme-runners:\n  \u001b[2Jpods are   \u009bgone";
    const text = statusText(report({ findings: [finding({ what })] }), PLAIN);
    assert.match(text, /^✗ takes no jobs: acme-runners: \\u\{1b\}\[2Jpods are \\u\{9b\}gone {2}listener\/missing$/m);
  });

  it("colours signs, and no more than what is odd", () => {
    const lines = statusText(badDay(), { width: 110, paint: pc.createColors(true) }).split("\n");
    const row = (name: string) => lines.find((line) => line.includes(name))!;
    const { red, yellow, green, dim } = pc.createColors(true);
    assert.ok(row("ci/globex-linux-large").includes(red("missing")));
    assert.ok(row("ci/acme-runners").includes(red("1")));
    assert.ok(row("ci/globex-linux-small").includes(dim("?")));
    const begins = (colour: (text: string) => string) => colour("x").split("x", 1)[0]!;
    for (const colour of [red, yellow]) assert.ok(!row("ci/globex-linux-small").includes(begins(colour)));
    assert.match(
      statusText(report(), { width: 110, paint: pc.createColors(true) }),
      new RegExp(`^${escaped(green("✓"))} `, "m"),
    );
  });
});

function escaped(text: string): string {
  return text.replace(/[[\]\\]/g, "\\$&");
}
