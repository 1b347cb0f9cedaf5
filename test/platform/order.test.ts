import * as assert from "node:assert/strict";
import { labelOf, labelsOf, type Recorded, type Registration } from "../support/recorder";
import { recordProd, type StackOutputs } from "../support/stack-program";

const CRDS = [
  "CustomResourceDefinition arc-crds-autoscalinglisteners",
  "CustomResourceDefinition arc-crds-autoscalingrunnersets",
  "CustomResourceDefinition arc-crds-ephemeralrunners",
  "CustomResourceDefinition arc-crds-ephemeralrunnersets",
];
const CONTROLLER_RBAC = [
  "ClusterRole arc-controller-cluster-role",
  "ClusterRoleBinding arc-controller-cluster-role-binding",
  "Role arc-controller-leader-election-role",
  "Role arc-controller-listener-role",
  "RoleBinding arc-controller-leader-election-role-binding",
  "RoleBinding arc-controller-listener-role-binding",
];
const SHARED_ACCESS = [
  "AuthBackendRole arc-vault-access-role",
  "ClusterSecretStore arc-vault-access-store",
  "SecretV2 secret/github-runner/github-token",
];
const QUOTA = ["LimitRange arc-github-runner-limit-range", "ResourceQuota arc-github-runner-quota"];

/** What a set of a tenant without quota waits for. */
const beforeSet = (tenant: string, name: string) => [
  ...CRDS,
  ...CONTROLLER_RBAC,
  ...SHARED_ACCESS,
  "Deployment arc-controller",
  "Namespace arc-controller-namespace",
  "ServiceAccount arc-controller-service-account",
  `ExternalSecret ${tenant}-github-app-external-secret`,
  `ExternalSecret ${tenant}-pull-secret-external-secret`,
  `Namespace ${tenant}`,
  `NetworkPolicy ${tenant}-deny-ingress`,
  `Policy ${tenant}-vault-access-policy`,
  `Role ${name}-manager-role`,
  `RoleBinding ${name}-manager-role-binding`,
  `SecretV2 secret/${tenant.slice("arc-".length)}/github-app`,
  `ServiceAccount ${name}-service-account`,
];

describe("The order of prod", () => {
  let prod: Recorded<StackOutputs>;
  before(async () => {
    prod = await recordProd();
  });
  const dependencies = (kind: string, name?: string) => labelsOf(prod.one(kind, name).dependencies);

  it("lets each set wait for exactly its own tenant and what all share, so that a destroy removes sets first", () => {
    const sets = Object.fromEntries(
      prod.all("AutoscalingRunnerSet").map((set) => [set.name, labelsOf(prod.before(set))]),
    );
    assert.deepEqual(sets, {
      "arc-everyapi-ai/everyapi-backend-runners": beforeSet(
        "arc-everyapi-runner",
        "arc-everyapi-ai/everyapi-backend-runners",
      ).sort(),
      "arc-kamify-ai/kamify-backend-runners": beforeSet(
        "arc-kamify-runner",
        "arc-kamify-ai/kamify-backend-runners",
      ).sort(),
      "arc-yldm-tech/yldm-backend-runners": [
        ...beforeSet("arc-github-runner", "arc-yldm-tech/yldm-backend-runners"),
        ...QUOTA,
      ].sort(),
    });
    assert.deepEqual(
      Object.values(sets).map((labels) => labels.length),
      [25, 25, 27],
    );
  });

  it("makes no set wait for another tenant, by whatever way", () => {
    const tenants = ["github-runner", "kamify-runner", "everyapi-runner"];
    for (const set of prod.all("AutoscalingRunnerSet")) {
      const own = [metadata(set).namespace];
      const touched = tenants.filter((tenant) =>
        [...prod.before(set)].some((urn) => prod.at(urn).name.startsWith(`arc-${tenant}`)),
      );
      assert.deepEqual(touched, own);
    }
  });

  it("lets nothing wait for a set", () => {
    const waited = new Set(prod.resources.flatMap((resource) => resource.dependencies));
    for (const set of prod.all("AutoscalingRunnerSet")) assert.equal(waited.has(set.urn), false, set.name);
  });

  it("starts the controller after the CRDs, its namespace, its ServiceAccount and all its rights", () => {
    assert.deepEqual(
      dependencies("Deployment"),
      [
        ...CRDS,
        ...CONTROLLER_RBAC,
        "Namespace arc-controller-namespace",
        "ServiceAccount arc-controller-service-account",
      ].sort(),
    );
  });

  it("writes a tenant's credentials after its namespace, policy and store, and reads them after they are written", () => {
    const policy = "Policy arc-kamify-runner-vault-access-policy";
    assert.deepEqual(
      dependencies("Policy", "arc-kamify-runner-vault-access-policy"),
      [...SHARED_ACCESS, "Namespace arc-kamify-runner", "NetworkPolicy arc-kamify-runner-deny-ingress"].sort(),
    );
    assert.deepEqual(dependencies("SecretV2", "secret/kamify-runner/github-app"), [policy]);
    assert.deepEqual(dependencies("ExternalSecret", "arc-kamify-runner-github-app-external-secret"), [
      policy,
      "SecretV2 secret/kamify-runner/github-app",
    ]);
    assert.deepEqual(dependencies("ExternalSecret", "arc-kamify-runner-pull-secret-external-secret"), [
      policy,
      "SecretV2 secret/github-runner/github-token",
    ]);
  });

  it("makes the store after the role that the operator logs in with, and the role once the controller has its place", () => {
    const controller = [
      ...CONTROLLER_RBAC,
      "Deployment arc-controller",
      "Namespace arc-controller-namespace",
      "ServiceAccount arc-controller-service-account",
    ].sort();
    assert.deepEqual(dependencies("AuthBackendRole"), controller);
    assert.deepEqual(dependencies("SecretV2", "secret/github-runner/github-token"), [
      "AuthBackendRole arc-vault-access-role",
      ...controller.slice(0, 2),
      "ClusterSecretStore arc-vault-access-store",
      ...controller.slice(2),
    ]);
    assert.deepEqual(dependencies("ClusterSecretStore"), ["AuthBackendRole arc-vault-access-role", ...controller]);
  });

  it("makes each of the 29 namespaced objects after its namespace", () => {
    const namespaces = new Map(
      prod.all("Namespace").map((namespace) => [metadata(namespace).name, namespace.urn] as const),
    );
    assert.equal(namespaces.size, 4);
    const inside = prod.resources.filter((resource) => metadata(resource).namespace !== undefined);
    assert.equal(inside.length, 29);
    for (const object of inside) {
      const namespace = namespaces.get(metadata(object).namespace);
      assert.ok(namespace && prod.before(object).has(namespace), labelOf(object.urn));
    }
  });

  it("makes each binding of a set's controller rights with the accounts that the set needs, none before its tenant", () => {
    const name = "arc-kamify-ai/kamify-backend-runners";
    const own = [
      `Role ${name}-manager-role`,
      `RoleBinding ${name}-manager-role-binding`,
      `ServiceAccount ${name}-service-account`,
    ];
    const above = beforeSet("arc-kamify-runner", name)
      .filter((label) => !own.includes(label))
      .sort();
    const before = (kind: string, suffix: string) => labelsOf(prod.before(prod.one(kind, `${name}-${suffix}`)));
    assert.deepEqual(before("Role", "manager-role"), above);
    assert.deepEqual(before("RoleBinding", "manager-role-binding"), above);
    assert.deepEqual(before("ServiceAccount", "service-account"), above);
  });
});

function metadata({ inputs }: Registration): { name?: string; namespace?: string } {
  return (inputs.metadata ?? {}) as { name?: string; namespace?: string };
}
