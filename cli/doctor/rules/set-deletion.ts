import { controllerLog } from "../commands";
import { deletionText, isStuck } from "../deletion";
import { concerned, isDeleting, isOf, jobOf, listenerOf, releaseOf, runnerSetsOf, scaleSetIdOf } from "../members";
import {
  type EphemeralRunner,
  type EphemeralRunnerSet,
  type Listener,
  nameOf,
  type RunnerSet,
  secondsSince,
} from "../objects";
import type { Context } from "../observation";
import { Harm, rule } from "../rule";
import { few } from "../runners";
import { CONTROLLER_DOWN } from "./controller";

/** A Secret and its set may go in the same moment, and the set is faster then. */
const SAME_MOMENT_SECONDS = 60;
/** The controller's own (facts 7.1). */
const FINALIZER = "autoscalingrunnerset.actions.github.com/finalizer";

export const withoutSecret = rule({
  id: "set/deletion-without-secret",
  harm: Harm.Stops,
  cause: "the controller needs the credentials to delete the scale set on GitHub, and tries for ever",
  issue: "actions/actions-runner-controller#4655",
  needs: ["runnerSets", "secrets"],
  find: ({ runnerSets, secrets }, context) =>
    concerned(runnerSets, context)
      .filter((set) => (secondsSince(set.metadata.deletionTimestamp, context.now) ?? 0) > SAME_MOMENT_SECONDS)
      .filter((set) => scaleSetIdOf(set) !== undefined && !set.spec.vaultConfig)
      .filter(({ metadata, spec }) => {
        const key = `${metadata.namespace}/${spec.githubConfigSecret}`;
        return secrets.has(key) && secrets.get(key) === undefined;
      })
      .map((set) => {
        const { namespace, name } = set.metadata;
        return {
          set: nameOf(set),
          what: `${nameOf(set)} cannot be deleted: its Secret ${set.spec.githubConfigSecret} is gone`,
          evidence: [
            deletionText(set, context.now),
            `there is no Secret ${namespace}/${set.spec.githubConfigSecret}`,
            `runner-scale-set-id ${scaleSetIdOf(set)}`,
          ],
          fix: [
            "# make the Secret again, with the same keys; the deletion goes on by itself:",
            `kubectl -n ${namespace} get externalsecrets`,
            "# or give the scale set on GitHub up, and delete it there by hand:",
            `kubectl -n ${namespace} patch autoscalingrunnersets ${name} --type=merge -p '{"metadata":{"finalizers":null}}'`,
          ],
        };
      }),
});

export const stuck = rule({
  id: "set/deletion-stuck",
  harm: Harm.Stops,
  cause:
    "the controller deletes the listener, then the runners, then the scale set on GitHub, and one of these does not go",
  needs: ["runnerSets", "listeners", "ephemeralRunnerSets", "ephemeralRunners"],
  uses: ["controllers"],
  quietAfter: [...CONTROLLER_DOWN, "set/deletion-without-secret"],
  find: ({ runnerSets, listeners, ephemeralRunnerSets, ephemeralRunners, controllers }, context) =>
    concerned(runnerSets, context)
      .filter(isDeleting)
      .flatMap((set) => {
        const runners = ephemeralRunners.filter(({ metadata }) => isOf(metadata, set.metadata));
        if (!isStuck(set, runners, context.now)) return [];
        const listener = listenerOf(set, listeners, releaseOf(controllers, context));
        const waits = waitsFor(set, { listener, runnerSets: runnerSetsOf(set, ephemeralRunnerSets), runners }, context);
        return [
          {
            set: nameOf(set),
            what: `${nameOf(set)} does not go: its deletion waits for ${waits.what}`,
            evidence: [deletionText(set, context.now), ...waits.evidence],
            cause: waits.cause,
            fix: waits.fix,
          },
        ];
      }),
});

interface Left {
  listener: Listener | undefined;
  runnerSets: EphemeralRunnerSet[];
  runners: EphemeralRunner[];
}

/** What the controller is at, in its own order (`cleanUpResources`, facts 7.9). */
function waitsFor(set: RunnerSet, { listener, runnerSets, runners }: Left, context: Context) {
  const { namespace, name, finalizers = [] } = set.metadata;
  const log = controllerLog(context, name);
  if (!finalizers.includes(FINALIZER)) {
    return {
      what: `finalizers that are not ARC's: ${finalizers.join(", ")}`,
      evidence: [],
      cause: "the controller is done with it; whoever added the finalizer must remove it",
      fix: [`kubectl -n ${namespace} get autoscalingrunnersets ${name} -o yaml --show-managed-fields`],
    };
  }
  if (listener) {
    return {
      what: `its listener ${nameOf(listener)}`,
      evidence: [deletionText(listener, context.now)],
      cause: "the listener comes first, and its pod or what belongs to it does not go",
      fix: [`kubectl -n ${listener.metadata.namespace} describe pod ${listener.metadata.name}`, log],
    };
  }
  if (runners.length) return waitsForRunners(set, runners, log);
  if (runnerSets.length) {
    return {
      what: `its EphemeralRunnerSet ${few(runnerSets.map((each) => each.metadata.name))}`,
      evidence: runnerSets.map((each) => deletionText(each, context.now)),
      cause: "no runner is left, and the controller does not let it go",
      fix: [log],
    };
  }
  return {
    what: "the controller alone: neither listener nor runners are left",
    evidence: [`runner-scale-set-id ${scaleSetIdOf(set) ?? "is gone: the scale set on GitHub is deleted"}`],
    cause: "GitHub refuses to delete the scale set, or the controller may not do what comes after it",
    fix: [log],
  };
}

function waitsForRunners({ metadata }: RunnerSet, runners: EphemeralRunner[], log: string) {
  const busy = runners.filter(jobOf);
  const names = few((busy.length ? busy : runners).map((runner) => runner.metadata.name));
  const namespace = metadata.namespace;
  if (busy.length) {
    return {
      what: `a job that runs longer than it may, in ${names}`,
      evidence: busy.map((runner) => `${runner.metadata.name} runs ${jobOf(runner)}`),
      cause: "GitHub lets no runner go that has a job, and this one does not end",
      fix: [
        "# cancel the job on GitHub, or end it here:",
        `kubectl -n ${namespace} delete pod ${busy[0]!.metadata.name}`,
      ],
    };
  }
  return {
    what: `its runners ${names}`,
    evidence: runners.map(({ metadata: { name, finalizers = [] } }) => `${name}: finalizers ${finalizers.join(", ")}`),
    cause: "each runner is taken off GitHub before it goes, and that fails",
    fix: [log],
  };
}
