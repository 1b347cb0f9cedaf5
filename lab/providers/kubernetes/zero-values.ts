import { isObject } from "../values";
import type { Path } from "./property-path";

/** Fields of built-in kinds in which zero, false or "" says something other than no value. */
const SIGNIFICANT = new Set([
  ...["activeDeadlineSeconds", "allocateLoadBalancerNodePorts", "allowPrivilegeEscalation", "allowVolumeExpansion"],
  ...["attachRequired", "automountServiceAccountToken", "averageUtilization", "backoffLimit", "blockOwnerDeletion"],
  ...["completions", "controller", "defaultMode", "enableServiceLinks", "failedJobsHistoryLimit", "fsGroup"],
  ...["hostUsers", "immutable", "maxSurge", "maxUnavailable", "minAvailable", "minReplicas", "mode", "nodePort"],
  ...["optional", "parallelism", "partition", "podInfoOnMount", "privileged", "progressDeadlineSeconds"],
  ...["readOnlyRootFilesystem", "replicas", "revisionHistoryLimit", "runAsGroup", "runAsNonRoot", "runAsUser"],
  ...["setHostnameAsFQDN", "shareProcessNamespace", "stabilizationWindowSeconds", "startingDeadlineSeconds"],
  ...["storageClassName", "successfulJobsHistoryLimit", "suspend", "terminationGracePeriodSeconds"],
  ...["timeoutSeconds", "tolerationSeconds", "ttlSecondsAfterFinished"],
]);

/** Fields whose keys are the user's own: each value in them says something. */
const FREE_MAPS = new Set([
  ...["annotations", "binaryData", "data", "labels", "limits", "matchLabels", "nodeSelector", "parameters"],
  ...["requests", "selector", "stringData"],
]);

function isZero(value: unknown): boolean {
  if (Array.isArray(value)) {
    return value.length === 0;
  }
  return isObject(value) ? Object.keys(value).length === 0 : value === false || value === 0 || value === "";
}

/**
 * Whether the API server leaves a field of a built-in kind out as if it had not been given. The official plugin knows by
 * the types of all kinds; here it is by the names of the fields that are not left out.
 */
export function isLeftOut(path: Path, value: unknown): boolean {
  const name = String(path.at(-1));
  const parent = String(path.at(-2));
  const given = typeof path.at(-1) === "number" || FREE_MAPS.has(parent) || SIGNIFICANT.has(name);
  return isZero(value) && !given;
}
