import * as assert from "node:assert/strict";
import { VaultAccess, type VaultAccessArgs } from "../../../components";
import { readPolicy } from "../../../components/credentials/vault-access";
import { labelOf, labelsOf, record } from "../../support/recorder";

const ARGS: VaultAccessArgs = {
  connection: { server: "https://vault.example.org:8200" },
  namespaces: ["zeta", "acme"],
};
const create = (args: Partial<VaultAccessArgs> = {}) =>
  record(() => void new VaultAccess("arc-vault-access", { ...ARGS, ...args }));

const STORE = {
  apiVersion: "external-secrets.io/v1",
  kind: "ClusterSecretStore",
  metadata: {
    name: "vault-backend",
    labels: { "app.kubernetes.io/managed-by": "pulumi", "app.kubernetes.io/part-of": "gha-rs" },
    annotations: { "pulumi.com/waitFor": "condition=Ready" },
  },
  spec: {
    conditions: [{ namespaces: ["acme", "zeta"] }],
    provider: {
      vault: {
        server: "https://vault.example.org:8200",
        path: "secret",
        version: "v2",
        auth: {
          kubernetes: {
            mountPath: "kubernetes",
            role: "arc-external-secrets",
            serviceAccountRef: { name: "external-secrets", namespace: "external-secrets" },
          },
        },
      },
    },
  },
};
const ROLE = {
  backend: "kubernetes",
  roleName: "arc-external-secrets",
  boundServiceAccountNames: ["external-secrets"],
  boundServiceAccountNamespaces: ["external-secrets"],
  tokenPolicies: ["arc-zeta", "arc-acme"],
  tokenTtl: 600,
};

describe("VaultAccess", () => {
  it("lets the operator's ServiceAccount alone log in, with the tenants' policies, to one store that tenants alone may use", async () => {
    const recorded = await create();
    assert.deepEqual(recorded.labels(), [
      "AuthBackendRole arc-vault-access-role",
      "ClusterSecretStore arc-vault-access-store",
      "VaultAccess arc-vault-access",
    ]);
    assert.deepEqual(recorded.one("AuthBackendRole").inputs, ROLE);
    assert.deepEqual(recorded.one("ClusterSecretStore").inputs, STORE);
    assert.deepEqual(labelsOf(recorded.one("ClusterSecretStore").dependencies), [
      "AuthBackendRole arc-vault-access-role",
    ]);
    for (const { parent } of recorded.resources.filter(({ custom }) => custom)) {
      assert.equal(labelOf(parent), "VaultAccess arc-vault-access");
    }
  });

  it("does not sort the namespaces that it was given in place", async () => {
    const namespaces = ["zeta", "acme"];
    await create({ namespaces });
    assert.deepEqual(namespaces, ["zeta", "acme"]);
  });

  it("takes another operator, mount, store, auth mount and audience", async () => {
    const recorded = await create({
      connection: {
        server: "https://vault.example.org:8200",
        mount: "kv",
        storeName: "runners",
        authMount: "k8s/ci",
        audience: "vault",
      },
      operatorServiceAccount: "eso",
      operatorNamespace: "eso-system",
    });
    assert.deepEqual(recorded.one("AuthBackendRole").inputs, {
      ...ROLE,
      backend: "k8s/ci",
      boundServiceAccountNames: ["eso"],
      boundServiceAccountNamespaces: ["eso-system"],
      audience: "vault",
    });
    const { metadata, spec } = recorded.one("ClusterSecretStore").inputs as typeof STORE;
    assert.equal(metadata.name, "runners");
    assert.deepEqual(spec.provider.vault, {
      server: "https://vault.example.org:8200",
      path: "kv",
      version: "v2",
      auth: {
        kubernetes: {
          mountPath: "k8s/ci",
          role: "arc-external-secrets",
          serviceAccountRef: { name: "eso", namespace: "eso-system", audiences: ["vault"] },
        },
      },
    });
    assert.deepEqual(recorded.outputsOf("VaultAccess"), { storeName: "runners" });
  });

  it("protects the mount that it creates, since its deletion would delete every secret in it", async () => {
    const recorded = await create({ createMount: true });
    const mount = recorded.one("Mount");
    assert.deepEqual(mount.inputs, {
      path: "secret",
      type: "kv",
      options: { version: "2" },
      description: "Credentials of GitHub runners",
    });
    assert.deepEqual(
      recorded.resources.filter((resource) => resource.protect).map(({ urn }) => urn),
      [mount.urn],
    );
    assert.deepEqual(labelsOf(recorded.one("AuthBackendRole").dependencies), ["Mount arc-vault-access-mount"]);
    assert.deepEqual(labelsOf(recorded.one("ClusterSecretStore").dependencies), [
      "AuthBackendRole arc-vault-access-role",
      "Mount arc-vault-access-mount",
    ]);
  });

  it("makes the store alone when Vault is not managed from here", async () => {
    const recorded = await create({ manageVault: false });
    assert.deepEqual(recorded.labels(), ["ClusterSecretStore arc-vault-access-store", "VaultAccess arc-vault-access"]);
    assert.deepEqual(recorded.one("ClusterSecretStore").inputs, STORE);
  });

  it("makes neither role nor store when each namespace has its own, and tells no store", async () => {
    const recorded = await create({ sharedStore: false, createMount: true });
    assert.deepEqual(recorded.labels(), ["Mount arc-vault-access-mount", "VaultAccess arc-vault-access"]);
    assert.deepEqual(recorded.outputsOf("VaultAccess"), { storeName: "" });
  });
});

describe("readPolicy", () => {
  it("reads the given paths of a KV v2 engine and nothing else", () => {
    assert.equal(
      readPolicy("secret", ["acme/github-app", "shared/registry"]),
      [
        'path "secret/data/acme/github-app" {',
        '  capabilities = ["read"]',
        "}",
        "",
        'path "secret/data/shared/registry" {',
        '  capabilities = ["read"]',
        "}",
        "",
      ].join("\n"),
    );
  });
});
