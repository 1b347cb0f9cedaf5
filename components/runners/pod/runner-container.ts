import { type PodAddition, withMissing } from "./addition";
import type { EnvVar, PodContainer, RunnerPodArgs, VolumeMount } from "./spec";

/** The container that gets the runner's registration; the controller looks for this name. */
export const RUNNER_CONTAINER = "runner";

const DEFAULT_COMMAND = ["/home/runner/run.sh"];

/**
 * The `runner` container. The user's environment and mounts come first and, by name, win.
 *
 * @param emptyLists leave an empty list where there are no mounts, instead of nothing
 */
export function runnerContainer(args: RunnerPodArgs, addition: PodAddition, emptyLists: boolean): PodContainer {
  const env = withMissing((args.env ?? []) as EnvVar[], addition.env);
  const volumeMounts = withMissing((args.volumeMounts ?? []) as VolumeMount[], addition.mounts);
  return {
    name: RUNNER_CONTAINER,
    image: args.image,
    ...(args.imagePullPolicy ? { imagePullPolicy: args.imagePullPolicy } : {}),
    command: args.command ?? DEFAULT_COMMAND,
    ...(env.length ? { env } : {}),
    ...(args.envFrom?.length ? { envFrom: args.envFrom } : {}),
    resources: args.resources,
    ...(args.securityContext ? { securityContext: args.securityContext } : {}),
    ...(volumeMounts.length || emptyLists ? { volumeMounts } : {}),
  };
}
