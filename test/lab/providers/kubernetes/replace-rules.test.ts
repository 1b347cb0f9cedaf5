import assert from "node:assert/strict";
import { breaksRule, replaceRules } from "../../../../lab/providers/kubernetes/replace-rules";
import { parsePath } from "../../../../lab/providers/kubernetes/property-path";

const mutability = { enableConfigMapMutable: false, enableSecretMutable: false };

function replaces(apiVersion: string, kind: string, path: string, value: unknown = "new"): boolean {
  const rules = replaceRules({ apiVersion, kind, metadata: {} }, mutability);
  return rules.some((rule) => breaksRule(rule, parsePath(path), value));
}

describe("which changes make a new Kubernetes object", () => {
  const cases: [string, string, string, boolean][] = [
    ["x.io/v1", "Thing", "metadata.name", true],
    ["x.io/v1", "Thing", "metadata.namespace", true],
    ["x.io/v1", "Thing", "metadata.labels.name", false],
    ["x.io/v1", "Thing", "spec.selector", false],
    ["rbac.authorization.k8s.io/v1", "RoleBinding", "roleRef.name", true],
    ["rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "roleRef.name", true],
    ["rbac.authorization.k8s.io/v1", "RoleBinding", "subjects[0].name", false],
    ["apps/v1", "Deployment", "spec.selector.matchLabels.app", true],
    ["apps/v1", "Deployment", "spec.template.spec.containers[0].image", false],
    ["apps/v1", "StatefulSet", "spec.volumeClaimTemplates[0].spec", true],
    ["batch/v1", "Job", "spec.template.spec.containers[0].image", true],
    ["v1", "Pod", "spec.containers[1].image", true],
    ["v1", "Pod", "spec.containers[1].name", false],
    ["v1", "PersistentVolumeClaim", "spec.storageClassName", true],
    ["v1", "PersistentVolumeClaim", "spec.resources.requests.storage", false],
    ["v1", "Service", "spec.clusterIP", true],
    ["v1", "Service", "spec.ports[0].port", false],
    ["v1", "Secret", "data.token", true],
    ["v1", "ConfigMap", "binaryData.file", true],
    ["storage.k8s.io/v1", "StorageClass", "provisioner", true],
  ];
  for (const [apiVersion, kind, path, expected] of cases) {
    it(`${path} of a ${kind} ${expected ? "does" : "does not"}`, () => {
      assert.equal(replaces(apiVersion, kind, path), expected);
    });
  }

  it("a change of all that holds such a field does, when the field is in it", () => {
    assert.equal(replaces("apps/v1", "Deployment", "spec", { selector: {} }), true);
    assert.equal(replaces("apps/v1", "Deployment", "spec", { replicas: 1 }), false);
    assert.equal(replaces("v1", "Pod", "spec.containers[0]", { name: "c", image: "x" }), true);
  });
});
