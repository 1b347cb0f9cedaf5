import type { Properties } from "../../plugin";
import type { Data } from "../client";
import { NAMESPACE, trimSlashes, type ResourceType, type UpdateWork, type Work } from "../schema";
import { explained } from "../session";
import { readMount, remount, tune } from "./mounts";
import { fromWire, toWire } from "./wire";

const LISTS = [
  "allowedResponseHeaders",
  "auditNonHmacRequestKeys",
  "auditNonHmacResponseKeys",
  "passthroughRequestHeaders",
];
const LEASES = ["defaultLeaseTtl", "maxLeaseTtl"];
const TUNE = [...LISTS, ...LEASES, "listingVisibility", "tokenType"];

/** `vault:index/authBackend:AuthBackend`. */
export const authBackend: ResourceType = {
  fields: {
    type: { type: "string", required: true, forceNew: true },
    path: { type: "string", computed: true, normalize: trimSlashes },
    description: { type: "string" },
    disableRemount: { type: "bool", default: false },
    local: { type: "bool", forceNew: true },
    identityTokenKey: { type: "string" },
    tune: { type: "block", computed: true },
    accessor: { type: "string", output: true },
    namespace: NAMESPACE,
  },
  forcesNew: (property, news) => property === "path" && news.disableRemount === true,
  async create(inputs, { client, signal }) {
    const path = String(trimSlashes(inputs.path) || inputs.type);
    const body = toWire(inputs, ["type", "description", "local"]);
    await explained("error writing to Vault: ", () => client.write("POST", `sys/auth/${path}`, body, signal));
    if (inputs.tune) await tune(`auth/${path}`, toWire(inputs.tune as Properties, TUNE), { client, signal });
    return path;
  },
  update,
  async read(id, state, work) {
    const path = pathOf(id, state);
    const data = await readMount(`auth/${path}`, work);
    if (!data) return undefined;
    return {
      ...fromWire(data, ["type", "description", "local", "accessor"]),
      path,
      tune: await readTune(path, state, work),
    };
  },
  async delete(id, state, { client, signal }) {
    await explained("error disabling auth from Vault: ", () => client.delete(`sys/auth/${pathOf(id, state)}`, signal));
  },
};

async function update({ id, inputs, state, changed, ...work }: UpdateWork): Promise<void> {
  const from = pathOf(id, state);
  const to = String(trimSlashes(inputs.path) || from);
  if (from !== to) {
    await explained(`error remounting to "auth/${to}": `, () => remount(`auth/${from}`, `auth/${to}`, work));
  }
  const config = {
    ...(changed("tune") ? toWire((inputs.tune ?? {}) as Properties, TUNE) : {}),
    ...(changed("description") ? { description: inputs.description ?? "" } : {}),
  };
  if (Object.keys(config).length) await tune(`auth/${to}`, config, work);
}

/** A move changes the path; the id that the engine keeps is still the first one. */
function pathOf(id: string, state: Properties): string {
  return typeof state.path === "string" && state.path ? state.path : id;
}

/**
 * The tuning as Vault has it, of what the program sets or, when it sets nothing, of all. Leases keep the program's way to
 * write them: `1h` and 3600 seconds are one.
 */
async function readTune(path: string, state: Properties, { client, signal }: Work): Promise<Properties> {
  const words = "error reading tune information from Vault: ";
  const data = await explained<Data | undefined>(words, () => client.read(`sys/mounts/auth/${path}/tune`, signal));
  const known = (state.tune ?? {}) as Record<string, string | undefined>;
  const properties = Object.keys(known).length ? TUNE.filter((property) => property in known) : TUNE;
  const tuned = fromWire(data ?? {}, properties);
  for (const lease of LEASES.filter((property) => property in tuned)) {
    const seconds = Number(tuned[lease] ?? 0);
    tuned[lease] = secondsOf(known[lease]) === seconds ? known[lease] : `${seconds}s`;
  }
  return Object.fromEntries(Object.entries(tuned).filter(([, value]) => value !== undefined && value !== null));
}

function secondsOf(duration: string | undefined): number | undefined {
  if (duration === undefined) return undefined;
  if (/^\d+$/.test(duration)) return Number(duration);
  const unit: Record<string, number> = { h: 3600, m: 60, s: 1 };
  return [...duration.matchAll(/(\d+)([hms])/g)].reduce((sum, [, n, u]) => sum + Number(n) * unit[u!]!, 0);
}
