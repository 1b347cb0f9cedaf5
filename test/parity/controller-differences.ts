import type { MeantDifference } from "./compare";

const DEFAULT = "controller/default";
const PRODUCTION = "controller/production";
const HA = "controller/ha-and-flags";
const SINGLE = "controller/single-namespace";
const ONE_REPLICA = [DEFAULT, PRODUCTION, SINGLE];
const ALL = [...ONE_REPLICA, HA];

const DEPLOYMENT = "Deployment arc-systems/arc-gha-rs-controller";
const ARGS = "spec.template.spec.containers.manager.args.(order):";

/** The arguments of a rendering up to the metrics, whose order alone differs. */
const metricsOrder = (cases: string[], before: string, after = ""): MeantDifference => ({
  reason: "The order of these three was ours first; the manager does not care, and another order would restart it.",
  cases,
  object: DEPLOYMENT,
  differences: [
    `${ARGS} ${before} --listener-metrics-addr --listener-metrics-endpoint --metrics-addr${after}` +
      ` → ${before} --metrics-addr --listener-metrics-addr --listener-metrics-endpoint${after}`,
  ],
});
const LOG = "--auto-scaling-runner-set-only --log-level --log-format";

/** Where the component `Controller` differs from the chart with the same wishes. */
export const CONTROLLER_DIFFERENCES: MeantDifference[] = [
  {
    reason: "The chart leaves the namespace to `helm install --create-namespace`.",
    cases: ALL,
    object: "Namespace arc-systems",
    differences: ["whole: nothing → made"],
  },
  {
    reason: "Without leader election two controllers must never overlap, as a rolling update would make them do.",
    cases: ONE_REPLICA,
    object: DEPLOYMENT,
    differences: ["spec.strategy.type: nothing → Recreate"],
  },
  {
    reason: "The default of Kubernetes, written down.",
    cases: [HA],
    object: DEPLOYMENT,
    differences: ["spec.strategy.type: nothing → RollingUpdate"],
  },
  ...["Role", "RoleBinding"].map((kind) => ({
    reason: "The rights for leader election are there before the second replica is.",
    cases: ONE_REPLICA,
    object: `${kind} arc-systems/arc-gha-rs-controller-leader-election`,
    differences: ["whole: nothing → made"],
  })),
  {
    reason: "A drain of nodes leaves one of several controllers; the chart has no budget.",
    cases: [HA],
    object: "PodDisruptionBudget arc-systems/arc-gha-rs-controller",
    differences: ["whole: nothing → made"],
  },
  {
    reason: "YAML 1.1 reads the rendering's `y` as true, which no annotation can be.",
    cases: [HA],
    object: DEPLOYMENT,
    differences: ["spec.template.metadata.annotations.x: true → y"],
  },
  metricsOrder([DEFAULT, PRODUCTION], `${LOG} --runner-max-concurrent-reconciles --update-strategy`),
  metricsOrder([SINGLE], `${LOG} --watch-single-namespace --runner-max-concurrent-reconciles --update-strategy`),
  metricsOrder(
    [HA],
    "--auto-scaling-runner-set-only --enable-leader-election --leader-election-id --auto-scaler-image-pull-secrets " +
      "--log-level --log-format --runner-max-concurrent-reconciles --update-strategy",
    " --exclude-label-propagation-prefix --k8s-client-rate-limiter-qps --k8s-client-rate-limiter-burst",
  ),
];
