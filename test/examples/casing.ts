/** `runnerSets` → `runner_sets`, the name that Pulumi's Python SDKs give it (`PyName` of pulumi/pulumi, pkg/codegen/python). */
export function pythonName(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
}

/** `KubernetesNoVolume` → `KUBERNETES_NO_VOLUME`, a member of an enum in Python. */
export function pythonMember(name: string): string {
  return pythonName(name).toUpperCase();
}

/** `runnerSets` → `RunnerSets`, the field of a struct in Go (`Title` of pulumi/pulumi, pkg/codegen/go). */
export function goField(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/**
 * The struct that a Go program fills for a type of the schema. A type that is called as the arguments of a component are,
 * `ControllerArgs`, gets a `Type` in its name.
 */
export function goInput(type: string, components: string[]): string {
  const taken = components.some((component) => type === `${component}Args`);
  return `${type}${taken ? "Type" : ""}Args`;
}
