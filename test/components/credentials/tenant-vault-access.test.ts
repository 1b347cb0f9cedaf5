import * as assert from "node:assert/strict";
import { TenantVaultAccess, type TenantVaultAccessArgs } from "../../../components";
import { labelOf, labelsOf, record } from "../../support/recorder";

const ARGS: TenantVaultAccessArgs = {
  namespace: "acme",
  paths: ["acme/github-app", "shared/registry"],
  connection: { server: "https://vault.example.org:8200" },
};
const create = (args: Partial<TenantVaultAccessArgs> = {}) =>
  record(() => void new TenantVaultAccess("arc-acme-vault-access", { ...ARGS, ...args }));

const MINE = { "app.kubernetes.io/managed-by": "pulumi", "app.kubernetes.io/part-of": "gha-rs" };
const POLICY = {
  name: "arc-acme",
  policy:
    'path "secret/data/acme/github-app" {\n  capabilities = ["read"]\n}\n\n' +
    'path "secret/data/shared/registry" {\n  capabilities = ["read"]\n}\n',
};
const STORE = {
  apiVersion: "external-secrets.io/v1",
  kind: "SecretStore",
  metadata: {
    name: "vault-backend",
    namespace: "acme",
    labels: MINE,
    annotations: { "pulumi.com/waitFor": "condition=Ready" },
  },
  spec: {
    provider: {
      vault: {
        server: "https://vault.example.org:8200",
        path: "secret",
        version: "v2",
        auth: {
          kubernetes: { mountPath: "kubernetes", role: "arc-acme", serviceAccountRef: { name: "vault-auth" } },
        },
      },
    },
  },
};

describe("TenantVaultAccess", () => {
  it("is beside a shared store the tenant's policy alone", async () => {
    const recorded = await create();
    assert.deepEqual(recorded.labels(), [
      "Policy arc-acme-vault-access-policy",
      "TenantVaultAccess arc-acme-vault-access",
    ]);
    assert.deepEqual(recorded.one("Policy").inputs, POLICY);
    assert.deepEqual(recorded.outputsOf("TenantVaultAccess"), { policyName: "arc-acme" });
  });

  it("has with a store of its own who logs in, for whom, with which policy, and where", async () => {
    const recorded = await create({ ownStore: true });
    assert.deepEqual(recorded.labels(), [
      "AuthBackendRole arc-acme-vault-access-role",
      "Policy arc-acme-vault-access-policy",
      "SecretStore arc-acme-vault-access-store",
      "ServiceAccount arc-acme-vault-access-service-account",
      "TenantVaultAccess arc-acme-vault-access",
    ]);
    assert.deepEqual(recorded.one("Policy").inputs, POLICY);
    assert.deepEqual(recorded.one("ServiceAccount").inputs, {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "vault-auth", namespace: "acme", labels: MINE },
      automountServiceAccountToken: false,
    });
    assert.deepEqual(recorded.one("AuthBackendRole").inputs, {
      backend: "kubernetes",
      roleName: "arc-acme",
      boundServiceAccountNames: ["vault-auth"],
      boundServiceAccountNamespaces: ["acme"],
      tokenPolicies: ["arc-acme"],
      tokenTtl: 600,
    });
    assert.deepEqual(recorded.one("SecretStore").inputs, STORE);
    for (const { parent } of recorded.resources.filter(({ custom }) => custom)) {
      assert.equal(labelOf(parent), "TenantVaultAccess arc-acme-vault-access");
    }
  });

  it("makes the store when all that it needs is there", async () => {
    const recorded = await create({ ownStore: true });
    assert.deepEqual(labelsOf(recorded.one("AuthBackendRole").dependencies), ["Policy arc-acme-vault-access-policy"]);
    assert.deepEqual(labelsOf(recorded.one("SecretStore").dependencies), [
      "AuthBackendRole arc-acme-vault-access-role",
      "Policy arc-acme-vault-access-policy",
      "ServiceAccount arc-acme-vault-access-service-account",
    ]);
  });

  it("makes the store and who logs in alone when Vault is not managed from here", async () => {
    const recorded = await create({ ownStore: true, manageVault: false });
    assert.deepEqual(recorded.labels(), [
      "SecretStore arc-acme-vault-access-store",
      "ServiceAccount arc-acme-vault-access-service-account",
      "TenantVaultAccess arc-acme-vault-access",
    ]);
    assert.deepEqual(recorded.one("SecretStore").inputs, STORE);
  });

  it("carries mount, auth mount, store name and audience into policy, role and store", async () => {
    const recorded = await create({
      ownStore: true,
      paths: ["acme/app"],
      connection: { server: "http://v:8200", mount: "kv", storeName: "own", authMount: "k8s/ci", audience: "vault" },
    });
    assert.equal(recorded.one("Policy").inputs.policy, 'path "kv/data/acme/app" {\n  capabilities = ["read"]\n}\n');
    const { backend, audience } = recorded.one("AuthBackendRole").inputs;
    assert.deepEqual({ backend, audience }, { backend: "k8s/ci", audience: "vault" });
    const { metadata, spec } = recorded.one("SecretStore").inputs as typeof STORE;
    assert.equal(metadata.name, "own");
    assert.deepEqual(spec.provider.vault, {
      server: "http://v:8200",
      path: "kv",
      version: "v2",
      auth: {
        kubernetes: {
          mountPath: "k8s/ci",
          role: "arc-acme",
          serviceAccountRef: { name: "vault-auth", audiences: ["vault"] },
        },
      },
    });
  });
});
