import { z } from "zod";
import type { ResourceMetaArgs } from "../../components";
import { annotations, labels } from "./schema-parts";

/** The slots of the official chart, and `all`. */
const SLOTS: Record<keyof ResourceMetaArgs, string> = {
  all: "Every object made here for a set; the labels reach listener and runner pods too.",
  autoscalingRunnerSet: "The AutoscalingRunnerSet; the labels reach listener and runner pods too.",
  githubConfigSecret: "The Secret with the GitHub credentials, and the ExternalSecret behind it.",
  kubernetesModeRole: "The Role of runners in container modes kubernetes and kubernetes-novolume.",
  kubernetesModeRoleBinding: "The RoleBinding of those runners.",
  kubernetesModeServiceAccount: "The ServiceAccount of those runners.",
  managerRole: "The Role of the controller in the set's namespace.",
  managerRoleBinding: "The RoleBinding of the controller in the set's namespace.",
  noPermissionServiceAccount: "The ServiceAccount of runners in the other container modes.",
  autoscalingListener: "The AutoscalingListener; the labels reach all that is made for the listener but its Secret.",
  listenerServiceAccount: "The ServiceAccount of the listener.",
  listenerRole: "The Role of the listener in the set's namespace.",
  listenerRoleBinding: "The RoleBinding of the listener.",
  listenerConfigSecret: "The Secret with the listener's configuration; it carries nothing else.",
  ephemeralRunnerSet: "The EphemeralRunnerSet; its metadata reaches runners and their pods.",
  ephemeralRunner: "The EphemeralRunners; their metadata reaches the runner pods.",
  ephemeralRunnerConfigSecret: "The Secrets with each runner's registration; they carry nothing else.",
};

const metadata = z
  .strictObject({ labels: labels.describe("Labels."), annotations: annotations.describe("Annotations.") })
  .partial();

const slots = Object.fromEntries(
  Object.entries(SLOTS).map(([slot, description]) => [slot, metadata.describe(description)]),
) as Record<keyof ResourceMetaArgs, typeof metadata>;

export const resourceMeta = z
  .strictObject(slots)
  .partial()
  .describe(
    "Labels and annotations by object, in the official chart's words. A set's own merge with those of arc:resourceMeta key by key.",
  );
