import { isObject } from "../values";
import { groupOf, type KubernetesObject } from "./object";
import type { Path } from "./property-path";

const SELECTOR = ["spec.selector"];
const JOB = ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"];
const STATEFUL_SET = [
  "spec.podManagementPolicy",
  "spec.revisionHistoryLimit",
  "spec.selector",
  "spec.serviceName",
  "spec.volumeClaimTemplates",
];

const VOLUME_SOURCES = [
  ...["awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "csi", "fc", "flexVolume", "flocker"],
  ...["gcePersistentDisk", "glusterfs", "hostPath", "iscsi", "local", "nfs", "photonPersistentDisk"],
  ...["portworxVolume", "quobyte", "rbd", "scaleIO", "storageos", "vsphereVolume"],
];

const POD_FIELDS = [
  ...["affinity", "automountServiceAccountToken", "dnsConfig", "dnsPolicy", "enableServiceLinks", "hostAliases"],
  ...["hostIPC", "hostNetwork", "hostPID", "hostname", "imagePullSecrets", "nodeName", "nodeSelector", "overhead"],
  ...["preemptionPolicy", "priority", "priorityClassName", "readinessGates", "restartPolicy", "runtimeClassName"],
  ...["schedulerName", "securityContext", "serviceAccount", "serviceAccountName", "shareProcessNamespace"],
  ...["subdomain", "terminationGracePeriodSeconds", "volumes"],
];

const CONTAINER_FIELDS = [
  ...["args", "command", "env", "image", "imagePullPolicy", "lifecycle", "livenessProbe", "ports", "readinessProbe"],
  ...["resources", "securityContext", "stdin", "stdinOnce", "terminationMessagePath", "terminationMessagePolicy"],
  ...["tty", "volumeDevices", "volumeMounts", "workingDir"],
];

const POD = [
  ...POD_FIELDS.map((field) => `spec.${field}`),
  ...CONTAINER_FIELDS.flatMap((field) => [`spec.containers.*.${field}`, `spec.initContainers.*.${field}`]),
];

/** By `group/version/Kind`, the fields whose change the API server refuses or acts on too late. */
const RULES: Record<string, string[]> = {
  "apps/v1beta1/StatefulSet": STATEFUL_SET,
  "apps/v1beta2/DaemonSet": SELECTOR,
  "apps/v1beta2/Deployment": SELECTOR,
  "apps/v1beta2/StatefulSet": STATEFUL_SET,
  "apps/v1/DaemonSet": SELECTOR,
  "apps/v1/Deployment": SELECTOR,
  "apps/v1/StatefulSet": STATEFUL_SET,
  "batch/v1/Job": JOB,
  "batch/v1beta1/Job": JOB,
  "batch/v2alpha1/Job": JOB,
  "policy/v1beta1/PodDisruptionBudget": ["spec"],
  "storage.k8s.io/v1/StorageClass": ["parameters", "provisioner"],
  "v1/PersistentVolume": VOLUME_SOURCES.map((source) => `spec.${source}`),
  "v1/PersistentVolumeClaim": ["spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"],
  "v1/Pod": POD,
  "v1/ResourceQuota": ["spec.scopes"],
  "v1/Service": ["spec.clusterIP"],
};
for (const version of ["v1alpha1", "v1beta1", "v1"]) {
  RULES[`rbac.authorization.k8s.io/${version}/ClusterRoleBinding`] = ["roleRef"];
  RULES[`rbac.authorization.k8s.io/${version}/RoleBinding`] = ["roleRef"];
}

/** Which of the kinds that only hold data may change in place. */
export interface Mutability {
  enableConfigMapMutable: boolean;
  enableSecretMutable: boolean;
}

function kindRules(object: KubernetesObject, { enableConfigMapMutable, enableSecretMutable }: Mutability): string[] {
  const { apiVersion, kind } = object;
  const fixed = object["immutable"] === true;
  const key = `${apiVersion}/${kind}`;
  if (key === "v1/Secret") {
    return enableSecretMutable && !fixed ? ["type"] : ["type", "stringData", "data"];
  }
  if (key === "v1/ConfigMap") {
    return enableConfigMapMutable && !fixed ? [] : ["binaryData", "data"];
  }
  return RULES[groupOf(apiVersion) === "core" ? key.slice("core/".length) : key] ?? [];
}

/** The fields of an object whose change makes a new object; a `*` is each element of a list. */
export function replaceRules(object: KubernetesObject, mutability: Mutability): string[][] {
  const rules = ["metadata.name", "metadata.namespace", ...kindRules(object, mutability)];
  return rules.map((rule) => rule.split("."));
}

function holds(value: unknown, rest: string[]): boolean {
  const [key, ...further] = rest;
  if (key === undefined) {
    return true;
  }
  if (key === "*") {
    return Array.isArray(value) && value.some((inner) => holds(inner, further));
  }
  return isObject(value) && key in value && holds(value[key], further);
}

/** Whether a change at a path, to a value, is a change of a field that a rule names, of a part of it or of what holds it. */
export function breaksRule(rule: string[], path: Path, value: unknown): boolean {
  for (const [index, part] of rule.entries()) {
    const step = path[index];
    if (step === undefined) {
      return holds(value, rule.slice(index));
    }
    if (part === "*" ? typeof step !== "number" : part !== step) {
      return false;
    }
  }
  return true;
}
