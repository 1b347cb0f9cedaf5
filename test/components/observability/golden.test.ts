import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { evaluateProgram } from "../../../cli/offline/evaluate";
import { manifestsOf } from "../../../cli/preview/manifests";
import { filesBelow, ROOT } from "../../support/arc";
import { soundValues } from "../../support/checked-stack";
import { withSecrets } from "../../support/page";

const GOLDEN = path.join(ROOT, "test/golden/observability");

/** `make golden` rewrites what this test compares with; review its diff like code. */
const update = process.env.UPDATE_GOLDEN === "1";

/** Two organisations, a quota, a set that has an alert otherwise, and a runner whose release is known. */
const STACK = {
  ...soundValues(),
  observability: {
    enabled: true,
    labels: { release: "kube-prometheus-stack" },
    alerts: { runbookUrl: "https://git.example.org/runbook.md", labels: { team: "platform" } },
  },
  runner: {
    image: "ghcr.io/actions/actions-runner:2.330.0",
    docker: { image: "docker:28-dind" },
    maxRunners: 6,
    activeDeadlineSeconds: 7200,
  },
  orgs: [
    {
      name: "acme",
      runnerSets: [
        { name: "acme-runners", minRunners: 2, quota: { "requests.memory": "24Gi", "limits.memory": "96Gi" } },
      ],
    },
    { name: "zeta", runnerSets: [{ name: "batch", alerts: { ArcAtCeiling: { for: "1h" } } }] },
  ],
};

describe("The manifests of a small stack with observability", () => {
  it("are exactly the golden ones, two PodMonitors, a PrometheusRule and the dashboard.", async () => {
    const { resources } = await evaluateProgram(ROOT, "small", withSecrets(STACK));
    const made = resources.filter(({ parent }) => parent?.endsWith("::arc-observability"));
    const files = Object.fromEntries([...manifestsOf(made)].map(([file, text]) => [path.basename(file), text]));
    if (update) {
      rmSync(GOLDEN, { recursive: true, force: true });
      mkdirSync(GOLDEN, { recursive: true });
      for (const [file, text] of Object.entries(files)) writeFileSync(path.join(GOLDEN, file), text);
    }
    assert.deepEqual(Object.keys(files).sort(), [
      "configmap-arc-gha-rs-controller-dashboard.yaml",
      "podmonitor-arc-gha-rs-controller-listeners.yaml",
      "podmonitor-arc-gha-rs-controller.yaml",
      "prometheusrule-arc-gha-rs-controller.yaml",
    ]);
    assert.deepEqual(files, filesBelow(GOLDEN));
  }).timeout(30_000);
});
