import * as assert from "node:assert/strict";
import { Printer, recentLines } from "../../../../cli/doctor/logs/lines";
import { suspectRunners } from "../../../../cli/doctor/logs/suspects";
import type { Listener, Pod } from "../../../../cli/doctor/objects";
import { controllerLine, LogFormat, runnerLine, setLine } from "./printed";

const NOW = new Date("2026-11-21T12:00:00Z");
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1000).toISOString().replace(".000Z", "Z");
const LISTENERS: Listener[] = [
  {
    metadata: { name: "acme-runners-57465fff-listener", namespace: "arc-systems" },
    spec: { autoscalingRunnerSetName: "acme-runners", autoscalingRunnerSetNamespace: "acme-ci" },
  },
];

describe("The recent lines of logs", () => {
  const log = (pod: string, lines: string[], namespace = "arc-systems") => ({ namespace, pod, container: "c", lines });

  it("of the controller are about the set that they name, or that the runner, its set or the listener is of", () => {
    const at = ago(60);
    const about = (field: string, name: string, namespace = "acme-ci") =>
      controllerLine(LogFormat.Json, at, { message: field, fields: { [field]: { name, namespace } } });
    const lines = [
      controllerLine(LogFormat.Text, at, setLine("acme-ci", "acme-runners", "set")),
      controllerLine(LogFormat.Text, at, runnerLine("acme-ci", "acme-runners-x7k2p-runner-c74m5", "runner")),
      about("ephemeralrunnerset", "acme-runners-x7k2p"),
      about("autoscalinglistener", "acme-runners-57465fff-listener", "arc-systems"),
      about("autoscalinglistener", "somebody-elses-listener", "arc-systems"),
      controllerLine(LogFormat.Text, at, { message: "none", fields: {} }),
    ];
    const found = recentLines([log("controller", lines)], Printer.Controller, LISTENERS, NOW);
    assert.deepEqual(
      found.map(({ set }) => set),
      [...Array<string>(4).fill("acme-ci/acme-runners"), undefined, undefined],
    );
  });

  it("of a listener and of a runner are about the set of the pod", () => {
    const listener = recentLines([log("acme-runners-57465fff-listener", ["x"])], Printer.Listener, LISTENERS, NOW);
    const runner = recentLines([log("acme-runners-x7k2p-runner-c74m5", ["x"], "acme-ci")], Printer.Runner, [], NOW);
    assert.deepEqual([listener[0]!.set, runner[0]!.set], ["acme-ci/acme-runners", "acme-ci/acme-runners"]);
  });

  it("are those of the last twenty minutes; of lines without a time the last fifty of each log", () => {
    const line = (seconds: number) => controllerLine(LogFormat.Text, ago(seconds), setLine("ns", "a", String(seconds)));
    const timed = recentLines([log("a", [line(1201), line(1200), line(0)])], Printer.Controller, [], NOW);
    assert.deepEqual(
      timed.map(({ message }) => message),
      ["1200", "0"],
    );
    const plain = Array.from({ length: 60 }, (_, index) => `line ${index}`);
    const untimed = recentLines([log("a", plain), log("b", ["only"])], Printer.Controller, [], NOW);
    assert.deepEqual([untimed.length, untimed[0]!.message, untimed.at(-1)!.message], [51, "line 10", "only"]);
  });
});

describe("The runners whose logs are read", () => {
  const runner = (name: string, state: object, labels = { "actions-ephemeral-runner": "True" }): Pod => ({
    metadata: { name, namespace: "ci", labels },
    spec: {},
    status: { containerStatuses: [{ name: "runner", state }] },
  });
  const since = (seconds: number) => ({ running: { startedAt: ago(seconds) } });

  it("are those that failed, then the oldest of those that have run for ten minutes, and no more than so many", () => {
    const pods = [
      runner("young", since(599)),
      runner("older", since(900)),
      runner("oldest", since(9000)),
      runner("failed", { terminated: { exitCode: 1 } }),
      runner("done", { terminated: { exitCode: 0 } }),
      runner("no-runner", since(9000), {} as never),
    ];
    const names = (most: number) => {
      const seen = suspectRunners({ value: pods }, NOW, most);
      return "value" in seen ? seen.value.map(({ metadata }) => metadata.name) : [];
    };
    assert.deepEqual(names(16), ["failed", "oldest", "older"]);
    assert.deepEqual(names(2), ["failed", "oldest"]);
  });

  it("are unknown when the pods are", () => {
    assert.deepEqual(suspectRunners({ unknown: "403" }, NOW, 16), { unknown: "403" });
  });
});
