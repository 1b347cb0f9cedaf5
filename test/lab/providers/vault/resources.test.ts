import assert from "node:assert/strict";
import { createVaultPlugin } from "../../../../lab/providers/vault/plugin";
import { Resource } from "./stack";
import { VaultDouble } from "./vault-double";

const ROLE = "vault:kubernetes/authBackendRole:AuthBackendRole";
const NO_CHANGES = { changes: [], deleteBeforeReplace: false };

describe("The stand-in of the Vault plugin", () => {
  const plugin = createVaultPlugin({ timeout: 1000, retryWait: 5, ready: 2000 });
  let vault: VaultDouble;

  beforeEach(async () => {
    vault = new VaultDouble();
    await vault.start();
    vault.mounts.set("secret", { type: "kv", options: { version: "2" } });
  });
  afterEach(() => vault.stop());

  async function resource(type: string): Promise<Resource> {
    const args = { address: vault.address, token: "hvs.root", skipChildToken: "true" };
    return new Resource(await plugin.configure(args, () => {}), type);
  }

  it("mounts an engine, changes it in place, moves it and takes it away", async () => {
    const mount = await resource("vault:index/mount:Mount");
    const inputs = { path: "kv", type: "kv", options: { version: "2" }, description: "Credentials of GitHub runners" };
    const state = await mount.create(inputs);
    assert.equal(mount.id, "kv");
    assert.deepEqual(state, {
      ...inputs,
      accessor: "kv_1a2b3c4d",
      defaultLeaseTtlSeconds: 0,
      maxLeaseTtlSeconds: 0,
      forceNoCache: false,
      sealWrap: false,
      externalEntropyAccess: false,
      local: false,
    });
    assert.deepEqual(await mount.diff(inputs), NO_CHANGES);
    vault.mounts.get("kv")!.description = "by hand";
    await mount.refresh();
    assert.equal(mount.inputs.description, "by hand");
    assert.deepEqual((await mount.diff(inputs)).changes, [{ path: "description", kind: "update", replace: false }]);
    await mount.update(inputs);
    assert.equal(vault.mounts.get("kv")!.description, inputs.description);
    assert.deepEqual(
      vault.bodies.find((body) => "max_lease_ttl" in body),
      {
        default_lease_ttl: "0s",
        max_lease_ttl: "0s",
        options: { version: "2" },
        description: inputs.description,
      },
    );
    assert.deepEqual((await mount.diff({ ...inputs, type: "pki" })).changes, [
      { path: "type", kind: "update", replace: true },
    ]);
    assert.deepEqual((await mount.diff({ ...inputs, path: "kv2" })).changes, [
      { path: "path", kind: "update", replace: false },
    ]);
    assert.equal((await mount.update({ ...inputs, path: "kv2" })).path, "kv2");
    assert.equal(await mount.refresh(), true);
    await mount.delete();
    assert.equal(await mount.refresh(), false);
  });

  it("keeps the type kv-v2 although Vault calls it kv", async () => {
    const mount = await resource("vault:index/mount:Mount");
    await mount.create({ path: "kv", type: "kv-v2" });
    Object.assign(vault.mounts.get("kv")!, { type: "kv", options: { version: "2" } });
    await mount.refresh();
    assert.deepEqual(await mount.diff({ path: "kv", type: "kv-v2" }), NO_CHANGES);
  });

  it("says that a mount's path is taken", async () => {
    const mount = await resource("vault:index/mount:Mount");
    await assert.rejects(mount.create({ path: "secret", type: "kv" }), {
      message:
        "1 error occurred:\n\t* error writing to Vault: Error making API request.\n\n" +
        `URL: POST ${vault.address}/v1/sys/mounts/secret\nCode: 400. Errors:\n\n* path is already in use at secret/\n\n`,
    });
  });

  it("writes a policy, and again when it is gone", async () => {
    const policy = await resource("vault:index/policy:Policy");
    const inputs = { name: "arc-acme", policy: 'path "secret/data/a" {\n  capabilities = ["read"]\n}\n' };
    assert.deepEqual(await policy.create(inputs), inputs);
    assert.equal(policy.id, "arc-acme");
    assert.deepEqual(await policy.diff(inputs), NO_CHANGES);
    vault.policies.clear();
    assert.equal(await policy.refresh(), true);
    assert.deepEqual((await policy.diff(inputs)).changes, [{ path: "policy", kind: "add", replace: false }]);
    await policy.update(inputs);
    assert.equal(vault.policies.get("arc-acme"), inputs.policy);
    await policy.delete();
    assert.equal(vault.policies.size, 0);
  });

  it("writes a Kubernetes auth role, whose lists have no order", async () => {
    const role = await resource(ROLE);
    const inputs = {
      backend: "/kubernetes/",
      roleName: "arc",
      boundServiceAccountNames: ["eso"],
      boundServiceAccountNamespaces: ["b", "a"],
      tokenPolicies: ["p2", "p1"],
      tokenTtl: 600,
    };
    await role.create(inputs);
    assert.equal(role.id, "auth/kubernetes/role/arc");
    assert.deepEqual(vault.logical.get(role.id), {
      token_policies: ["p2", "p1"],
      token_ttl: 600,
      token_type: "default",
      bound_service_account_names: ["eso"],
      bound_service_account_namespaces: ["b", "a"],
      bound_service_account_namespace_selector: "",
    });
    Object.assign(vault.logical.get(role.id)!, { token_policies: ["p1", "p2"] });
    await role.refresh();
    assert.deepEqual(role.state.tokenPolicies, ["p2", "p1"]);
    assert.equal(role.state.aliasNameSource, "serviceaccount_uid");
    assert.deepEqual(await role.diff(inputs), NO_CHANGES);
    assert.deepEqual((await role.diff({ ...inputs, tokenTtl: undefined, backend: "k8s", audience: "vault" })).changes, [
      { path: "backend", kind: "update", replace: true },
      { path: "audience", kind: "add", replace: false },
      { path: "tokenTtl", kind: "delete", replace: false },
    ]);
    await role.update({ ...inputs, tokenTtl: undefined });
    assert.equal(vault.logical.get(role.id)!.token_ttl, 0);
    await role.delete();
    assert.equal(await role.refresh(), false);
  });

  it("turns the Kubernetes auth method on and configures it", async () => {
    const auth = await resource("vault:index/authBackend:AuthBackend");
    await auth.create({ type: "kubernetes" });
    assert.equal(auth.id, "kubernetes");
    assert.deepEqual(auth.state.tune, { defaultLeaseTtl: "2764800s", maxLeaseTtl: "0s", tokenType: "default-service" });
    assert.deepEqual(await auth.diff({ type: "kubernetes" }), NO_CHANGES);
    assert.deepEqual((await auth.diff({ type: "kubernetes", path: "k8s", disableRemount: true })).changes, [
      { path: "path", kind: "update", replace: true },
      { path: "disableRemount", kind: "add", replace: false },
    ]);
    const tuned = { type: "kubernetes", tune: { maxLeaseTtl: "1h" } };
    await auth.update(tuned);
    assert.deepEqual(auth.state.tune, { maxLeaseTtl: "1h" });
    assert.deepEqual(await auth.diff(tuned), NO_CHANGES);
    await auth.update({ type: "kubernetes", path: "k8s" });
    assert.deepEqual([...vault.mounts.keys()], ["secret", "auth/k8s"]);

    const config = await resource("vault:kubernetes/authBackendConfig:AuthBackendConfig");
    const inputs = { backend: "k8s", kubernetesHost: "https://127.0.0.1:6443", tokenReviewerJwt: "jwt-s3cret" };
    await config.create(inputs);
    assert.equal(config.id, "auth/k8s/config");
    assert.deepEqual(await config.diff(inputs), NO_CHANGES);
    vault.logical.get("auth/k8s/config")!.kubernetes_ca_cert = "old";
    await config.refresh();
    assert.deepEqual((await config.diff(inputs)).changes, [
      { path: "kubernetesCaCert", kind: "delete", replace: false },
    ]);
    await config.update(inputs);
    assert.equal(vault.logical.get("auth/k8s/config")!.kubernetes_ca_cert, "");

    await auth.delete();
    assert.equal(await auth.refresh(), false);
  });
});
