import * as assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import {
  ContainerMode,
  DockerMode,
  RunnerPlatform,
  type RunnerPlatformArgs,
  type RunnerSetArgs,
  StoreScope,
} from "../../components";
import { embeddedCrds } from "../../components/controller/embedded-crds";
import { labelsOf, record } from "../support/recorder";

const connection = { server: "https://vault.example.org:8200" };
const set = (name: string, more: Partial<RunnerSetArgs> = {}): RunnerSetArgs => ({
  name,
  namespace: "acme",
  vaultPath: "acme/github-app",
  maxRunners: 4,
  runner: { image: "runner:1", resources: {}, containerMode: ContainerMode.None },
  ...more,
});
/** One organisation with one set, its credentials in Vault already and its CRDs in the cluster. */
const LEAST: RunnerPlatformArgs = {
  controller: { version: "0.14.2" },
  vault: { connection, manage: false },
  orgs: [{ name: "acme", runnerSets: [set("acme-runners")] }],
};
const MANAGED: RunnerPlatformArgs = {
  ...LEAST,
  vault: { connection },
  githubApp: { appId: "123456", privateKey: "not a key" },
  orgs: [{ name: "acme", installationId: "44556677", runnerSets: [set("acme-runners")] }],
};
const create = (args: RunnerPlatformArgs) => record(() => void new RunnerPlatform("arc", args));

const CONTROLLER = [
  "ClusterRole arc-controller-cluster-role",
  "ClusterRoleBinding arc-controller-cluster-role-binding",
  "Controller arc-controller",
  "Deployment arc-controller",
  "Namespace arc-controller-namespace",
  "Role arc-controller-leader-election-role",
  "Role arc-controller-listener-role",
  "RoleBinding arc-controller-leader-election-role-binding",
  "RoleBinding arc-controller-listener-role-binding",
  "ServiceAccount arc-controller-service-account",
];
const TENANT = [
  "ExternalSecret arc-acme-github-app-external-secret",
  "GitHubAppCredentials arc-acme-github-app",
  "Namespace arc-acme",
  "NetworkPolicy arc-acme-deny-ingress",
  "Tenant arc-acme",
];
const scaleSet = (name: string) => [
  `AutoscalingRunnerSet arc-acme/${name}`,
  `Role arc-acme/${name}-manager-role`,
  `RoleBinding arc-acme/${name}-manager-role-binding`,
  `RunnerScaleSet arc-acme/${name}`,
  `ServiceAccount arc-acme/${name}-service-account`,
];
const STORE = ["ClusterSecretStore arc-vault-access-store", "VaultAccess arc-vault-access"];
const ALWAYS = ["RunnerPlatform arc", ...CONTROLLER, ...TENANT, ...scaleSet("acme-runners")];

describe("RunnerPlatform", () => {
  it("touches nothing of Vault's when Vault is not managed from here, and asks GitHub nothing", async () => {
    const recorded = await create(LEAST);
    assert.deepEqual(recorded.labels(), [...ALWAYS, ...STORE].sort());
    assert.deepEqual(recorded.calls, []);
  });

  it("uses a store that exists already, for which nothing is made", async () => {
    const recorded = await create({ ...LEAST, vault: { connection, manage: false, createStore: false } });
    assert.deepEqual(recorded.labels(), ALWAYS.toSorted());
    assert.deepEqual((recorded.one("ExternalSecret").inputs.spec as { secretStoreRef: object }).secretStoreRef, {
      name: "vault-backend",
      kind: "ClusterSecretStore",
    });
  });

  it("writes credentials, policy and the operator's role when Vault is managed from here", async () => {
    const recorded = await create(MANAGED);
    assert.deepEqual(
      recorded.labels(),
      [
        ...ALWAYS,
        ...STORE,
        "AuthBackendRole arc-vault-access-role",
        "Policy arc-acme-vault-access-policy",
        "SecretV2 secret/acme/github-app",
        "TenantVaultAccess arc-acme-vault-access",
      ].sort(),
    );
    assert.deepEqual(recorded.calls, []);
  });

  it("gives each namespace a store and a role of its own in the scope `namespace`", async () => {
    const recorded = await create({ ...MANAGED, vault: { connection, storeScope: StoreScope.Namespace } });
    assert.deepEqual(
      recorded.labels(),
      [
        ...ALWAYS,
        "AuthBackendRole arc-acme-vault-access-role",
        "Policy arc-acme-vault-access-policy",
        "SecretStore arc-acme-vault-access-store",
        "SecretV2 secret/acme/github-app",
        "ServiceAccount arc-acme-vault-access-service-account",
        "TenantVaultAccess arc-acme-vault-access",
      ].sort(),
    );
    const { spec } = recorded.one("ExternalSecret").inputs as { spec: { secretStoreRef: object } };
    assert.deepEqual(spec.secretStoreRef, { name: "vault-backend", kind: "SecretStore" });
    assert.deepEqual(labelsOf(recorded.before(recorded.one("ExternalSecret"))), [
      "AuthBackendRole arc-acme-vault-access-role",
      "Namespace arc-acme",
      "NetworkPolicy arc-acme-deny-ingress",
      "Policy arc-acme-vault-access-policy",
      "SecretStore arc-acme-vault-access-store",
      "SecretV2 secret/acme/github-app",
      "ServiceAccount arc-acme-vault-access-service-account",
    ]);
  });

  it("makes one tenant for two sets of a namespace, at the Pod Security level that both need", async () => {
    const docker = set("acme-docker", {
      runner: { image: "runner:1", resources: {}, docker: { mode: DockerMode.Sidecar } },
    });
    const recorded = await create({ ...LEAST, orgs: [{ name: "acme", runnerSets: [set("acme-runners"), docker] }] });
    assert.deepEqual(recorded.labels(), [...ALWAYS, ...STORE, ...scaleSet("acme-docker")].sort());
    const level = (metadata: unknown) =>
      (metadata as { labels: Record<string, string> }).labels["pod-security.kubernetes.io/enforce"];
    assert.equal(level(recorded.one("Namespace", "arc-acme").inputs.metadata), "privileged");
    assert.equal(level((await create(LEAST)).one("Namespace", "arc-acme").inputs.metadata), "baseline");
  });

  it("protects what it is asked to, with everything that belongs to it, and nothing else", async () => {
    const protectedOf = async (protect: RunnerPlatformArgs["protect"]) =>
      (await create({ ...LEAST, ...(protect ? { protect } : {}) })).resources
        .filter((resource) => resource.protect)
        .map(({ urn }) => urn);
    assert.deepEqual(labelsOf(await protectedOf({ runnerSets: true })), scaleSet("acme-runners"));
    assert.deepEqual(labelsOf(await protectedOf({ controller: true })), CONTROLLER);
    assert.deepEqual(await protectedOf(undefined), []);
  });

  it("hands the pull secret to the runners before their own, and none when images are public", async () => {
    const imagePull = { registry: "ghcr.io", username: "acme-bot", vaultPath: "acme/registry" };
    const runner = { ...set("x").runner, imagePullSecrets: ["own"] };
    const orgs = [{ name: "acme", runnerSets: [set("acme-runners", { runner })] }];
    const secretsOf = async (args: RunnerPlatformArgs) => {
      const { spec } = (await create(args)).one("AutoscalingRunnerSet").inputs as {
        spec: { template: { spec: { imagePullSecrets?: object[] } } };
      };
      return spec.template.spec.imagePullSecrets;
    };
    assert.deepEqual(await secretsOf({ ...LEAST, imagePull, orgs }), [{ name: "ghcr-pull-secret" }, { name: "own" }]);
    assert.deepEqual(await secretsOf({ ...LEAST, orgs }), [{ name: "own" }]);
    assert.equal(await secretsOf(LEAST), undefined);
  });

  it("binds the sets' rights to the controller that it makes", async () => {
    const controller = { version: "0.14.2", namespace: "ci-system", fullname: "ci" };
    const recorded = await create({ ...LEAST, controller });
    assert.deepEqual(recorded.one("RoleBinding", "arc-acme/acme-runners-manager-role-binding").inputs.subjects, [
      { kind: "ServiceAccount", name: "ci", namespace: "ci-system" },
    ]);
  });

  it("keeps its arguments out of the state: its own inputs are empty", async () => {
    assert.deepEqual((await create(MANAGED)).one("RunnerPlatform").inputs, {});
  });

  it("makes CRDs with the provider for them alone, and with its own when it is given none", async () => {
    const args = { ...LEAST, crdManifests: embeddedCrds().map((crd) => JSON.stringify(crd)) };
    const providersOf = async (own: boolean) => {
      const recorded = await record(() => {
        const [platform, crds] = [new k8s.Provider("platform"), new k8s.Provider("crds")];
        new RunnerPlatform("arc", args, { providers: [platform], ...(own ? { crdProvider: crds } : {}) });
      });
      const objects = recorded.resources.filter(({ type }) => type.startsWith("kubernetes:"));
      const counts: Record<string, number> = {};
      for (const { type, provider } of objects) {
        const key = `${type.endsWith(":CustomResourceDefinition") ? "CRDs" : "others"} by ${provider}`;
        counts[key] = (counts[key] ?? 0) + 1;
      }
      return counts;
    };
    assert.deepEqual(await providersOf(true), { "CRDs by crds": 4, "others by platform": 17 });
    assert.deepEqual(await providersOf(false), { "CRDs by platform": 4, "others by platform": 17 });
  });

  it("refuses to begin when what it would write to Vault is missing, names all of it and the way out", async () => {
    const imagePull = { registry: "ghcr.io", username: "acme-bot", vaultPath: "acme/registry" };
    const recorded = await record(() => {
      assert.throws(
        () => new RunnerPlatform("arc", { ...LEAST, vault: { connection }, imagePull }),
        (error: Error) => {
          assert.ok(pulumi.RunError.isInstance(error));
          assert.equal(
            error.message,
            "`githubApp` is needed to write its credentials to Vault; " +
              "`installationId` of the organisation acme is needed to write its credentials to Vault; " +
              "`imagePull.token` is needed to write the registry token to Vault. " +
              "Give it, or set `vault.manage` to false.",
          );
          return true;
        },
      );
    });
    assert.deepEqual(recorded.labels(), ["RunnerPlatform arc"]);
  });
});
