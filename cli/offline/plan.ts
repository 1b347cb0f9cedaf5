/** What a secret value is wrapped in, on its way to the engine as in a state. */
export const SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d";

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
  /** Names under which a state may know the resource besides its own. */
  aliases: string[];
  /** Paths of inputs that stay as they are in the state. */
  ignoreChanges: string[];
  /** URN of the explicit provider; empty for a default one and for components. */
  provider: string;
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
