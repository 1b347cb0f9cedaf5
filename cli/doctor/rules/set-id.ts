import { controllerLog } from "../commands";
import { REGISTRATION_LINES } from "../logs/table";
import { concerned, currentRunnerSet, isDeleting, isWanted, listenerOf, releaseOf, scaleSetIdOf } from "../members";
import { type EphemeralRunnerSet, type Listener, nameOf, type RunnerSet, secondsSinceEdit } from "../objects";
import { type Found, Harm, rule } from "../rule";
import { CONTROLLER_DOWN } from "./controller";
import { NO_REGISTRATION } from "./secret";

/** GitHub answers a registration in seconds, and one that fails is tried again at once. */
const REGISTRATION_SECONDS = 120;
/** A change of the id is followed by a listener and an EphemeralRunnerSet of the new one. */
const FOLLOW_SECONDS = 120;

export const unregistered = rule({
  id: "set/unregistered",
  harm: Harm.Stops,
  cause:
    "the controller could not register it on GitHub: its credentials, its URL or its runner group are refused, or GitHub cannot be reached",
  needs: ["runnerSets"],
  quietAfter: [...CONTROLLER_DOWN, "version/gate", ...NO_REGISTRATION, ...REGISTRATION_LINES],
  find: ({ runnerSets }, context) =>
    concerned(runnerSets, context)
      .filter((set) => isWanted(set) && scaleSetIdOf(set) === undefined)
      .filter((set) => secondsSinceEdit(set, context.now) > REGISTRATION_SECONDS)
      .map((set) => {
        const { "runner-scale-set-id": written } = set.metadata.annotations ?? {};
        const { githubConfigUrl, githubConfigSecret, runnerGroup } = set.spec;
        return {
          set: nameOf(set),
          what: `${nameOf(set)} is not registered on GitHub: it has no scale set id`,
          evidence: [
            `annotation runner-scale-set-id: ${written === undefined ? "there is none" : JSON.stringify(written)}`,
            `githubConfigUrl ${githubConfigUrl}, githubConfigSecret ${githubConfigSecret}` +
              (runnerGroup ? `, runnerGroup ${runnerGroup}` : ""),
          ],
          fix: [controllerLog(context, set.metadata.name)],
        };
      }),
});

export const sameId = rule({
  id: "set/same-id",
  harm: Harm.Stops,
  cause:
    "sets of the same name, group and URL get the same scale set on GitHub, and their listeners take it from each other",
  needs: ["runnerSets"],
  find: ({ runnerSets }, context) => {
    const seen = new Map<string, RunnerSet>();
    const byAge = [...runnerSets].sort((a, b) => created(a).localeCompare(created(b)));
    return byAge.flatMap((set) => {
      const id = scaleSetIdOf(set);
      // Ids are counted for each place on GitHub by itself.
      const key = `${id} ${placeOf(set)}`;
      const first = seen.get(key);
      if (id === undefined) return [];
      if (!first) seen.set(key, set);
      if (!first || !concerned([first, set], context).length) return [];
      return [
        {
          set: nameOf(set),
          what: `${nameOf(set)} has the scale set of ${nameOf(first)}`,
          evidence: [`both have runner-scale-set-id ${id} of ${set.spec.githubConfigUrl}`],
          fix: [
            "# give one of them another name (runnerScaleSetName) or runner group in the stack file, or remove it:",
            "pulumi up",
          ],
        },
      ];
    });
  },
});

function created({ metadata }: RunnerSet): string {
  return `${metadata.creationTimestamp} ${metadata.namespace}/${metadata.name}`;
}

function placeOf({ spec }: RunnerSet): string {
  return (spec.githubConfigUrl ?? "").replace(/\/+$/, "").toLowerCase();
}

export const idDiffers = rule({
  id: "set/id-differs",
  harm: Harm.Stops,
  cause: "the set was registered anew, and nothing renews what was made with the id before",
  needs: ["runnerSets", "listeners", "ephemeralRunnerSets"],
  uses: ["controllers"],
  quietAfter: CONTROLLER_DOWN,
  find: ({ runnerSets, listeners, ephemeralRunnerSets, controllers }, context) => {
    const release = releaseOf(controllers, context);
    return concerned(runnerSets, context)
      .filter((set) => isWanted(set) && secondsSinceEdit(set, context.now) > FOLLOW_SECONDS)
      .flatMap((set) => {
        const [listener] = [listenerOf(set, listeners, release)].filter((each) => each && !isDeleting(each));
        const runnerSet = currentRunnerSet(set, ephemeralRunnerSets);
        return differing(set, listener, runnerSet);
      });
  },
});

function differing(set: RunnerSet, listener: Listener | undefined, runnerSet: EphemeralRunnerSet | undefined): Found[] {
  const id = scaleSetIdOf(set);
  const asked = listener?.spec.runnerScaleSetId;
  const registered = runnerSet?.spec.ephemeralRunnerSpec?.runnerScaleSetId;
  const differs = (other: number | undefined) => id !== undefined && other !== undefined && other !== id;
  if (!differs(asked) && !differs(registered)) return [];
  const who = differs(asked) ? "its listener asks for" : "its runners register for";
  const runnerSetName = runnerSet?.metadata.name;
  return [
    {
      set: nameOf(set),
      what: `${nameOf(set)} is the scale set ${id} on GitHub, and ${who} another`,
      evidence: [
        `AutoscalingRunnerSet: runner-scale-set-id ${id}`,
        ...(listener ? [`AutoscalingListener: runnerScaleSetId ${asked}`] : []),
        ...(runnerSet ? [`EphemeralRunnerSet ${runnerSetName}: runnerScaleSetId ${registered}`] : []),
      ],
      fix: [
        ...(differs(registered)
          ? [`kubectl -n ${set.metadata.namespace} delete ephemeralrunnersets ${runnerSetName}`]
          : []),
        `bin/arc heal listener --set ${nameOf(set)}`,
      ],
    },
  ];
}
