import type { ContainerResources } from "../../components/capacity/pod-footprint";
import type { MeantDifference } from "./compare";

/** The renderings whose pod is compared: those that differ in it. */
export const POD_RENDERINGS = [
  "scale-set/minimal",
  "scale-set/dind",
  "scale-set/dind-k8s-1.27",
  "scale-set/dind-custom",
  "scale-set/kubernetes",
  "scale-set/kubernetes-novolume",
  "scale-set/ghes-tls",
];
const NATIVE_DIND = ["scale-set/dind", "scale-set/dind-custom"];
const OLD_DIND = "scale-set/dind-k8s-1.27";

export const RUNNER_RESOURCES = { requests: { cpu: "250m", memory: "1Gi" }, limits: { cpu: "4", memory: "4Gi" } };
export const DIND_RESOURCES = { requests: { cpu: "100m", memory: "512Mi" }, limits: { cpu: "2", memory: "2Gi" } };

export const POD = "PodTemplate runner";

const resources = (container: string, { requests, limits }: Required<ContainerResources>): string[] =>
  Object.entries({ requests, limits }).flatMap(([side, amounts]) =>
    Object.entries(amounts).map(
      ([name, amount]) => `template.spec.${container}.resources.${side}.${name}: nothing → ${amount}`,
    ),
  );

/** Where our runner pod differs from the chart's with the same wishes. */
export const POD_DIFFERENCES: MeantDifference[] = [
  {
    reason: "A node autoscaler must not end a runner with its job; the chart leaves that to each user.",
    cases: POD_RENDERINGS,
    object: POD,
    differences: [
      "template.metadata.annotations.karpenter.sh/do-not-disrupt: nothing → true",
      "template.metadata.annotations.cluster-autoscaler.kubernetes.io/safe-to-evict: nothing → false",
    ],
  },
  {
    reason: "The runner's resources have no default here, for a quota refuses a pod without.",
    cases: POD_RENDERINGS.filter((rendering) => rendering !== "scale-set/dind-custom"),
    object: POD,
    differences: resources("containers.runner", RUNNER_RESOURCES),
  },
  {
    reason: "The daemon's resources cannot be said to the chart; the init container of the mode takes the same.",
    cases: NATIVE_DIND,
    object: POD,
    differences: ["initContainers.dind", "initContainers.init-dind-externals"].flatMap((container) =>
      resources(container, DIND_RESOURCES),
    ),
  },
  {
    reason: "As before, where the daemon is an ordinary container.",
    cases: [OLD_DIND],
    object: POD,
    differences: ["containers.dind", "initContainers.init-dind-externals"].flatMap((container) =>
      resources(container, DIND_RESOURCES),
    ),
  },
  {
    reason:
      "Without the group of its user the runner may not write a volume of the cluster's; GitHub documents it as a fix.",
    cases: ["scale-set/kubernetes"],
    object: POD,
    differences: ["template.spec.securityContext.fsGroup: nothing → 123"],
  },
];
