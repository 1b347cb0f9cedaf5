import { valueAt } from "../../stacks/diagnostic";
import { readable } from "../preview/manifests";
import type { PlannedObject } from "../adopt/planned";
import type { Context } from "./observation";

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

/** Every Secret whose contents decide whether runners come: GitHub's credentials and the registries'. */
export function secretsOf({ planned }: Pick<Context, "planned">): Reference[] {
  const found = plannedOf(planned, "AutoscalingRunnerSet").flatMap((set) => {
    const { namespace = "" } = set;
    const spec = inputsOf(set).spec;
    const pulls = valueAt(spec, ["template", "spec", "imagePullSecrets"]) as { name: string }[] | undefined;
    const names = [valueAt(spec, ["githubConfigSecret"]), ...(pulls ?? []).map(({ name }) => name)];
    // With a vault of its own the field names an entry of that vault.
    const own = valueAt(spec, ["vaultConfig"]) ? names.slice(1) : names;
    return own.filter((name): name is string => typeof name === "string").map((name) => ({ namespace, name }));
  });
  return distinct(found, ({ namespace, name }) => `${namespace}/${name}`);
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
