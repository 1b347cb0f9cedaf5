import assert from "node:assert/strict";
import { type Properties, UNKNOWN } from "../../../../lab/providers/plugin";
import { createVaultPlugin } from "../../../../lab/providers/vault/plugin";
import { Resource } from "./stack";
import { VaultDouble } from "./vault-double";

const SECRET = "vault:kv/secretV2:SecretV2";
const NO_CHANGES = { changes: [], deleteBeforeReplace: false };

describe("The stand-in of the Vault plugin writes a KV secret", () => {
  const plugin = createVaultPlugin({ timeout: 1000, retryWait: 5, ready: 2000 });
  let vault: VaultDouble;

  beforeEach(async () => {
    vault = new VaultDouble();
    await vault.start();
    vault.mounts.set("secret", { type: "kv", options: { version: "2" } });
  });
  afterEach(() => vault.stop());

  async function resource(type: string, name?: string): Promise<Resource> {
    const args = { address: vault.address, token: "hvs.root", skipChildToken: "true" };
    return new Resource(await plugin.configure(args, () => {}), type, name);
  }

  const inputs = { mount: "secret", name: "arc/acme", dataJson: '{"b": "2", "a": "s3cret"}' };

  it("and keeps its version, and its data only under the name that is a secret", async () => {
    const secret = await resource(SECRET);
    const { metadata, ...state } = await secret.create(inputs);
    assert.equal(secret.id, "secret/data/arc/acme");
    assert.deepEqual(state, {
      mount: "secret",
      name: "arc/acme",
      path: "secret/data/arc/acme",
      dataJson: '{"a":"s3cret","b":"2"}',
      data: {},
      deleteAllVersions: false,
      disableRead: false,
      customMetadata: { casRequired: false, data: {}, deleteVersionAfter: 0, maxVersions: 0 },
    });
    assert.deepEqual(metadata, {
      created_time: "2026-01-05T09:00:01Z",
      custom_metadata: "null",
      deletion_time: "",
      destroyed: "false",
      version: "1",
    });
    assert.deepEqual(
      vault.bodies.find((body) => "data" in body),
      {
        data: { a: "s3cret", b: "2" },
        cas: 0,
        options: {},
      },
    );
    assert.deepEqual(
      Object.entries(secret.state)
        .filter(([, value]) => JSON.stringify(value).includes("s3cret"))
        .map(([name]) => name),
      ["dataJson"],
    );
  });

  it("as a new version of what is there already, and finds no change after it", async () => {
    vault.secrets.set("secret/arc/acme", { versions: [{ a: "0" }], deleted: new Set(), metadata: {} });
    const secret = await resource(SECRET);
    assert.equal(((await secret.create(inputs)).metadata as Properties).version, "2");
    assert.deepEqual(await secret.diff({ ...inputs, dataJson: '{ "a":"s3cret","b":"2" }' }), NO_CHANGES);
    assert.equal(await secret.refresh(), true);
    assert.deepEqual(await secret.diff(inputs), NO_CHANGES);
  });

  it("anew for other data, and for another name it makes another one", async () => {
    const secret = await resource(SECRET);
    await secret.create(inputs);
    const other = { ...inputs, dataJson: '{"a":"x"}' };
    assert.deepEqual(await secret.diff(other), {
      changes: [{ path: "dataJson", kind: "update", replace: false }],
      deleteBeforeReplace: false,
    });
    assert.equal(((await secret.update(other, true)).metadata as Properties).version, "1");
    assert.equal(vault.secrets.get("secret/arc/acme")!.versions.length, 1);
    assert.equal(((await secret.update(other)).metadata as Properties).version, "2");
    assert.deepEqual(vault.bodies[vault.requests.lastIndexOf("PUT secret/metadata/arc/acme")], {});
    assert.deepEqual(await secret.diff({ ...other, name: "arc/other" }), {
      changes: [{ path: "name", kind: "update", replace: true }],
      deleteBeforeReplace: false,
    });
    assert.deepEqual(await secret.diff({ ...other, mount: "kv" }), {
      changes: [{ path: "mount", kind: "update", replace: true }],
      deleteBeforeReplace: true,
    });
    assert.deepEqual(await secret.diff({ ...inputs }, ["dataJson"]), NO_CHANGES);
  });

  it("and sees a change by others in the version alone", async () => {
    const secret = await resource(SECRET);
    await secret.create(inputs);
    vault.secrets.get("secret/arc/acme")!.versions.push({ a: "by hand" });
    await secret.refresh();
    assert.equal((secret.state.metadata as Properties).version, "2");
    assert.deepEqual(await secret.diff(inputs), NO_CHANGES);
    assert.doesNotMatch(JSON.stringify(secret.state), /by hand/);
  });

  it("and deletes its newest version, or all of them", async () => {
    const secret = await resource(SECRET);
    await secret.create(inputs);
    await secret.delete();
    assert.equal(vault.requests.at(-1), "DELETE secret/data/arc/acme");
    assert.equal(await secret.refresh(), true);
    assert.equal((secret.state.metadata as Properties).deletion_time, "2026-01-06T00:00:00Z");
    await secret.create({ ...inputs, deleteAllVersions: true });
    await secret.delete();
    assert.equal(vault.requests.at(-1), "DELETE secret/metadata/arc/acme");
    assert.equal(await secret.refresh(), false);
  });

  it("once the engine is set up", async () => {
    vault.settingUp = 1;
    assert.equal(((await (await resource(SECRET)).create(inputs)).metadata as Properties).version, "1");
  });

  it("and takes options, custom metadata and data that are not kept", async () => {
    const secret = await resource(SECRET);
    const customMetadata = { maxVersions: 5, data: { owner: "platform" } };
    const given = { mount: "secret", name: "wo", dataJsonWo: '{"k":"s3cret"}', dataJsonWoVersion: 1, customMetadata };
    const state = await secret.create({ ...given, options: { cas: 0 } });
    assert.deepEqual(state.customMetadata, customMetadata);
    assert.doesNotMatch(JSON.stringify(state), /s3cret/);
    assert.deepEqual(vault.secrets.get("secret/wo")!.metadata, {
      max_versions: 5,
      custom_metadata: { owner: "platform" },
    });
    assert.deepEqual(await secret.diff({ ...given, options: { cas: "0" }, dataJsonWo: '{"k":"new"}' }), NO_CHANGES);
  });

  it("not at preview, where only Vault's part is unknown", async () => {
    assert.deepEqual(await (await resource(SECRET)).previewCreate({ ...inputs, dataJson: UNKNOWN }), {
      ...inputs,
      dataJson: UNKNOWN,
      deleteAllVersions: false,
      disableRead: false,
      path: UNKNOWN,
      data: UNKNOWN,
      metadata: UNKNOWN,
      customMetadata: UNKNOWN,
    });
    assert.deepEqual(vault.requests, []);
  });

  it("only when its inputs are sound, and shows nothing of them", async () => {
    const secret = await resource(SECRET, "app");
    const { failures } = await secret.check({ name: "x", dataJson: '{"a": s3cret}', unknown: 1 });
    assert.deepEqual(failures, [
      { property: "mount", reason: "Missing required property 'mount'" },
      { property: "dataJson", reason: '"dataJson" must be a JSON object' },
      { property: "unknown", reason: '"unknown" is not expected here' },
    ]);
    const { inputs: named } = await secret.check({ mount: "secret", dataJson: "{}" });
    assert.match(String(named.name), /^app-[0-9a-f]{7}$/);
    secret.inputs = named;
    assert.equal((await secret.check({ mount: "secret", dataJson: "{}" })).inputs.name, named.name);
  });
});
