import type * as pulumi from "@pulumi/pulumi";
import { setCeiling } from "../capacity/set-ceiling";
import type { ObservedSetArgs } from "../observability/args";
import { Observability } from "../observability/observability";
import { RUNNER_CONTAINER } from "../runners/pod/template";
import { RUNNER_RELEASES, runnerVersionOf, supportOf } from "../runners/runner-releases";
import { CONTAINER_DEFAULTS } from "../tenant/tenant";
import type { RunnerPlatformArgs, RunnerSetArgs } from "./args";
import { refreshInterval } from "./secret-store";
import { podTemplateOf, tenantsOf } from "./tenant-sets";

/** Creates what watches the platform; nothing where it is not asked for. */
export function createObservability(
  name: string,
  args: RunnerPlatformArgs,
  opts: pulumi.ComponentResourceOptions,
): Observability[] {
  if (!args.observability) return [];
  return [
    new Observability(
      `${name}-observability`,
      {
        ...args.observability,
        controller: args.controller,
        sets: observedSets(args),
        ...refreshInterval(args),
      },
      opts,
    ),
  ];
}

/** The runner sets as alerts and dashboard know them. */
export function observedSets({ orgs, containerDefaults = CONTAINER_DEFAULTS }: RunnerPlatformArgs): ObservedSetArgs[] {
  return orgs.flatMap((org) =>
    tenantsOf(org).flatMap(({ sets, quota }) =>
      sets.map((set) => {
        const ceiling = setCeiling(set, sets, quota, containerDefaults);
        const { activeDeadlineSeconds } = set.runner;
        const since = runnerSince(set);
        return {
          organization: org.name,
          name: set.name,
          namespace: set.namespace,
          minRunners: set.minRunners ?? 0,
          maxRunners: set.maxRunners,
          ...(ceiling ? { quotaCeiling: ceiling.runners } : {}),
          ...(activeDeadlineSeconds === undefined ? {} : { longestJobSeconds: activeDeadlineSeconds }),
          ...(since === undefined ? {} : { runnerSince: since }),
          ...(set.alerts ? { alerts: set.alerts } : {}),
        };
      }),
    ),
  );
}

/**
 * From when a runner falls behind: GitHub's 30 days begin with the release of the next one. Where none is known here
 * there may be one all the same, so the runner's own release counts.
 */
function runnerSince(set: RunnerSetArgs): string | undefined {
  const image = podTemplateOf(set).spec.containers.find(({ name }) => name === RUNNER_CONTAINER)?.image;
  const version = typeof image === "string" ? runnerVersionOf(image) : undefined;
  if (version === undefined) return undefined;
  const own = RUNNER_RELEASES.find((release) => release.version === version);
  return (supportOf(version)?.successor ?? own)?.published;
}
