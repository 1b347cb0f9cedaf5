/**
 * What one runner pod takes out of a namespace's ResourceQuota.
 *
 * Sources: k8s.io/component-helpers `resource/helpers.go` (`PodRequests`, `PodLimits`) for the sum over containers;
 * k8s.io/kubernetes `pkg/apis/core/v1/defaults.go` and `plugin/pkg/admission/limitranger` for the defaults,
 * `pkg/quota/v1/evaluator/core/pods.go` for the dimensions a quota counts.
 */

import { parseQuantity, storedQuantity } from "./quantity";

/**
 * A container's resources: resource name to quantity, as in a pod.
 *
 * @example
 * const resources: ContainerResources = { requests: { cpu: "250m", memory: "1Gi" }, limits: { cpu: "4" } };
 */
export interface ContainerResources {
  /** What the scheduler sets aside for the container. */
  requests?: Record<string, string>;
  /** What the container may use at most. */
  limits?: Record<string, string>;
}

/**
 * The part of a container that counts. `restartPolicy: Always` on an init container makes it a native sidecar.
 *
 * @example
 * const dind: FootprintContainer = { name: "dind", restartPolicy: "Always", resources: { requests: { cpu: "100m" } } };
 */
export interface FootprintContainer {
  name: string;
  restartPolicy?: string;
  resources?: ContainerResources;
}

/**
 * The part of a pod's spec that counts; `overhead` is what its RuntimeClass adds.
 *
 * @example
 * const pod: FootprintPod = { containers: [{ name: "runner" }], overhead: { memory: "120Mi" } };
 */
export interface FootprintPod {
  containers: FootprintContainer[];
  initContainers?: FootprintContainer[];
  overhead?: Record<string, string>;
}

/**
 * Quota dimension to nano-units: `requests.cpu`, `limits.memory`, `requests.example.com/gpu`, `pods`, `count/secrets`.
 *
 * @example
 * const reserved: Footprint = { "requests.cpu": 500_000_000n, pods: 2_000_000_000n };
 */
export type Footprint = Record<string, bigint>;

/**
 * A container that a quota refuses, see {@link unboundedContainers}.
 *
 * @example
 * const refused: UnboundedContainer = { container: "init", kind: "initContainers", index: 0, missing: ["limits.cpu"] };
 */
export interface UnboundedContainer {
  container: string;
  kind: "containers" | "initContainers";
  /** Position in the pod's list of that kind. */
  index: number;
  /** Keys of the quota, as written there and in its order. */
  missing: string[];
}

type Side = "requests" | "limits";
type Amounts = Map<string, bigint>;

const ONE = parseQuantity("1");
const COMPUTE = ["cpu", "memory", "ephemeral-storage"];

// The only keys for which Kubernetes insists on a value in each container (validationSet in the quota's pod evaluator).
const INSISTED_ON = ["cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"];

function readAmounts(list: Record<string, string> | undefined, where: string): Amounts {
  return new Map(Object.entries(list ?? {}).map(([name, text]) => [name, storedQuantity(text, `${where}.${name}`)]));
}

function add(total: Amounts, more: Amounts): void {
  for (const [name, amount] of more) total.set(name, (total.get(name) ?? 0n) + amount);
}

function raise(total: Amounts, floor: Amounts): void {
  for (const [name, amount] of floor) {
    const current = total.get(name);
    if (current === undefined || amount > current) total.set(name, amount);
  }
}

/** API defaulting only: a limit without a request becomes the request. */
function withRequests(resources: ContainerResources | undefined): Required<ContainerResources> {
  const limits = resources?.limits ?? {};
  return { requests: { ...limits, ...resources?.requests }, limits };
}

/** API defaulting first, then the LimitRange: a container's own limit beats the namespace's default request. */
function containerAmounts(container: FootprintContainer, defaults: ContainerResources, side: Side): Amounts {
  const fallback = readAmounts(withRequests(defaults)[side], `LimitRange defaults, ${side}`);
  const own = readAmounts(withRequests(container.resources)[side], `container ${container.name}, ${side}`);
  return new Map([...fallback, ...own]);
}

/** `aggregateContainerResourcesByFn`: per resource, all that run together or the worst moment of the start. */
function aggregate(pod: FootprintPod, defaults: ContainerResources, side: Side): Amounts {
  const running: Amounts = new Map();
  for (const container of pod.containers) add(running, containerAmounts(container, defaults, side));
  const sidecars: Amounts = new Map();
  const peak: Amounts = new Map();
  for (const container of pod.initContainers ?? []) {
    const own = containerAmounts(container, defaults, side);
    if (container.restartPolicy === "Always") {
      add(running, own);
      add(sidecars, own);
    } else {
      add(own, sidecars);
      raise(peak, own);
    }
  }
  raise(running, peak);
  return running;
}

function withOverhead(amounts: Amounts, overhead: Amounts, side: Side): Amounts {
  const total = new Map(amounts);
  for (const [name, amount] of overhead) {
    const current = total.get(name) ?? 0n;
    // No limit, or a limit of 0, means unlimited: overhead on top would turn it into a limit.
    if (side === "requests" || current !== 0n) total.set(name, current + amount);
  }
  return total;
}

function isExtended(name: string): boolean {
  return name.includes("/") && !name.includes("kubernetes.io/") && !name.startsWith("requests.");
}

/** The dimension a resource is counted in; undefined for one that no quota counts. */
function dimensionOf(name: string, side: Side): string | undefined {
  if (COMPUTE.includes(name)) return `${side}.${name}`;
  const counted = side === "requests" && (name.startsWith("hugepages-") || isExtended(name));
  return counted ? `requests.${name}` : undefined;
}

/**
 * The dimension behind a key of a quota: `cpu`, `memory`, `ephemeral-storage` and `hugepages-…` are older names for
 * the requests.
 *
 * @param key a key of a ResourceQuota's `hard`
 * @returns a key of a {@link Footprint}
 * @example
 * quotaDimension("cpu") // "requests.cpu"
 * quotaDimension("limits.cpu") // "limits.cpu"
 */
export function quotaDimension(key: string): string {
  return COMPUTE.includes(key) || key.startsWith("hugepages-") ? `requests.${key}` : key;
}

/**
 * What one runner takes out of a quota, exactly as Kubernetes counts it: per resource, the app containers and native
 * sidecars together or, if larger, the peak while the init containers run in turn, each on top of the sidecars started
 * before it; plus the pod's overhead. A limit without a request is also the request; then `defaults` fill the gaps.
 * One pod, and one Secret: ARC keeps each runner's JIT configuration in its own.
 *
 * @param pod the runner pod's spec
 * @param defaults the namespace's LimitRange for containers: `requests` its defaultRequest, `limits` its default
 * @returns nano-units per quota dimension
 * @throws {QuantityError} naming the container and resource whose quantity is not one
 * @example
 * podFootprint({ containers: [{ name: "runner", resources: { limits: { cpu: "2" } } }] })
 * // { "requests.cpu": 2_000_000_000n, "limits.cpu": 2_000_000_000n, pods: 1_000_000_000n, "count/pods": …, … }
 */
export function podFootprint(pod: FootprintPod, defaults: ContainerResources = {}): Footprint {
  const footprint: Footprint = {};
  const overhead = readAmounts(pod.overhead, "pod overhead");
  // Limits first: an error in one that also serves as a request then names the limit, as it was written.
  for (const side of ["limits", "requests"] as const) {
    for (const [name, amount] of withOverhead(aggregate(pod, defaults, side), overhead, side)) {
      const dimension = dimensionOf(name, side);
      if (dimension !== undefined) footprint[dimension] = amount;
    }
  }
  for (const object of ["pods", "secrets"]) {
    footprint[object] = ONE;
    footprint[`count/${object}`] = ONE;
  }
  return footprint;
}

/**
 * The containers, init ones too, because of which a quota would refuse the pod (`must specify requests.cpu for: …`):
 * those without a value for a CPU or memory key of the quota. Kubernetes does not insist on the other resources.
 *
 * @param pod the pod before the LimitRange's defaults: what is listed here is what a LimitRange has to supply
 * @param quotaKeys the keys of the quota's `hard`
 * @returns one entry per container that lacks something, app containers first
 * @example
 * unboundedContainers({ containers: [{ name: "runner" }] }, ["requests.cpu", "pods"])
 * // [{ container: "runner", kind: "containers", index: 0, missing: ["requests.cpu"] }]
 */
export function unboundedContainers(pod: FootprintPod, quotaKeys: string[]): UnboundedContainer[] {
  const keys = [...new Set(quotaKeys)].filter((key) => INSISTED_ON.includes(key));
  const lists = { containers: pod.containers, initContainers: pod.initContainers ?? [] };
  return (["containers", "initContainers"] as const).flatMap((kind) =>
    lists[kind].flatMap(({ name, resources }, index) => {
      const { requests, limits } = withRequests(resources);
      const missing = keys.filter((key) => {
        const list = key.startsWith("limits.") ? limits : requests;
        return list[key.replace(/^(?:requests|limits)\./, "")] === undefined;
      });
      return missing.length === 0 ? [] : [{ container: name, kind, index, missing }];
    }),
  );
}
