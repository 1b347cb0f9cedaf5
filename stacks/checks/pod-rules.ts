import { parseQuantity } from "../../components/capacity/quantity";
import type { PodContainer, RunnerPodTemplate } from "../../components/runners/pod/spec";
import { RUNNER_CONTAINER } from "../../components/runners/pod/template";
import { quoted, valueAt } from "../diagnostic";

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

/** A container of either list, and where it stands. */
export interface Located {
  container: PodContainer;
  at: PropertyKey[];
}

/** Fields of a container that Kubernetes takes only while it runs beside the job. */
const WHILE_RUNNING = ["livenessProbe", "readinessProbe", "startupProbe", "lifecycle"];

/** Both lists of containers, the init containers last. */
export function containersOf({ spec }: RunnerPodTemplate): { containers: Located[]; inits: Located[] } {
  const located = (list: PodContainer[] | undefined, name: string) =>
    (list ?? []).map((container, index) => ({ container, at: ["spec", name, index] }));
  return {
    containers: located(spec.containers, "containers"),
    inits: located(spec.initContainers, "initContainers"),
  };
}

/** Whether a container has the daemon's requests and limits, because it prepares it: what is wrong with them is said once. */
export function borrowsResources({ spec }: RunnerPodTemplate, { name, resources }: PodContainer): boolean {
  const daemon = [...(spec.initContainers ?? []), ...spec.containers].find((each) => each.name === "dind");
  return name.startsWith("init-dind-") && resources === daemon?.resources;
}

/**
 * Rules that Kubernetes applies beside the schema: those of `pkg/apis/core/validation`, and of the set's CRD, whose lists
 * have keys (`x-kubernetes-list-map-keys`). A pod that breaks one is refused.
 *
 * @param missing volumes that the pod lacks and another check asks for
 */
export function podRuleProblems(template: RunnerPodTemplate, missing: string[] = []): PodProblem[] {
  const { containers, inits } = containersOf(template);
  const all = [...containers, ...inits];
  const volumes = itemsOf(template, ["spec", "volumes"], "name");
  const known = new Set([...volumes.map(({ key }) => key), ...missing]);
  const pullSecrets = itemsOf(template, ["spec", "imagePullSecrets"], "name");
  return [
    ...duplicates(
      all.map(({ container, at }) => ({ key: container.name, at: [...at, "name"] })),
      (name) => `container ${name} is in the pod twice`,
      "a name for each container, init containers included",
    ),
    ...duplicates(volumes, (name) => `volume ${name} is in the pod twice`, "a name for each volume"),
    ...duplicates(pullSecrets, (name) => `imagePullSecrets has ${name} twice`, "each Secret once"),
    ...all.flatMap((located) => [...listProblems(template, located), ...mountProblems(template, located, known)]),
    ...all.filter(({ container }) => !container.image).map(missingImage),
    ...inits.flatMap(probeProblems),
    ...all.filter(({ container }) => !borrowsResources(template, container)).flatMap(limitProblems),
  ];
}

/** The controller gives the registration to the container of this name and to no other (upstream `newEphemeralRunnerPod`). */
export function runnerContainerProblems(template: RunnerPodTemplate): PodProblem[] {
  if (itemsOf(template, ["spec", "containers"], "name").some(({ key }) => key === RUNNER_CONTAINER)) return [];
  return [
    {
      at: ["spec", "containers"],
      message: "leaves the pod without a container named runner, the one that the controller gives a registration",
      allowed: "a patch that changes the container but leaves it there",
      fix: "take what removes it out of podTemplate",
    },
  ];
}

interface Item {
  key: string;
  /** Where the key stands. */
  at: PropertyKey[];
}

/** The elements of a list that have a text as their key; anything else is for the schema to refuse. */
function itemsOf(template: RunnerPodTemplate, list: PropertyKey[], key: string): Item[] {
  const elements = valueAt(template, list);
  return (Array.isArray(elements) ? elements : []).flatMap((element: unknown, index) => {
    const value = valueAt(element, [key]);
    return typeof value === "string" ? [{ key: value, at: [...list, index, key] }] : [];
  });
}

function duplicates(items: Item[], message: (key: string) => string, allowed: string): PodProblem[] {
  const seen = new Map<string, PropertyKey[]>();
  return items.flatMap(({ key, at }) => {
    const opposite = seen.get(key);
    if (!opposite) {
      seen.set(key, at);
      return [];
    }
    return [{ at, opposite, message: message(quoted(key)), allowed, fix: "remove or rename one of the two" }];
  });
}

/** What of a container's lists may be there once. */
function listProblems(template: RunnerPodTemplate, { container, at }: Located): PodProblem[] {
  const says = (what: string) => (key: string) => `container ${container.name} ${what} ${key} twice`;
  const ports = valueAt(container, ["ports"]);
  const portItems = (Array.isArray(ports) ? ports : []).flatMap((port: unknown, index): Item[] => {
    const [number, protocol] = [valueAt(port, ["containerPort"]), valueAt(port, ["protocol"]) ?? "TCP"];
    return typeof number === "number"
      ? [{ key: `${number}/${String(protocol)}`, at: [...at, "ports", index, "containerPort"] }]
      : [];
  });
  return [
    ...duplicates(itemsOf(template, [...at, "env"], "name"), says("sets the variable"), "each variable once"),
    ...duplicates(itemsOf(template, [...at, "volumeMounts"], "mountPath"), says("mounts"), "each path once"),
    ...duplicates(portItems, says("has port"), "each port once for a protocol"),
  ];
}

function mountProblems(template: RunnerPodTemplate, { container, at }: Located, volumes: Set<string>): PodProblem[] {
  return itemsOf(template, [...at, "volumeMounts"], "name")
    .filter(({ key }) => !volumes.has(key))
    .map(({ key, at: place }) => ({
      at: place,
      message: `container ${container.name} mounts volume ${quoted(key)}, which the pod does not have`,
      allowed: [...volumes].join(", ") || "no volume",
      fix: "add the volume under volumes, or correct the name",
    }));
}

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
