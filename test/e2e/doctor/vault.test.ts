import * as assert from "node:assert/strict";
import type { Intended } from "../../../cli/doctor/context";
import { askVault, type VaultSeen } from "../../../cli/doctor/vault";
import { findSecrets } from "../support/secret-search";
import { lab } from "../support/lab";
import { intendedStack } from "./support/stack";

const ACME = "acme-ci/github-app";
const GLOBEX = "globex-ci/github-app";
const PULL = "arc/github-token";
const VALUE = "not-a-real-value-of-anything";
const APP = ["app_id", "installation_id", "private_key"];

describe("Doctor, asking Vault", () => {
  let intent: Intended;
  const vault = () => lab().vault;
  before(async () => {
    intent = await intendedStack({ "arc:vault": { address: vault().address } });
    const app = Object.fromEntries(APP.map((property) => [property, VALUE]));
    for (const path of [ACME, GLOBEX]) await write(path, app);
    await write(PULL, { token: VALUE });
  });

  const write = (path: string, data: object) => vault().request("POST", `secret/data/${path}`, { data });
  const ask = (token: string | undefined = vault().rootToken) => askVault(intent, { VAULT_TOKEN: token });

  async function tokenFor(name: string, policy: string): Promise<string> {
    await vault().request("PUT", `sys/policies/acl/${name}`, { policy });
    const { body } = await vault().request("POST", "auth/token/create", { policies: [name] });
    return (body.auth as { client_token: string }).client_token;
  }

  async function seenWith(token?: string): Promise<Record<string, unknown>> {
    const seen = await ask(token);
    assert.ok("value" in seen, JSON.stringify(seen));
    return Object.fromEntries(seen.value satisfies VaultSeen);
  }

  it("learns the names of the properties at each path, and no value", async () => {
    const seen = await seenWith();
    assert.deepEqual(seen, {
      [ACME]: { properties: APP },
      [GLOBEX]: { properties: APP },
      [PULL]: { properties: ["token"] },
    });
    assert.deepEqual(findSecrets({ VALUE }, { seen: JSON.stringify(seen) }), []);
  });

  it("tells a path that was deleted from one that never was", async () => {
    await vault().request("DELETE", `secret/data/${GLOBEX}`);
    await vault().request("DELETE", `secret/metadata/${PULL}`);
    assert.deepEqual(await seenWith(), {
      [ACME]: { properties: APP },
      [GLOBEX]: { gone: "its newest version is deleted" },
      [PULL]: { gone: "there is no such path" },
    });
  });

  it("learns whether a path is there from its metadata, where it may read no more", async () => {
    const token = await tokenFor("doctor-metadata", 'path "secret/metadata/*" { capabilities = ["read"] }');
    assert.deepEqual(await seenWith(token), {
      [ACME]: {},
      [GLOBEX]: { gone: "its newest version is deleted" },
      [PULL]: { gone: "there is no such path" },
    });
  });

  it("takes what it may not see for unknown, path by path", async () => {
    const policy = `path "secret/subkeys/${ACME}" { capabilities = ["read"] }`;
    const seen = await ask(await tokenFor("doctor-one", policy));
    assert.ok("value" in seen);
    assert.deepEqual(Object.fromEntries(seen.value), { [ACME]: { properties: APP } });
    assert.match(seen.inPart!, new RegExp(`secret/${GLOBEX}: Vault answers 403 .*permission denied`));
    assert.match(seen.inPart!, new RegExp(`secret/${PULL}: Vault answers 403 `));
    const nothing = await ask("hvs.not0a0token");
    assert.ok("unknown" in nothing);
    assert.match(nothing.unknown, /Vault answers 403/);
    assert.ok(!nothing.unknown.includes("hvs."));
  });

  it("says what is missing to ask at all, and that nobody answers", async () => {
    assert.deepEqual(await askVault(intent, {}), { unknown: "VAULT_TOKEN is not set" });
    assert.deepEqual(await askVault(await intendedStack(), { VAULT_TOKEN: "x" }), { unknown: "VAULT_ADDR is not set" });
    const nowhere = await askVault(await intendedStack(), { VAULT_TOKEN: "x", VAULT_ADDR: "http://127.0.0.1:9/" });
    assert.ok("unknown" in nowhere);
    assert.match(nowhere.unknown, /http:\/\/127\.0\.0\.1:9 does not answer: /);
  });
});
