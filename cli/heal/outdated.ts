import { isDeleting, runnerSetsOf } from "../doctor/members";
import type { RunnerSet } from "../doctor/objects";
import { ARC } from "../doctor/observe";
import { inputsOf, plannedOf } from "../doctor/references";
import { RUNNER_CONTAINER } from "../../components/runners/pod/template";
import { type Asked, seenIn, setOf } from "./asked";
import { HEAL_MANAGER, NOTHING, type Plan, refOf } from "./repair";

/** Annotation of the pod template, with the time: any change of the spec revives a set that is Outdated (facts 7.10). */
export const REVIVED_AT = "revivedAt";

/** Brings back a set that the controller has taken off GitHub. */
export function planOutdated(asked: Asked): Plan {
  const set = setOf(asked);
  if (!set) return { ...NOTHING, refusals: [`${asked.set} is not in the cluster: pulumi up --refresh`] };
  if (set.status?.phase !== "Outdated") return { ...NOTHING, notes: [`${asked.set} is not Outdated`] };
  const annotations = { [REVIVED_AT]: asked.observation.now.toISOString() };
  return {
    refusals: refusalsOf(asked, set),
    notes: [
      "a runner whose version GitHub refuses makes it Outdated again with its first start; then a newer image mends it: arc:runner.image and pulumi up",
    ],
    repairs: [
      {
        object: refOf(ARC, "AutoscalingRunnerSet", set),
        does: `gets the annotation ${REVIVED_AT} in its pod template; the controller registers it anew`,
        means: "the set takes jobs again within a minute, with a new id on GitHub; nothing of it runs now",
        // Not the program's field: the next update leaves it, and rolls no runners because of it.
        change: {
          verb: "patch",
          body: { spec: { template: { metadata: { annotations } } } },
          manager: HEAL_MANAGER,
        },
      },
    ],
  };
}

function refusalsOf(asked: Asked, set: RunnerSet): string[] {
  const { observation, set: key } = asked;
  const [live, wanted] = [imageOf(set.spec), plannedImage(asked)];
  const going = runnerSetsOf(set, seenIn(asked, "ephemeralRunnerSets")).filter(isDeleting);
  const versions = observation.sources.runnerVersions;
  const support = "value" in versions ? versions.value.get(key!)?.support : undefined;
  const isOver = support?.endsAt !== undefined && Date.parse(support.endsAt) <= observation.now.getTime();
  return [
    ...(wanted !== undefined && live !== wanted
      ? [`the stack file has another image, ${wanted}: pulumi up brings it, and revives the set by that`]
      : []),
    ...(live === wanted && support && (isOver || support.isForgotten)
      ? [
          `GitHub takes no runner ${support.version} any more, and ${live} has it: set a newer one in the stack file ` +
            "(arc:runner.image); pulumi up then revives the set by itself",
        ]
      : []),
    ...(going.length
      ? [
          `the EphemeralRunnerSet ${going[0]!.metadata.name} of before is still on its way out, and the set would stay as it is (#4596): wait until it is gone`,
        ]
      : []),
  ];
}

function imageOf({ template }: RunnerSet["spec"]): string | undefined {
  return template?.spec?.containers?.find(({ name }) => name === RUNNER_CONTAINER)?.image;
}

function plannedImage({ observation, set }: Asked): string | undefined {
  const planned = plannedOf(observation.planned, "AutoscalingRunnerSet").find(
    ({ namespace, name }) => `${namespace}/${name}` === set,
  );
  return planned && imageOf(inputsOf(planned).spec as RunnerSet["spec"]);
}
