import { containersOf, kindOf, labelOf } from "../kubernetes";
import { type Rule, Scope, violation } from "../rule";
import { type Subject, textAt, unknownAt } from "../subject";

export interface VersionLabelConfig {
  controllerVersion: string;
}

/** Constants of ARC and its charts (`constants.go`, `_helpers.tpl`). */
const VERSION_LABEL = "app.kubernetes.io/version";
const PART_OF_LABEL = "app.kubernetes.io/part-of";
const CONTROLLER = "gha-rs-controller";
const MANAGER = "manager";

/**
 * The controller deletes a set whose label has another minor version than its own, or none that it can read, and the set
 * on GitHub with it (`IsVersionAllowed` in `version.go`). Sets of this project have the whole version, and so must these.
 */
export const versionLabel: Rule<VersionLabelConfig> = {
  name: "version-label",
  description: "The version label of every runner set is the version of the controller.",
  level: "mandatory",
  severity: "critical",
  fix: "Set one version for controller and sets: `arc:controller.version` in the stack file.",
  scope: Scope.Stack,
  options: {
    controllerVersion: {
      description: "Version of the controller where it is not part of the stack, such as 0.14.2.",
      default: "",
    },
  },
  violations: (resources, { controllerVersion }) => {
    const versions = resources.filter(isController).map(versionOf);
    const known = versions.length ? versions : [controllerVersion].filter(Boolean);
    // A version that a preview does not know may be any.
    if (!known.length || known.includes("")) return [];
    return resources
      .filter((resource) => kindOf(resource) === "AutoscalingRunnerSet")
      .filter((set) => !unknownAt(set.wire(), "metadata", "labels", VERSION_LABEL))
      .flatMap((set) => {
        const label = labelOf(set, VERSION_LABEL);
        if (known.includes(label)) return [];
        const found = label ? `has the label ${VERSION_LABEL}: ${label}` : `has no label ${VERSION_LABEL}`;
        return [
          violation(
            set,
            `${found}, and the controller is ${known.join(" or ")}: it deletes sets of another minor version`,
          ),
        ];
      });
  },
};

function isController(resource: Subject): boolean {
  return kindOf(resource) === "Deployment" && labelOf(resource, PART_OF_LABEL) === CONTROLLER;
}

/** The tag of the controller's image, where that is a version: it is what runs. Else what its label says. */
function versionOf(controller: Subject): string {
  const manager = containersOf(controller).find(({ name }) => name === MANAGER);
  const tag = /:(\d+\.\d+\.\d+[^/:@]*)(@|$)/.exec(textAt(manager?.container, "image"))?.[1];
  return tag ?? labelOf(controller, VERSION_LABEL);
}
