import type { Properties } from "../../plugin";
import type { Data } from "../client";
import { NAMESPACE, trimSlashes, type ResourceType, type UpdateWork } from "../schema";
import { explained } from "../session";
import { readMount, remount, tune } from "./mounts";
import { fromWire, toWire, wireName } from "./wire";

/** What lies under `config` in Vault. */
const CONFIG = [
  "forceNoCache",
  "auditNonHmacRequestKeys",
  "auditNonHmacResponseKeys",
  "listingVisibility",
  "passthroughRequestHeaders",
  "allowedResponseHeaders",
  "allowedManagedKeys",
  "delegatedAuthAccessors",
  "identityTokenKey",
];

/** What an update sends only when it changes. */
const TUNABLE = [...CONFIG.filter((property) => property !== "forceNoCache"), "description", "pluginVersion"];

/** `vault:index/mount:Mount`. */
export const mount: ResourceType = {
  fields: {
    path: { type: "string", required: true, normalize: trimSlashes },
    type: { type: "string", required: true, forceNew: true },
    description: { type: "string" },
    defaultLeaseTtlSeconds: { type: "int", computed: true },
    maxLeaseTtlSeconds: { type: "int", computed: true },
    forceNoCache: { type: "bool", computed: true },
    auditNonHmacRequestKeys: { type: "list", computed: true },
    auditNonHmacResponseKeys: { type: "list", computed: true },
    listingVisibility: { type: "string" },
    passthroughRequestHeaders: { type: "list" },
    allowedResponseHeaders: { type: "list" },
    pluginVersion: { type: "string" },
    allowedManagedKeys: { type: "set" },
    delegatedAuthAccessors: { type: "list" },
    identityTokenKey: { type: "string" },
    options: { type: "map" },
    sealWrap: { type: "bool", computed: true, forceNew: true },
    externalEntropyAccess: { type: "bool", default: false, forceNew: true },
    local: { type: "bool", forceNew: true },
    accessor: { type: "string", output: true },
    namespace: NAMESPACE,
  },
  async create(inputs, { client, signal }) {
    const path = String(trimSlashes(inputs.path));
    const body = {
      ...toWire(inputs, ["type", "description", "local", "sealWrap", "externalEntropyAccess", "options"]),
      config: { ...leases(inputs), ...toWire(inputs, [...CONFIG, "pluginVersion"]) },
    };
    await explained("error writing to Vault: ", () => client.write("POST", `sys/mounts/${path}`, body, signal));
    return path;
  },
  update,
  async read(id, state, work) {
    const path = pathOf(id, state);
    const data = await readMount(path, work);
    return data && { ...properties(data, state), path };
  },
  async delete(id, state, { client, signal }) {
    await explained("error deleting from Vault: ", () => client.delete(`sys/mounts/${pathOf(id, state)}`, signal));
  },
};

async function update({ id, inputs, state, changed, ...work }: UpdateWork): Promise<void> {
  const from = pathOf(id, state);
  const to = String(trimSlashes(inputs.path));
  if (from !== to) await explained("error remounting in Vault: ", () => remount(from, to, work));
  const tuned = TUNABLE.filter(changed).map((property) => [wireName(property), inputs[property] ?? emptyOf(property)]);
  await tune(to, { ...leases(inputs), options: inputs.options ?? {}, ...Object.fromEntries(tuned) }, work);
}

/** A move changes the path; the id that the engine keeps is still the first one. */
function pathOf(id: string, state: Properties): string {
  return typeof state.path === "string" && state.path ? state.path : id;
}

function leases({ defaultLeaseTtlSeconds, maxLeaseTtlSeconds }: Properties) {
  return {
    default_lease_ttl: `${defaultLeaseTtlSeconds ?? 0}s`,
    max_lease_ttl: `${maxLeaseTtlSeconds ?? 0}s`,
  };
}

/** What takes a value away again. */
function emptyOf(property: string): unknown {
  return ["description", "listingVisibility", "pluginVersion", "identityTokenKey"].includes(property) ? "" : [];
}

function properties(data: Data, state: Properties): Properties {
  const config = (data.config ?? {}) as Data;
  const options = { ...((data.options ?? {}) as Record<string, string>) };
  // `kv-v2` is another name of kv with version 2, and Vault answers with the first name.
  const isKvV2 = state.type === "kv-v2" && data.type === "kv" && options.version === "2";
  if (isKvV2 && !(state.options as Properties | undefined)?.version) delete options.version;
  return {
    ...fromWire(data, ["accessor", "description", "local", "sealWrap", "externalEntropyAccess"]),
    ...fromWire(config, CONFIG),
    type: isKvV2 ? "kv-v2" : data.type,
    options,
    defaultLeaseTtlSeconds: config.default_lease_ttl,
    maxLeaseTtlSeconds: config.max_lease_ttl,
  };
}
