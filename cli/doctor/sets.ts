import { VERSION_LABEL } from "../../components/labels";
import { ceilings } from "../../stacks/checks/capacity";
import type { SettledSet } from "../../stacks/config/settle";
import { inputsOf, plannedOf } from "./references";
import { type Metadata, nameOf, type Pod, type RunnerSet, secondsSince, servedBy } from "./objects";
import { type Observation, valueOf } from "./observation";
import { isOf } from "./members";

/** A runner set as it is now; a field that is absent was not seen. */
export interface SetRow {
  namespace: string;
  name: string;
  /** Organisation in the stack file; absent for a set that is not the stack's. */
  org?: string;
  /** `.status.phase`; `missing` when the set is not in the cluster, `deleting` when it is on its way out. */
  phase: string;
  minRunners?: number;
  maxRunners?: number;
  /** Runners that there are, failed ones too. */
  current?: number;
  /** Runners that the listener asks for. */
  desired?: number;
  pending?: number;
  running?: number;
  failed?: number;
  /** What its pod does, or what is missing. */
  listener?: string;
  /** Runners that the namespace's quota has room for. */
  quotaCeiling?: number;
  /** Since the contents of GitHub's credentials last changed. */
  secretAgeSeconds?: number;
  /** Release that the set is labelled with. */
  version?: string;
}

/** Every set of the stack in the order of the file, then those that only the cluster knows. */
export function setRows(observation: Observation): SetRow[] {
  const { config, sources } = observation;
  const live = valueOf(sources.runnerSets) ?? [];
  const expected = new Map(config.sets.map((set) => [`${set.args.namespace}/${set.args.name}`, set]));
  const found = new Map(live.map((set) => [nameOf(set), set]));
  const limits = new Map(ceilings(config).map(({ set, ceiling }) => [set, ceiling.runners]));
  return setKeys(observation).map((key) =>
    row(observation, key, { settled: expected.get(key), live: found.get(key), limits }),
  );
}

/** `namespace/name` of every set of the stack in the order of the file, then of those that only the cluster knows. */
export function setKeys({ config, sources }: Observation): string[] {
  const expected = config.sets.map(({ args }) => `${args.namespace}/${args.name}`);
  return [...new Set([...expected, ...(valueOf(sources.runnerSets) ?? []).map(nameOf)])];
}

interface Known {
  settled: SettledSet | undefined;
  live: RunnerSet | undefined;
  limits: Map<SettledSet, number>;
}

function row(observation: Observation, key: string, { settled, live, limits }: Known): SetRow {
  const [namespace, name] = key.split("/") as [string, string];
  const ceiling = settled && limits.get(settled);
  return {
    namespace,
    name,
    ...(settled ? { org: settled.org.name } : {}),
    phase: phaseOf(live),
    ...(live ? counts(observation, live) : {}),
    ...listenerField(observation, key),
    ...(ceiling === undefined ? {} : { quotaCeiling: ceiling }),
    ...secretField(observation, namespace, name),
  };
}

function phaseOf(live: RunnerSet | undefined): string {
  if (!live) return "missing";
  // Releases before 0.14 tell no phase.
  return live.metadata.deletionTimestamp ? "deleting" : (live.status?.phase ?? "-");
}

function counts({ sources, config }: Observation, { metadata, spec, status = {} }: RunnerSet): Partial<SetRow> {
  const { minRunners = 0, maxRunners } = spec;
  const replicas = valueOf(sources.ephemeralRunnerSets)
    ?.filter((each) => isOf(each.metadata, metadata) && !each.metadata.deletionTimestamp)
    .reduce((sum, each) => sum + (each.spec.replicas ?? 0), 0);
  const runners = valueOf(sources.ephemeralRunners)?.filter((each) => isOf(each.metadata, metadata));
  // The set's own counts are renewed only when their sum changes.
  const inPhase = (phase: string) => runners?.filter((each) => (each.status?.phase || "Pending") === phase).length;
  const version = metadata.labels?.[VERSION_LABEL] ?? config.settings.controller.version;
  return {
    minRunners,
    ...(maxRunners === undefined ? {} : { maxRunners }),
    current: runners?.length ?? status.currentRunners ?? 0,
    ...(replicas === undefined ? {} : { desired: replicas }),
    pending: inPhase("Pending") ?? status.pendingEphemeralRunners ?? 0,
    running: inPhase("Running") ?? status.runningEphemeralRunners ?? 0,
    failed: inPhase("Failed") ?? status.failedEphemeralRunners ?? 0,
    version,
  };
}

function listenerField({ sources, controllerNamespace }: Observation, key: string): { listener?: string } {
  const [listeners, pods] = [valueOf(sources.listeners), valueOf(sources.pods)];
  if (!listeners) return {};
  const own = listeners.filter((each) => servedBy(each) === key);
  if (own.length !== 1) return { listener: own.length ? `${own.length} listeners` : "missing" };
  const pod = pods?.find(
    ({ metadata }) => metadata.namespace === controllerNamespace && metadata.name === own[0]!.metadata.name,
  );
  if (!pods) return {};
  return { listener: pod ? podState(pod) : "no pod" };
}

/** What a pod does, in one word: the reason where it waits or has ended. */
export function podState({ metadata, status = {} }: Pod): string {
  if (metadata.deletionTimestamp) return "Terminating";
  const states = (status.containerStatuses ?? []).map(({ state }) => state);
  const why = states.map((state) => state?.waiting?.reason ?? state?.terminated?.reason).find(Boolean);
  return why ?? status.reason ?? status.phase ?? "Unknown";
}

function secretField({ sources, planned, now }: Observation, namespace: string, name: string) {
  const set = plannedOf(planned, "AutoscalingRunnerSet").find(
    (each) => each.namespace === namespace && each.name === name,
  );
  const spec = set && (inputsOf(set).spec as RunnerSet["spec"]);
  const secret = spec && valueOf(sources.secrets)?.get(`${namespace}/${spec.githubConfigSecret}`);
  const age = secret && secondsSince(changedAt(secret.metadata), now);
  return age === undefined ? {} : { secretAgeSeconds: Math.round(age) };
}

/** When an object's `data` was last written: the API server notes each manager's last change. */
export function changedAt({ managedFields = [], creationTimestamp }: Metadata): string | undefined {
  const times = managedFields.flatMap(({ time, fieldsV1 }) => (time && fieldsV1 && "f:data" in fieldsV1 ? [time] : []));
  return times.sort().at(-1) ?? creationTimestamp;
}
