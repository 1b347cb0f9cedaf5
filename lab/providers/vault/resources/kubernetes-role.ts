import type { Properties } from "../../plugin";
import type { Data } from "../client";
import { NAMESPACE, trimSlashes, type Field, type ResourceType } from "../schema";
import { explained } from "../session";
import { fromWire, toWire, wireName } from "./wire";

/** What every auth method says of the tokens that it gives. */
const TOKEN_FIELDS: Record<string, Field> = {
  tokenBoundCidrs: { type: "set" },
  tokenExplicitMaxTtl: { type: "int" },
  tokenMaxTtl: { type: "int" },
  tokenNoDefaultPolicy: { type: "bool" },
  tokenNumUses: { type: "int" },
  tokenPeriod: { type: "int" },
  tokenPolicies: { type: "set" },
  tokenTtl: { type: "int" },
  tokenType: { type: "string", default: "default" },
  aliasMetadata: { type: "map" },
};

const BOUND = ["boundServiceAccountNames", "boundServiceAccountNamespaces"];
const OWN = ["audience", "aliasNameSource"];
const SELECTOR = "boundServiceAccountNamespaceSelector";

/** `vault:kubernetes/authBackendRole:AuthBackendRole`. */
export const kubernetesRole: ResourceType = {
  fields: {
    roleName: { type: "string", required: true, forceNew: true },
    boundServiceAccountNames: { type: "set", required: true },
    boundServiceAccountNamespaces: { type: "set" },
    [SELECTOR]: { type: "string" },
    backend: { type: "string", default: "kubernetes", forceNew: true, normalize: trimSlashes },
    audience: { type: "string" },
    aliasNameSource: { type: "string", computed: true },
    ...TOKEN_FIELDS,
    namespace: NAMESPACE,
  },
  async create(inputs, { client, signal }) {
    const path = `auth/${trimSlashes(inputs.backend)}/role/${trimSlashes(inputs.roleName)}`;
    const body = { ...toWire(inputs, [...Object.keys(TOKEN_FIELDS), ...OWN]), ...bound(inputs) };
    const words = `error writing Kubernetes auth backend role "${path}": `;
    await explained(words, () => client.write("PUT", path, body, signal));
    return path;
  },
  async update({ id, inputs, changed, client, signal }) {
    const properties = [...Object.keys(TOKEN_FIELDS), ...OWN].filter(changed);
    const body = properties.map((property) => [wireName(property), inputs[property] ?? emptyOf(property)]);
    const words = `error updating Kubernetes auth backend role "${id}": `;
    await explained(words, () => client.write("PUT", id, { ...Object.fromEntries(body), ...bound(inputs) }, signal));
  },
  async read(id, _state, { client, signal }) {
    const [, backend, roleName] = /^auth\/(.+)\/role\/(.+)$/.exec(id) ?? [];
    if (!backend) throw new Error(`invalid path "${id}" for Kubernetes auth backend role: no role found`);
    const words = `error reading Kubernetes auth backend role "${id}": `;
    const data = await explained<Data | undefined>(words, () => client.read(id, signal));
    if (!data) return undefined;
    return { backend, roleName, ...fromWire(data, [...BOUND, SELECTOR, ...OWN, ...Object.keys(TOKEN_FIELDS)]) };
  },
  async delete(id, _state, { client, signal }) {
    await explained(`error deleting Kubernetes auth backend role "${id}": `, () => client.delete(id, signal));
  },
};

/** Sent with every write: who may use the role. */
function bound(inputs: Properties): Properties {
  return { ...toWire(inputs, BOUND), [wireName(SELECTOR)]: inputs[SELECTOR] ?? "" };
}

/** What takes a value away again. */
function emptyOf(property: string): unknown {
  const type = TOKEN_FIELDS[property]?.type ?? "string";
  return { int: 0, bool: false, set: [], map: {} }[type as string] ?? "";
}
