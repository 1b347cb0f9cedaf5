import assert from "node:assert/strict";
import { check, settled, soundValues, type Values, withSets } from "../../support/checked-stack";

/** The problems of a stack with this in one key: id, path, message and fix. */
function problems(key: string, value: Values): string[] {
  return check({ ...soundValues(), [key]: value }).map(({ id, path, message, fix }) =>
    [id, path, message, ...(fix ? [`→ ${fix}`] : [])].join(" "),
  );
}

describe("arc:listener", () => {
  it("refuses a metric and a label that the listener does not know, with what was probably meant.", () => {
    const counters = { gha_started_job_total: { labels: [] }, gha_completed_jobs_total: { labels: ["job_nam"] } };
    assert.deepEqual(problems("listener", { metrics: { preset: "trim", counters } }), [
      'config/invalid arc:listener.metrics.preset "trim" is not allowed → did you mean "trimmed"?',
      'config/invalid arc:listener.metrics.counters.gha_completed_jobs_total.labels[0] "job_nam" is not allowed → did you mean "job_name"?',
      'config/unknown-key arc:listener.metrics.counters.gha_started_job_total "gha_started_job_total" is not a key that the stack file knows here → did you mean "gha_started_jobs_total"?',
    ]);
  });

  it("refuses a label that only other metrics have: its value would be empty.", () => {
    const metrics = {
      gauges: { gha_idle_runners: { labels: ["namespace", "job_name"] } },
      histograms: {
        gha_job_startup_duration_seconds: { labels: ["job_result"] },
        gha_job_execution_duration_seconds: { labels: ["job_result"] },
      },
    };
    assert.deepEqual(problems("listener", { metrics }), [
      'config/invalid arc:listener.metrics.gauges.gha_idle_runners.labels[1] "job_name" is not allowed',
      'config/invalid arc:listener.metrics.histograms.gha_job_startup_duration_seconds.labels[0] "job_result" is not allowed',
    ]);
  });

  it("refuses labels and buckets with which the listener's process ends.", () => {
    const one = (metric: Values) =>
      problems("listener", { metrics: { histograms: { gha_job_startup_duration_seconds: metric } } });
    const at = "config/invalid arc:listener.metrics.histograms.gha_job_startup_duration_seconds";
    assert.deepEqual(one({ labels: ["repository", "repository"] }), [
      `${at}.labels […] has repository twice → remove one repository`,
    ]);
    const unsorted = (wrong: number) => [`${at}.buckets […] has ${wrong} after a bound that is not less → sort them`];
    assert.deepEqual(one({ labels: [], buckets: [1, 5, 3] }), unsorted(3));
    assert.deepEqual(one({ labels: [], buckets: [1, 1] }), unsorted(1));
    assert.deepEqual(one({ labels: [], buckets: [] }), [`${at}.buckets [] is too short`]);
    assert.deepEqual(one({ labels: [], buckets: [0.5, 1, 60] }), []);
  });

  it("refuses names and paths that the controller gives the listener itself.", () => {
    const listener = {
      env: [{ name: "LISTENER_CONFIG_PATH", value: "/x" }],
      volumes: [{ name: "listener-config", emptyDir: {} }],
      volumeMounts: [{ name: "x", mountPath: "/etc/gha-listener/" }],
    };
    const own = "is what the controller gives the listener → choose another one";
    assert.deepEqual(problems("listener", listener), [
      `config/invalid arc:listener.env[0].name "LISTENER_CONFIG_PATH" ${own}`,
      `config/invalid arc:listener.volumes[0].name "listener-config" ${own}`,
      `config/invalid arc:listener.volumeMounts[0].mountPath "/etc/gha-listener/" ${own}`,
    ]);
  });

  it("refuses a template without metadata and spec, which the API server would drop.", () => {
    assert.deepEqual(problems("listener", { template: { containers: [] } }), [
      'config/unknown-key arc:listener.template.containers "containers" is not a key that the stack file knows here → remove it',
    ]);
  });

  it("reaches every set, laid under what the set has of its own.", () => {
    const values = {
      ...withSets({ name: "a" }, { name: "b", listener: { restricted: false, resources: { limits: { cpu: "1" } } } }),
      listener: { restricted: true, resources: { limits: { memory: "128Mi" } } },
    };
    assert.deepEqual(
      settled(values).sets.map(({ args }) => args.listener),
      [
        { restricted: true, resources: { limits: { memory: "128Mi" } } },
        { restricted: false, resources: { limits: { memory: "128Mi", cpu: "1" } } },
      ],
    );
    assert.equal("listener" in settled(soundValues()).sets[0]!.args, false);
  });
});

describe("arc:resourceMeta", () => {
  it("refuses an object that is none, and keys and values that Kubernetes does not take.", () => {
    const meta = {
      autoscalingRunerSet: {},
      all: { labels: { "a b": "c", a: "b c" }, annotations: { "a b": "", a: 1, ok: "any text, with spaces" } },
    };
    assert.deepEqual(
      problems("resourceMeta", meta).map((problem) => problem.split(" → ")[0]),
      [
        'config/invalid arc:resourceMeta.all.labels["a b"] "a b" is not the key of a label',
        'config/invalid arc:resourceMeta.all.labels.a "b c" is not the value of a label',
        'config/invalid arc:resourceMeta.all.annotations["a b"] "a b" is not the key of a label',
        "config/invalid arc:resourceMeta.all.annotations.a 1 is a number, not a string",
        'config/unknown-key arc:resourceMeta.autoscalingRunerSet "autoscalingRunerSet" is not a key that the stack file knows here',
      ],
    );
  });

  it("reaches every set, laid under what the set has of its own.", () => {
    const values = {
      ...withSets({ name: "a" }, { name: "b", resourceMeta: { all: { labels: { tier: "gpu" } } } }),
      resourceMeta: { all: { labels: { team: "ci" } } },
    };
    assert.deepEqual(
      settled(values).sets.map(({ args }) => args.resourceMeta),
      [{ all: { labels: { team: "ci" } } }, { all: { labels: { team: "ci", tier: "gpu" } } }],
    );
  });
});
