import * as assert from "node:assert/strict";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { VaultApi } from "../../stacks/vault-api";
import { contentsOf, vaultContents } from "../../stacks/vault-contents";
import { neededRoles, neededSecrets } from "../../stacks/vault-needs";
import { settled, soundValues, type Values } from "../support/checked-stack";

const APP = ["app_id", "installation_id", "private_key"];
const TOKEN = "not-a-real-token";

/** A stack whose credentials are in Vault already. */
function held(change: Values = {}, vault: Values = {}) {
  return settled({ ...soundValues(), vault: { manage: false, ...vault }, ...change });
}

/** What Vault answers for a path: a status, or `data`. */
type Answers = Record<string, number | object>;

/** A KV secret with these properties and that newest version. */
function kv(path: string, properties: string[], version = 3): Answers {
  return {
    [`secret/metadata/${path}`]: { current_version: version, versions: { [version]: { deletion_time: "" } } },
    [`secret/subkeys/${path}`]: {
      metadata: { version, deletion_time: "" },
      subkeys: Object.fromEntries(properties.map((property) => [property, null])),
    },
  };
}

const ROLE: Answers = {
  "auth/kubernetes/role/arc-external-secrets": {
    bound_service_account_names: ["external-secrets"],
    bound_service_account_namespaces: ["external-secrets"],
    token_policies: ["arc-read"],
  },
  "sys/policies/acl/arc-read": { name: "arc-read" },
};
const SOUND: Answers = { ...kv("acme-runners/github-app", APP), ...ROLE };

describe("What a Vault that others fill has", () => {
  let server: http.Server;
  let answers: Answers;
  let seen: { path: string; method: string; token: unknown }[];
  let api: VaultApi;

  before(async () => {
    server = http.createServer(({ url, method, headers }, response) => {
      const path = url!.replace("/v1/", "");
      seen.push({ path, method: method!, token: headers["x-vault-token"] });
      const answer = answers[path] ?? 404;
      response.statusCode = typeof answer === "number" ? answer : 200;
      response.end(JSON.stringify(typeof answer === "number" ? { errors: [] } : { data: answer }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    api = VaultApi.of(undefined, { VAULT_ADDR: address, VAULT_TOKEN: TOKEN })!;
  });
  beforeEach(() => {
    answers = SOUND;
    seen = [];
  });
  after(() => server.close());

  it("is asked by names of properties and versions alone: no value is read, and nothing written", async () => {
    assert.deepEqual(await contentsOf(held(), api), {
      problems: [],
      unknown: [],
      versions: { "acme-runners/github-app": "3" },
    });
    assert.deepEqual(seen.map(({ path, method, token }) => `${method} ${path} ${token === TOKEN}`).sort(), [
      "GET auth/kubernetes/role/arc-external-secrets true",
      "GET secret/metadata/acme-runners/github-app true",
      "GET secret/subkeys/acme-runners/github-app true",
      "GET sys/policies/acl/arc-read true",
    ]);
  });

  it("is not asked without an engine, an address or a token", async () => {
    assert.deepEqual(await vaultContents(held(), api), {});
    assert.deepEqual(seen, []);
    assert.equal(VaultApi.of("http://127.0.0.1:1", {}), undefined);
    assert.equal(VaultApi.of(undefined, { VAULT_TOKEN: TOKEN }), undefined);
  });

  it("is every path that an ExternalSecret reads, each once, with all properties that are read there", () => {
    const proxy = { https: { url: "http://proxy.example.org:3128", vaultPath: "shared/proxy" } };
    const config = held({
      imagePull: { username: "acme-bot", vaultPath: "shared/registry", property: "password" },
      orgs: [
        { name: "acme", runnerSets: [{ name: "acme-runners" }, { name: "acme-gpu", namespace: "acme-runners" }] },
        { name: "beta", auth: "token", proxy, runnerSets: [{ name: "beta-runners" }] },
        { name: "own", githubConfigSecret: "mine", runnerSets: [{ name: "own-runners" }] },
      ],
    });
    assert.deepEqual(neededSecrets(config), [
      { path: "acme-runners/github-app", properties: APP },
      { path: "beta-runners/github-pat", properties: ["token"] },
      { path: "shared/proxy", properties: ["username", "password"] },
      { path: "shared/registry", properties: ["password"] },
    ]);
  });

  it("is the role of each store that this program makes, with the ServiceAccount that logs in", () => {
    const operator = { name: "external-secrets", namespace: "external-secrets" };
    assert.deepEqual(neededRoles(held()), [{ role: "arc-external-secrets", account: operator }]);
    assert.deepEqual(neededRoles(held({}, { auth: { role: "second" } })), [{ role: "second", account: operator }]);
    assert.deepEqual(neededRoles(held({}, { storeScope: "namespace" })), [
      { role: "arc-acme-runners", account: { name: "vault-auth", namespace: "acme-runners" } },
    ]);
    assert.deepEqual(neededRoles(held({}, { createStore: false })), []);
  });

  it("is wrong without the path, with what to write there", async () => {
    answers = ROLE;
    assert.deepEqual((await contentsOf(held(), api)).problems, [
      [
        "Vault has no KV v2 secret secret/acme-runners/github-app; the Secret that is made of it would never be there",
        "  allowed: a path with the properties app_id, installation_id, private_key",
        "  fix: run: vault kv put -mount=secret acme-runners/github-app app_id=… installation_id=… private_key=@private-key.pem; or correct vaultPath or arc:vault.mount, or set arc:vault.manage to true",
      ].join("\n"),
    ]);
  });

  it("is wrong with other properties, and tells their names", async () => {
    answers = { ...ROLE, ...kv("acme-runners/github-app", ["app_id", "installation_id", "private_kye"]) };
    assert.deepEqual((await contentsOf(held(), api)).problems, [
      [
        'secret/acme-runners/github-app in Vault has no private_key; it has: "app_id", "installation_id", "private_kye"',
        "  allowed: the properties app_id, installation_id, private_key",
        '  fix: run: vault kv patch -mount=secret acme-runners/github-app private_key=@private-key.pem; is "private_kye" meant for it?',
      ].join("\n"),
    ]);
  });

  it("is wrong when the newest version is deleted or destroyed, but not when it will be", async () => {
    const path = "acme-runners/github-app";
    const newest = (state: object) => ({
      ...SOUND,
      [`secret/metadata/${path}`]: { current_version: 3, versions: { 3: state } },
    });
    const heading = async () => (await contentsOf(held(), api)).problems.map((each) => each.split(";")[0]);
    answers = { ...newest({ deletion_time: "2026-01-01T00:00:00Z" }), [`secret/subkeys/${path}`]: 404 };
    assert.deepEqual(await heading(), [`Version 3 of secret/${path}, the newest, is deleted in Vault`]);
    answers = { ...newest({ deletion_time: "", destroyed: true }), [`secret/subkeys/${path}`]: 404 };
    assert.deepEqual(await heading(), [`Version 3 of secret/${path}, the newest, is destroyed in Vault`]);
    answers = newest({ deletion_time: "2999-01-01T00:00:00Z" });
    assert.deepEqual(await heading(), []);
  });

  it("is wrong when the operator cannot log in, or a policy of its role is not there", async () => {
    const place = "auth/kubernetes/role/arc-external-secrets";
    const first = async () => (await contentsOf(held(), api)).problems.map((each) => each.split("\n")[0]);
    answers = { ...SOUND, [place]: 404 };
    assert.deepEqual(await first(), [`Vault has no ${place}, which External Secrets logs in with`]);
    answers = { ...SOUND, "sys/policies/acl/arc-read": 404 };
    assert.deepEqual(await first(), [
      `Vault has no policy "arc-read", which ${place} gives to External Secrets; it could read nothing by it`,
    ]);
    const role = ROLE[place] as object;
    answers = { ...SOUND, [place]: { ...role, bound_service_account_namespaces: ["eso"] } };
    assert.deepEqual(await first(), [
      `${place} in Vault does not take the ServiceAccount external-secrets/external-secrets, which External Secrets logs in as`,
    ]);
    answers = { ...SOUND, [place]: { ...role, bound_service_account_namespaces: ["external-*"] } };
    assert.deepEqual(await first(), []);
  });

  it("is unknown where the token may not see it, and that is no problem", async () => {
    const path = "acme-runners/github-app";
    const refused = Object.fromEntries(Object.keys(SOUND).map((each) => [each, 403]));
    answers = refused;
    assert.deepEqual(await contentsOf(held(), api), {
      problems: [],
      unknown: [`secret/${path} (403)`, "auth/kubernetes/role/arc-external-secrets (403)"],
      versions: {},
    });
    // Each of the two endpoints tells the version.
    answers = { ...SOUND, [`secret/subkeys/${path}`]: 403 };
    assert.deepEqual(await contentsOf(held(), api), {
      problems: [],
      unknown: [`the properties of secret/${path} (403)`],
      versions: { [path]: "3" },
    });
    answers = { ...SOUND, [`secret/metadata/${path}`]: 403, "sys/policies/acl/arc-read": 403 };
    assert.deepEqual(await contentsOf(held(), api), {
      problems: [],
      unknown: ["the policy arc-read (403)"],
      versions: { [path]: "3" },
    });
  });
});
