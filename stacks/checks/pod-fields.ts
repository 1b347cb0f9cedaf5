import type { RunnerPodTemplate } from "../../components/runners/pod/spec";
import { isObject } from "../config/merge";
import { suggestion } from "../config/suggestion";
import { quoted, valueAt } from "../diagnostic";
import { containersOf, type PodProblem } from "./pod-rules";

/** Fields of a pod template that Kubernetes would drop without a word. */
export function fieldProblems(template: RunnerPodTemplate): PodProblem[] {
  const { containers, inits } = containersOf(template);
  return [
    ...templateFieldProblems(template),
    ...misspelt(template, ["spec"], POD_FIELDS),
    ...[...containers, ...inits].flatMap(({ at }) => [
      ...misspelt(template, at, CONTAINER_FIELDS),
      ...inList(template, [...at, "env"], ENV_FIELDS),
      ...inList(template, [...at, "volumeMounts"], MOUNT_FIELDS),
    ]),
    ...inList(template, ["spec", "volumes"], VOLUME_FIELDS),
  ];
}

/** Only two fields are of a template itself: a patch that has others was meant for the pod's spec. */
function templateFieldProblems(template: RunnerPodTemplate): PodProblem[] {
  return Object.keys(template)
    .filter((field) => !["metadata", "spec"].includes(field))
    .map((field) => {
      const guess = suggestion(field, ["metadata", "spec"]);
      return {
        at: [field],
        message: `${quoted(field)} is not a field of a pod template; it would be dropped`,
        allowed: "metadata, spec",
        fix: guess
          ? `did you mean "${guess}"?`
          : POD_FIELDS.includes(field)
            ? `put it under spec: podTemplate.spec.${field}`
            : "remove it",
      };
    });
}

function inList(template: RunnerPodTemplate, list: PropertyKey[], known: string[]): PodProblem[] {
  const elements = valueAt(template, list);
  if (!Array.isArray(elements)) return [];
  return elements.flatMap((_, index) => misspelt(template, [...list, index], known));
}

/** Newer releases of Kubernetes know more fields, so only near misses count. */
function misspelt(template: RunnerPodTemplate, at: PropertyKey[], known: string[]): PodProblem[] {
  const object = valueAt(template, at);
  if (!isObject(object)) return [];
  return Object.keys(object).flatMap((field) => {
    const guess = known.includes(field) ? undefined : suggestion(field, known);
    if (!guess || guess in object) return [];
    return [
      {
        at: [...at, field],
        message: `${quoted(field)} is not a field that Kubernetes knows here; it would be dropped`,
        allowed: "what the Kubernetes API documents",
        fix: `did you mean "${guess}"?`,
      },
    ];
  });
}

// k8s.io/api `core/v1/types.go`.
const POD_FIELDS = [
  ...["volumes", "initContainers", "containers", "ephemeralContainers", "restartPolicy", "activeDeadlineSeconds"],
  ...["terminationGracePeriodSeconds", "dnsPolicy", "dnsConfig", "nodeSelector", "nodeName", "serviceAccountName"],
  ...["serviceAccount", "automountServiceAccountToken", "hostNetwork", "hostPID", "hostIPC", "hostUsers"],
  ...["shareProcessNamespace", "securityContext", "imagePullSecrets", "hostname", "subdomain", "affinity"],
  ...["schedulerName", "tolerations", "hostAliases", "priorityClassName", "priority", "readinessGates", "overhead"],
  ...["runtimeClassName", "enableServiceLinks", "preemptionPolicy", "topologySpreadConstraints", "setHostnameAsFQDN"],
  ...["os", "schedulingGates", "resourceClaims", "resources", "hostnameOverride"],
];

const CONTAINER_FIELDS = [
  ...["name", "image", "imagePullPolicy", "command", "args", "workingDir", "env", "envFrom", "ports", "resources"],
  ...["restartPolicy", "volumeMounts", "volumeDevices", "securityContext", "livenessProbe", "readinessProbe"],
  ...["startupProbe", "lifecycle", "restartPolicyRules", "resizePolicy", "terminationMessagePath"],
  ...["terminationMessagePolicy", "stdin", "stdinOnce", "tty"],
];

const ENV_FIELDS = ["name", "value", "valueFrom"];

const MOUNT_FIELDS = [
  ...["name", "mountPath", "subPath", "subPathExpr", "readOnly", "recursiveReadOnly", "mountPropagation"],
];

const VOLUME_FIELDS = [
  ...["name", "emptyDir", "hostPath", "secret", "configMap", "projected", "downwardAPI", "persistentVolumeClaim"],
  ...["ephemeral", "csi", "nfs", "image", "iscsi", "fc"],
];
