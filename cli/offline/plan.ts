/** A resource that the program registered. */
export interface PlannedResource {
  urn: string;
  type: string;
  name: string;
  parent: string | undefined;
  custom: boolean;
  /** URNs of what the engine creates first. */
  dependencies: string[];
  protect: boolean;
  retainOnDelete: boolean;
  inputs: Record<string, unknown>;
}

/** A URN as the engine makes it: the types of the parents, then the resource's own. */
export function plannedUrn(project: string, stack: string, parent: string, type: string, name: string): string {
  const parentType = parent ? typeChain(parent) : "";
  const chain = parentType && parentType !== "pulumi:pulumi:Stack" ? `${parentType}$${type}` : type;
  return `urn:pulumi:${stack}::${project}::${chain}::${name}`;
}

function typeChain(urn: string): string {
  return urn.split("::")[2] ?? "";
}

/** `arc:index:RunnerScaleSet` → `RunnerScaleSet`; `kubernetes:core/v1:Secret` → `Secret`. */
export function kindOf(type: string): string {
  return type.split(":").at(-1) ?? type;
}

/** Whether the resource is an object of the cluster, and so has a manifest. */
export function isKubernetesObject(resource: PlannedResource): boolean {
  return resource.custom && resource.type.startsWith("kubernetes:");
}
