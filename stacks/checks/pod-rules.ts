import { parseQuantity } from "../../components/capacity/quantity";
import type { PodContainer, RunnerPodTemplate } from "../../components/runners/pod/spec";
import { suggestion } from "../config/suggestion";
import { quoted } from "../diagnostic";

/** A problem inside a pod template. */
export interface PodProblem {
  /** Path inside the template. */
  at: PropertyKey[];
  /** Path of the value that the one at `at` does not go together with. */
  opposite?: PropertyKey[];
  message: string;
  allowed: string;
  fix: string;
}

interface Located {
  container: PodContainer;
  at: PropertyKey[];
}

/** Fields of a container that Kubernetes takes only while it runs beside the job. */
const WHILE_RUNNING = ["livenessProbe", "readinessProbe", "startupProbe", "lifecycle"];

/** Rules that Kubernetes applies beside the schema (`pkg/apis/core/validation`): a pod that breaks one is refused. */
export function podRuleProblems(template: RunnerPodTemplate): PodProblem[] {
  const { spec } = template;
  const inits = (spec.initContainers ?? []).map((container, index) => ({
    container,
    at: ["spec", "initContainers", index],
  }));
  const containers: Located[] = [
    ...spec.containers.map((container, index) => ({ container, at: ["spec", "containers", index] })),
    ...inits,
  ];
  const volumes = (spec.volumes ?? []).map((volume, index) => ({
    name: String(volume.name),
    at: ["spec", "volumes", index],
  }));
  const names = containers.map(({ container, at }) => ({ name: container.name, at }));
  return [
    ...duplicates(names, "container", "a name for each container, init containers included; runner and dind are taken"),
    ...duplicates(volumes, "volume", "a name for each volume; docker-certs and dind-storage are taken by the sidecar"),
    ...containers.flatMap((located) => mountProblems(located, new Set(volumes.map((volume) => volume.name)))),
    ...containers.filter(({ container }) => !container.image).map(missingImage),
    ...inits.flatMap(({ container, at }) => misspeltFields(container, CONTAINER_FIELDS, at)),
    ...(spec.volumes ?? []).flatMap((volume, index) =>
      misspeltFields(volume, VOLUME_FIELDS, ["spec", "volumes", index]),
    ),
    ...inits.flatMap(probeProblems),
    ...containers.flatMap(limitProblems),
  ];
}

function duplicates(items: { name: string; at: PropertyKey[] }[], what: string, allowed: string): PodProblem[] {
  const seen = new Set<string>();
  return items.flatMap(({ name, at }) => {
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [
      {
        at: [...at, "name"],
        message: `${what} ${quoted(name)} is in the pod twice`,
        allowed,
        fix: `rename the ${what}`,
      },
    ];
  });
}

function mountProblems({ container, at }: Located, volumes: Set<string>): PodProblem[] {
  const paths = new Set<string>();
  // What is no list of mounts at all is for the schema to say.
  const mounts = Array.isArray(container.volumeMounts) ? container.volumeMounts : [];
  return mounts.flatMap((mount: unknown, index): PodProblem[] => {
    const { name, mountPath } = (mount ?? {}) as { name?: unknown; mountPath?: unknown };
    const here = [...at, "volumeMounts", index];
    const repeated = typeof mountPath === "string" && paths.has(mountPath);
    if (typeof mountPath === "string") paths.add(mountPath);
    return [
      ...(typeof name !== "string" || volumes.has(name)
        ? []
        : [
            {
              at: [...here, "name"],
              message: `container ${container.name} mounts volume ${quoted(name)}, which the pod does not have`,
              allowed: [...volumes].join(", ") || "no volume",
              fix: "add the volume under volumes, or correct the name",
            },
          ]),
      ...(repeated
        ? [
            {
              at: [...here, "mountPath"],
              message: `container ${container.name} mounts ${quoted(mountPath)} twice`,
              allowed: "each path once",
              fix: "remove one of the mounts",
            },
          ]
        : []),
    ];
  });
}

/** Kubernetes drops a field that it does not know without a word. Newer releases know more, so only near misses count. */
function misspeltFields(object: Record<string, unknown>, known: string[], at: PropertyKey[]): PodProblem[] {
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

const CONTAINER_FIELDS = [
  ...["name", "image", "imagePullPolicy", "command", "args", "workingDir", "env", "envFrom", "ports", "resources"],
  ...["restartPolicy", "volumeMounts", "volumeDevices", "securityContext", "livenessProbe", "readinessProbe"],
  ...[
    "startupProbe",
    "lifecycle",
    "restartPolicyRules",
    "resizePolicy",
    "terminationMessagePath",
    "terminationMessagePolicy",
  ],
  ...["stdin", "stdinOnce", "tty"],
];

const VOLUME_FIELDS = [
  ...["name", "emptyDir", "hostPath", "secret", "configMap", "projected", "downwardAPI", "persistentVolumeClaim"],
  ...["ephemeral", "csi", "nfs", "image", "iscsi", "fc"],
];

function probeProblems({ container, at }: Located): PodProblem[] {
  if (container.restartPolicy === "Always") return [];
  return WHILE_RUNNING.filter((field) => container[field] !== undefined && container[field] !== null).map((field) => ({
    at: [...at, field],
    message: `init container ${container.name} has a ${field}, but ends before the job begins`,
    allowed: `a ${field} with restartPolicy Always (a sidecar that runs beside the job)`,
    fix: `remove ${field}, or set restartPolicy to Always`,
  }));
}

function limitProblems({ container, at }: Located): PodProblem[] {
  const { requests = {}, limits = {} } = container.resources ?? {};
  return Object.entries(requests).flatMap(([name, request]) => {
    const limit = limits[name];
    if (limit === undefined || parseQuantity(request) <= parseQuantity(limit)) return [];
    return [
      {
        at: [...at, "resources", "requests", name],
        opposite: [...at, "resources", "limits", name],
        message: `container ${container.name} requests ${name} ${request}, which is more than its limit ${limit}`,
        allowed: "a request no higher than the limit",
        fix: `lower the request or raise the limit of ${name}`,
      },
    ];
  });
}

function missingImage({ container, at }: Located): PodProblem {
  return {
    at: [...at, "image"],
    message: `container ${container.name} has no image`,
    allowed: "an image reference",
    fix: "add the image",
  };
}
