import * as assert from "node:assert/strict";
import { attemptsOf, digest, withoutSecrets } from "../../../../cli/doctor/logs/digest";
import type { ExplainedLine } from "../../../../cli/doctor/logs/explain";
import { Printer } from "../../../../cli/doctor/logs/lines";

const POD = "arc-systems/controller-1";

function line(message: string, at?: string, more: Partial<ExplainedLine> = {}): ExplainedLine {
  return { printer: Printer.Controller, pod: POD, message, ...(at ? { at: new Date(at) } : {}), ...more };
}

describe("The evidence of log lines", () => {
  it("says how many there are, from when to when, where, and what the last one says", () => {
    const lines = [line("one", "2026-11-21T10:00:00.123Z"), line("two", "2026-11-21T10:05:00Z", { error: "no" })];
    assert.deepEqual(digest(lines), [
      `2 lines from 2026-11-21T10:00:00Z to 2026-11-21T10:05:00Z in the log of ${POD}`,
      "two: no",
    ]);
    assert.deepEqual(digest([lines[0]!]), [`1 line at 2026-11-21T10:00:00Z in the log of ${POD}`, "one"]);
    assert.deepEqual(digest([line("plain")]), [`1 line in the log of ${POD}`, "plain"]);
  });

  it("counts a failure once that the controller and controller-runtime both tell", () => {
    const at = "2026-11-21T10:00:00Z";
    const told = [
      line("Failed to get it", at, { error: "404" }),
      line("Reconciler error", at, { error: "404" }),
      line("Reconciler error", "2026-11-21T10:00:01Z", { error: "404" }),
    ];
    assert.equal(attemptsOf(told).length, 2);
  });

  it("is cut off where it gets long", () => {
    const [, text = ""] = digest([line("word ".repeat(200))]);
    assert.equal(text.length, 401);
    assert.match(text, /word …$/);
  });

  it("has no token, key or password, also where an error repeats a value that is wrong", () => {
    const cases = [
      [
        `strconv.ParseInt: parsing "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n": invalid syntax`,
        'strconv.ParseInt: parsing "[…]',
      ],
      [`parsing "ghp_${"a1".repeat(18)}": invalid`, 'parsing "[…]": invalid'],
      [`token github_pat_11AAA_bbb was refused`, "token […] was refused"],
      [`Authorization: Bearer abc.def`, "Authorization: […]"],
      [`Get "https://user:secret@proxy.example.com/": EOF`, 'Get "https:[…]proxy.example.com/": EOF'],
      [`parsing "${"QUJD".repeat(12)}": invalid`, 'parsing "[…]": invalid'],
      [
        "request GET https://api.github.com/orgs/acme/actions/runners failed(github_request_id=0A1B:2C3D)",
        "request GET https://api.github.com/orgs/acme/actions/runners failed(github_request_id=0A1B:2C3D)",
      ],
      [
        "pod yldm-backend-runners-x7k2p-runner-c74m5 of c9a9807b-9ff9-410e-8cb5-f089835c4f34",
        "pod yldm-backend-runners-x7k2p-runner-c74m5 of c9a9807b-9ff9-410e-8cb5-f089835c4f34",
      ],
    ] as const;
    for (const [said, shown] of cases) assert.equal(withoutSecrets(said), shown);
  });
});
