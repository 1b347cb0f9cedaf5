import { type Footprint, quotaDimension, unboundedContainers } from "../../../components/capacity/pod-footprint";
import { formatAmount } from "../../../components/capacity/quantity";
import { counted } from "../../terminal";
import { age } from "../duration";
import { failedFor, Refusal } from "../failed-runners";
import { concerned, isDeleting, isWanted } from "../members";
import { nameOf, type RunnerSet } from "../objects";
import type { Context, Sources } from "../observation";
import {
  asFootprint,
  containerDefaults,
  footprintOf,
  hardOf,
  leastRoom,
  quotasOf,
  type Room,
  tightText,
  usedOf,
} from "../quota-room";
import { type Found, Harm, rule } from "../rule";
import { harmOf, isEnding, namespaceOf, type Runner, runnersOf, secondsOld } from "../runners";

/** The controller asks a full quota again every 30 s (facts 7.8). */
const WAITING_SECONDS = 60;
/** A Secret for the credentials and one for the registry, besides one for each runner. */
const TENANT_SECRETS = 2n * 1_000_000_000n;

export const full = rule({
  id: "quota/full",
  harm: Harm.Slows,
  cause:
    "the namespace's quota has no room for another runner; the controller asks again every 30 s, and after ten " +
    "minutes makes the runner anew, so nothing is marked as failed",
  issue: "actions/actions-runner-controller#3629",
  needs: ["runnerSets", "ephemeralRunners", "pods", "quotas", "limitRanges"],
  find: (seen, context) => {
    const runners = runnersOf(seen);
    return concerned(seen.runnerSets, context)
      .filter(isWanted)
      .flatMap((set) => {
        const waiting = runners.filter((each) => each.set === nameOf(set) && isWaiting(each, context.now));
        const room = waiting.length ? roomNow(set, seen) : undefined;
        if (!room || room.runners >= waiting.length) return [];
        return [fullFound(set, { room, waiting, runners, others: strangers(set, seen) }, context)];
      });
  },
});

/** A runner whose pod nobody has made, though it has had the time. */
function isWaiting({ runner, pod }: Runner, now: Date): boolean {
  return !pod && !isEnding({ runner }) && secondsOld(runner, now) > WAITING_SECONDS;
}

type QuotaSeen = Pick<Sources, "quotas" | "limitRanges">;

function footprintIn({ metadata, spec }: RunnerSet, { limitRanges }: QuotaSeen): Footprint | undefined {
  const pod = spec.template?.spec;
  return pod && footprintOf(pod, containerDefaults(metadata.namespace, limitRanges));
}

/** What is left for more runners of a set at this moment. */
function roomNow(set: RunnerSet, seen: QuotaSeen): Room | undefined {
  const footprint = footprintIn(set, seen);
  return footprint && leastRoom(quotasOf(set.metadata.namespace, seen.quotas), footprint, usedOf);
}

/** Pods that take room and are no runners. */
function strangers({ metadata }: RunnerSet, { pods }: Pick<Sources, "pods">): number {
  return pods.filter(
    (pod) =>
      pod.metadata.namespace === metadata.namespace &&
      pod.metadata.labels?.["actions-ephemeral-runner"] === undefined &&
      !/^(Succeeded|Failed)$/.test(pod.status?.phase ?? ""),
  ).length;
}

function fullFound(
  set: RunnerSet,
  { room, waiting, runners, others }: { room: Room; waiting: Runner[]; runners: Runner[]; others: number },
  { now }: Context,
): Found {
  const key = nameOf(set);
  const longest = Math.max(...waiting.map(({ runner }) => secondsOld(runner, now)));
  return {
    set: key,
    harm: harmOf(key, runners),
    what:
      `${counted(waiting.length, "runner")} of ${key} ${waiting.length === 1 ? "waits" : "wait"} for room in the quota ` +
      `${nameOf(room.quota)}, which has some for ${room.runners}`,
    evidence: [
      ...tightText(room, waiting.length),
      `the longest has waited for ${age(longest)}`,
      ...(others
        ? [`${counted(others, "pod")} in ${namespaceOf(key)} ${others === 1 ? "is no runner" : "are no runners"}`]
        : []),
    ],
    fix: [
      `kubectl -n ${namespaceOf(key)} describe resourcequota ${room.quota.metadata.name}`,
      "# raise the set's quota in the stack file, or lower maxRunners or the runner's resources, then:",
      "pulumi up",
    ],
  };
}

export const mustSpecify = rule({
  id: "quota/must-specify",
  harm: Harm.Stops,
  cause:
    "a quota on requests or limits refuses a pod with a container that names none, and the namespace has no " +
    "LimitRange that fills them in; such a runner stays Failed",
  issue: "actions/actions-runner-controller#3685",
  needs: ["runnerSets", "ephemeralRunners"],
  find: (seen, context) =>
    failedFor(Refusal.Unbounded, seen, context, {
      what: (set) => `The quota of ${namespaceOf(set)} refuses the pods of ${set}`,
      fix: (set) => [
        `kubectl -n ${namespaceOf(set)} get limitrange`,
        "# give every container resources, or set arc:tenant.containerDefaults, then:",
        "pulumi up --refresh",
      ],
    }),
});

export const limitRange = rule({
  id: "quota/limit-range",
  harm: Harm.Stops,
  cause: "a quota on requests or limits refuses every pod with a container that names none, and nothing fills them in",
  needs: ["runnerSets", "quotas", "limitRanges"],
  quietAfter: ["quota/must-specify"],
  find: ({ runnerSets, quotas, limitRanges }, context) =>
    concerned(runnerSets, context)
      .filter(isWanted)
      .flatMap((set): Found[] => {
        const { namespace } = set.metadata;
        const defaults = containerDefaults(namespace, limitRanges);
        const bounded = quotasOf(namespace, quotas).flatMap((quota) => Object.keys(hardOf(quota)));
        const keys = bounded.filter((key) => !isSupplied(key, defaults));
        const refused = unboundedContainers(asFootprint(set.spec.template?.spec ?? {}), keys);
        if (!refused.length) return [];
        return [
          {
            set: nameOf(set),
            what:
              `The quota of ${namespace} will refuse the pods of ${nameOf(set)}: ` +
              `${counted(refused.length, "container")} without requests or limits`,
            evidence: refused.map(({ container, missing }) => `${container} names no ${missing.join(", ")}`),
            fix: [
              `kubectl -n ${namespace} get limitrange`,
              "# give every container resources, or set arc:tenant.containerDefaults, then:",
              "pulumi up --refresh",
            ],
          },
        ];
      }),
});

/** A limit serves as the request too (k8s.io/kubernetes `plugin/pkg/admission/limitranger`). */
function isSupplied(key: string, { requests, limits }: ReturnType<typeof containerDefaults>): boolean {
  const resource = key.replace(/^(?:requests|limits)\./, "");
  return resource in limits || (!key.startsWith("limits.") && resource in requests);
}

export const ceiling = rule({
  id: "quota/ceiling",
  harm: Harm.Risk,
  cause:
    "the quota in the cluster is smaller than the stack's, or other sets share it: beyond the ceiling runners wait",
  needs: ["runnerSets", "quotas", "limitRanges"],
  quietAfter: ["quota/full", "quota/must-specify", "quota/limit-range"],
  find: (seen, context) => {
    const sets = seen.runnerSets.filter((set) => !isDeleting(set));
    return concerned(sets, context).flatMap((set): Found[] => {
      const { maxRunners } = set.spec;
      const footprint = footprintIn(set, seen);
      if (maxRunners === undefined || !footprint) return [];
      const taken = takenByOthers(set, sets, seen);
      const room = leastRoom(quotasOf(set.metadata.namespace, seen.quotas), footprint, () => taken);
      if (!room || room.runners >= maxRunners) return [];
      return [
        {
          set: nameOf(set),
          what:
            `${nameOf(set)} may have ${counted(maxRunners, "runner")}, and the quota ${nameOf(room.quota)} ` +
            `has room for ${room.runners}`,
          evidence: ceilingText(room, maxRunners, taken),
          fix: ["# raise the set's quota in the stack file, or lower maxRunners, then:", "pulumi up --refresh"],
        },
      ];
    });
  },
});

function ceilingText({ dimensions }: Room, maxRunners: number, taken: Footprint): string[] {
  return dimensions
    .filter(({ runners }) => runners < maxRunners)
    .map(({ resource, hard, perRunner, runners }) => {
      const amount = taken[quotaDimension(resource)] ?? 0n;
      const others = amount ? `, of which others may take ${formatAmount(amount, resource)}` : "";
      return `${resource} ${hard}${others}; a runner takes ${perRunner}: room for ${runners}`;
    });
}

/** What the other sets of the namespace take at their maximum. */
function takenByOthers(set: RunnerSet, sets: RunnerSet[], seen: QuotaSeen): Footprint {
  const taken: Footprint = { secrets: TENANT_SECRETS, "count/secrets": TENANT_SECRETS };
  for (const other of sets) {
    if (other === set || other.metadata.namespace !== set.metadata.namespace) continue;
    for (const [key, amount] of Object.entries(footprintIn(other, seen) ?? {})) {
      taken[key] = (taken[key] ?? 0n) + amount * BigInt(other.spec.maxRunners ?? 0);
    }
  }
  return taken;
}
