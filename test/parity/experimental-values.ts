/** A value that the experimental charts have and the stable ones have not. */
export interface ExperimentalValue {
  value: string;
  /** Where the stack file says the same. */
  key?: string;
  /** Why nothing does. */
  leftOut?: string;
}

export const CONTROLLER_VALUES: ExperimentalValue[] = [
  { value: "controller.metadata.labels", key: "arc:controller.labels" },
  { value: "controller.metadata.annotations", leftOut: "No template of the chart reads them." },
  { value: "controller.manager.container.extraArgs", key: "arc:controller.extraArgs" },
  {
    value: "controller.manager.container.extraPorts",
    leftOut: "The manager serves metrics and its profiler; both ports follow from their addresses.",
  },
  {
    value: "controller.pod.spec.containers",
    leftOut: "The pod holds the manager alone, as in the stable chart; nothing of ARC needs another beside it.",
  },
  {
    value: "controller.pod.spec.terminationGracePeriodSeconds",
    key: "arc:controller.terminationGracePeriodSeconds",
  },
  {
    value: "controller.pod.spec.*",
    leftOut: "Fields of the pod beyond those of the stable chart are not passed through.",
  },
];

export const SCALE_SET_VALUES: ExperimentalValue[] = [
  { value: "resource.kubernetesModeRole.extraRules", key: "arc:runner.kubernetes.additionalRoleRules" },
  {
    value: "resource.managerRole.extraRules",
    leftOut: "They would give the controller more rights than it uses.",
  },
  { value: "runner.pod.spec.containers", key: "arc:runner.containers" },
  { value: "runner.pod.spec.*", key: "arc:runner.podTemplate" },
  { value: "runner.dind.copyRunnerExternals", key: "arc:runner.docker.copyExternals" },
  { value: "runner.dind.dockerGroupId", key: "arc:runner.docker.groupId" },
  {
    value: "runner.dind.dockerSock",
    leftOut: "Only containers of the same pod see the socket, and both ends of it are written here.",
  },
  { value: "runner.dind.waitForDockerInSeconds", key: "arc:runner.docker.waitSeconds" },
  { value: "runner.dind.container.image", key: "arc:runner.docker.image" },
  { value: "runner.dind.container.env", key: "arc:runner.docker.env" },
  { value: "runner.dind.container.args", key: "arc:runner.docker.extraArgs" },
  {
    value: "runner.dind.container.name",
    leftOut: "The name means nothing outside of the pod, and a patch of the pod finds the container by it.",
  },
  { value: "runner.dind.container.*", key: "arc:runner.podTemplate" },
  { value: "runner.kubernetesMode.hookPath", key: "arc:runner.kubernetes.hookPath" },
  { value: "runner.kubernetesMode.requireJobContainer", key: "arc:runner.kubernetes.requireJobContainer" },
  { value: "runner.kubernetesMode.extension.yaml", key: "arc:runner.kubernetes.hookTemplate" },
  {
    value: "runner.kubernetesMode.extension.metadata.name",
    leftOut: "The ConfigMap that is made is called after the set; one that is there already can be named.",
  },
  { value: "runner.kubernetesMode.extensionRef", key: "arc:runner.kubernetes.hookTemplateConfigMap" },
  { value: "runner.kubernetesMode.serviceAccountName", key: "arc:runner.serviceAccountName" },
];
