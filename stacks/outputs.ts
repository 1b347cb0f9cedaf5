import type { RunnerPlatform } from "../components";

/** What `pulumi stack output` shows: the release and, for each runner set, what a user of it needs to know. */
export function stackOutputs(platform: RunnerPlatform) {
  return { controllerVersion: platform.controllerVersion, runnerSets: platform.runnerSets };
}
