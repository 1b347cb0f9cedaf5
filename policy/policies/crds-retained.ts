import { kindOf } from "../kubernetes";
import { type Rule, Scope, violation } from "../rule";

export interface CrdsRetainedConfig {
  keepers: string[];
}

/**
 * With a CustomResourceDefinition the API server deletes every object of its kind, in every namespace. The engine tells
 * policies of `protect` and not of `retainOnDelete` (AnalyzerResourceOptions), so what has a keeper as parent is trusted:
 * a component that sets it on each CRD.
 */
export const crdsRetained: Rule<CrdsRetainedConfig> = {
  name: "crds-retained",
  description: "CustomResourceDefinitions outlive the stack.",
  level: "mandatory",
  severity: "critical",
  fix: "Make the CRDs with the component CustomResourceDefinitions, which sets retainOnDelete, or set protect.",
  scope: Scope.Resource,
  options: {
    keepers: {
      description: "Types of components that set retainOnDelete on the CRDs that they make.",
      default: ["arc:index:CustomResourceDefinitions"],
    },
  },
  violations: (resources, { keepers }) =>
    resources
      .filter((resource) => kindOf(resource) === "CustomResourceDefinition")
      .filter(({ protect, parent }) => !protect && !keepers.includes(typeOf(parent)))
      .map((crd) =>
        violation(crd, "would be deleted with the stack, and every object of its kind in the cluster with it"),
      ),
};

/** Type of the resource of a URN, `urn:pulumi:<stack>::<project>::<types of the parents>$<type>::<name>`. */
function typeOf(urn: string): string {
  return (urn.split("::")[2] ?? "").split("$").at(-1) ?? "";
}
