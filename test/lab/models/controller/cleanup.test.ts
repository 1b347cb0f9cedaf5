import * as assert from "node:assert/strict";
import { dependentsOf } from "../../../../lab/models/controller/cleanup";
import { metadata } from "./objects";

describe("The model's release of what a chart made beside a set (facts 7.9)", () => {
  it("goes through what the annotations name, the manager's Role last", () => {
    const annotations = {
      "actions.github.com/cleanup-manager-role-name": "manager",
      "actions.github.com/cleanup-manager-role-binding": "manager-binding",
      "actions.github.com/cleanup-github-secret-name": "github-secret",
      "actions.github.com/cleanup-no-permission-service-account-name": "no-permission",
      "actions.github.com/cleanup-kubernetes-mode-role-name": "kube-mode",
      "actions.github.com/values-hash": "0123",
    };
    const paths = dependentsOf({ metadata: metadata("my-set", { annotations }) }).map(
      ({ path, name }) => `${path}/${name}`,
    );
    assert.deepEqual(paths, [
      "/apis/rbac.authorization.k8s.io/v1/namespaces/arc-runners/roles/kube-mode",
      "/api/v1/namespaces/arc-runners/serviceaccounts/no-permission",
      "/api/v1/namespaces/arc-runners/secrets/github-secret",
      "/apis/rbac.authorization.k8s.io/v1/namespaces/arc-runners/rolebindings/manager-binding",
      "/apis/rbac.authorization.k8s.io/v1/namespaces/arc-runners/roles/manager",
    ]);
  });

  it("concerns nothing without annotations", () => {
    assert.deepEqual(dependentsOf({ metadata: metadata("my-set") }), []);
  });
});
