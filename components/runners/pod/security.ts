import { PodSecurityLevel } from "../../tenant/pod-security";
import {
  containers,
  everyone,
  type Fields,
  fieldsIn,
  fieldsOf,
  itself,
  listOf,
  type Path,
  type Pod,
  podOf,
  type Setter,
  valueIn,
} from "./security-pod";
import type { RunnerPodTemplate } from "./spec";

/** What a Pod Security level refuses in a pod. */
export interface PodSecurityViolation {
  /** Path in the pod template of the value that is wrong or missing. */
  at: Path;
  message: string;
}

/**
 * What the Pod Security Standards of a level refuse in a pod; empty where the pod may start.
 *
 * The rules are those of Kubernetes 1.37: k8s.io/pod-security-admission v0.37.2, `policy/check_*.go`. An older cluster
 * is stricter with `hostUsers: false` (before 1.35) and knows fewer safe sysctls. Values of a wrong type are for the
 * schema to refuse.
 */
export function podSecurityNeeds(template: RunnerPodTemplate, level: PodSecurityLevel): PodSecurityViolation[] {
  if (level === PodSecurityLevel.Privileged) return [];
  const pod = podOf(template);
  return (level === PodSecurityLevel.Baseline ? BASELINE : RESTRICTED).flatMap((rule) => rule(pod));
}

type Rule = (pod: Pod) => PodSecurityViolation[];

const DEFAULT_CAPABILITIES = [
  ...["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP"],
  ...["SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"],
];
const SAFE_SYSCTLS = [
  ...["kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports"],
  ...["net.ipv4.ip_unprivileged_port_start", "net.ipv4.ping_group_range", "net.ipv4.tcp_fin_timeout"],
  ...["net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_keepalive_time"],
  ...["net.ipv4.tcp_notsent_lowat", "net.ipv4.tcp_rmem", "net.ipv4.tcp_slow_start_after_idle"],
  ...["net.ipv4.tcp_syncookies", "net.ipv4.tcp_wmem"],
];
const SELINUX_TYPES = ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];
const PROFILE_TYPES = ["RuntimeDefault", "Localhost"];
/** All that Kubernetes knows, but those of the restricted level's list. */
const RESTRICTED_VOLUMES = [
  ...["hostPath", "gcePersistentDisk", "awsElasticBlockStore", "gitRepo", "nfs", "iscsi", "glusterfs", "rbd", "cinder"],
  ...["flexVolume", "cephfs", "flocker", "fc", "azureFile", "vsphereVolume", "quobyte", "azureDisk", "scaleIO"],
  ...["portworxVolume", "photonPersistentDisk", "storageos"],
];
/** Of AppArmor's profiles before Kubernetes 1.30. */
const APPARMOR_ANNOTATION = "container.apparmor.security.beta.kubernetes.io/";

const PROBES = ["livenessProbe", "readinessProbe", "startupProbe"].map((probe) => [probe]);
const HANDLERS = ["postStart", "preStop"].map((handler) => ["lifecycle", handler]);

const hostNamespaces = unset(itself, ["hostNetwork", "hostPID", "hostIPC"], (value) => value === true);
const privileged = unset(containers, ["securityContext.privileged"], (value) => value === true);
const hostProcess = unset(everyone, ["securityContext.windowsOptions.hostProcess"], (value) => value === true);
const appArmor = unset(everyone, ["securityContext.appArmorProfile.type"], isNot(PROFILE_TYPES));
const seccomp = unset(everyone, ["securityContext.seccompProfile.type"], isNot(PROFILE_TYPES));
const seLinuxType = unset(everyone, ["securityContext.seLinuxOptions.type"], isNot(SELINUX_TYPES));
const seLinuxUser = unset(
  everyone,
  ["securityContext.seLinuxOptions.user", "securityContext.seLinuxOptions.role"],
  (value) => value !== "",
);
const procMount = unset(containers, ["securityContext.procMount"], isNot(["Default"]));
const runAsRoot = unset(everyone, ["securityContext.runAsUser"], (value) => value === 0);
const runAsNonRootOff = unset(everyone, ["securityContext.runAsNonRoot"], (value) => value === false);
const probeHosts = unset(
  containers,
  [...PROBES, ...HANDLERS].flatMap((path) => ["httpGet", "tcpSocket"].map((kind) => [...path, kind, "host"].join("."))),
  (value) => value !== "",
);

const appArmorAnnotations: Rule = ({ annotations }) =>
  Object.entries(annotations)
    .filter(
      ([key, value]) =>
        key.startsWith(APPARMOR_ANNOTATION) && !/^(runtime\/default|localhost\/.*|)$/s.test(String(value)),
    )
    .map(([key, value]) => ({
      at: ["metadata", "annotations", key],
      message: `annotation ${key} is ${JSON.stringify(value)}`,
    }));

const sysctls: Rule = ({ itself: { fields } }) =>
  fieldsIn(valueIn(fields, ["securityContext", "sysctls"]))
    .filter(([, { name }]) => typeof name === "string" && !SAFE_SYSCTLS.includes(name))
    .map(([index, { name }]) => ({
      at: ["spec", "securityContext", "sysctls", index, "name"],
      message: `the pod sets sysctl ${String(name)}`,
    }));

const hostPorts: Rule = ({ containers: all }) =>
  all.flatMap(({ who, at, fields }) =>
    fieldsIn(fields["ports"])
      .filter(([, { hostPort }]) => Boolean(hostPort))
      .map(([index, { hostPort }]) => ({
        at: [...at, "ports", index, "hostPort"],
        message: `${who} takes port ${String(hostPort)} of the host`,
      })),
  );

const addedCapabilities =
  (allowed: string[]): Rule =>
  (pod) =>
    containers(pod).flatMap(({ who, at, fields }) =>
      listOf(valueIn(fields, ["securityContext", "capabilities", "add"])).flatMap((name, index) =>
        typeof name !== "string" || allowed.includes(name)
          ? []
          : [
              {
                at: [...at, "securityContext", "capabilities", "add", index],
                message: `${who} adds capability ${name}`,
              },
            ],
      ),
    );

const volumesOf =
  (types: string[]): Rule =>
  ({ itself: { fields } }) =>
    fieldsIn(fields["volumes"]).flatMap(([index, volume]) =>
      types
        .filter((type) => volume[type] !== undefined && volume[type] !== null)
        .map((type) => ({
          at: ["spec", "volumes", index, type],
          message: `volume ${String(volume["name"])} is of type ${type}`,
        })),
    );

const escalation = required(
  "allowPrivilegeEscalation",
  "false",
  (context) => context["allowPrivilegeEscalation"] === false,
);
const dropAll = required("capabilities.drop", "[ALL]", (context) =>
  listOf(valueIn(context, ["capabilities", "drop"])).includes("ALL"),
);
const nonRoot = orPod("runAsNonRoot", "true", (value) => value !== undefined);
const seccompSet = orPod("seccompProfile.type", PROFILE_TYPES.join(" or "), (value) => value !== undefined);

const BOTH = [
  ...[hostNamespaces, privileged, hostProcess, hostPorts, appArmor, appArmorAnnotations, seLinuxType, seLinuxUser],
  ...[seccomp, sysctls, probeHosts],
];
const BASELINE: Rule[] = [
  ...BOTH,
  addedCapabilities(DEFAULT_CAPABILITIES),
  volumesOf(["hostPath"]),
  unlessOwnUsers(procMount),
];
const RESTRICTED: Rule[] = [
  ...BOTH,
  addedCapabilities(["NET_BIND_SERVICE"]),
  volumesOf(RESTRICTED_VOLUMES),
  procMount,
  ...[runAsNonRootOff, nonRoot, runAsRoot].map(unlessOwnUsers),
  ...[escalation, dropAll, seccompSet].map(unlessWindows),
];

/** Fields that may have no such value; absent they may be. */
function unset(setters: (pod: Pod) => Setter[], fields: string[], refused: (value: unknown) => boolean): Rule {
  return (pod) =>
    setters(pod).flatMap((setter) =>
      fields.flatMap((field) => {
        const path = field.split(".");
        const value = valueIn(setter.fields, path);
        if (value === undefined || !refused(value)) return [];
        return [{ at: [...setter.at, ...path], message: `${setter.who} sets ${field} to ${JSON.stringify(value)}` }];
      }),
    );
}

/** What the security context of each container must say. */
function required(field: string, value: string, has: (context: Fields) => boolean): Rule {
  return (pod) =>
    pod.containers
      .filter(({ fields }) => !has(fieldsOf(fields["securityContext"])))
      .map(({ who, at }) => ({
        at: [...at, "securityContext", ...field.split(".")],
        message: `${who} does not set securityContext.${field} to ${value}`,
      }));
}

/** What the security context of each container must say, or that of the pod for all. A wrong value is for another rule. */
function orPod(field: string, value: string, has: (value: unknown) => boolean): Rule {
  const path = ["securityContext", ...field.split(".")];
  return (pod) =>
    has(valueIn(pod.itself.fields, path))
      ? []
      : pod.containers
          .filter(({ fields }) => !has(valueIn(fields, path)))
          .map(({ who, at }) => ({
            at: [...at, ...path],
            message: `neither ${who} nor the pod sets ${path.join(".")} to ${value}`,
          }));
}

function unlessOwnUsers(rule: Rule): Rule {
  return (pod) => (pod.ownUsers ? [] : rule(pod));
}

function unlessWindows(rule: Rule): Rule {
  return (pod) => (pod.windows ? [] : rule(pod));
}

function isNot(allowed: string[]): (value: unknown) => boolean {
  return (value) => !allowed.includes(String(value));
}
