import * as assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { DockerMode, RunnerScaleSet, type RunnerScaleSetArgs } from "../../../components";
import { runnerPodTemplate } from "../../../components/runners/pod/template";
import { managerRules } from "../../../components/runners/rbac";
import { chartObject, requireChart } from "../../support/charts";
import { differences } from "../../support/differences";
import { labelOf, labelsOf, record } from "../../support/recorder";
import { secretPaths } from "../../support/secrets";

const ARGS: RunnerScaleSetArgs = {
  scaleSetName: "yldm-backend-runners",
  namespace: "github-runner",
  githubConfigUrl: "https://github.com/yldm-tech",
  maxRunners: 12,
  controllerVersion: "0.14.2",
  runner: {
    image: "ghcr.io/actions/actions-runner:2.330.0",
    resources: { limits: { cpu: "4" } },
    docker: { mode: DockerMode.None },
  },
};
const NAME = "arc-github-runner/yldm-backend-runners";
const NOBODY = "yldm-backend-runners-gha-rs-no-permission";
const create = (args: Partial<RunnerScaleSetArgs> = {}) =>
  record(() => void new RunnerScaleSet(NAME, { ...ARGS, ...args }));

const LABELS = {
  "app.kubernetes.io/name": "yldm-backend-runners",
  "app.kubernetes.io/instance": "yldm-backend-runners",
  "app.kubernetes.io/version": "0.14.2",
  "app.kubernetes.io/managed-by": "pulumi",
  "app.kubernetes.io/part-of": "gha-rs",
  "actions.github.com/scale-set-name": "yldm-backend-runners",
  "actions.github.com/scale-set-namespace": "github-runner",
};
const metadata = (name: string, component?: string) => ({
  name,
  namespace: "github-runner",
  labels: { ...LABELS, ...(component ? { "app.kubernetes.io/component": component } : {}) },
});

describe("RunnerScaleSet", () => {
  it("is the set, an account without rights for its runners, and the controller's rights in the namespace", async () => {
    const recorded = await create();
    assert.deepEqual(recorded.labels(), [
      `AutoscalingRunnerSet ${NAME}`,
      `Role ${NAME}-manager-role`,
      `RoleBinding ${NAME}-manager-role-binding`,
      `RunnerScaleSet ${NAME}`,
      `ServiceAccount ${NAME}-service-account`,
    ]);
    for (const { parent } of recorded.resources.filter(({ custom }) => custom)) {
      assert.equal(labelOf(parent), `RunnerScaleSet ${NAME}`);
    }
    assert.deepEqual(recorded.outputsOf("RunnerScaleSet"), {
      runsOn: "yldm-backend-runners",
      namespace: "github-runner",
    });
  });

  it("writes the least that the controller needs, and no cleanup annotations or finalizers, since the engine orders", async () => {
    assert.deepEqual((await create()).one("AutoscalingRunnerSet").inputs, {
      apiVersion: "actions.github.com/v1alpha1",
      kind: "AutoscalingRunnerSet",
      metadata: {
        ...metadata("yldm-backend-runners", "autoscaling-runner-set"),
        annotations: { "actions.github.com/values-hash": hashOf('{"controllerVersion":"0.14.2","secretVersion":""}') },
      },
      spec: {
        githubConfigUrl: "https://github.com/yldm-tech",
        githubConfigSecret: "github-token",
        minRunners: 0,
        maxRunners: 12,
        template: runnerPodTemplate(ARGS.runner, NOBODY),
      },
    });
  });

  it("carries runner group, Secret and warm runners into the spec", async () => {
    const recorded = await create({ runnerGroup: "ci", githubConfigSecret: "app", minRunners: 2 });
    const { template: _template, ...spec } = recorded.one("AutoscalingRunnerSet").inputs.spec as Record<
      string,
      unknown
    >;
    assert.deepEqual(spec, {
      githubConfigUrl: "https://github.com/yldm-tech",
      githubConfigSecret: "app",
      runnerGroup: "ci",
      minRunners: 2,
      maxRunners: 12,
    });
  });

  it("gives the runners an account that is bound to nothing and mounts no token", async () => {
    const recorded = await create();
    assert.deepEqual(recorded.one("ServiceAccount").inputs, {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: metadata(NOBODY),
      automountServiceAccountToken: false,
    });
    assert.equal(JSON.stringify(recorded.one("RoleBinding").inputs.subjects).includes(NOBODY), false);
  });

  it("gives the controller's account, and no other, six rules in the namespace", async () => {
    const recorded = await create();
    const managerName = "yldm-backend-runners-gha-rs-manager";
    assert.equal(managerRules().length, 6);
    assert.deepEqual(
      managerRules().map(({ apiGroups, resources, verbs }) => `${apiGroups}/${resources}: ${verbs.join(" ")}`),
      [
        "/pods: create delete get",
        "/pods/status: get",
        "/secrets: create delete get list patch update",
        "/serviceaccounts: create delete get list patch update",
        "rbac.authorization.k8s.io/rolebindings: create delete get patch update",
        "rbac.authorization.k8s.io/roles: create delete get patch update",
      ],
    );
    assert.deepEqual(recorded.one("Role").inputs, {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: metadata(managerName, "manager-role"),
      rules: managerRules(),
    });
    assert.deepEqual(recorded.one("RoleBinding").inputs, {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: metadata(managerName, "manager-role-binding"),
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: managerName },
      subjects: [{ kind: "ServiceAccount", name: "arc-gha-rs-controller", namespace: "arc-systems" }],
    });
  });

  it("binds a controller of another name in another namespace", async () => {
    const recorded = await create({ controllerServiceAccount: "ci", controllerNamespace: "ci-system" });
    assert.deepEqual(recorded.one("RoleBinding").inputs.subjects, [
      { kind: "ServiceAccount", name: "ci", namespace: "ci-system" },
    ]);
  });

  it("waits for a deletion as long as the pod's deadline, or six hours without one, and ten minutes more", async () => {
    const timeouts = async (activeDeadlineSeconds?: number) => {
      const runner = { ...ARGS.runner, ...(activeDeadlineSeconds ? { activeDeadlineSeconds } : {}) };
      return (await create({ runner })).one("AutoscalingRunnerSet").customTimeouts;
    };
    assert.deepEqual(await timeouts(600), { delete: "1200s" });
    assert.deepEqual(await timeouts(), { delete: "22200s" });
  });

  it("makes the set last, and lets all its objects wait for what it is told to wait for", async () => {
    const recorded = await record(() => {
      const dependsOn = new k8s.core.v1.Namespace("space");
      new RunnerScaleSet("set", ARGS, { dependsOn });
    });
    assert.deepEqual(labelsOf(recorded.one("AutoscalingRunnerSet").dependencies), [
      "Namespace space",
      "Role set-manager-role",
      "RoleBinding set-manager-role-binding",
      "ServiceAccount set-service-account",
    ]);
    for (const kind of ["Role", "RoleBinding", "ServiceAccount"]) {
      assert.deepEqual(labelsOf(recorded.one(kind).dependencies), ["Namespace space"]);
    }
  });

  it("follows the version of the credentials with its values-hash, and leaves its spec readable", async () => {
    const hash = async (version?: pulumi.Input<string>) => {
      const { inputs } = (await create({ githubConfigSecretVersion: version })).one("AutoscalingRunnerSet");
      assert.deepEqual(secretPaths(inputs), []);
      return (inputs.metadata as { annotations: Record<string, string> }).annotations["actions.github.com/values-hash"];
    };
    const [none, one, two] = [await hash(), await hash("1"), await hash(pulumi.output("2"))];
    assert.equal(new Set([none, one, two]).size, 3);
    assert.equal(await hash(""), none);
    assert.equal(await hash("2"), two);
  });

  it("has the chart's objects but for what the engine does itself", async function () {
    const chart = requireChart(this, "scale-set/dind-k8s-1.27");
    const recorded = await create();
    const compared = (kind: string, name: string) =>
      differences(chartObject(chart, kind, name), recorded.one(kind).inputs);
    const always = [
      "metadata.labels.app.kubernetes.io/managed-by: Helm → pulumi",
      "metadata.labels.helm.sh/chart: gha-rs-0.14.2 → nothing",
    ];
    const finalizer = "metadata.finalizers.0: actions.github.com/cleanup-protection → nothing";
    const managerName = "yldm-backend-runners-gha-rs-manager";
    assert.equal(chart.length, 4);
    assert.deepEqual(compared("Role", managerName), [finalizer, ...always]);
    assert.deepEqual(compared("RoleBinding", managerName), [finalizer, ...always]);
    assert.deepEqual(compared("ServiceAccount", NOBODY), [
      "automountServiceAccountToken: nothing → false",
      finalizer,
      ...always,
    ]);
    const set = compared("AutoscalingRunnerSet", "yldm-backend-runners").filter(
      (line) => !line.startsWith("spec.template.") && !line.includes("/values-hash:"),
    );
    assert.deepEqual(set, [
      `metadata.annotations.actions.github.com/cleanup-manager-role-binding: ${managerName} → nothing`,
      `metadata.annotations.actions.github.com/cleanup-manager-role-name: ${managerName} → nothing`,
      `metadata.annotations.actions.github.com/cleanup-no-permission-service-account-name: ${NOBODY} → nothing`,
      ...always,
      "spec.maxRunners: nothing → 12",
      "spec.minRunners: nothing → 0",
    ]);
  });
});

/** A hash that came out otherwise for the same values would restart every listener when this package is upgraded. */
function hashOf(json: string): string {
  return createHash("sha256").update(json).digest("hex").slice(0, 63);
}
