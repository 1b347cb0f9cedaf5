import { SECRET_SIGNATURE } from "../offline/plan";

type Inputs = Record<string, unknown>;

/** Inputs that a plugin has filled in by itself, of those that stand beside it. */
const DEFAULTS = "__defaults";

/**
 * Inputs of a state and of a plan, so that what differs is what somebody changed: without what plugins filled in, with
 * the same word for every secret, since one of the two is encrypted.
 */
export function comparableInputs(state: Inputs, plan: Inputs): [Inputs, Inputs] {
  const [asked, asks] = [asWritten(state), asWritten(plan)];
  return [masked(asked, asks) as Inputs, masked(asks, asked) as Inputs];
}

function asWritten(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asWritten);
  if (!isRecord(value)) return value;
  const filled = [DEFAULTS, ...((value[DEFAULTS] as string[] | undefined) ?? [])];
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, field]) => (filled.includes(key) ? [] : [[spelled(key), asWritten(field)]])),
  );
}

/** The plugin for Kubernetes keeps these keys of a CRD's schema in a spelling of its own. */
function spelled(key: string): string {
  return key.startsWith("x_kubernetes_") ? key.replaceAll("_", "-") : key;
}

/** A value in which all that is secret here or there is the same. */
function masked(value: unknown, other: unknown): unknown {
  if (isSecret(value) || isSecret(other)) return "[secret]";
  if (Array.isArray(value))
    return value.map((item, index) => masked(item, Array.isArray(other) ? other[index] : undefined));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [key, masked(field, isRecord(other) ? other[key] : undefined)]),
  );
}

function isSecret(value: unknown): boolean {
  return isRecord(value) && SECRET_SIGNATURE in value;
}

function isRecord(value: unknown): value is Inputs {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** The plan as the engine takes it: at ignored paths, here of plain words, it keeps what the state has. */
export function withIgnored(plan: Inputs, state: Inputs, paths: string[]): Inputs {
  return paths.reduce((inputs, path) => kept(inputs, state, path.split(".")), plan);
}

function kept(plan: Inputs, state: unknown, [key, ...rest]: string[]): Inputs {
  if (key === undefined) return plan;
  const old = isRecord(state) ? state[key] : undefined;
  const { [key]: own, ...others } = plan;
  const value = rest.length ? (isRecord(own) ? kept(own, old, rest) : own) : old;
  return value === undefined ? others : { ...others, [key]: value };
}
