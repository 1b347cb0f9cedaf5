import type { Fields, LiveObject, ManagedFields } from "../live-object";

/**
 * The manager that the Kubernetes provider creates objects as. What it has set, the provider takes over with its first
 * server-side apply (`fixCSAFieldManagers`), and overwrites already in a preview (`patchForce`).
 */
export const PROVIDER_MANAGER = "pulumi-kubernetes";

/**
 * Tools that write manifests: what they set is the stack's from now on. Controllers (ARC's is called `manager`) are not
 * among them, for what they set is theirs for good.
 */
const TOOLS =
  /^(helm|kubectl|before-first-apply|argocd|kustomize-controller|flux|terraform|opentofu|ansible|Go-http-client$)/i;

/** The tools that have set fields of an object. */
export function toolsOf({ metadata: { managedFields = [] } }: LiveObject): string[] {
  return [...new Set(managedFields.filter(isTool).map(nameOf))].sort();
}

/** The fields that the stack takes over, as one tree; those that somebody else has set too are in `kept`. */
export function fieldsOf({ metadata: { managedFields = [] } }: LiveObject): { taken: Fields; kept: Fields } {
  const taken = (entry: ManagedFields) => !entry.subresource && (isTool(entry) || isProvider(entry));
  const trees = (entries: ManagedFields[]) =>
    entries.reduce<Fields>((all, each) => union(all, each.fieldsV1 ?? {}), {});
  return {
    taken: trees(managedFields.filter(taken)),
    kept: trees(managedFields.filter((entry) => !taken(entry))),
  };
}

/** The managers of an object once the tools' fields are the provider's; undefined when none of them has any. */
export function handedOver({ metadata: { managedFields = [] } }: LiveObject): ManagedFields[] | undefined {
  if (!managedFields.some(isTool)) return undefined;
  const others = managedFields.filter((entry) => !isTool(entry) && !isCreated(entry));
  // The API server keeps one entry for each manager, operation and version.
  const versions = new Map<string, ManagedFields>();
  for (const entry of managedFields.filter((each) => isTool(each) || isCreated(each))) {
    const version = entry.apiVersion ?? "";
    const before = versions.get(version)?.fieldsV1 ?? {};
    const fieldsV1 = union(before, entry.fieldsV1 ?? {});
    versions.set(version, { ...entry, manager: PROVIDER_MANAGER, operation: "Update", fieldsV1 });
  }
  return [...others, ...versions.values()];
}

/**
 * Which of the managers that keep their fields have set one of these too. Where the stack says something else there, a
 * server-side apply is refused.
 */
export function colliding({ metadata: { managedFields = [] } }: LiveObject, paths: string[]): string[] {
  const keeping = managedFields.filter((entry) => !entry.subresource && !isTool(entry) && !isProvider(entry));
  const holders = keeping.filter(({ fieldsV1 = {} }) => paths.some((path) => holds(fieldsV1, stepsOf(path))));
  return [...new Set(holders.map(nameOf))].sort();
}

/** `spec.containers[manager].image`, `metadata.labels["app.kubernetes.io/name"]` → the steps. */
function stepsOf(path: string): string[] {
  return [...path.matchAll(/\["([^"]+)"\]|\[([^\]]+)\]|([^.[\]]+)/g)].map(([, quoted, entry, field]) =>
    quoted !== undefined ? `f:${quoted}` : entry !== undefined ? `[${entry}]` : `f:${field}`,
  );
}

function holds(fields: Fields, [step, ...rest]: string[]): boolean {
  if (step === undefined) return true;
  const key = step.startsWith("[")
    ? Object.keys(fields).find((each) => each.startsWith("k:") && each.includes(JSON.stringify(step.slice(1, -1))))
    : step;
  const inner = key === undefined ? undefined : fields[key];
  return inner !== undefined && holds(inner, rest);
}

function nameOf({ manager }: ManagedFields): string {
  return manager ?? "unknown";
}

function isTool(entry: ManagedFields): boolean {
  return !entry.subresource && TOOLS.test(nameOf(entry));
}

function isProvider(entry: ManagedFields): boolean {
  return nameOf(entry).startsWith(PROVIDER_MANAGER);
}

function isCreated(entry: ManagedFields): boolean {
  return nameOf(entry) === PROVIDER_MANAGER && entry.operation === "Update" && !entry.subresource;
}

function union(one: Fields, other: Fields): Fields {
  const result = { ...one };
  for (const [key, inner] of Object.entries(other)) {
    const present = result[key];
    result[key] = present ? union(present, inner) : inner;
  }
  return result;
}
