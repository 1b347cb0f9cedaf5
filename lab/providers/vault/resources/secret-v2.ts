import type { Properties } from "../../plugin";
import { type Data, VaultError } from "../client";
import { pause } from "../../network";
import { NAMESPACE, normalizeJson, type ResourceType, type Work } from "../schema";
import { explained } from "../session";
import { fromWire, isUnset, toWire } from "./wire";

const CUSTOM_METADATA = ["casRequired", "deleteVersionAfter", "maxVersions"];

/** `vault:kv/secretV2:SecretV2`. */
export const secretV2: ResourceType = {
  fields: {
    mount: { type: "string", required: true, forceNew: true },
    name: { type: "string", required: true, forceNew: true, autoname: true },
    path: { type: "string", output: true },
    cas: { type: "int" },
    options: { type: "map" },
    disableRead: { type: "bool", default: false },
    dataJson: { type: "json", normalize: normalizeJson },
    dataJsonWo: { type: "json", writeOnly: true },
    dataJsonWoVersion: { type: "int" },
    data: { type: "map", output: true },
    metadata: { type: "map", output: true },
    deleteAllVersions: { type: "bool", default: false },
    customMetadata: { type: "block", computed: true },
    namespace: NAMESPACE,
  },
  validate({ dataJson, dataJsonWo }) {
    const one = (dataJson === undefined) !== (dataJsonWo === undefined);
    return one ? [] : [{ property: "dataJson", reason: "one of `dataJson` and `dataJsonWo` is needed, and not both" }];
  },
  async create(inputs, work) {
    return write(inputs, work);
  },
  // Any change writes a new version: Vault has no way to change the rest alone.
  async update({ inputs, ...work }) {
    await write(inputs, work);
  },
  read,
  async delete(_id, { mount, name, deleteAllVersions }, { client, signal }) {
    const path = `${mount}/${deleteAllVersions === true ? "metadata" : "data"}/${name}`;
    await explained(`error deleting "${path}" from Vault: `, () => client.delete(path, signal));
  },
};

async function write(inputs: Properties, work: Work): Promise<string> {
  const { mount, name, cas, options, customMetadata } = inputs;
  const path = `${mount}/data/${name}`;
  const data = JSON.parse(String(inputs.dataJson ?? inputs.dataJsonWo)) as Data;
  await writeWhenReady(path, { data, cas: cas ?? 0, options: options ?? {} }, work);
  if (!isUnset(customMetadata)) await writeMetadata(`${mount}/metadata/${name}`, customMetadata as Properties, work);
  return path;
}

/** An engine that was just mounted answers 400 until it is set up. */
async function writeWhenReady(path: string, body: Data, { client, signal }: Work): Promise<void> {
  const end = Date.now() + client.patience.ready;
  for (;;) {
    try {
      await client.write("PUT", path, body, signal);
      return;
    } catch (error) {
      if (!(error instanceof VaultError) || error.status !== 400 || Date.now() > end) {
        throw new Error(`error writing to path "${path}", err=${(error as Error).message}`);
      }
    }
    await pause(500, signal);
  }
}

async function writeMetadata(path: string, metadata: Properties, { client, signal }: Work): Promise<void> {
  const custom = isUnset(metadata.data) ? {} : { custom_metadata: metadata.data };
  const body = { ...toWire(metadata, CUSTOM_METADATA), ...custom };
  await explained(`error writing custom metadata to ${path}, err=`, () => client.write("PUT", path, body, signal));
}

/**
 * The secret's data are not read, as the official plugin has not since terraform-provider-vault 5.0: a change made in Vault shows in
 * `metadata.version` only, and a deleted version in `metadata.deletion_time`. So no plain value comes this way.
 */
async function read(id: string, state: Properties, { client, signal }: Work): Promise<Properties | undefined> {
  const [, mount, name] = /^(.+?)\/data\/(.+)$/.exec(id) ?? [];
  if (!mount) throw new Error(`unable to read mount from ID ${id}, err=no mount found`);
  if (state.disableRead === true) return { path: id, mount, name };
  const secret = await explained<Data | undefined>("error reading from Vault: ", () => client.read(id, signal));
  if (!secret) return undefined;
  const metadata = secret.metadata as Data | undefined;
  const custom = metadata && "custom_metadata" in metadata;
  return {
    ...{ path: id, mount, name, data: {} },
    ...(metadata ? { metadata: asText(metadata) } : {}),
    ...(custom ? { customMetadata: await readMetadata(`${mount}/metadata/${name}`, { client, signal }) } : {}),
  };
}

async function readMetadata(path: string, { client, signal }: Work): Promise<Properties> {
  const data = (await client.read(path, signal)) ?? {};
  const metadata = fromWire(data, CUSTOM_METADATA);
  return {
    ...metadata,
    data: data.custom_metadata ?? {},
    deleteVersionAfter: secondsOf(String(metadata.deleteVersionAfter ?? "0s")),
  };
}

/** Vault takes seconds and answers `3h12m10s`. */
function secondsOf(duration: string): number {
  const unit: Record<string, number> = { h: 3600, m: 60, s: 1 };
  return [...duration.matchAll(/([\d.]+)([hms])/g)].reduce((sum, [, n, u]) => sum + Number(n) * unit[u!]!, 0);
}

function asText(metadata: Data): Record<string, string> {
  const entries = Object.entries(metadata);
  return Object.fromEntries(entries.map(([key, value]) => [key, typeof value === "string" ? value : text(value)]));
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? "";
}
