import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../../stacks/config/settle";
import { neededKinds, withMonitoring } from "../../stacks/monitoring";
import { ApiDouble } from "../support/api-double";
import { settled, soundValues, type Values } from "../support/checked-stack";

const API = "GET /apis/monitoring.coreos.com/v1";
const BOTH = { resources: [{ kind: "PodMonitor" }, { kind: "PrometheusRule" }, { kind: "ServiceMonitor" }] };

const configOf = (observability: Values | undefined, kubernetes: Values = {}): StackConfig =>
  settled({ ...soundValues(), kubernetes, ...(observability ? { observability } : {}) });

/** What an engine is to the program: that there is one, and whether it only looks. */
async function underEngine<T>(preview: boolean, work: () => Promise<T>): Promise<{ result: T; warnings: string[] }> {
  const runtime = pulumi.runtime as unknown as { getEngine: () => unknown; isDryRun: () => boolean };
  const log = pulumi.log as { warn: typeof pulumi.log.warn };
  const before = { getEngine: runtime.getEngine, isDryRun: runtime.isDryRun, warn: log.warn };
  const warnings: string[] = [];
  Object.assign(runtime, { getEngine: () => ({}), isDryRun: () => preview });
  log.warn = (text) => Promise.resolve(void warnings.push(text));
  try {
    return { result: await work(), warnings };
  } finally {
    Object.assign(runtime, { getEngine: before.getEngine, isDryRun: before.isDryRun });
    log.warn = before.warn;
  }
}

describe("withMonitoring", () => {
  let api: ApiDouble;
  before(async () => {
    api = await ApiDouble.start();
  });
  after(() => api.stop());
  beforeEach(() => {
    delete api.answers[API];
    api.seen.length = 0;
  });

  const ask = (observability: Values | undefined, preview = false) => {
    const config = configOf(observability, { kubeconfig: api.kubeconfig, context: "context-0" });
    return underEngine(preview, async () => ({ config, given: await withMonitoring(config) }));
  };

  it("leaves the configuration as it is where the cluster serves what it needs, and has asked once.", async () => {
    api.answers[API] = BOTH;
    for (const enabled of [true, "auto"]) {
      api.seen.length = 0;
      const { result, warnings } = await ask({ enabled });
      assert.equal(result.given, result.config);
      assert.deepEqual(warnings, []);
      assert.deepEqual(
        api.seen.map(({ request, authorization }) => [request, authorization]),
        [[API, "Bearer not-a-real-token"]],
      );
    }
  });

  it("leaves it out under auto where the CRDs are not there, with a message and nothing else changed.", async () => {
    const { result, warnings } = await ask({ enabled: "auto" });
    const { observability, ...others } = result.config.settings;
    assert.ok(observability);
    assert.deepEqual(result.given, { ...result.config, settings: others });
    assert.deepEqual(warnings, [
      "The cluster has no PodMonitor and no PrometheusRule (monitoring.coreos.com/v1): no PodMonitors, alerts and dashboard are made (arc:observability.enabled: auto). They come with the first update after the Prometheus Operator is installed.",
    ]);
  });

  it("does so where only one of the two kinds is served.", async () => {
    api.answers[API] = { resources: [{ kind: "PodMonitor" }] };
    const { result, warnings } = await ask({ enabled: "auto" });
    assert.equal(result.given.settings.observability, undefined);
    assert.match(warnings[0]!, /^The cluster has no PrometheusRule \(/);
  });

  it("ends with the fix where they are demanded and not there, in a preview as in an update.", async () => {
    for (const preview of [true, false]) {
      await assert.rejects(ask({ enabled: true }, preview), {
        message: [
          "The cluster has no PodMonitor and no PrometheusRule (monitoring.coreos.com/v1), and arc:observability.enabled is true; nothing was changed.",
          "  allowed: true with the CRDs of the Prometheus Operator, auto or false without",
          "  fix: install the Prometheus Operator first, or set arc:observability.enabled to auto",
        ].join("\n"),
      });
    }
  });

  it("asks nothing where nothing is asked for, where it is off, and where every part of it is.", async () => {
    const off = { enabled: false };
    for (const observability of [undefined, off, { monitors: off, alerts: off, dashboard: off }]) {
      const { result } = await ask(observability);
      assert.equal(result.given, result.config);
    }
    assert.deepEqual(api.seen, []);
  });

  it("asks nothing without an engine, since nothing is deployed then.", async () => {
    const config = configOf({ enabled: true });
    assert.equal(await withMonitoring(config, () => Promise.reject(new Error("asked"))), config);
  });

  it("stops an update that the cluster gives no answer to, and deletes nothing that may be there.", async () => {
    const refused = () => Promise.reject(new Error("connect ECONNREFUSED 127.0.0.1:1."));
    for (const enabled of [true, "auto"]) {
      await assert.rejects(
        underEngine(false, () => withMonitoring(configOf({ enabled }), refused)),
        {
          message: [
            "Whether the cluster has the CRDs of the Prometheus Operator could not be asked: connect ECONNREFUSED 127.0.0.1:1; nothing was changed.",
            "  fix: check the kubeconfig (arc:kubernetes), or set arc:observability.enabled to false",
          ].join("\n"),
        },
      );
    }
  });

  it("lets a preview go on without an answer, and says what it shows then.", async () => {
    const config = configOf({ enabled: "auto" });
    const refused = () => Promise.reject(new Error("no answer"));
    const { result, warnings } = await underEngine(true, () => withMonitoring(config, refused));
    assert.equal(result, config);
    assert.deepEqual(warnings, [
      "Whether the cluster has the CRDs of the Prometheus Operator could not be asked: no answer. The preview shows PodMonitors, alerts and dashboard as if it had.",
    ]);
  });
});

describe("neededKinds", () => {
  it("are those of the parts that are made; the dashboard needs the recording rules.", () => {
    const off = { enabled: false };
    const kinds = (observability: Values) => neededKinds(configOf(observability).settings);
    assert.deepEqual(kinds({ enabled: true }), ["PodMonitor", "PrometheusRule"]);
    assert.deepEqual(kinds({ monitors: off }), ["PrometheusRule"]);
    assert.deepEqual(kinds({ alerts: off, dashboard: off }), ["PodMonitor"]);
    assert.deepEqual(kinds({ monitors: off, alerts: off }), ["PrometheusRule"]);
    assert.deepEqual(kinds({ enabled: false }), []);
  });
});
