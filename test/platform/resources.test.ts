import * as assert from "node:assert/strict";
import { labelOf, type Recorded, type Registration } from "../support/recorder";
import { recordProd, type StackOutputs } from "../support/stack-program";

const CRD = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";
const RBAC = "kubernetes:rbac.authorization.k8s.io/v1";

/** Everything that prod is, by parent. */
const TREE: Record<string, string[]> = {
  "the stack": [
    "arc:index:RunnerPlatform arc",
    "pulumi:providers:github github-everyapi-ai",
    "pulumi:providers:github github-kamify-ai",
    "pulumi:providers:github github-yldm-tech",
    "pulumi:providers:kubernetes kubernetes",
    "pulumi:providers:kubernetes kubernetes-crds",
    "pulumi:providers:vault vault",
  ],
  "RunnerPlatform arc": [
    "arc:index:Controller arc-controller",
    "arc:index:CustomResourceDefinitions arc-crds",
    "arc:index:GitHubAppCredentials arc-everyapi-runner-github-app",
    "arc:index:GitHubAppCredentials arc-github-runner-github-app",
    "arc:index:GitHubAppCredentials arc-kamify-runner-github-app",
    "arc:index:PullSecret arc-everyapi-runner-pull-secret",
    "arc:index:PullSecret arc-github-runner-pull-secret",
    "arc:index:PullSecret arc-kamify-runner-pull-secret",
    "arc:index:RunnerScaleSet arc-everyapi-ai/everyapi-backend-runners",
    "arc:index:RunnerScaleSet arc-yldm-tech/yldm-backend-runners",
    "arc:index:RunnerScaleSet arc-kamify-ai/kamify-backend-runners",
    "arc:index:Tenant arc-everyapi-runner",
    "arc:index:Tenant arc-github-runner",
    "arc:index:Tenant arc-kamify-runner",
    "arc:index:TenantVaultAccess arc-everyapi-runner-vault-access",
    "arc:index:TenantVaultAccess arc-github-runner-vault-access",
    "arc:index:TenantVaultAccess arc-kamify-runner-vault-access",
    "arc:index:VaultAccess arc-vault-access",
    "vault:kv/secretV2:SecretV2 secret/github-runner/github-token",
  ],
  "CustomResourceDefinitions arc-crds": [
    `${CRD} arc-crds-autoscalinglisteners`,
    `${CRD} arc-crds-autoscalingrunnersets`,
    `${CRD} arc-crds-ephemeralrunners`,
    `${CRD} arc-crds-ephemeralrunnersets`,
  ],
  "Controller arc-controller": [
    "kubernetes:apps/v1:Deployment arc-controller",
    "kubernetes:core/v1:Namespace arc-controller-namespace",
    "kubernetes:core/v1:ServiceAccount arc-controller-service-account",
    `${RBAC}:ClusterRole arc-controller-cluster-role`,
    `${RBAC}:ClusterRoleBinding arc-controller-cluster-role-binding`,
    `${RBAC}:Role arc-controller-leader-election-role`,
    `${RBAC}:Role arc-controller-listener-role`,
    `${RBAC}:RoleBinding arc-controller-leader-election-role-binding`,
    `${RBAC}:RoleBinding arc-controller-listener-role-binding`,
  ],
  "VaultAccess arc-vault-access": [
    "kubernetes:external-secrets.io/v1:ClusterSecretStore arc-vault-access-store",
    "vault:kubernetes/authBackendRole:AuthBackendRole arc-vault-access-role",
  ],
  "Tenant arc-github-runner": [
    "kubernetes:core/v1:LimitRange arc-github-runner-limit-range",
    "kubernetes:core/v1:Namespace arc-github-runner",
    "kubernetes:core/v1:ResourceQuota arc-github-runner-quota",
    "kubernetes:networking.k8s.io/v1:NetworkPolicy arc-github-runner-deny-ingress",
  ],
  "Tenant arc-kamify-runner": [
    "kubernetes:core/v1:Namespace arc-kamify-runner",
    "kubernetes:networking.k8s.io/v1:NetworkPolicy arc-kamify-runner-deny-ingress",
  ],
  "Tenant arc-everyapi-runner": [
    "kubernetes:core/v1:Namespace arc-everyapi-runner",
    "kubernetes:networking.k8s.io/v1:NetworkPolicy arc-everyapi-runner-deny-ingress",
  ],
  ...credentialsOf("github-runner"),
  ...credentialsOf("kamify-runner"),
  ...credentialsOf("everyapi-runner"),
  ...setOf("arc-yldm-tech/yldm-backend-runners"),
  ...setOf("arc-kamify-ai/kamify-backend-runners"),
  ...setOf("arc-everyapi-ai/everyapi-backend-runners"),
};

function credentialsOf(namespace: string): Record<string, string[]> {
  const name = `arc-${namespace}`;
  return {
    [`TenantVaultAccess ${name}-vault-access`]: [`vault:index/policy:Policy ${name}-vault-access-policy`],
    [`GitHubAppCredentials ${name}-github-app`]: [
      `kubernetes:external-secrets.io/v1:ExternalSecret ${name}-github-app-external-secret`,
      `vault:kv/secretV2:SecretV2 secret/${namespace}/github-app`,
    ],
    [`PullSecret ${name}-pull-secret`]: [
      `kubernetes:external-secrets.io/v1:ExternalSecret ${name}-pull-secret-external-secret`,
    ],
  };
}

function setOf(name: string): Record<string, string[]> {
  return {
    [`RunnerScaleSet ${name}`]: [
      `kubernetes:actions.github.com/v1alpha1:AutoscalingRunnerSet ${name}`,
      `kubernetes:core/v1:ServiceAccount ${name}-service-account`,
      `${RBAC}:Role ${name}-manager-role`,
      `${RBAC}:RoleBinding ${name}-manager-role-binding`,
    ],
  };
}

describe("The resources of prod", () => {
  let prod: Recorded<StackOutputs>;
  before(async () => {
    prod = await recordProd();
  });
  const parentOf = (resource: Registration) => (resource.parent ? labelOf(resource.parent) : "the stack");

  it("are 73: these types, names and parents and no other", () => {
    const tree: Record<string, string[]> = {};
    for (const resource of prod.resources) {
      tree[parentOf(resource)] ??= [];
      tree[parentOf(resource)]?.push(`${resource.type} ${resource.name}`);
    }
    for (const children of Object.values(tree)) children.sort();
    assert.deepEqual(
      tree,
      Object.fromEntries(Object.entries(TREE).map(([parent, children]) => [parent, children.sort()])),
    );
    assert.equal(prod.resources.length, 73);
    assert.equal(new Set(prod.resources.map(({ urn }) => urn)).size, 73);
  });

  it("are 48 custom ones below components, 6 providers of the stack and 19 components", () => {
    const providers = prod.resources.filter(({ type }) => type.startsWith("pulumi:providers:"));
    const components = prod.resources.filter(({ custom }) => !custom);
    const objects = prod.resources.filter((resource) => resource.custom && !providers.includes(resource));
    assert.deepEqual([objects.length, providers.length, components.length], [48, 6, 19]);
    for (const object of objects) assert.equal(prod.at(object.parent).custom, false, object.urn);
    for (const component of components) assert.match(component.type, /^arc:index:/);
  });

  it("have names that begin with the name of their parent, secrets in Vault apart: those are their path", () => {
    const below = prod.resources.filter(({ parent }) => parent !== "");
    const children = below.filter(({ type }) => type !== "vault:kv/secretV2:SecretV2");
    assert.deepEqual([below.length, children.length], [66, 62]);
    for (const { name, inputs } of below.filter((child) => !children.includes(child))) {
      assert.equal(name, `${inputs.mount as string}/${inputs.name as string}`);
    }
    for (const { name, parent } of children) {
      const above = prod.at(parent).name;
      assert.ok(name === above || name.startsWith(`${above}-`), `${name} below ${above}`);
    }
  });

  it("are the same for the same stack file, and the same inputs each time", async () => {
    const again = await recordProd();
    const sorted = (recorded: typeof prod) => [...recorded.resources].sort((a, b) => (a.urn < b.urn ? -1 : 1));
    assert.deepEqual(sorted(again), sorted(prod));
  });

  it("are without the CRDs and their provider when these are preinstalled", async () => {
    const preinstalled = await recordProd({
      change: ({ controller }) => {
        controller!.crds = { source: "preinstalled" };
      },
    });
    const gone = new Set(preinstalled.labels());
    assert.deepEqual(
      prod.labels().filter((label) => !gone.has(label)),
      [
        "CustomResourceDefinition arc-crds-autoscalinglisteners",
        "CustomResourceDefinition arc-crds-autoscalingrunnersets",
        "CustomResourceDefinition arc-crds-ephemeralrunners",
        "CustomResourceDefinition arc-crds-ephemeralrunnersets",
        "CustomResourceDefinitions arc-crds",
        "kubernetes kubernetes-crds",
      ],
    );
    assert.equal(preinstalled.resources.length, 73 - 6);
  });
});
