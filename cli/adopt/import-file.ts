import { ENCRYPTED } from "../../stacks/config/raw";
import { kindOf, type PlannedResource } from "../offline/plan";
import { readable } from "../preview/manifests";
import type { PlannedObject } from "./planned";

/** A resource in the file of `pulumi import --file`. */
export interface ImportSpec {
  type: string;
  /** Unique in the file; others name it as their parent by this. */
  name: string;
  /** The resource's own name, where another one has it too. */
  logicalName?: string;
  id?: string;
  parent?: string;
  provider?: string;
  component?: true;
}

/** The file of `pulumi import --file`. */
export interface ImportFile {
  /** URN of each provider, by the name that resources call it by. */
  nameTable: Record<string, string>;
  resources: ImportSpec[];
  /** Arguments of providers that the state does not have yet (read by CLIs from pulumi/pulumi#21671 on). */
  providerInputs: Record<string, Record<string, unknown>>;
}

/**
 * The file that imports these objects under the names and parents that the program gives them. The components above them
 * are declared with them, and the providers come along with their arguments, so that an empty stack is enough.
 */
export function importFile(
  found: PlannedObject[],
  plan: PlannedResource[],
  versions: Record<string, string>,
): ImportFile {
  const byUrn = new Map(plan.map((resource) => [resource.urn, resource]));
  const objects = new Map(found.map((object) => [object.resource.urn, object]));
  const needed = new Set<string>();
  for (const { resource } of found) {
    for (const each of [resource, ...ancestors(resource, byUrn)]) needed.add(each.urn);
  }
  const resources = plan.filter(({ urn }) => needed.has(urn));
  const names = uniqueNames(resources);
  const providers = [...new Set(found.map(({ resource }) => resource.provider).filter(Boolean))].sort();
  const providerName = (urn: string) => `provider ${byUrn.get(urn)!.name}`;
  return {
    nameTable: Object.fromEntries(providers.map((urn) => [providerName(urn), urn])),
    resources: resources.map((resource) => {
      const { type, name, parent, provider, urn } = resource;
      const unique = names.get(urn)!;
      const object = objects.get(urn);
      return {
        type,
        name: unique,
        ...(unique === name ? {} : { logicalName: name }),
        ...(object ? { id: objectId(object) } : { component: true as const }),
        ...(parent && names.has(parent) ? { parent: names.get(parent)! } : {}),
        ...(object && provider ? { provider: providerName(provider) } : {}),
      };
    }),
    providerInputs: Object.fromEntries(
      providers
        .filter((urn) => !needsSecret(byUrn.get(urn)!))
        .map((urn) => {
          const { type, inputs } = byUrn.get(urn)!;
          const version = versions[kindOf(type)];
          return [providerName(urn), { ...inputs, ...(version ? { version } : {}) }];
        }),
    ),
  };
}

/** The providers that have to be in the state before the import, for the file has not all that they need. */
export function providersFirst({ nameTable, providerInputs }: ImportFile): string[] {
  return Object.entries(nameTable).flatMap(([name, urn]) => (providerInputs[name] ? [] : [urn]));
}

/** A kubeconfig's content has credentials, which belong into no file; a secret of the stack file is not even known here. */
function needsSecret({ inputs }: PlannedResource): boolean {
  return /\\n|-----BEGIN/.test(JSON.stringify(inputs)) || JSON.stringify(readable(inputs)).includes(ENCRYPTED);
}

/** The id of an object, as the Kubernetes provider reads it. */
function objectId({ namespace, name }: PlannedObject): string {
  return namespace ? `${namespace}/${name}` : name;
}

/** The components above a resource; the stack itself is not among them, for the engine makes it. */
function ancestors(resource: PlannedResource, byUrn: Map<string, PlannedResource>): PlannedResource[] {
  const parent = resource.parent ? byUrn.get(resource.parent) : undefined;
  return parent && parent.type !== "pulumi:pulumi:Stack" ? [parent, ...ancestors(parent, byUrn)] : [];
}

/** A name for each resource that no other one in the file has. */
function uniqueNames(resources: PlannedResource[]): Map<string, string> {
  const times = new Map<string, number>();
  for (const { name } of resources) times.set(name, (times.get(name) ?? 0) + 1);
  return new Map(
    resources.map(({ urn, name, type }) => [urn, times.get(name)! > 1 ? `${name} (${kindOf(type)})` : name]),
  );
}
