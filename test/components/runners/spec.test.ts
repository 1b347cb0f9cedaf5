import * as assert from "node:assert/strict";
import { MetricsPreset } from "../../../components/runners/listener-metrics";
import { ContainerMode } from "../../../components/runners/pod/spec";
import { runnerPodTemplate } from "../../../components/runners/pod/template";
import type { RunnerScaleSetArgs } from "../../../components/runners/runner-scale-set";
import { autoscalingRunnerSetSpec, hookTemplateName, podPlace } from "../../../components/runners/spec";

const ARGS: RunnerScaleSetArgs = {
  scaleSetName: "acme-runners",
  namespace: "acme",
  githubConfigUrl: "https://github.com/acme",
  maxRunners: 4,
  controllerVersion: "0.14.2",
  listener: { metrics: { preset: MetricsPreset.Full } },
  runner: {
    image: "ghcr.io/actions/actions-runner:2.330.0",
    resources: { limits: { cpu: "4" } },
    containerMode: ContainerMode.None,
  },
};
const spec = (args: Partial<RunnerScaleSetArgs> = {}) => autoscalingRunnerSetSpec({ ...ARGS, ...args });
const LEAST = {
  githubConfigUrl: "https://github.com/acme",
  githubConfigSecret: "github-token",
  minRunners: 0,
  maxRunners: 4,
  template: runnerPodTemplate(ARGS.runner, { serviceAccountName: "acme-runners-gha-rs-no-permission" }),
};

describe("The spec of a runner set", () => {
  it("has no field for what is not asked for", () => {
    assert.deepEqual(spec(), LEAST);
    assert.deepEqual(spec({ runnerGroup: "", runnerScaleSetName: "", runnerScaleSetLabels: [] }), LEAST);
  });

  it("has the URL without one slash at its end, wherever it leads", () => {
    const url = (githubConfigUrl: string) => spec({ githubConfigUrl }).githubConfigUrl;
    assert.equal(url("https://github.com/acme/"), "https://github.com/acme");
    assert.equal(url("https://github.com/acme/repository"), "https://github.com/acme/repository");
    assert.equal(url("https://ghes.example.com/enterprises/acme/"), "https://ghes.example.com/enterprises/acme");
  });

  it("names the Secret of the user's own in place of ours", () => {
    assert.deepEqual(spec({ githubConfigSecret: "pre-defined" }), { ...LEAST, githubConfigSecret: "pre-defined" });
  });

  it("has the name on GitHub as it is given, underscores too, beside the objects' own", () => {
    const args = { runnerScaleSetName: "acme_runners" };
    assert.deepEqual(spec(args), { ...LEAST, runnerScaleSetName: "acme_runners" });
  });

  it("has group, labels and numbers as they are given, zero included", () => {
    assert.deepEqual(
      spec({ runnerGroup: "CI (Linux)", runnerScaleSetLabels: ["linux", "x64"], minRunners: 5, maxRunners: 10 }),
      { ...LEAST, runnerGroup: "CI (Linux)", runnerScaleSetLabels: ["linux", "x64"], minRunners: 5, maxRunners: 10 },
    );
    assert.deepEqual(spec({ minRunners: 0, maxRunners: 0 }), { ...LEAST, minRunners: 0, maxRunners: 0 });
    assert.deepEqual(spec({ minRunners: 3, maxRunners: 3 }), { ...LEAST, minRunners: 3, maxRunners: 3 });
  });

  it("has the way to GitHub, the listener and the metadata beside the runners' template", () => {
    const proxy = { https: { url: "http://proxy:1" } };
    const metadata = { labels: { team: "a" }, annotations: { owner: "b" } };
    assert.deepEqual(
      spec({
        proxy,
        listener: { priorityClassName: "high", metrics: { preset: MetricsPreset.Full } },
        resourceMeta: { listenerRole: metadata },
      }),
      {
        ...LEAST,
        proxy,
        listenerTemplate: {
          spec: {
            terminationGracePeriodSeconds: 60,
            priorityClassName: "high",
            containers: [{ name: "listener" }],
          },
        },
        listenerRoleMetadata: metadata,
      },
    );
  });

  it("has fewer metrics than the listener has built in, unless all are asked for", () => {
    assert.deepEqual(
      Object.keys(spec({ listener: {} })).filter((key) => !(key in LEAST)),
      ["listenerMetrics"],
    );
  });
});

describe("What runners' pods have from their set", () => {
  const place = (
    runner: Partial<RunnerScaleSetArgs["runner"]>,
    githubServerTls?: RunnerScaleSetArgs["githubServerTls"],
  ) => podPlace({ ...ARGS, runner: { ...ARGS.runner, ...runner }, ...(githubServerTls ? { githubServerTls } : {}) });

  it("is the account of their container mode", () => {
    assert.deepEqual(
      Object.values(ContainerMode).map((containerMode) => place({ containerMode }).serviceAccountName),
      Object.values(ContainerMode).map((mode) =>
        mode.startsWith("kubernetes") ? "acme-runners-gha-rs-kube-mode" : "acme-runners-gha-rs-no-permission",
      ),
    );
    assert.equal(
      podPlace({ scaleSetName: "a", runner: { image: "i", resources: {} } }).serviceAccountName,
      "a-gha-rs-no-permission",
    );
  });

  it("is the certificate authority too where a folder is named for it, and only there", () => {
    const configMapKeyRef = { name: "ca", key: "ca.crt" };
    assert.equal("serverTls" in place({}, { configMapKeyRef }), false);
    assert.deepEqual(place({}, { configMapKeyRef, runnerMountPath: "/certs" }).serverTls, {
      configMapName: "ca",
      key: "ca.crt",
      runnerMountPath: "/certs",
    });
  });

  it("is the ConfigMap with the hooks' template where there is one", () => {
    assert.equal("hookTemplateConfigMap" in place({ kubernetes: {} }), false);
    const hookTemplate = { spec: { containers: [] } };
    assert.equal(place({ kubernetes: { hookTemplate } }).hookTemplateConfigMap, hookTemplateName("acme-runners"));
    assert.equal(hookTemplateName("acme-runners"), "acme-runners-hook-extension");
  });
});
