import * as assert from "node:assert/strict";
import type { PolicyRule } from "../../../components/rbac-rule";
import { ContainerMode } from "../../../components/runners/pod/spec";
import { isKubernetesMode, kubernetesModeRules, managerRules } from "../../../components/runners/rbac";

const brief = (rules: PolicyRule[]) =>
  rules.map(({ apiGroups, resources, verbs }) => `${apiGroups}/${resources}: ${verbs.join(" ")}`);

const MANAGER = [
  "/pods: create delete get",
  "/pods/status: get",
  "/secrets: create delete get list patch update",
  "/serviceaccounts: create delete get list patch update",
  "rbac.authorization.k8s.io/rolebindings: create delete get patch update",
  "rbac.authorization.k8s.io/roles: create delete get patch update",
];

describe("The rights of the controller in a set's namespace", () => {
  it("are six rules", () => {
    assert.deepEqual(brief(managerRules()), MANAGER);
  });

  it("are a seventh to read ConfigMaps where a certificate authority lies in one", () => {
    assert.deepEqual(brief(managerRules({ configMaps: true })), [...MANAGER, "/configmaps: get"]);
    assert.deepEqual(brief(managerRules({ configMaps: false })), MANAGER);
  });
});

describe("The rights of runners that start the jobs' pods", () => {
  const PODS = ["/pods: get list create delete", "/pods/exec: get create", "/pods/log: get list watch"];
  const SECRETS = "/secrets: get list create delete";

  it("are five rules in container mode `kubernetes`", () => {
    assert.deepEqual(brief(kubernetesModeRules(ContainerMode.Kubernetes)), [
      ...PODS,
      "batch/jobs: get list create delete",
      SECRETS,
    ]);
  });

  it("are four without a shared volume, where the hooks make no Jobs", () => {
    assert.deepEqual(brief(kubernetesModeRules(ContainerMode.KubernetesNoVolume)), [...PODS, SECRETS]);
  });

  it("end with the user's own rules, as they are given", () => {
    const own = [{ apiGroups: [""], resources: ["configmaps"], resourceNames: ["cache"], verbs: ["get"] }];
    assert.deepEqual(kubernetesModeRules(ContainerMode.KubernetesNoVolume, own).slice(4), own);
    assert.deepEqual(kubernetesModeRules(ContainerMode.Kubernetes, own).slice(5), own);
  });

  it("are asked for in two container modes, and not where none is said", () => {
    assert.deepEqual(Object.values(ContainerMode).filter(isKubernetesMode), ["kubernetes", "kubernetes-novolume"]);
    assert.equal(isKubernetesMode(undefined), false);
  });
});
