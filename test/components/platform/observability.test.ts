import assert from "node:assert/strict";
import { ContainerMode, RunnerPlatform, type RunnerPlatformArgs, type RunnerSetArgs } from "../../../components";
import { observedSets } from "../../../components/platform/observability";
import { RUNNER_RELEASES } from "../../../components/runners/runner-releases";
import { labelOf, record } from "../../support/recorder";

function set(name: string, more: Partial<RunnerSetArgs> = {}): RunnerSetArgs {
  const resources = { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "1", memory: "1Gi" } };
  return {
    name,
    namespace: name,
    vaultPath: `${name}/github-app`,
    maxRunners: 4,
    ...more,
    runner: {
      containerMode: ContainerMode.None,
      image: "ghcr.io/actions/actions-runner:2.336.0",
      resources,
      ...more.runner,
    } as RunnerSetArgs["runner"],
  };
}

function platform(sets: RunnerSetArgs[], more: Partial<RunnerPlatformArgs> = {}): RunnerPlatformArgs {
  return {
    controller: { version: "0.14.2" },
    vault: { connection: { server: "https://vault.example.org" }, manage: false },
    orgs: [{ name: "acme", installationId: "1", runnerSets: sets }],
    ...more,
  };
}

const create = (args: RunnerPlatformArgs) => record(() => void new RunnerPlatform("arc", args));

describe("observedSets", () => {
  it("tells of each set what alerts need: runners, the quota's room, the longest job, the runner's age, its own alerts.", () => {
    const alerts = { ArcAtCeiling: { for: "1h" } };
    const runner = { activeDeadlineSeconds: 7200 } as RunnerSetArgs["runner"];
    const sets = [
      set("one", { minRunners: 2, quota: { pods: "3" }, runner, alerts }),
      set("two", { runner: { image: "ghcr.io/acme/runner:latest" } as RunnerSetArgs["runner"] }),
    ];
    assert.deepEqual(observedSets(platform(sets)), [
      {
        organization: "acme",
        name: "one",
        namespace: "one",
        minRunners: 2,
        maxRunners: 4,
        quotaCeiling: 3,
        longestJobSeconds: 7200,
        // Of 2.336.0 the next release, since when GitHub's 30 days count.
        runnerSince: "2026-08-26",
        alerts,
      },
      { organization: "acme", name: "two", namespace: "two", minRunners: 0, maxRunners: 4 },
    ]);
  });

  it("counts a runner's age from its own release where no later one is known, and not at all for an unknown one.", () => {
    const since = (tag: string) => {
      const runner = { image: `ghcr.io/actions/actions-runner:${tag}` } as RunnerSetArgs["runner"];
      return observedSets(platform([set("one", { runner })]))[0]!.runnerSince;
    };
    const { version, published } = RUNNER_RELEASES.at(-1)!;
    assert.equal(since(version), published);
    assert.equal(since("2.999.0"), undefined);
  });

  it("reads the image that the pod has in the end.", () => {
    const podTemplate = {
      spec: { containers: [{ name: "runner", image: "ghcr.io/actions/actions-runner:2.335.1" }] },
    };
    const sets = [set("one", { runner: { podTemplate } as unknown as RunnerSetArgs["runner"] })];
    assert.equal(observedSets(platform(sets))[0]!.runnerSince, "2026-07-20");
  });
});

describe("A platform with observability", () => {
  it("has it once, after the controller and all sets: a set is expected once it is there.", async () => {
    const recorded = await create(platform([set("one"), set("two")], { observability: {} }));
    const rule = recorded.one("PrometheusRule", "arc-observability");
    assert.equal(labelOf(recorded.one("Observability").parent), "RunnerPlatform arc");
    const before = [...recorded.before(rule)].map(labelOf);
    assert.deepEqual(before.filter((label) => /^(Deployment|AutoscalingRunnerSet) /.test(label)).sort(), [
      "AutoscalingRunnerSet arc-acme/one",
      "AutoscalingRunnerSet arc-acme/two",
      "Deployment arc-controller",
    ]);
  });

  it("makes nothing of it when it is not asked for, and hands no alert on to the set.", async () => {
    const alerts = { ArcAtCeiling: { for: "1h" } };
    const recorded = await create(platform([set("one", { alerts })]));
    assert.deepEqual(
      ["Observability", "PodMonitor", "PrometheusRule"].map((kind) => recorded.all(kind).length),
      [0, 0, 0],
    );
    assert.equal(JSON.stringify(recorded.resources).includes("ArcAtCeiling"), false);
  });

  it("takes the time in which secrets are read again from Vault's settings.", async () => {
    const vault = { connection: { server: "https://v" }, manage: false, refreshInterval: "15m" };
    const recorded = await create(platform([set("one")], { vault, observability: { dashboard: { enabled: false } } }));
    assert.match(JSON.stringify(recorded.one("PrometheusRule").inputs), /sync_calls_total\[2100s\]/);
  });
});
