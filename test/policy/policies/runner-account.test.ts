import * as assert from "node:assert/strict";
import { kubernetesModeRules } from "../../../components/runners/rbac";
import { ContainerMode } from "../../../components";
import { runnerAccount } from "../../../policy/policies/runner-account";
import type { Subject } from "../../../policy/subject";
import type { Fields } from "../../../policy/wire";
import { messages, type Mutable, objectOf, prodBut, prodWith } from "../support";

const RBAC = "kubernetes:rbac.authorization.k8s.io/v1";
const ACCOUNT = {
  kind: "ServiceAccount",
  name: "yldm-backend-runners-gha-rs-no-permission",
  namespace: "github-runner",
};
const GIVEN = `AutoscalingRunnerSet github-runner/yldm-backend-runners: its ServiceAccount ${ACCOUNT.name} gets rights by`;
const VIEW = { kind: "ClusterRole", name: "view" };

const binding = (type: string, subject: object, namespace?: string, roleRef: Fields = VIEW): Subject =>
  objectOf(`${RBAC}:${type}`, {
    metadata: { name: "ci", ...(namespace ? { namespace } : {}) },
    roleRef,
    subjects: [subject],
  });

describe("Policy runner-account-without-rights", () => {
  it("accepts prod, where no binding names the accounts of the runners", async () => {
    assert.deepEqual(messages(runnerAccount, await prodBut()), []);
  });

  it("refuses a binding of the account in its namespace, in another, and in the cluster", async () => {
    const prod = await prodBut();
    for (const [type, namespace, title] of [
      ["RoleBinding", "github-runner", "RoleBinding github-runner/ci"],
      ["RoleBinding", "production", "RoleBinding production/ci"],
      ["ClusterRoleBinding", undefined, "ClusterRoleBinding ci"],
    ] as const) {
      assert.deepEqual(messages(runnerAccount, [...prod, binding(type, ACCOUNT, namespace)]), [`${GIVEN} ${title}`]);
    }
  });

  it("refuses what reaches the account as a user or by a group", async () => {
    const prod = await prodBut();
    const user = { kind: "User", name: `system:serviceaccount:github-runner:${ACCOUNT.name}` };
    const namespace = { kind: "Group", name: "system:serviceaccounts:github-runner" };
    for (const subject of [user, namespace]) {
      assert.deepEqual(messages(runnerAccount, [...prod, binding("ClusterRoleBinding", subject)]), [
        `${GIVEN} ClusterRoleBinding ci`,
      ]);
    }
    const everyone = { kind: "Group", name: "system:serviceaccounts" };
    assert.equal(messages(runnerAccount, [...prod, binding("ClusterRoleBinding", everyone)]).length, 3);
  });

  it("leaves alone the rights of other accounts, and those of accounts that the configuration names", async () => {
    const prod = await prodBut();
    const other = binding("ClusterRoleBinding", { ...ACCOUNT, namespace: "elsewhere" });
    assert.deepEqual(messages(runnerAccount, [...prod, other]), []);
    const allowed = [`github-runner/${ACCOUNT.name}`];
    assert.deepEqual(messages(runnerAccount, [...prod, binding("ClusterRoleBinding", ACCOUNT)], { allowed }), []);
  });

  it("looks at the namespace's own account where a set names none", async () => {
    const nameless = await prodBut({
      kind: "AutoscalingRunnerSet",
      name: "arc-yldm-tech/yldm-backend-runners",
      inputs: ({ spec }: Mutable) => void delete spec!.template!.spec!.serviceAccountName,
    });
    const given = binding("RoleBinding", { kind: "ServiceAccount", name: "default" }, "github-runner");
    assert.deepEqual(messages(runnerAccount, [...nameless, given]), [
      "AutoscalingRunnerSet github-runner/yldm-backend-runners: its ServiceAccount default gets rights by RoleBinding github-runner/ci",
    ]);
  });
});

describe("Policy runner-account-without-rights in the Kubernetes container modes", () => {
  const work = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
  const kubernetes = (additional: object[] = []) =>
    prodWith((values) => {
      const { docker: _, ...runner } = values.runner!;
      values.runner = {
        ...runner,
        containerMode: "kubernetes",
        kubernetes: { workVolumeClaim: work, additionalRoleRules: additional },
      };
    });

  it("accepts the rights that the container hooks need, which are those of the component", async () => {
    const subjects = await kubernetes();
    const rules = kubernetesModeRules(ContainerMode.Kubernetes);
    const roles = subjects.filter(({ type }) => type === `${RBAC}:Role`).map((role) => role.inputs().rules);
    assert.equal(roles.filter((each) => JSON.stringify(each) === JSON.stringify(rules)).length, 3);
    assert.deepEqual(messages(runnerAccount, subjects), []);
  });

  it("refuses rights beyond those, and names each", async () => {
    const subjects = await kubernetes([
      { apiGroups: ["", "batch"], resources: ["pods", "cronjobs"], verbs: ["get", "patch"] },
    ]);
    const beyond =
      "patch pods, get cronjobs, patch cronjobs, get batch/pods, patch batch/pods, get batch/cronjobs, patch batch/cronjobs";
    const names = ["github-runner/yldm", "kamify-runner/kamify", "everyapi-runner/everyapi"].map((each) =>
      each.split("/"),
    );
    assert.deepEqual(
      messages(runnerAccount, subjects).sort(),
      names
        .map(([namespace, name]) => {
          const account = `${name}-backend-runners-gha-rs-kube-mode`;
          return `AutoscalingRunnerSet ${namespace}/${name}-backend-runners: its ServiceAccount ${account} gets rights by RoleBinding ${namespace}/${account} that the container hooks do not need: ${beyond}`;
        })
        .sort(),
    );
  });

  it("refuses rights elsewhere, everywhere, and of a role that it cannot see", async () => {
    const account = { ...ACCOUNT, name: "yldm-backend-runners-gha-rs-kube-mode" };
    const subjects = await kubernetes();
    const given = `AutoscalingRunnerSet github-runner/yldm-backend-runners: its ServiceAccount ${account.name} gets rights by`;
    const found = [
      binding("RoleBinding", account, "production"),
      binding("ClusterRoleBinding", account),
      binding("RoleBinding", account, "github-runner"),
    ].map((each) => messages(runnerAccount, [...subjects, each]));
    assert.deepEqual(found, [
      [`${given} RoleBinding production/ci, in a namespace of others`],
      [`${given} ClusterRoleBinding ci, in every namespace`],
      [`${given} RoleBinding github-runner/ci, whose role is not in this stack`],
    ]);
  });
});
