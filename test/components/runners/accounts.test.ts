import * as assert from "node:assert/strict";
import { createAccounts } from "../../../components/runners/accounts";
import { ContainerMode, type RunnerPodArgs } from "../../../components/runners/pod/spec";
import { kubernetesModeRules, managerRules } from "../../../components/runners/rbac";
import type { RunnerScaleSetArgs } from "../../../components/runners/runner-scale-set";
import { type Fields, record, type Recorded } from "../../support/recorder";

const ARGS: RunnerScaleSetArgs = {
  scaleSetName: "acme-runners",
  namespace: "acme",
  githubConfigUrl: "https://github.com/acme",
  maxRunners: 4,
  controllerVersion: "0.14.2",
  runner: { image: "ghcr.io/actions/actions-runner:2.330.0", resources: {} },
};
const create = (runner: Partial<RunnerPodArgs> = {}, args: Partial<RunnerScaleSetArgs> = {}) =>
  record(() => void createAccounts("set", { ...ARGS, ...args, runner: { ...ARGS.runner, ...runner } }, {}));

const NOBODY = "acme-runners-gha-rs-no-permission";
const KUBE_MODE = "acme-runners-gha-rs-kube-mode";
const MANAGER = "acme-runners-gha-rs-manager";
const LABELS = {
  "app.kubernetes.io/name": "acme-runners",
  "app.kubernetes.io/instance": "acme-runners",
  "app.kubernetes.io/version": "0.14.2",
  "app.kubernetes.io/managed-by": "pulumi",
  "app.kubernetes.io/part-of": "gha-rs",
  "actions.github.com/scale-set-name": "acme-runners",
  "actions.github.com/scale-set-namespace": "acme",
};
const MANAGER_OBJECTS = ["Role set-manager-role", "RoleBinding set-manager-role-binding"];
const KUBE_MODE_OBJECTS = [
  "Role set-kube-mode-role",
  "Role set-manager-role",
  "RoleBinding set-kube-mode-role-binding",
  "RoleBinding set-manager-role-binding",
  "ServiceAccount set-service-account",
];
const KUBERNETES_MODES = [ContainerMode.Kubernetes, ContainerMode.KubernetesNoVolume];

const metadata = (name: string, component?: string) => ({
  name,
  namespace: "acme",
  labels: { ...LABELS, ...(component ? { "app.kubernetes.io/component": component } : {}) },
});
const metadataOf = (recorded: Recorded, kind: string, name: string) =>
  recorded.one(kind, name).inputs.metadata as Fields;

describe("The accounts of a runner set", () => {
  it("are without a container mode for Kubernetes an account without rights, with no token, and the controller's Role", async () => {
    for (const runner of [{}, { containerMode: ContainerMode.Dind }, { containerMode: ContainerMode.None }]) {
      const recorded = await create(runner);
      assert.deepEqual(recorded.labels(), [...MANAGER_OBJECTS, "ServiceAccount set-service-account"]);
      assert.deepEqual(recorded.one("ServiceAccount").inputs, {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: metadata(NOBODY),
        automountServiceAccountToken: false,
      });
      assert.equal(JSON.stringify(recorded.one("RoleBinding").inputs).includes(NOBODY), false);
    }
  });

  for (const containerMode of KUBERNETES_MODES) {
    it(`are in mode \`${containerMode}\` an account with the rights of the mode in its namespace, and none without rights`, async () => {
      const recorded = await create({ containerMode });
      assert.deepEqual(recorded.labels(), KUBE_MODE_OBJECTS);
      assert.deepEqual(recorded.one("ServiceAccount").inputs, {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: metadata(KUBE_MODE),
        automountServiceAccountToken: true,
      });
      assert.deepEqual(recorded.one("Role", "set-kube-mode-role").inputs, {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata: metadata(KUBE_MODE),
        rules: kubernetesModeRules(containerMode),
      });
      assert.deepEqual(recorded.one("RoleBinding", "set-kube-mode-role-binding").inputs, {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: metadata(KUBE_MODE),
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: KUBE_MODE },
        subjects: [{ kind: "ServiceAccount", name: KUBE_MODE, namespace: "acme" }],
      });
    });

    it(`give runners in mode \`${containerMode}\` the user's rules after those of the mode`, async () => {
      const own = { apiGroups: [""], resources: ["configmaps"], verbs: ["get"] };
      const recorded = await create({ containerMode, kubernetes: { additionalRoleRules: [own] } });
      assert.deepEqual(recorded.one("Role", "set-kube-mode-role").inputs.rules, [
        ...kubernetesModeRules(containerMode),
        own,
      ]);
    });
  }

  it("are the controller's Role alone where the runners have an account of the user's own, in any container mode", async () => {
    for (const containerMode of Object.values(ContainerMode)) {
      const recorded = await create({ containerMode, serviceAccountName: "own" });
      assert.deepEqual(recorded.labels(), MANAGER_OBJECTS, containerMode);
    }
  });

  it("let the controller work in the namespace: its account, and no other, gets the Role", async () => {
    const recorded = await create();
    assert.deepEqual(recorded.one("Role").inputs, {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: metadata(MANAGER, "manager-role"),
      rules: managerRules(),
    });
    assert.deepEqual(recorded.one("RoleBinding").inputs, {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: metadata(MANAGER, "manager-role-binding"),
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: MANAGER },
      subjects: [{ kind: "ServiceAccount", name: "arc-gha-rs-controller", namespace: "arc-systems" }],
    });
  });

  it("let it read ConfigMaps where a certificate authority lies in one", async () => {
    const githubServerTls = { configMapKeyRef: { name: "ca", key: "ca.crt" } };
    assert.deepEqual(
      (await create({}, { githubServerTls })).one("Role").inputs.rules,
      managerRules({ configMaps: true }),
    );
  });

  it("bind a controller of another name in another namespace", async () => {
    const recorded = await create({}, { controllerServiceAccount: "ci", controllerNamespace: "ci-system" });
    assert.deepEqual(recorded.one("RoleBinding").inputs.subjects, [
      { kind: "ServiceAccount", name: "ci", namespace: "ci-system" },
    ]);
  });

  it("lie in the set's namespace, all of them", async () => {
    for (const containerMode of Object.values(ContainerMode)) {
      const recorded = await create({ containerMode }, { namespace: "elsewhere" });
      for (const { inputs } of recorded.resources) {
        assert.equal((inputs.metadata as Fields).namespace, "elsewhere", containerMode);
      }
    }
  });

  describe("carry labels and annotations", () => {
    const mark = (name: string) => ({ labels: { own: name, shared: name }, annotations: { own: name, shared: name } });
    const resourceMeta = {
      all: { labels: { shared: "all", team: "a", "app.kubernetes.io/part-of": "me" }, annotations: { shared: "all" } },
      noPermissionServiceAccount: mark("noPermissionServiceAccount"),
      kubernetesModeServiceAccount: mark("kubernetesModeServiceAccount"),
      kubernetesModeRole: mark("kubernetesModeRole"),
      kubernetesModeRoleBinding: mark("kubernetesModeRoleBinding"),
      managerRole: mark("managerRole"),
      managerRoleBinding: mark("managerRoleBinding"),
    };
    const expected = (name: string, slot: string, component?: string) => ({
      ...metadata(name, component),
      labels: { ...metadata(name, component).labels, shared: slot, own: slot, team: "a" },
      annotations: { own: slot, shared: slot },
    });

    it("of all objects and of their own kind, their own before those of all, the reserved ones as they were", async () => {
      const kube = await create({ containerMode: ContainerMode.Kubernetes }, { resourceMeta });
      assert.deepEqual(
        [
          metadataOf(kube, "ServiceAccount", "set-service-account"),
          metadataOf(kube, "Role", "set-kube-mode-role"),
          metadataOf(kube, "RoleBinding", "set-kube-mode-role-binding"),
          metadataOf(kube, "Role", "set-manager-role"),
          metadataOf(kube, "RoleBinding", "set-manager-role-binding"),
        ],
        [
          expected(KUBE_MODE, "kubernetesModeServiceAccount"),
          expected(KUBE_MODE, "kubernetesModeRole"),
          expected(KUBE_MODE, "kubernetesModeRoleBinding"),
          expected(MANAGER, "managerRole", "manager-role"),
          expected(MANAGER, "managerRoleBinding", "manager-role-binding"),
        ],
      );
      const other = await create({}, { resourceMeta });
      assert.deepEqual(
        metadataOf(other, "ServiceAccount", "set-service-account"),
        expected(NOBODY, "noPermissionServiceAccount"),
      );
    });

    it("but none that ARC keeps for itself, from what is said of all objects", async () => {
      const all = { labels: { "actions.github.com/scale-set-name": "x", "actions.github.com/other": "y" } };
      const recorded = await create({ containerMode: ContainerMode.Kubernetes }, { resourceMeta: { all } });
      for (const { name, inputs } of recorded.resources) {
        const { labels } = inputs.metadata as { labels: Record<string, string> };
        assert.equal(labels["actions.github.com/scale-set-name"], "acme-runners", name);
        assert.equal("actions.github.com/other" in labels, false, name);
      }
    });
  });
});
