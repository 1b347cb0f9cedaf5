/** Labels and annotations by which ARC and its users recognise objects. Keys are upstream's (`constants.go`, chart `_helpers.tpl`). */

/** The controller deletes every AutoscalingRunnerSet whose value has another minor version than its own build. */
export const VERSION_LABEL = "app.kubernetes.io/version";

/** The controller recreates the listener when this annotation changes. */
export const VALUES_HASH_ANNOTATION = "actions.github.com/values-hash";

const CONTROLLER_PART_OF = "gha-rs-controller";
const SCALE_SET_PART_OF = "gha-rs";

/** Selects the controller's pods; immutable on a Deployment, so the version is not among them. */
export function controllerSelector(namespace: string): Record<string, string> {
  return {
    "app.kubernetes.io/name": "gha-rs-controller",
    "app.kubernetes.io/namespace": namespace,
    "app.kubernetes.io/instance": "arc",
  };
}

/** Labels of the controller's Deployment and ServiceAccount. */
export function controllerLabels(namespace: string, version: string): Record<string, string> {
  return {
    ...controllerSelector(namespace),
    [VERSION_LABEL]: version,
    "app.kubernetes.io/part-of": CONTROLLER_PART_OF,
    "app.kubernetes.io/managed-by": "pulumi",
  };
}

/** Labels of the controller's pods. */
export function controllerPodLabels(namespace: string, version: string): Record<string, string> {
  return {
    ...controllerSelector(namespace),
    [VERSION_LABEL]: version,
    "app.kubernetes.io/part-of": CONTROLLER_PART_OF,
    "app.kubernetes.io/component": "controller-manager",
  };
}

/**
 * Labels of everything that belongs to one scale set. The controller copies those of the AutoscalingRunnerSet to
 * listener and runner pods (`resourcebuilder.go`), so nothing that changes often belongs here.
 */
export function scaleSetLabels(
  scaleSetName: string,
  namespace: string,
  version: string,
  component?: string,
): Record<string, string> {
  return {
    "app.kubernetes.io/name": scaleSetName,
    "app.kubernetes.io/instance": scaleSetName,
    [VERSION_LABEL]: version,
    "app.kubernetes.io/managed-by": "pulumi",
    "app.kubernetes.io/part-of": SCALE_SET_PART_OF,
    "actions.github.com/scale-set-name": scaleSetName,
    "actions.github.com/scale-set-namespace": namespace,
    ...(component ? { "app.kubernetes.io/component": component } : {}),
  };
}

/** Labels of tenant and credential objects, which outlive any one scale set and any version. */
export function tenantLabels(): Record<string, string> {
  return { "app.kubernetes.io/managed-by": "pulumi", "app.kubernetes.io/part-of": SCALE_SET_PART_OF };
}
