import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { InitializationFailed, type Properties } from "../../../../lab/providers/plugin";
import { createVaultPlugin } from "../../../../lab/providers/vault/plugin";
import { readSettings } from "../../../../lab/providers/vault/settings";
import { Resource } from "./stack";
import { VaultDouble } from "./vault-double";

const POLICY = { name: "p", policy: "x" };

describe("The stand-in of the Vault plugin, logging in", () => {
  const plugin = createVaultPlugin({ timeout: 1000, retryWait: 5, ready: 200 });
  let vault: VaultDouble;

  beforeEach(async () => {
    vault = new VaultDouble();
    await vault.start();
  });
  afterEach(() => vault.stop());

  const policyWith = async (args: Properties = {}) => {
    const all = { address: vault.address, token: "hvs.root", skipChildToken: "true", ...args };
    return new Resource(await plugin.configure(all, () => {}), "vault:index/policy:Policy");
  };
  const refused = (message: string) => ({ message: `1 error occurred:\n\t* ${message}\n\n` });

  it("asks Vault nothing before the first resource needs it", async () => {
    await policyWith();
    assert.deepEqual(vault.requests, []);
  });

  it("makes a child token, unless it shall not", async () => {
    await (await policyWith({ skipChildToken: undefined, maxLeaseTtlSeconds: "300" })).create(POLICY);
    assert.deepEqual(vault.requests, [
      "GET auth/token/lookup-self",
      "POST auth/token/create",
      "PUT sys/policies/acl/p",
      "GET sys/policies/acl/p",
    ]);
    assert.deepEqual(vault.tokens, ["hvs.root", "hvs.root", "hvs.child", "hvs.child"]);
    assert.deepEqual(vault.bodies[1], {
      display_name: "terraform",
      ttl: "300s",
      explicit_max_ttl: "300s",
      renewable: false,
    });
  });

  it("works in the provider's namespace and in a resource's below it", async () => {
    const policy = await policyWith({ namespace: "team" });
    await policy.create({ ...POLICY, namespace: "sub/" });
    await policy.delete();
    assert.deepEqual(vault.namespaces, ["", "team/sub", "team/sub", "team/sub"]);
    assert.deepEqual((await policy.diff(POLICY)).changes, [{ path: "namespace", kind: "delete", replace: true }]);
  });

  it("says that Vault is sealed after three tries, and works when it is unsealed", async () => {
    vault.sealed = true;
    const policy = await policyWith();
    const url = `${vault.address}/v1/auth/token/lookup-self`;
    await assert.rejects(
      policy.create(POLICY),
      refused(
        `failed to lookup token, err=Error making API request.\n\nURL: GET ${url}\nCode: 503. Errors:\n\n* Vault is sealed`,
      ),
    );
    assert.equal(vault.requests.length, 3);
    vault.sealed = false;
    assert.deepEqual(await policy.create(POLICY), POLICY);
  });

  it("says what the token may not do, without what was to be written", async () => {
    vault.denied = { token: "hvs.root", path: /^secret\// };
    const all = { address: vault.address, token: "hvs.root", skipChildToken: "true" };
    const secret = new Resource(await plugin.configure(all, () => {}), "vault:kv/secretV2:SecretV2");
    const url = `${vault.address}/v1/secret/data/a`;
    await assert.rejects(
      secret.create({ mount: "secret", name: "a", dataJson: '{"k":"s3cret"}' }),
      refused(
        `error writing to path "secret/data/a", err=Error making API request.\n\nURL: PUT ${url}\nCode: 403. Errors:\n\n` +
          "* 1 error occurred:\n\t* permission denied\n\n",
      ),
    );
  });

  it("keeps what was written when it cannot be read", async () => {
    vault.mounts.set("secret", {});
    vault.denied = { token: "hvs.root", path: /^secret\/metadata\// };
    const all = { address: vault.address, token: "hvs.root", skipChildToken: "true" };
    const secret = new Resource(await plugin.configure(all, () => {}), "vault:kv/secretV2:SecretV2");
    await assert.rejects(secret.create({ mount: "secret", name: "a", dataJson: "{}" }), InitializationFailed);
    assert.equal(secret.id, "secret/data/a");
  });

  it("says that nothing listens, that there is no address and that there is no token", async () => {
    const policy = await policyWith({ maxRetries: "1" });
    await vault.stop();
    const url = `${vault.address}/v1/auth/token/lookup-self`;
    await assert.rejects(
      policy.create(POLICY),
      refused(`failed to lookup token, err=Get "${url}": dial tcp ${new URL(url).host}: connect: connection refused`),
    );
    vault = new VaultDouble();
    await vault.start();
    const kept = { home: process.env.HOME, token: process.env.VAULT_TOKEN, address: process.env.VAULT_ADDR };
    delete process.env.VAULT_TOKEN;
    delete process.env.VAULT_ADDR;
    process.env.HOME = "/nonexistent";
    try {
      const noAddress = await policyWith({ address: undefined });
      await assert.rejects(noAddress.create(POLICY), refused("failed to configure Vault address"));
      const noToken = await policyWith({ token: undefined });
      await assert.rejects(noToken.create(POLICY), refused("no vault token set on Client"));
    } finally {
      if (kept.home !== undefined) process.env.HOME = kept.home;
      if (kept.token !== undefined) process.env.VAULT_TOKEN = kept.token;
      if (kept.address !== undefined) process.env.VAULT_ADDR = kept.address;
    }
  });

  it("reads the arguments first, then the environment, then the token file", () => {
    const home = fs.mkdtempSync(path.join(os.tmpdir(), "vault-home-"));
    try {
      fs.writeFileSync(path.join(home, ".vault-token"), "hvs.file\n");
      const env = { HOME: home, VAULT_ADDR: "http://env:8200/", VAULT_SKIP_VERIFY: "true", VAULT_MAX_RETRIES: "5" };
      assert.deepEqual(readSettings({ skipChildToken: "true", namespace: "/team/" }, env), {
        address: "http://env:8200",
        token: "hvs.file",
        namespace: "team",
        skipChildToken: true,
        tokenName: "terraform",
        maxLeaseTtlSeconds: 1200,
        maxRetries: 5,
        tls: { rejectUnauthorized: false },
      });
      const given = readSettings(
        { token: "hvs.arg", address: "http://arg", skipTlsVerify: "false" },
        { ...env, VAULT_TOKEN: "hvs.env" },
      );
      assert.deepEqual([given.token, given.address, given.tls], ["hvs.arg", "http://arg", {}]);
      assert.equal(readSettings({}, { ...env, VAULT_TOKEN: "hvs.env" }).token, "hvs.env");
    } finally {
      fs.rmSync(home, { recursive: true });
    }
  });

  it("knows no other resource and no function", async () => {
    const provider = await plugin.configure({}, () => {});
    await assert.rejects(new Resource(provider, "vault:index/token:Token").check({}), {
      message: "The stand-in of pulumi-resource-vault has no resource vault:index/token:Token.",
    });
    await assert.rejects(provider.invoke("vault:index/getRaftAutopilotState:x", {}), {
      message: "The stand-in of pulumi-resource-vault has no function vault:index/getRaftAutopilotState:x.",
    });
  });
});
