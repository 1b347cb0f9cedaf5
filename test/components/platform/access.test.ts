import * as assert from "node:assert/strict";
import {
  ContainerMode,
  RunnerPlatform,
  type RunnerPlatformArgs,
  StoreScope,
  type VaultArgs,
} from "../../../components";
import { labelsOf, record } from "../../support/recorder";
import { unwrap } from "../../support/secrets";

const org = (name: string) => ({
  name,
  installationId: "44556677",
  runnerSets: [
    {
      name: `${name}-runners`,
      namespace: name,
      vaultPath: `${name}/app`,
      maxRunners: 1,
      runner: { image: "runner:1", resources: {}, containerMode: ContainerMode.None },
    },
  ],
});
const VAULT: VaultArgs = {
  connection: {
    server: "https://vault.example.org:8200",
    mount: "kv",
    storeName: "runners",
    authMount: "k8s/ci",
    audience: "vault",
  },
  operatorServiceAccount: "eso",
  operatorNamespace: "eso-system",
  refreshInterval: "15m",
};
const ARGS: RunnerPlatformArgs = {
  controller: { version: "0.14.2" },
  githubApp: { appId: "123456", privateKey: "not a key" },
  vault: VAULT,
  imagePull: {
    registry: "r.example.org",
    username: "bot",
    vaultPath: "shared/registry",
    property: "password",
    token: "not-a-token",
  },
  orgs: [org("one"), org("two")],
};
const create = (vault: Partial<VaultArgs> = {}) =>
  record(() => void new RunnerPlatform("arc", { ...ARGS, vault: { ...VAULT, ...vault } }));

const read = (path: string) => `path "kv/data/${path}" {\n  capabilities = ["read"]\n}\n`;
const provider = (role: string, account: object) => ({
  vault: {
    server: "https://vault.example.org:8200",
    path: "kv",
    version: "v2",
    auth: {
      kubernetes: { mountPath: "k8s/ci", role, serviceAccountRef: { ...account, audiences: ["vault"] } },
    },
  },
});

describe("The way of a platform's tenants to Vault", () => {
  it("leads with a shared store through the operator that is named, for the tenants' namespaces alone", async () => {
    const recorded = await create();
    const { metadata, spec } = recorded.one("ClusterSecretStore").inputs as {
      metadata: { name: string };
      spec: object;
    };
    assert.equal(metadata.name, "runners");
    assert.deepEqual(spec, {
      conditions: [{ namespaces: ["one", "two"] }],
      provider: provider("arc-external-secrets", { name: "eso", namespace: "eso-system" }),
    });
    assert.deepEqual(recorded.one("AuthBackendRole").inputs, {
      backend: "k8s/ci",
      roleName: "arc-external-secrets",
      boundServiceAccountNames: ["eso"],
      boundServiceAccountNamespaces: ["eso-system"],
      tokenPolicies: ["arc-one", "arc-two"],
      tokenTtl: 600,
      audience: "vault",
    });
  });

  it("leads in the scope `namespace` through each tenant's own account, with its own policy", async () => {
    const recorded = await create({ storeScope: StoreScope.Namespace });
    assert.deepEqual(recorded.all("ClusterSecretStore"), []);
    assert.deepEqual(
      recorded.all("SecretStore").map(({ inputs }) => {
        const { metadata, spec } = inputs as { metadata: Record<string, string>; spec: object };
        return [metadata.namespace, metadata.name, spec];
      }),
      ["one", "two"].map((name) => [name, "runners", { provider: provider(`arc-${name}`, { name: "vault-auth" }) }]),
    );
    assert.deepEqual(
      recorded.all("AuthBackendRole").map(({ inputs }) => inputs),
      ["one", "two"].map((name) => ({
        backend: "k8s/ci",
        roleName: `arc-${name}`,
        boundServiceAccountNames: ["vault-auth"],
        boundServiceAccountNamespaces: [name],
        tokenPolicies: [`arc-${name}`],
        tokenTtl: 600,
        audience: "vault",
      })),
    );
  });

  it("makes each tenant's account in its namespace, which is there by then", async () => {
    const recorded = await create({ storeScope: StoreScope.Namespace });
    for (const name of ["one", "two"]) {
      const account = recorded.one("ServiceAccount", `arc-${name}-vault-access-service-account`);
      assert.deepEqual(labelsOf(account.dependencies), [
        `Namespace arc-${name}`,
        `NetworkPolicy arc-${name}-deny-ingress`,
        "SecretV2 kv/shared/registry",
      ]);
    }
  });

  it("has a store and an account in each namespace also when Vault itself is not managed from here", async () => {
    const recorded = await create({ storeScope: StoreScope.Namespace, manage: false });
    const made = [...recorded.all("SecretStore"), ...recorded.all("ServiceAccount")].map(({ name }) => name);
    assert.deepEqual(
      made.filter((name) => name.includes("vault-access")),
      [
        "arc-one-vault-access-store",
        "arc-two-vault-access-store",
        "arc-one-vault-access-service-account",
        "arc-two-vault-access-service-account",
      ],
    );
    assert.deepEqual(
      recorded.resources.filter(({ type }) => type.startsWith("vault:")),
      [],
    );
  });

  it("lets each tenant read its own App and the registry token, and nothing of another's, in either scope", async () => {
    for (const storeScope of Object.values(StoreScope)) {
      assert.deepEqual(
        (await create({ storeScope })).all("Policy").map(({ inputs }) => inputs),
        ["one", "two"].map((name) => ({
          name: `arc-${name}`,
          policy: `${read(`${name}/app`)}\n${read("shared/registry")}`,
        })),
      );
    }
  });

  it("writes under the given mount, paths and property", async () => {
    const written = (await create()).all("SecretV2").map(({ inputs }) => unwrap(inputs) as Record<string, string>);
    const app = JSON.stringify({ app_id: "123456", installation_id: "44556677", private_key: "not a key" });
    assert.deepEqual(written, [
      { mount: "kv", name: "one/app", dataJson: app },
      { mount: "kv", name: "shared/registry", dataJson: '{"password":"not-a-token"}' },
      { mount: "kv", name: "two/app", dataJson: app },
    ]);
  });

  it("is read as often, from the store and by the property, as is given", async () => {
    const secrets = (await create({ storeScope: StoreScope.Namespace })).all("ExternalSecret");
    assert.deepEqual(
      secrets.map(({ inputs }) => {
        const { metadata, spec } = inputs as {
          metadata: { namespace: string };
          spec: { refreshInterval: string; secretStoreRef: object; data: { remoteRef: object }[] };
        };
        assert.equal(spec.refreshInterval, "15m");
        assert.deepEqual(spec.secretStoreRef, { name: "runners", kind: "SecretStore" });
        return [metadata.namespace, spec.data.at(-1)?.remoteRef];
      }),
      ["one", "two"].flatMap((name) => [
        [name, { key: `${name}/app`, property: "private_key" }],
        [name, { key: "shared/registry", property: "password" }],
      ]),
    );
  });

  it("begins with the mount when that is to be made, whichever the scope", async () => {
    for (const storeScope of Object.values(StoreScope)) {
      const recorded = await create({ storeScope, createMount: true });
      const mount = recorded.one("Mount");
      assert.equal(mount.inputs.path, "kv");
      const writes = recorded.all("SecretV2");
      assert.equal(writes.length, 3);
      for (const write of writes) assert.ok(recorded.before(write).has(mount.urn), write.name);
    }
    assert.deepEqual((await create({ createMount: true, manage: false })).all("Mount"), []);
    const unmanaged = await create({ createMount: true, manage: false, storeScope: StoreScope.Namespace });
    assert.deepEqual(unmanaged.all("VaultAccess"), []);
  });

  it("makes with a store that exists already no role that would let anyone in, only policies to give", async () => {
    const recorded = await create({ createStore: false });
    const vault = recorded.resources.filter(({ type }) => type.startsWith("vault:")).map(({ urn }) => urn);
    assert.deepEqual(labelsOf(vault), [
      "Policy arc-one-vault-access-policy",
      "Policy arc-two-vault-access-policy",
      "SecretV2 kv/one/app",
      "SecretV2 kv/shared/registry",
      "SecretV2 kv/two/app",
    ]);
  });
});
