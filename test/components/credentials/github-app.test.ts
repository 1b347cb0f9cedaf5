import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { GitHubAppCredentials, type GitHubAppCredentialsArgs, StoreKind } from "../../../components";
import { labelOf, labelsOf, type RecordOptions, record } from "../../support/recorder";
import { isSecret, secretPaths, unwrap } from "../../support/secrets";

const KEY = "-----BEGIN RSA PRIVATE KEY-----\nnot a key\n-----END RSA PRIVATE KEY-----\n";
const ARGS: GitHubAppCredentialsArgs = {
  namespace: "acme",
  path: "acme/github-app",
  store: { name: "vault-backend", kind: StoreKind.ClusterSecretStore },
};
const WRITE = { org: "acme", appId: "123456", privateKey: KEY, installationId: "44556677" };

const create = (args: Partial<GitHubAppCredentialsArgs> = {}, options?: RecordOptions) =>
  record(() => void new GitHubAppCredentials("arc-acme-github-app", { ...ARGS, ...args }), options);

describe("GitHubAppCredentials", () => {
  it("makes of the three properties in Vault the three keys that ARC reads", async () => {
    const recorded = await create();
    assert.deepEqual(recorded.labels(), [
      "ExternalSecret arc-acme-github-app-external-secret",
      "GitHubAppCredentials arc-acme-github-app",
    ]);
    assert.deepEqual(recorded.one("ExternalSecret").inputs, {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: {
        name: "github-token",
        namespace: "acme",
        labels: { "app.kubernetes.io/managed-by": "pulumi", "app.kubernetes.io/part-of": "gha-rs" },
        annotations: { "pulumi.com/waitFor": "condition=Ready" },
      },
      spec: {
        refreshInterval: "1h",
        secretStoreRef: { name: "vault-backend", kind: "ClusterSecretStore" },
        target: {
          name: "github-token",
          creationPolicy: "Owner",
          deletionPolicy: "Retain",
          template: {
            engineVersion: "v2",
            type: "Opaque",
            data: {
              github_app_id: "{{ .app_id | trim }}",
              github_app_installation_id: "{{ .installation_id | trim }}",
              github_app_private_key: "{{ .private_key | trim }}\n",
            },
          },
        },
        data: [
          { secretKey: "app_id", remoteRef: { key: "acme/github-app", property: "app_id" } },
          { secretKey: "installation_id", remoteRef: { key: "acme/github-app", property: "installation_id" } },
          { secretKey: "private_key", remoteRef: { key: "acme/github-app", property: "private_key" } },
        ],
      },
    });
    assert.deepEqual(recorded.one("ExternalSecret").customTimeouts, { create: "2m", update: "2m" });
  });

  it("takes another name for the Secret, another store and another interval", async () => {
    const store = { name: "own", kind: StoreKind.SecretStore };
    const recorded = await create({ secretName: "app", store, refreshInterval: "15s" });
    const { metadata, spec } = recorded.one("ExternalSecret").inputs as {
      metadata: { name: string };
      spec: { refreshInterval: string; secretStoreRef: object; target: { name: string } };
    };
    assert.deepEqual(
      [metadata.name, spec.target.name, spec.secretStoreRef, spec.refreshInterval],
      ["app", "app", store, "15s"],
    );
    assert.deepEqual(recorded.outputsOf("GitHubAppCredentials"), { secretName: "app", secretVersion: "" });
  });

  it("writes nothing to Vault and follows no version when Vault holds the credentials already", async () => {
    const recorded = await create();
    assert.deepEqual(
      recorded.resources.filter(({ type }) => type.startsWith("vault:")),
      [],
    );
    assert.deepEqual(recorded.calls, []);
    assert.deepEqual(recorded.outputsOf("GitHubAppCredentials"), { secretName: "github-token", secretVersion: "" });
  });

  it("writes ids as strings and the key as it is, all in one secret, before the operator reads it", async () => {
    const recorded = await create({ write: WRITE });
    const kv = recorded.one("SecretV2");
    assert.equal(kv.name, "secret/acme/github-app");
    assert.ok(isSecret(kv.inputs.dataJson));
    assert.deepEqual(unwrap(kv.inputs), {
      mount: "secret",
      name: "acme/github-app",
      dataJson: JSON.stringify({ app_id: "123456", installation_id: "44556677", private_key: KEY }),
    });
    assert.deepEqual(labelsOf(recorded.one("ExternalSecret").dependencies), ["SecretV2 secret/acme/github-app"]);
    for (const { parent } of recorded.resources.filter(({ custom }) => custom)) {
      assert.equal(labelOf(parent), "GitHubAppCredentials arc-acme-github-app");
    }
  });

  it("writes to the mount that it is given, and tells the version that Vault counts", async () => {
    const recorded = await create({ write: WRITE, mount: "kv" }, { kvVersion: "7" });
    assert.equal(recorded.one("SecretV2").inputs.mount, "kv");
    assert.deepEqual(recorded.outputsOf("GitHubAppCredentials"), { secretName: "github-token", secretVersion: "7" });
  });

  it("keeps the key out of its own inputs, be it plain or secret, and the rest in them", async () => {
    for (const privateKey of [KEY, pulumi.secret(KEY)]) {
      const { inputs } = (await create({ write: { ...WRITE, privateKey } })).one("GitHubAppCredentials");
      const { privateKey: _privateKey, ...write } = WRITE;
      assert.deepEqual(inputs, { ...ARGS, write });
      assert.deepEqual(secretPaths(inputs), []);
    }
  });

  it("looks the installation up when its id is not given, by the App of the arguments", async () => {
    const installation = (id: number, appId: number) => ({
      id,
      appId,
      clientId: `Iv23${appId}`,
      appSlug: `app-${appId}`,
      suspended: false,
      permissions: { organization_self_hosted_runners: "write" },
    });
    const { installationId: _installationId, ...write } = WRITE;
    const recorded = await create(
      { write: { ...write, appSlug: "app-123456" } },
      { call: () => ({ installations: [installation(1, 99), installation(44556678, 123456)] }) },
    );
    assert.equal(recorded.calls.length, 1);
    const { dataJson } = unwrap(recorded.one("SecretV2").inputs) as { dataJson: string };
    assert.equal(dataJson, JSON.stringify({ app_id: "123456", installation_id: "44556678", private_key: KEY }));
  });
});
