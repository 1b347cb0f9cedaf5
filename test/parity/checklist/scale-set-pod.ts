import { type ChartTest, proofs, rendered } from "./entry";

const CHART_TESTS = "parity/chart-tests.test.ts";
const DIND = "components/runners/pod/dind.test.ts";
const KUBERNETES = "components/runners/pod/kubernetes.test.ts";
const SPEC = "components/runners/spec.test.ts";
const TEMPLATE = "components/runners/pod/template.test.ts";
const TLS = "components/runners/pod/github-server-tls.test.ts";
const PLAIN =
  "builds in mode `none` the runner alone: no environment, no mount, no volume, no metadata, no empty field";
const PATCHED = "takes by a patch every field of a pod that has no argument of its own";
const NO_VOLUME =
  "in mode `kubernetes-novolume` has other hooks, the runner's image for them, and the chart's empty lists";
const WITH_VOLUME = "in mode `kubernetes` has the hooks, and a work volume from a claim that goes with the pod";
const NO_VOLUME_OWN = "keeps the user's volumes and mounts in mode `kubernetes-novolume`";
const OWN_FIRST = "keeps in every mode the runner's own environment, mounts and resources, and puts ours behind them";
const MINE_FIRST = "keeps the runner's own environment and mounts first, and adds only what is missing by name";

/** `template_test.go` of the scale-set chart, what is about the runner pod. */
export const SCALE_SET_POD_TESTS: ChartTest[] = [
  {
    name: "TestTemplateRenderedAutoScalingRunnerSet_ProvideMetadata",
    covered: [
      ...proofs(
        TEMPLATE,
        "lets the user's annotations win over those against autoscalers, and drops these for a disruptable set",
      ),
      ...rendered("scale-set/dind-custom"),
    ],
  },
  {
    name: "TestTemplateRenderedAutoScalingRunnerSet_ExtraVolumes",
    covered: proofs(
      CHART_TESTS,
      "keeps in mode `none` the user's volumes and init containers in their order, with none of ours between them",
    ),
  },
  {
    name: "TestTemplateRenderedAutoScalingRunnerSet_DinD_ExtraInitContainers",
    covered: proofs(DIND, "puts the user's init containers last, so that they find the daemon running"),
  },
  {
    name: "TestTemplateRenderedAutoScalingRunnerSet_DinD_ExtraVolumes",
    covered: proofs(DIND, "takes the user's volume `work` in place of its own, and puts the others last"),
  },
  {
    name: "TestTemplateRenderedAutoScalingRunnerSet_K8S_ExtraVolumes",
    covered: proofs(KUBERNETES, "takes the user's volume `work` before the claim's"),
  },
  {
    name: "TestTemplateRenderedAutoScalingRunnerSet_EnableDinD",
    covered: [
      ...rendered("scale-set/dind", "scale-set/dind-k8s-1.27"),
      ...proofs(
        DIND,
        "starts the daemon as an init container that keeps running, after the copy of the runner's tools",
        "gives the runner the socket and the work folder, and has it wait for the daemon",
        "shares socket, tools and work folder by volumes that go with the pod",
      ),
    ],
  },
  {
    name: "TestTemplateRenderedAutoScalingRunnerSet_EnableKubernetesMode",
    covered: [...rendered("scale-set/kubernetes"), ...proofs(KUBERNETES, WITH_VOLUME)],
  },
  {
    name: "TestTemplateRenderedAutoScalingRunnerSet_EnableKubernetesModeNoVolume",
    covered: [...rendered("scale-set/kubernetes-novolume"), ...proofs(KUBERNETES, NO_VOLUME)],
  },
  {
    name: "TestTemplateRenderedAutoScalingRunnerSet_EnableKubernetesModeNoVolume_WithCustomVolumes",
    covered: proofs(KUBERNETES, NO_VOLUME_OWN),
  },
  {
    name: "TestTemplateRenderedAutoScalingRunnerSet_EnableKubernetesModeNoVolume_WithCustomVolumeMounts",
    covered: proofs(KUBERNETES, NO_VOLUME_OWN),
  },
  {
    name: "TestTemplateRenderedWithTLS",
    covered: [
      ...rendered("scale-set/ghes-tls"),
      ...proofs(
        TLS,
        ...["none", "dind", "kubernetes", "kubernetes-novolume"].map(
          (mode) => `comes in mode \`${mode}\` as first volume, and as last mount and environment of the runner`,
        ),
      ),
      ...proofs(SPEC, "is the certificate authority too where a folder is named for it, and only there"),
    ],
  },
  {
    name: "TestTemplateRenderedAutoScalingRunnerSet_ExtraContainers",
    covered: proofs(
      CHART_TESTS,
      "has further containers as they are given behind the runner, which keeps what is its own",
      PATCHED,
    ),
  },
  {
    name: "TestTemplateRenderedAutoScalingRunnerSet_RestartPolicy",
    covered: proofs(CHART_TESTS, "restarts no container, unless a patch says so"),
  },
  {
    name: "TestTemplateRenderedAutoScalingRunnerSet_ExtraPodSpec",
    covered: [...proofs(TEMPLATE, "passes the pod's own fields on, in a fixed order"), ...proofs(CHART_TESTS, PATCHED)],
  },
  {
    name: "TestTemplateRenderedAutoScalingRunnerSet_DinDMergePodSpec",
    covered: [...proofs(DIND, MINE_FIRST), ...proofs(CHART_TESTS, OWN_FIRST), ...rendered("scale-set/dind-custom")],
  },
  {
    name: "TestTemplateRenderedAutoScalingRunnerSet_KubeModeMergePodSpec",
    covered: [
      ...proofs(KUBERNETES, "finds the hooks at the user's path, and keeps an environment that names its own"),
      ...proofs(CHART_TESTS, OWN_FIRST),
    ],
  },
  { name: "TestRunnerContainerEnvNotEmptyMap", covered: proofs(TEMPLATE, PLAIN) },
  { name: "TestRunnerContainerVolumeNotEmptyMap", covered: proofs(TEMPLATE, PLAIN) },
];
