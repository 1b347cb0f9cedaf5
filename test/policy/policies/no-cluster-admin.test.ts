import * as assert from "node:assert/strict";
import { noClusterAdmin } from "../../../policy/policies/no-cluster-admin";
import { messages, objectOf, prodBut } from "../support";

const RBAC = "kubernetes:rbac.authorization.k8s.io/v1";
const binding = (type: string, roleRef: object, subjects: object[] = []) =>
  objectOf(`${RBAC}:${type}`, { metadata: { name: "ci" }, roleRef, subjects });
const admin = { kind: "ClusterRole", name: "cluster-admin" };

describe("Policy no-cluster-admin", () => {
  it("accepts the one ClusterRoleBinding and the five RoleBindings of prod", async () => {
    const subjects = await prodBut();
    const count = (kind: string) => subjects.filter(({ type }) => type === `${RBAC}:${kind}`).length;
    assert.deepEqual([count("ClusterRoleBinding"), count("RoleBinding")], [1, 5]);
    assert.deepEqual(messages(noClusterAdmin, subjects), []);
  });

  it("refuses a binding to cluster-admin, in the cluster, in a namespace, and laid upon another's binding", () => {
    const found = ["ClusterRoleBinding", "RoleBinding", "ClusterRoleBindingPatch"].map((type) =>
      messages(noClusterAdmin, [binding(type, admin)]),
    );
    assert.deepEqual(found, [
      ["ClusterRoleBinding ci: binds the ClusterRole cluster-admin"],
      ["RoleBinding ci: binds the ClusterRole cluster-admin"],
      ["ClusterRoleBinding ci: binds the ClusterRole cluster-admin"],
    ]);
  });

  it("refuses the group that is above RBAC, whatever it is bound to", () => {
    const subjects = [{ kind: "Group", name: "system:masters" }];
    assert.deepEqual(messages(noClusterAdmin, [binding("RoleBinding", { kind: "Role", name: "view" }, subjects)]), [
      "RoleBinding ci: has the group system:masters among its subjects",
    ]);
  });

  it("takes a Role of that name for what it is, and further ClusterRoles from the configuration", () => {
    const role = binding("RoleBinding", { kind: "Role", name: "cluster-admin" });
    const edit = binding("RoleBinding", { kind: "ClusterRole", name: "edit" });
    assert.deepEqual(messages(noClusterAdmin, [role, edit]), []);
    assert.deepEqual(messages(noClusterAdmin, [role, edit], { roles: ["cluster-admin", "edit"] }), [
      "RoleBinding ci: binds the ClusterRole edit",
    ]);
  });
});
