import type { ContainerResources, OrganizationArgs, RunnerPodArgs, RunnerSetArgs } from "../../components";
import type { OrgSettings, RunnerOverride, RunnerSetSettings, RunnerSettings, StackSettings } from "./schema";

/** A runner set with everything that it inherits, and where it stands in the stack file. */
export interface SettledSet {
  path: PropertyKey[];
  org: OrgSettings;
  settings: RunnerSetSettings;
  args: RunnerSetArgs;
  /** Pods that may be ending while new ones start. */
  churn: number;
}

/** The stack file, read: every default and every inheritance is settled. */
export interface StackConfig {
  settings: StackSettings;
  /** Every runner set, in the order of the file. */
  sets: SettledSet[];
  /** The organisations as the components take them. */
  orgs: OrganizationArgs[];
}

/** Settles a parsed stack file. */
export function settle(settings: StackSettings): StackConfig {
  const byOrg = settings.orgs.map((org, orgIndex) =>
    org.runnerSets.map((set, index): SettledSet => {
      const args = runnerSetArgs(set, settings.runner);
      const churn = set.runner?.churn ?? settings.runner.churn ?? Math.ceil(args.maxRunners / 4);
      return { path: ["orgs", orgIndex, "runnerSets", index], org, settings: set, args, churn };
    }),
  );
  const orgs = settings.orgs.map((org, index) => ({
    name: org.name,
    ...(org.url ? { githubConfigUrl: org.url } : {}),
    ...(org.installationId ? { installationId: org.installationId } : {}),
    runnerSets: byOrg[index]!.map((set) => set.args),
  }));
  return { settings, sets: byOrg.flat(), orgs };
}

function runnerSetArgs(set: RunnerSetSettings, shared: RunnerSettings): RunnerSetArgs {
  const namespace = set.namespace ?? set.name;
  return {
    name: set.name,
    namespace,
    vaultPath: set.vaultPath ?? `${namespace}/github-app`,
    minRunners: set.minRunners,
    maxRunners: set.maxRunners ?? set.runner?.maxRunners ?? shared.maxRunners,
    ...(set.runnerGroup ? { runnerGroup: set.runnerGroup } : {}),
    ...(set.quota ? { quota: set.quota } : {}),
    runner: runnerPodArgs(shared, set.runner ?? {}),
  };
}

/** The shared template with a set's own parts: resources and docker merge field by field, everything else replaces. */
export function runnerPodArgs(shared: RunnerSettings, own: RunnerOverride): RunnerPodArgs {
  const activeDeadlineSeconds = own.activeDeadlineSeconds ?? shared.activeDeadlineSeconds;
  const nodeSelector = own.nodeSelector ?? shared.nodeSelector;
  const initContainers = own.initContainers ?? shared.initContainers;
  const volumes = own.volumes ?? shared.volumes;
  return {
    image: own.image ?? shared.image,
    resources: mergeResources(shared.resources, own.resources),
    docker: {
      mode: own.docker?.mode ?? shared.docker.mode,
      image: own.docker?.image ?? shared.docker.image,
      resources: mergeResources(shared.docker.resources, own.docker?.resources),
    },
    ...(activeDeadlineSeconds === undefined ? {} : { activeDeadlineSeconds }),
    ...(nodeSelector ? { nodeSelector } : {}),
    ...(initContainers ? { initContainers } : {}),
    ...(volumes ? { volumes } : {}),
  };
}

function mergeResources(shared: ContainerResources, own: ContainerResources = {}): ContainerResources {
  const requests = { ...shared.requests, ...own.requests };
  const limits = { ...shared.limits, ...own.limits };
  return {
    ...(Object.keys(requests).length ? { requests } : {}),
    ...(Object.keys(limits).length ? { limits } : {}),
  };
}
