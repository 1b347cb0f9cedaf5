import * as assert from "node:assert/strict";
import { parseLine } from "../../../../cli/doctor/logs/parse";
import { controllerLine, listenerLine, LogFormat, setLine } from "./printed";

const NOW = new Date("2026-11-21T23:50:00Z");

describe("A log line", () => {
  // As the program of 0.14.2 printed it.
  const TEXT =
    '2026-11-21T23:30:57Z\tERROR\tAutoscalingRunnerSet\tFailed to get runner group by name\t{"version": "0.14.2", "autoscalingrunnerset": {"name":"group","namespace":"ns-group"}, "error": "no runner group found with name \\"ci\\""}';
  const JSON_LINE =
    '{"severity":"error","ts":"2026-11-21T23:30:57Z","logger":"AutoscalingRunnerSet","message":"Failed to get runner group by name","version":"0.14.2","autoscalingrunnerset":{"name":"group","namespace":"ns-group"},"error":"no runner group found with name \\"ci\\""}';
  const EXPECTED = {
    at: new Date("2026-11-21T23:30:57Z"),
    message: "Failed to get runner group by name",
    error: 'no runner group found with name "ci"',
    subject: { kind: "autoscalingrunnerset", namespace: "ns-group", name: "group" },
  };

  it("of the controller has its time, message, error and object, in text and JSON", () => {
    assert.deepEqual(parseLine(TEXT, NOW), EXPECTED);
    assert.deepEqual(parseLine(JSON_LINE, NOW), EXPECTED);
  });

  it("of these tests is written as the controller writes it", () => {
    const logged = setLine("ns-group", "group", EXPECTED.message, EXPECTED.error);
    const compact = (line: string) => line.replaceAll('": ', '":').replaceAll(', "', ',"');
    assert.equal(compact(controllerLine(LogFormat.Text, "2026-11-21T23:30:57Z", logged)), compact(TEXT));
    assert.equal(controllerLine(LogFormat.Json, "2026-11-21T23:30:57Z", logged), JSON_LINE);
  });

  it("of controller-runtime names the same object by its kind, and the innermost one counts", () => {
    const line =
      '2026-11-21T23:31:08Z\tERROR\tReconciler error\t{"controller": "ephemeralrunner", "EphemeralRunner": {"name":"a-kph74-runner-c74m5","namespace":"ns"}, "AutoscalingRunnerSet": "ns/a", "namespace": "ns", "name": "a-kph74-runner-c74m5", "error": "no"}';
    assert.deepEqual(parseLine(line, NOW), {
      at: new Date("2026-11-21T23:31:08Z"),
      message: "Reconciler error",
      error: "no",
      subject: { kind: "ephemeralrunner", namespace: "ns", name: "a-kph74-runner-c74m5" },
    });
  });

  it("of older releases names the object as namespace/name", () => {
    const line =
      '2023-11-15T19:19:37Z\tINFO\tAutoscalingRunnerSet\tCreating\t{"autoscalingrunnerset": "arc-runners/set"}';
    assert.deepEqual(parseLine(line, NOW).subject, {
      kind: "autoscalingrunnerset",
      namespace: "arc-runners",
      name: "set",
    });
  });

  it("of the listener's client has its message and error, in text and JSON", () => {
    const error = 'Post "https://api.github.com/x": dial tcp: no such host';
    const expected = { at: new Date("2026-11-21T23:42:44.948Z"), message: "request failed", error };
    for (const format of Object.values(LogFormat)) {
      const line = listenerLine(format, "2026-11-21T23:42:44.948Z", "request failed", { error, method: "POST" });
      assert.deepEqual(parseLine(line, NOW), expected);
    }
  });

  it("of Go's log, of klog and of a runner has its time", () => {
    const times = [
      ["2026/11/21 23:42:44 Application returned an error: no", "Application returned an error: no"],
      [
        "E1121 23:42:44.000000       1 leaderelection.go:452] error retrieving resource lock",
        "error retrieving resource lock",
      ],
      [
        "[RUNNER 2026-11-21 23:42:44Z ERR  MessageListener] Registration x was not found.",
        "Registration x was not found.",
      ],
      ["2026-11-21 23:42:44Z: Listening for Jobs", "Listening for Jobs"],
    ] as const;
    for (const [line, message] of times) {
      assert.deepEqual(parseLine(line, NOW), { at: new Date("2026-11-21T23:42:44Z"), message }, line);
    }
  });

  it("that is cut off or of another form is its own message", () => {
    for (const line of [
      '{"severity":"error","ts":"2026-',
      "\t/go/pkg/mod/sigs.k8s.io/controller-runtime/x.go:329",
      "",
    ]) {
      assert.deepEqual(parseLine(line, NOW), { message: line });
    }
  });
});
