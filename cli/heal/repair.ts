import type { ObjectRef } from "../cluster";
import type { Live } from "../doctor/objects";
import type { LiveObject } from "../live-object";

/** What a repair does to one object. */
export type Change =
  | {
      verb: "delete";
      /** Looked at again right before: what is not so any more is left alone. */
      isStill?: (live: LiveObject) => boolean;
      /** The next repair needs it to be gone. */
      awaitsEnd?: boolean;
    }
  | {
      verb: "patch";
      /** A merge patch. */
      body: object;
      /** Who owns the fields afterwards. */
      manager: string;
    };

/** One thing that `arc heal` would do. */
export interface Repair {
  object: ObjectRef;
  /** What happens to the object, and what was seen of it. */
  does: string;
  /** What that means for jobs. */
  means: string;
  change: Change;
}

/** What there is to do for one kind of repair. */
export interface Plan {
  /** In the order in which they are done; one that fails ends it. */
  repairs: Repair[];
  /** Why nothing may be done, each a sentence or two; `--force` does it all the same. */
  refusals: string[];
  /** What else is worth knowing. */
  notes: string[];
}

/**
 * Owns what the program knows nothing of: an update by Pulumi leaves these fields alone. Fields of the program are changed as
 * `PROVIDER_MANAGER`, so that the next update takes them back without a conflict.
 */
export const HEAL_MANAGER = "arc-heal";

export const NOTHING: Plan = { repairs: [], refusals: [], notes: [] };

/** Where an object is that doctor has read. */
export function refOf(apiVersion: string, kind: string, { metadata }: Live): ObjectRef {
  const { namespace = "", name, uid = "" } = metadata;
  return { apiVersion, kind, namespace, name, uid };
}

/** The plural by which kubectl knows the kinds that are repaired. */
const PLURALS: Record<string, string> = {
  AutoscalingListener: "autoscalinglisteners",
  AutoscalingRunnerSet: "autoscalingrunnersets",
  EphemeralRunner: "ephemeralrunners",
  EphemeralRunnerSet: "ephemeralrunnersets",
  ExternalSecret: "externalsecrets",
  Pod: "pods",
};

/** The same by kubectl. */
export function commandOf({ object: { kind, namespace, name }, change }: Repair): string {
  const plural = PLURALS[kind] ?? kind;
  if (change.verb === "delete") return `kubectl -n ${namespace} delete ${plural} ${name}`;
  const patch = JSON.stringify(change.body).replaceAll("'", "'\\''");
  return `kubectl -n ${namespace} patch ${plural} ${name} --type=merge --field-manager=${change.manager} -p '${patch}'`;
}

/** The first repairs of a list of like ones; the next run takes the others. */
export function limited(plan: Plan, limit: number): Plan {
  const more = plan.repairs.length - limit;
  if (more <= 0) return plan;
  const note = `${more} more of them stay for the next run: no more than ${limit} at a time (--limit)`;
  return { ...plan, repairs: plan.repairs.slice(0, limit), notes: [...plan.notes, note] };
}
