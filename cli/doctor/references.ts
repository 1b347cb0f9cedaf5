import { valueAt } from "../../stacks/diagnostic";
import { readable } from "../preview/manifests";
import type { PlannedObject } from "../adopt/planned";
import type { Listener, RunnerSet } from "./objects";
import type { Context } from "./observation";
import { once } from "./once";

/** The name of an object, and where it is. */
export interface Reference {
  namespace: string;
  name: string;
}

/** A fresh object of the stack, without the wrappers of secrets and unknowns. */
export function inputsOf({ resource }: PlannedObject): Record<string, unknown> {
  return readable(resource.inputs) as Record<string, unknown>;
}

/** The planned objects of a kind. */
export function plannedOf(planned: PlannedObject[], kind: string): PlannedObject[] {
  return planned.filter((object) => object.kind === kind);
}

/** What a Secret of the stack is for. */
export const SecretRole = {
  /** GitHub's credentials of a set. */
  GitHub: "github",
  /** A registry's, of runners or of the controller. */
  Pull: "pull",
  /** Those of a proxy on the way to GitHub. */
  Proxy: "proxy",
} as const;
export type SecretRole = (typeof SecretRole)[keyof typeof SecretRole];

/** A Secret and who needs it. */
export interface SecretUse extends Reference {
  role: SecretRole;
  /** `namespace/name` of the runner sets; none where the controller needs it, and so every set. */
  sets: string[];
}

/** Every Secret whose contents decide whether runners come. */
export function secretUses({ planned }: Pick<Context, "planned">): SecretUse[] {
  return usesIn(planned);
}

const usesIn = once((planned: PlannedObject[]): SecretUse[] => {
  const uses = [
    ...plannedOf(planned, "AutoscalingRunnerSet").flatMap(usesOfSet),
    ...plannedOf(planned, "Deployment").flatMap(({ resource, namespace = "" }) =>
      pullsOf(valueAt(readable(resource.inputs), ["spec", "template"])).map((name) => ({
        namespace,
        name,
        role: SecretRole.Pull,
        sets: [],
      })),
    ),
  ];
  const found = new Map<string, SecretUse>();
  for (const use of uses) {
    const key = `${use.role} ${use.namespace}/${use.name}`;
    found.set(key, { ...use, sets: [...(found.get(key)?.sets ?? []), ...use.sets] });
  }
  return [...found.values()];
});

function usesOfSet(set: PlannedObject): SecretUse[] {
  const { namespace = "", name: setName } = set;
  const { githubConfigSecret, vaultConfig, proxy, template } = inputsOf(set).spec as RunnerSet["spec"];
  // With a vault of its own the field names an entry of that vault.
  const own = githubConfigSecret && !vaultConfig ? [githubConfigSecret] : [];
  const proxies = ["http", "https"].flatMap((scheme) => {
    const name = valueAt(proxy, [scheme, "credentialSecretRef"]);
    return typeof name === "string" ? [name] : [];
  });
  const use = (role: SecretRole) => (name: string) => ({ namespace, name, role, sets: [`${namespace}/${setName}`] });
  return [
    ...own.map(use(SecretRole.GitHub)),
    ...pullsOf(template).map(use(SecretRole.Pull)),
    ...[...new Set(proxies)].map(use(SecretRole.Proxy)),
  ];
}

function pullsOf(template: unknown): string[] {
  const pulls = valueAt(template, ["spec", "imagePullSecrets"]) as { name: string }[] | undefined;
  return (pulls ?? []).map(({ name }) => name);
}

/** The Secrets of {@link secretUses}, each once. */
export function secretsOf(context: Pick<Context, "planned">): Reference[] {
  return distinct(secretUses(context), keyOfReference);
}

/** `namespace/name`. */
export function keyOfReference({ namespace, name }: Reference): string {
  return `${namespace}/${name}`;
}

/** The set that a finding is about, where it is about one. */
export function soleSet(sets: readonly string[]): { set?: string } {
  const [set, ...others] = new Set(sets);
  return set !== undefined && !others.length ? { set } : {};
}

/** What the controller copies credentials to, for each listener: their Secret, and a proxy's (`resourcebuilder.go`). */
export function listenerSecretsOf(listeners: Listener[]): Reference[] {
  return listeners.flatMap(({ metadata: { namespace = "", name }, spec }) => [
    { namespace, name: `${name}-config` },
    ...(spec.proxy ? [{ namespace, name: `${name}-proxy` }] : []),
  ]);
}

/** What an ExternalSecret of the stack reads, and into which Secret. */
export interface Read extends Reference {
  /** `namespace/name` of the Secret. */
  secret: string;
  store: { kind: string; name: string };
  /** In the KV engine, without the mount. */
  path: string;
  properties: string[];
}

/** What the stack's ExternalSecrets read: each of them one path. */
export function readsOf({ planned }: Pick<Context, "planned">): Read[] {
  return readsIn(planned);
}

const readsIn = once((planned: PlannedObject[]): Read[] =>
  plannedOf(planned, "ExternalSecret").map((object) => {
    const { namespace = "", name } = object;
    const { data, target, secretStoreRef } = inputsOf(object).spec as {
      data: { remoteRef: { key: string; property: string } }[];
      target: { name: string };
      secretStoreRef: { kind: string; name: string };
    };
    return {
      namespace,
      name,
      secret: `${namespace}/${target.name}`,
      store: secretStoreRef,
      path: data[0]!.remoteRef.key,
      properties: data.map(({ remoteRef }) => remoteRef.property),
    };
  }),
);

/** The ConfigMaps with certificates that the stack's sets trust GitHub's server by. */
export function certificatesOf({ planned }: Pick<Context, "planned">): (Reference & { key: string; sets: string[] })[] {
  return plannedOf(planned, "AutoscalingRunnerSet").flatMap((set) => {
    const { namespace = "", name: setName } = set;
    const path = ["spec", "githubServerTLS", "certificateFrom", "configMapKeyRef"];
    const ref = valueAt(inputsOf(set), path) as { name: string; key: string } | undefined;
    return ref ? [{ namespace, ...ref, sets: [`${namespace}/${setName}`] }] : [];
  });
}

/** The stores that the stack's ExternalSecrets name. */
export function storesOf(planned: PlannedObject[]): (Reference & { kind: string })[] {
  const found = plannedOf(planned, "ExternalSecret").flatMap((object) => {
    const { namespace = "" } = object;
    const ref = valueAt(inputsOf(object), ["spec", "secretStoreRef"]) as { kind?: string; name?: string } | undefined;
    const kind = ref?.kind ?? "SecretStore";
    return ref?.name ? [{ kind, name: ref.name, namespace: kind === "ClusterSecretStore" ? "" : namespace }] : [];
  });
  return distinct(found, ({ kind, namespace, name }) => `${kind} ${namespace}/${name}`);
}

function distinct<T>(items: T[], key: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}
