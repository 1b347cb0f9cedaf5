import type { OrganizationArgs, RunnerPodArgs, RunnerSetArgs } from "../../components";
import { defaultPath } from "../../components/platform/secret-store";
import { mergeValues } from "./merge";
import type { OrgSettings, RunnerOverride, RunnerSetSettings, RunnerSettings, StackSettings } from "./schema";

/** A runner set with everything that it inherits, and where it stands in the stack file. */
export interface SettledSet {
  path: PropertyKey[];
  org: OrgSettings;
  settings: RunnerSetSettings;
  args: RunnerSetArgs & { vaultPath: string };
  /** What the set's size says of its runner: nothing without a size. */
  size: RunnerOverride;
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
    org.runnerSets.map((set, index) => settledSet(["orgs", orgIndex, "runnerSets", index], org, set, settings)),
  );
  const orgs = settings.orgs.map((org, index) =>
    organizationArgs(
      org,
      byOrg[index]!.map((set) => set.args),
      settings,
    ),
  );
  return { settings, sets: byOrg.flat(), orgs };
}

function settledSet(
  path: PropertyKey[],
  org: OrgSettings,
  set: RunnerSetSettings,
  settings: StackSettings,
): SettledSet {
  // Without a size of that name a check stops the deployment; the rest of the set is still looked at.
  const size = (set.size === undefined ? undefined : settings.sizes?.[set.size]) ?? {};
  const runner = merged(settings.runner, size, set.runner)!;
  const maxRunners = set.maxRunners ?? runner.maxRunners;
  return {
    path,
    org,
    settings: set,
    size,
    args: runnerSetArgs(org, set, settings, maxRunners, podArgs(runner)),
    churn: runner.churn ?? Math.ceil(maxRunners / 4),
  };
}

function runnerSetArgs(
  org: OrgSettings,
  set: RunnerSetSettings,
  settings: StackSettings,
  maxRunners: number,
  runner: RunnerPodArgs,
): SettledSet["args"] {
  const namespace = set.namespace ?? set.name;
  return {
    name: settings.kubernetes.clusterId ? `${set.name}-${settings.kubernetes.clusterId}` : set.name,
    ...given("runnerScaleSetName", set.runnerScaleSetName),
    namespace,
    vaultPath: set.vaultPath ?? defaultPath(namespace, org.auth, settings),
    minRunners: set.minRunners,
    maxRunners,
    ...given("runnerGroup", set.runnerGroup),
    ...given("runnerScaleSetLabels", set.labels),
    ...given("quota", set.quota),
    ...given("podSecurity", set.podSecurity),
    ...given("schedules", set.schedules),
    ...given("listener", merged(settings.listener, set.listener)),
    ...given("resourceMeta", merged(settings.resourceMeta, set.resourceMeta)),
    ...given("alerts", set.alerts),
    runner,
  };
}

/** A field that is there only when it has a value. */
function given<K extends string, T>(key: K, value: T | undefined) {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: T };
}

/** What of a runner is of the pod: the rest is of the set. */
function podArgs(runner: RunnerSettings): RunnerPodArgs {
  const { maxRunners: _maxRunners, churn: _churn, ...pod } = runner;
  return pod;
}

/** A runner template with a size and a set's own parts laid upon it. */
export function runnerPodArgs(shared: RunnerSettings, ...own: RunnerOverride[]): RunnerPodArgs {
  return podArgs(merged(shared, ...own)!);
}

/** One settings object laid upon another; what the later ones leave open stays as it is. */
function merged<T extends object>(base: T | undefined, ...over: (object | undefined)[]): T | undefined {
  return [base, ...over].reduce<object | undefined>(
    (value, next) => (value && next ? (mergeValues(value, next) as object) : (value ?? next)),
    undefined,
  ) as T | undefined;
}

function organizationArgs(org: OrgSettings, runnerSets: RunnerSetArgs[], settings: StackSettings): OrganizationArgs {
  return {
    name: org.name,
    ...given("githubConfigUrl", org.url),
    auth: org.auth,
    ...given("githubApp", org.githubApp),
    ...given("installationId", org.installationId),
    ...given("githubConfigSecret", org.githubConfigSecret),
    ...given("azureKeyVault", org.azureKeyVault),
    ...given("proxy", merged(settings.proxy, org.proxy)),
    ...given("githubServerTls", org.githubServerTLS && serverTls(org.githubServerTLS)),
    runnerSets,
  };
}

/** The GitHub server's certificate authority as the components take it. */
export function serverTls(tls: NonNullable<OrgSettings["githubServerTLS"]>) {
  return {
    ...given("configMapKeyRef", tls.certificateFrom?.configMapKeyRef),
    ...given("certificate", tls.certificate),
    ...given("runnerMountPath", tls.runnerMountPath),
  };
}
