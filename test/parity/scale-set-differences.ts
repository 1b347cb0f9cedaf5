import type { MeantDifference } from "./compare";
import { POD_DIFFERENCES, POD_RENDERINGS } from "./pod-differences";

/** Renderings with the pod of `minimal`, so that they are not compared for their pod alone. */
const MINIMAL_POD = ["proxy", "key-vault", "labels-annotations", "listener", "pat", "github-app"].map(
  (name) => `scale-set/${name}`,
);
const ALL = [...POD_RENDERINGS, ...MINIMAL_POD];
const KUBERNETES = ["scale-set/kubernetes", "scale-set/kubernetes-novolume"];
const WITH_SECRET = ["scale-set/pat", "scale-set/github-app"];

const FROM_VAULT =
  "The credentials come out of Vault: an ExternalSecret makes the Secret, one for all sets of a namespace.";

const SET = "AutoscalingRunnerSet github-runner/yldm-backend-runners";
const FULLNAME = "github-runner/yldm-backend-runners-gha-rs";

/** The differences of the pods, at their place in the set. */
const POD_IN_SET: MeantDifference[] = POD_DIFFERENCES.map(({ reason, cases, differences }) => ({
  reason,
  cases: cases.includes("scale-set/minimal") ? [...cases, ...MINIMAL_POD] : cases,
  object: SET,
  differences: differences.map((line) => `spec.${line}`),
}));

/** Where a runner set differs from the chart with the same wishes, its pods apart. */
export const SET_DIFFERENCES: MeantDifference[] = [
  {
    reason:
      "Limits are always written: a set without `maxRunners` has no limit, and the quota's ceiling is compared with it.",
    cases: ALL.filter((rendering) => rendering !== "scale-set/dind"),
    object: SET,
    differences: ["spec.minRunners: nothing → 0", "spec.maxRunners: nothing → 12"],
  },
  {
    reason: "Runners have nothing to say to the API server, so no token is mounted into their pods.",
    cases: ALL.filter((rendering) => !KUBERNETES.includes(rendering)),
    object: `ServiceAccount ${FULLNAME}-no-permission`,
    differences: ["automountServiceAccountToken: nothing → false"],
  },
  {
    reason: "The default of Kubernetes, written down: these runners start the jobs' pods.",
    cases: KUBERNETES,
    object: `ServiceAccount ${FULLNAME}-kube-mode`,
    differences: ["automountServiceAccountToken: nothing → true"],
  },
  {
    reason: "Helm reads the values with YAML 1.1, which takes the key `n` for false.",
    cases: ["scale-set/dind-custom"],
    object: SET,
    differences: [
      "spec.template.metadata.annotations.false: m → nothing",
      "spec.template.metadata.annotations.n: nothing → m",
    ],
  },
  {
    reason: "A proxy without a URL says nothing, so there is no such endpoint here.",
    cases: ["scale-set/key-vault"],
    object: SET,
    differences: ["spec.vaultConfig.proxy.http: {} → nothing"],
  },
  {
    reason: "A template takes these defaults of the controller away, so that ours says them again.",
    cases: ["scale-set/listener"],
    object: SET,
    differences: [
      "spec.listenerTemplate.spec.terminationGracePeriodSeconds: nothing → 60",
      "spec.listenerTemplate.spec.nodeSelector.kubernetes.io/os: nothing → linux",
    ],
  },
  {
    reason: FROM_VAULT,
    cases: WITH_SECRET,
    object: SET,
    differences: ["spec.githubConfigSecret: yldm-backend-runners-gha-rs-github-secret → github-token"],
  },
  {
    reason: FROM_VAULT,
    cases: WITH_SECRET,
    object: `Secret ${FULLNAME}-github-secret`,
    differences: ["whole: rendered → nothing"],
  },
  {
    reason: FROM_VAULT,
    cases: WITH_SECRET,
    object: "ExternalSecret github-runner/github-token",
    differences: ["whole: nothing → made"],
  },
];

/** Where the component `RunnerScaleSet` differs from the chart with the same wishes. */
export const SCALE_SET_DIFFERENCES: MeantDifference[] = [...POD_IN_SET, ...SET_DIFFERENCES];
