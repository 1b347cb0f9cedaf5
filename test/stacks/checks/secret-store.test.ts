import assert from "node:assert/strict";
import { check, brief, found, PRIVATE_KEY, type Secrets, soundValues, type Values } from "../../support/checked-stack";

const NONE = { secretStore: { kind: "none" } };
const BY_NAME = { secretStore: { kind: "ClusterSecretStore", name: "aws" } };
const KEY: Secrets = { githubAppPrivateKey: { text: PRIVATE_KEY } };
const values = (...more: Values[]): Values => Object.assign({}, soundValues(), ...more) as Values;

describe("A stack file with another store", () => {
  it("needs no key where somebody else fills the store, and the App's key where there is none", () => {
    assert.deepEqual(brief(check(values(BY_NAME), {})), []);
    assert.deepEqual(check(values(NONE), {}), [
      {
        id: "credentials/missing-secret",
        severity: "error",
        path: "arc:githubAppPrivateKey",
        message: "is not set; it is needed to make a Secret of the GitHub App's credentials",
        fix: "run: pulumi config set --secret arc:githubAppPrivateKey < private-key.pem",
      },
    ]);
    assert.deepEqual(brief(check(values(NONE), KEY)), []);
  });

  it("needs the App's id and installation where Secrets are made, and neither where the store has them", () => {
    const githubApp = { githubApp: { installationLookup: "none" } };
    assert.deepEqual(brief(check(values(NONE, githubApp), KEY)), [
      "credentials/app-id arc:githubApp.appId",
      "credentials/installation arc:orgs[0].installationId",
    ]);
    assert.equal(
      found("credentials/app-id", values(NONE, githubApp), KEY)[0]!.message,
      "is missing; it is part of the credentials that a Secret is made of",
    );
    assert.deepEqual(brief(check(values(BY_NAME, githubApp), {})), []);
  });

  it("needs the registry token, and the password of a proxy's user, once for all that have it", () => {
    const https = { url: "http://proxy:1", username: "runner" };
    const raw = values(NONE, { imagePull: { username: "bot" }, proxy: { http: https, https } });
    assert.deepEqual(brief(check(raw, KEY)), [
      "credentials/missing-secret arc:imagePullToken",
      "credentials/missing-secret arc:proxyPasswords.runner",
    ]);
    assert.deepEqual(
      brief(check(raw, { ...KEY, imagePullToken: { text: "t" }, "proxyPasswords.runner": { encrypted: true } })),
      [],
    );
  });

  it("may give two namespaces one entry of a store that somebody else fills, and begin it with the name of Vault's mount", () => {
    const vaultPath = "secret/shared";
    const runnerSets = ["a", "b"].map((name) => ({ name, vaultPath }));
    const orgs = [{ name: "acme", runnerSets }];
    assert.deepEqual(brief(check(values(BY_NAME, { orgs }), {})), []);
    assert.deepEqual(brief(check(values({ orgs }), KEY)), [
      "names/shared-vault-path arc:orgs[0].runnerSets[1].vaultPath",
      "credentials/vault-path arc:orgs[0].runnerSets[0].vaultPath",
      "credentials/vault-path arc:orgs[0].runnerSets[1].vaultPath",
    ]);
  });

  it("has a name with a store of its own, none without, and a place of the registry token wherever there is a store", () => {
    const kinds = (secretStore: Values, more: Values = {}) => brief(check(values({ secretStore }, more), KEY));
    assert.deepEqual(kinds({ kind: "SecretStore" }), ["config/missing arc:secretStore.name"]);
    assert.deepEqual(kinds({ kind: "none", name: "aws" }), ["config/unknown-key arc:secretStore.name"]);
    assert.deepEqual(kinds({ kind: "vault", refreshInterval: "1h" }), [
      "config/unknown-key arc:secretStore.refreshInterval",
    ]);
    assert.deepEqual(kinds({ kind: "aws" }), ["config/invalid arc:secretStore.kind"]);
    const imagePull = { imagePull: { username: "bot" } };
    for (const store of [{ kind: "vault" }, { kind: "SecretStore", name: "aws" }]) {
      assert.deepEqual(
        kinds(store, imagePull).filter((each) => !each.includes("not-read")),
        ["config/missing arc:imagePull.vaultPath"],
      );
    }
  });
});

describe("credentials/secret-store", () => {
  const id = "credentials/secret-store";
  const endpoint = (more: Values) => ({ https: { url: "http://proxy:1", ...more } });

  it("refuses a proxy's path where there is no store, at the organisation and above it.", () => {
    const proxy = endpoint({ vaultPath: "shared/proxy" });
    const orgs = [{ name: "acme", proxy, runnerSets: [{ name: "acme-runners" }] }];
    const paths = found(id, values(NONE, { proxy, orgs }), KEY).map(({ severity, path }) => `${severity} ${path}`);
    assert.deepEqual(paths, ["error arc:proxy.https.vaultPath", "error arc:orgs[0].proxy.https.vaultPath"]);
  });

  it("refuses a proxy's user where the store has the credentials.", () => {
    const proxy = endpoint({ username: "runner" });
    assert.deepEqual(found(id, values(BY_NAME, { proxy }), {}), [
      {
        severity: "error",
        path: "arc:proxy.https.username",
        message:
          '"runner" is read only with arc:secretStore.kind none, and it is ClusterSecretStore; the proxy would be asked without credentials',
        allowed: "vaultPath, where the store has username and password; or credentialSecretRef, a Secret of your own",
        fix: "write vaultPath in its place",
      },
    ]);
    assert.equal(found(id, values({ proxy })).length, 1);
  });

  it("is silent when kind and credentials go together, and about a Secret of one's own.", () => {
    assert.deepEqual(found(id, values(NONE, { proxy: endpoint({ username: "runner" }) }), KEY), []);
    assert.deepEqual(found(id, values({ proxy: endpoint({ vaultPath: "shared/proxy" }) })), []);
    for (const store of [NONE, BY_NAME, {}])
      assert.deepEqual(found(id, values(store, { proxy: endpoint({ credentialSecretRef: "own" }) })), []);
  });
});

describe("credentials/not-read", () => {
  const id = "credentials/not-read";

  it("tells of arc:vault beside another kind of store, once, and not of its defaults.", () => {
    const vault = { server: "https://vault.example.org:8200" };
    for (const [store, secrets, kind] of [
      [NONE, KEY, "none"],
      [BY_NAME, {}, "ClusterSecretStore"],
    ] as const) {
      assert.deepEqual(found(id, values(store, { vault }), secrets), [
        {
          severity: "warning",
          path: "arc:vault",
          message: `is not read: arc:secretStore.kind is ${kind}`,
          allowed: "arc:vault with arc:secretStore.kind vault",
          fix: "remove arc:vault, or correct arc:secretStore",
        },
      ]);
      assert.deepEqual(found(id, values(store, { vault: {} }), secrets), []);
    }
  });

  it("tells of paths in a store where there is none.", () => {
    const orgs = [{ name: "acme", runnerSets: [{ name: "a", vaultPath: "a/b" }, { name: "c" }] }];
    const raw = values(NONE, { orgs, imagePull: { username: "bot", vaultPath: "x" } });
    assert.deepEqual(
      found(id, raw, { ...KEY, imagePullToken: { text: "t" } }).map(({ path }) => path),
      ["arc:imagePull.vaultPath", "arc:orgs[0].runnerSets[0].vaultPath"],
    );
  });

  it("tells of secrets that are in the store, with the command that removes them, but for the key of a look-up.", () => {
    const secrets: Secrets = { ...KEY, "githubTokens.acme": { encrypted: true } };
    const told = found(id, values(BY_NAME), secrets);
    assert.deepEqual(
      told.map(({ path, fix }) => [path, fix]),
      [
        ["arc:githubAppPrivateKey", "run: pulumi config rm arc:githubAppPrivateKey"],
        ["arc:githubTokens.acme", "run: pulumi config rm --path arc:githubTokens.acme"],
      ],
    );
    assert.equal(told[0]!.message, "is set and not read: the credentials come from the ClusterSecretStore");
    const lookedUp = values(BY_NAME, { githubApp: { appId: "123456", installationLookup: "app" } });
    assert.deepEqual(
      found(id, lookedUp, secrets).map(({ path }) => path),
      ["arc:githubTokens.acme"],
    );
  });

  it("is silent with Vault, whoever writes it.", () => {
    for (const manage of [true, false]) {
      const vault = { server: "https://vault.example.org:8200", manage };
      assert.deepEqual(found(id, values({ vault }), { ...KEY, imagePullToken: { text: "t" } }), []);
    }
  });
});
