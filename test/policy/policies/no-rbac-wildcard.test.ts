import * as assert from "node:assert/strict";
import { noRbacWildcard } from "../../../policy/policies/no-rbac-wildcard";
import { messages, objectOf, prodBut } from "../support";

const role = (type: string, ...rules: object[]) =>
  objectOf(`kubernetes:rbac.authorization.k8s.io/v1:${type}`, { metadata: { name: "ci", namespace: "acme" }, rules });

describe("Policy no-rbac-wildcard", () => {
  it("accepts prod", async () => {
    assert.deepEqual(messages(noRbacWildcard, await prodBut()), []);
  });

  it("refuses a wildcard in each list of a rule, and says in which", () => {
    const rules = [
      { apiGroups: [""], resources: ["pods"], verbs: ["get"] },
      { apiGroups: ["*"], resources: ["*", "*/scale"], verbs: ["*"] },
      { nonResourceURLs: ["/metrics/*"], verbs: ["get"] },
    ];
    assert.deepEqual(messages(noRbacWildcard, [role("Role", ...rules)]), [
      "Role acme/ci: rules[1].apiGroups has the wildcard *",
      "Role acme/ci: rules[1].resources has the wildcard *",
      "Role acme/ci: rules[1].resources has the wildcard */scale",
      "Role acme/ci: rules[1].verbs has the wildcard *",
      "Role acme/ci: rules[2].nonResourceURLs has the wildcard /metrics/*",
    ]);
  });

  it("looks at ClusterRoles as well, and lets those pass that the configuration names", () => {
    const roles = [role("ClusterRole", { apiGroups: ["apps"], resources: ["deployments"], verbs: ["*"] })];
    assert.deepEqual(messages(noRbacWildcard, roles), ["ClusterRole acme/ci: rules[0].verbs has the wildcard *"]);
    assert.deepEqual(messages(noRbacWildcard, roles, { allowed: ["ci"] }), []);
  });
});
