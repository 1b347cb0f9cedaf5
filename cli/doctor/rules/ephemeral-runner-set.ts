import { controllerLog } from "../commands";
import { deletionText, isStuck } from "../deletion";
import {
  concerned,
  isDeleting,
  isWanted,
  jobOf,
  listenerOf,
  phaseText,
  releaseOf,
  runnerSetsOf,
  scaleSetIdOf,
} from "../members";
import { type EphemeralRunnerSet, isOwnedBy, nameOf, secondsSince, secondsSinceEdit } from "../objects";
import { Harm, rule } from "../rule";
import { CONTROLLER_DOWN } from "./controller";

/** The controller makes one, and deletes an older one, in the passes right after an edit. */
const PASSES_SECONDS = 120;

export const missing = rule({
  id: "ephemeral-runner-set/missing",
  harm: Harm.Stops,
  cause: "the controller does not come to make one, so nothing makes runners for the set",
  needs: ["runnerSets", "ephemeralRunnerSets"],
  quietAfter: [...CONTROLLER_DOWN, "version/gate"],
  find: ({ runnerSets, ephemeralRunnerSets }, context) =>
    concerned(runnerSets, context)
      .filter((set) => isWanted(set) && scaleSetIdOf(set) !== undefined)
      .filter((set) => secondsSinceEdit(set, context.now) > PASSES_SECONDS)
      .filter((set) => runnerSetsOf(set, ephemeralRunnerSets).length === 0)
      .map((set) => ({
        set: nameOf(set),
        what: `${nameOf(set)} has no EphemeralRunnerSet`,
        evidence: [phaseText(set), `runner-scale-set-id ${scaleSetIdOf(set)}`],
        fix: [controllerLog(context, set.metadata.name)],
      })),
});

export const two = rule({
  id: "ephemeral-runner-set/two",
  harm: Harm.Slows,
  cause: "the controller made two from an outdated look at the cluster, and did not delete the older one",
  issue: "actions/actions-runner-controller#4489",
  needs: ["runnerSets", "ephemeralRunnerSets", "listeners"],
  uses: ["controllers"],
  quietAfter: [...CONTROLLER_DOWN, "version/gate"],
  find: ({ runnerSets, ephemeralRunnerSets, listeners, controllers }, context) => {
    const release = releaseOf(controllers, context);
    return concerned(runnerSets, context)
      .filter(isWanted)
      .flatMap((set) => {
        // One that is on its way out waits for its jobs, as in every roll.
        const [newest, ...older] = runnerSetsOf(set, ephemeralRunnerSets).filter((each) => !isDeleting(each));
        const since = secondsSince(newest?.metadata.creationTimestamp, context.now) ?? 0;
        if (!newest || !older.length || since <= PASSES_SECONDS) return [];
        const listened = listenerOf(set, listeners, release)?.spec.ephemeralRunnerSetName;
        const names = older.map(({ metadata }) => metadata.name);
        return [
          {
            set: nameOf(set),
            what: `${nameOf(set)} has ${older.length + 1} EphemeralRunnerSets, and no roll is in progress`,
            evidence: [newest, ...older].map((each) => described(each, listened)),
            fix: [
              `kubectl -n ${set.metadata.namespace} delete ephemeralrunnersets ${names.join(" ")}`,
              ...(listened !== undefined && names.includes(listened)
                ? [`bin/arc heal listener --set ${nameOf(set)}`]
                : []),
            ],
          },
        ];
      });
  },
});

function described({ metadata, spec, status = {} }: EphemeralRunnerSet, listened: string | undefined): string {
  const { name, creationTimestamp } = metadata;
  const runners = `${status.currentReplicas ?? 0} of ${spec.replicas ?? 0} runners`;
  return `${name}: made ${creationTimestamp}, ${runners}${name === listened ? "; the listener asks this one" : ""}`;
}

export const stuck = rule({
  id: "ephemeral-runner-set/deletion-stuck",
  harm: Harm.Slows,
  cause: "each of its runners is taken off GitHub before it goes, and that fails",
  needs: ["runnerSets", "ephemeralRunnerSets", "ephemeralRunners"],
  quietAfter: CONTROLLER_DOWN,
  find: ({ runnerSets, ephemeralRunnerSets, ephemeralRunners }, context) =>
    concerned(runnerSets, context)
      .filter((set) => !isDeleting(set))
      .flatMap((set) =>
        runnerSetsOf(set, ephemeralRunnerSets)
          .filter(isDeleting)
          .flatMap((runnerSet) => {
            const runners = ephemeralRunners.filter(isOwnedBy(runnerSet));
            if (!isStuck(runnerSet, runners, context.now)) return [];
            return [
              {
                set: nameOf(set),
                what: `the EphemeralRunnerSet ${nameOf(runnerSet)} does not go`,
                evidence: [
                  deletionText(runnerSet, context.now),
                  ...(runners.length ? runners.map(left) : ["no runner of it is left"]),
                ],
                fix: [controllerLog(context, runnerSet.metadata.name)],
              },
            ];
          }),
      ),
});

function left(runner: Parameters<typeof jobOf>[0]): string {
  const job = jobOf(runner);
  return `${runner.metadata.name} is left${job ? `, and runs ${job}` : ""}`;
}
