import { absentListeners, Wait } from "../absent-listeners";
import { controllerLog } from "../commands";
import { ownController } from "../controllers";
import { deletionText, isStuck } from "../deletion";
import { concerned, isDeleting, isWanted, jobOf, listenerOf, phaseText, releaseOf } from "../members";
import { type Listener, nameOf, type RunnerSet, secondsSince, secondsSinceEdit } from "../objects";
import { orphansOf } from "../orphans";
import { Harm, rule } from "../rule";
import { CONTROLLER_DOWN } from "./controller";

/** A controller that starts with many sets, or an update of them all, comes to the last one later. */
const PASSES_SECONDS = 120;
/** After this a job that a set waits for is what somebody looks for. */
const DRAIN_SECONDS = 600;
/** An update starts the new controller, which then makes each listener anew. */
const UPDATE_SECONDS = 300;
/** Of a set that names none (facts 4.1). */
const NO_LIMIT = 2147483647;

const ABSENT = {
  needs: ["runnerSets", "listeners", "ephemeralRunnerSets"],
  uses: ["controllers", "ephemeralRunners", "events"],
} as const;

export const missing = rule({
  id: "listener/missing",
  harm: Harm.Stops,
  cause: "the controller makes no listener for the set, so nobody asks GitHub for its jobs",
  ...ABSENT,
  quietAfter: [...CONTROLLER_DOWN, "version/gate", "set/unregistered", "ephemeral-runner-set/missing"],
  find: (seen, context) =>
    absentListeners(seen, context)
      .filter(({ wait }) => wait === Wait.Nothing)
      .map(({ set }) => ({
        set: nameOf(set),
        what: `${nameOf(set)} has no AutoscalingListener`,
        evidence: [phaseText(set)],
        fix: [controllerLog(context, set.metadata.name)],
      })),
});

export const deadlock = rule({
  id: "listener/deadlock",
  harm: Harm.Stops,
  cause:
    "with updateStrategy eventual the controller makes a listener anew only when no runner is left, " +
    "and idle runners end only when the pod template changes too: it waits for ever",
  issue: "actions/actions-runner-controller#4432",
  ...ABSENT,
  quietAfter: CONTROLLER_DOWN,
  find: (seen, context) =>
    absentListeners(seen, context)
      .filter(({ wait }) => wait === Wait.IdleRunners)
      .map(({ set, runnerSet }) => {
        const { name, namespace } = runnerSet!.metadata;
        const { pendingEphemeralRunners = 0, runningEphemeralRunners = 0 } = runnerSet!.status ?? {};
        return {
          set: nameOf(set),
          what: `${nameOf(set)} has no listener, and gets none while its idle runners stay`,
          evidence: [
            phaseText(set),
            `EphemeralRunnerSet ${name}: replicas ${runnerSet!.spec.replicas}, ` +
              `${pendingEphemeralRunners} pending, ${runningEphemeralRunners} running`,
          ],
          fix: [
            "# what the controller does for another template; running jobs end first:",
            `kubectl -n ${namespace} patch ephemeralrunnersets ${name} --type=merge -p '{"spec":{"replicas":0,"patchID":0}}'`,
          ],
        };
      }),
});

export const draining = rule({
  id: "listener/draining",
  harm: Harm.Slows,
  cause: "with updateStrategy eventual a set takes new jobs only when the last one of before its edit has ended",
  ...ABSENT,
  quietAfter: CONTROLLER_DOWN,
  find: (seen, context) =>
    absentListeners(seen, context)
      .filter(({ set, wait }) => wait === Wait.Jobs && secondsSinceEdit(set, context.now) > DRAIN_SECONDS)
      .map(({ set, runnerSet, runners }) => ({
        set: nameOf(set),
        what: `${nameOf(set)} takes no new job until its running ones have ended`,
        evidence: [
          `EphemeralRunnerSet ${runnerSet!.metadata.name}: replicas ${runnerSet!.spec.replicas ?? 0}`,
          ...runners.flatMap((runner) => {
            const job = jobOf(runner);
            return job ? [`${runner.metadata.name} runs ${job}`] : [];
          }),
        ],
        fix: [
          "# it ends by itself; to see the jobs:",
          `kubectl -n ${set.metadata.namespace} get ephemeralrunners -l actions.github.com/scale-set-name=${set.metadata.name}`,
          "# so that edits do not wait for jobs: arc:controller.updateStrategy: immediate",
        ],
      })),
});

export const orphan = rule({
  id: "listener/orphan",
  harm: Harm.Slows,
  cause:
    "the controller finds a listener by a name made of namespace, runner group and URL; this one is of before such a change, " +
    "or of a release before 0.13.1, so nobody removes it: it fails over and over, or takes jobs away from the right one",
  issue: "actions/actions-runner-controller#4629",
  needs: ["runnerSets", "listeners"],
  uses: ["controllers"],
  quietAfter: CONTROLLER_DOWN,
  find: (seen, context) =>
    orphansOf(seen, context)
      .filter(({ listener }) => (secondsSince(listener.metadata.creationTimestamp, context.now) ?? 0) > PASSES_SECONDS)
      .map(({ listener, key, set, name }) => ({
        set: key,
        what: `the listener ${nameOf(listener)} belongs to nobody`,
        evidence: [
          set ? `the controller calls the listener of ${key} ${name}` : `there is no AutoscalingRunnerSet ${key}`,
          `githubConfigUrl ${listener.spec.githubConfigUrl}, made ${listener.metadata.creationTimestamp}`,
        ],
        fix: [`bin/arc heal orphan-listeners${set ? ` --set ${key}` : ""}`],
      })),
});

export const stuck = rule({
  id: "listener/deletion-stuck",
  harm: Harm.Stops,
  cause: "its pod, or what belongs to it, does not go; the set gets a new one only after that",
  needs: ["runnerSets", "listeners"],
  uses: ["controllers"],
  quietAfter: [...CONTROLLER_DOWN, "set/deletion-stuck"],
  find: ({ runnerSets, listeners, controllers }, context) => {
    const release = releaseOf(controllers, context);
    return concerned(runnerSets, context).flatMap((set) => {
      const listener = listenerOf(set, listeners, release);
      if (!listener || !isDeleting(listener) || !isStuck(listener, [], context.now)) return [];
      const { namespace, name } = listener.metadata;
      return [
        {
          set: nameOf(set),
          what: `the listener ${nameOf(listener)} does not go`,
          evidence: [deletionText(listener, context.now)],
          fix: [`kubectl -n ${namespace} describe pod ${name}`, controllerLog(context, name)],
        },
      ];
    });
  },
});

export const oldImage = rule({
  id: "listener/old-image",
  harm: Harm.Slows,
  cause: "the controller was updated alone; it starts a listener with the new image only when the set changes",
  issue: "actions/actions-runner-controller#4513",
  needs: ["runnerSets", "listeners", "controllers"],
  quietAfter: [...CONTROLLER_DOWN, "version/listener-image"],
  find: ({ runnerSets, listeners, controllers }, context) => {
    const manager = ownController(controllers, context);
    const image = manager?.listenerImage;
    if (!image || secondsSinceEdit(manager.deployment, context.now) <= UPDATE_SECONDS) return [];
    return concerned(runnerSets, context)
      .filter(isWanted)
      .flatMap((set) => {
        const listener = listenerOf(set, listeners, releaseOf(controllers, context));
        if (!listener || isDeleting(listener) || listener.spec.image === image) return [];
        return [
          {
            set: nameOf(set),
            what: `the listener of ${nameOf(set)} is not of the controller's image`,
            evidence: [`listener: ${listener.spec.image}`, `controller, for its listeners: ${image}`],
            fix: [`bin/arc heal listener --set ${nameOf(set)}`],
          },
        ];
      });
  },
});

export const otherLimits = rule({
  id: "listener/other-limits",
  harm: Harm.Slows,
  cause: "somebody edited the listener, or the controller has not made it anew after an edit of the set",
  needs: ["runnerSets", "listeners"],
  uses: ["controllers"],
  quietAfter: CONTROLLER_DOWN,
  find: ({ runnerSets, listeners, controllers }, context) =>
    concerned(runnerSets, context)
      .filter((set) => isWanted(set) && secondsSinceEdit(set, context.now) > PASSES_SECONDS)
      .flatMap((set) => {
        const listener = listenerOf(set, listeners, releaseOf(controllers, context));
        if (!listener || isDeleting(listener)) return [];
        const [own, wanted] = [limits(listener), limits(set)];
        if (own === wanted) return [];
        return [
          {
            set: nameOf(set),
            what: `the listener of ${nameOf(set)} keeps to other limits than the set`,
            evidence: [`listener: ${own}`, `set: ${wanted}`],
            fix: [`bin/arc heal listener --set ${nameOf(set)}`],
          },
        ];
      }),
});

function limits({ spec: { minRunners = 0, maxRunners = NO_LIMIT } }: RunnerSet | Listener): string {
  return `minRunners ${minRunners}, maxRunners ${maxRunners === NO_LIMIT ? "without a limit" : maxRunners}`;
}
