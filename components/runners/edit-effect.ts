import { UpdateStrategy } from "../controller/args";
import { canonicalJson } from "../digest";
import { VALUES_HASH_ANNOTATION, VERSION_LABEL } from "../labels";
import { LISTENER_DIGEST, RUNNER_HASH_FIELDS } from "./listener-digest";
import { SCHEDULED_FIELDS_ANNOTATION } from "./schedule";

/** What an edit of an AutoscalingRunnerSet does; each of them does the ones before it too. */
export const EditEffect = {
  /** Listener and runners stay as they are. */
  Nothing: "nothing",
  /** The listener is made anew; runners stay. */
  ListenerRestarts: "listener restarts",
  /** Runners are made anew: idle ones now, busy ones when their job has ended. */
  RunnersRoll: "runners roll",
  /** The set is deleted, when its jobs have ended, and made again: it has another id on GitHub. */
  SetReregistered: "set is re-registered",
} as const;
export type EditEffect = (typeof EditEffect)[keyof typeof EditEffect];

/** How long the set takes no new job. */
export const Pause = {
  None: "none",
  /** Until the listener is there again. */
  Seconds: "some seconds",
  /** Until no job of the set runs any more. */
  JobsEnd: "until the running jobs have ended",
  /** For ever: idle runners do not go by themselves (actions/actions-runner-controller#4432). */
  IdleRunnersDeleted: "until the idle runners are deleted by hand",
} as const;
export type Pause = (typeof Pause)[keyof typeof Pause];

/** What an edit does, and why. */
export interface EditOutcome {
  effect: EditEffect;
  /** Changed fields that have this effect. @example ["spec.maxRunners"] */
  fields: string[];
  pause: Pause;
}

/** Inputs of an AutoscalingRunnerSet, as far as they are read here; values that are not known yet count as changed. */
export interface SetInputs {
  metadata?: {
    name?: unknown;
    namespace?: unknown;
    labels?: Record<string, unknown>;
    annotations?: Record<string, unknown>;
  };
  spec?: Record<string, unknown>;
}

/** Fields that cannot be edited in place: a listener of another name is left behind, or GitHub is not told. */
const IDENTITY = ["githubConfigUrl", "runnerGroup", "runnerScaleSetName", "runnerScaleSetLabels"];

const SEVERITY: EditEffect[] = Object.values(EditEffect);
const DIGEST_PATH = `spec.template.metadata.annotations.${LISTENER_DIGEST}`;

/** What the controller, and the replacement of what cannot be edited in place, make of an edit. */
export function editEffect(
  before: SetInputs,
  after: SetInputs,
  strategy: UpdateStrategy = UpdateStrategy.Immediate,
): EditOutcome {
  const changes = [...metadataChanges(before, after), ...specChanges(before.spec, after.spec)];
  const severest = Math.max(0, ...changes.map(({ effect }) => SEVERITY.indexOf(effect)));
  const effect = SEVERITY[severest]!;
  return { effect, fields: causes(changes, effect), pause: pauseOf(effect, before, strategy) };
}

interface Change {
  path: string;
  effect: EditEffect;
}

function metadataChanges({ metadata: before = {} }: SetInputs, { metadata: after = {} }: SetInputs): Change[] {
  return changedPaths(before, after, "metadata").map((path) => {
    if (path === "metadata.name" || path === "metadata.namespace") return { path, effect: EditEffect.SetReregistered };
    if (path === member("metadata.annotations", VALUES_HASH_ANNOTATION)) {
      return { path, effect: EditEffect.ListenerRestarts };
    }
    // The hash of another minor's controller differs for the same spec; sets live through it behind the version fence.
    const other = path === member("metadata.labels", VERSION_LABEL) && minor(before) !== minor(after);
    return { path, effect: other ? EditEffect.RunnersRoll : EditEffect.Nothing };
  });
}

function specChanges(before: Record<string, unknown> = {}, after: Record<string, unknown> = {}): Change[] {
  return keysOf(before, after).flatMap((field) => {
    const effect = IDENTITY.includes(field)
      ? EditEffect.SetReregistered
      : RUNNER_HASH_FIELDS.includes(field)
        ? EditEffect.RunnersRoll
        : EditEffect.ListenerRestarts;
    return changedPaths(before[field], after[field], `spec.${field}`).map((path) => ({ path, effect }));
  });
}

/** The digest only repeats what the listener depends on, so where that is what changed, that is the cause. */
function causes(changes: Change[], effect: EditEffect): string[] {
  const paths = (of: EditEffect) => changes.filter((change) => change.effect === of).map(({ path }) => path);
  const found = paths(effect);
  const own = found.filter((path) => path !== DIGEST_PATH);
  if (own.length) return own;
  const repeated = found.length ? paths(EditEffect.ListenerRestarts) : [];
  return repeated.length ? repeated : found;
}

function pauseOf(effect: EditEffect, before: SetInputs, strategy: UpdateStrategy): Pause {
  if (effect === EditEffect.Nothing) return Pause.None;
  if (effect === EditEffect.SetReregistered) return Pause.JobsEnd;
  if (strategy !== UpdateStrategy.Eventual) return Pause.Seconds;
  // `drainingJobs` counts idle runners as busy, and only another EphemeralRunnerSet makes them go.
  return effect === EditEffect.ListenerRestarts && keepsIdleRunners(before) ? Pause.IdleRunnersDeleted : Pause.JobsEnd;
}

function keepsIdleRunners({ metadata, spec }: SetInputs): boolean {
  return Number(spec?.minRunners ?? 0) > 0 || metadata?.annotations?.[SCHEDULED_FIELDS_ANNOTATION] !== undefined;
}

/** `0.14.2` → `0.14`: what the controller compares (`IsVersionAllowed`). */
function minor({ labels }: NonNullable<SetInputs["metadata"]>): string {
  return String(labels?.[VERSION_LABEL]).split(".", 2).join(".");
}

/** Paths of the values that differ, the way Pulumi writes them; a list of another length counts as one value. */
export function changedPaths(before: unknown, after: unknown, path: string): string[] {
  const [from, to] = METADATA_PART.test(path) ? [before ?? {}, after ?? {}] : [before, after];
  if (isRecord(from) && isRecord(to)) {
    return keysOf(from, to).flatMap((key) => changedPaths(from[key], to[key], member(path, key)));
  }
  if (Array.isArray(from) && Array.isArray(to) && from.length === to.length) {
    return from.flatMap((item, index) => changedPaths(item, to[index], `${path}[${index}]`));
  }
  return canonicalJson(from ?? null) === canonicalJson(to ?? null) ? [] : [path];
}

/** Here a single key matters, the first one too. */
const METADATA_PART = /\bmetadata(\.labels|\.annotations)?$/;

function keysOf(before: object, after: object): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])];
}

function member(path: string, key: string): string {
  return /^\w+$/.test(key) ? `${path}.${key}` : `${path}["${key}"]`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  if (value === null || typeof value !== "object") return false;
  return Object.getPrototypeOf(value) === Object.prototype;
}
