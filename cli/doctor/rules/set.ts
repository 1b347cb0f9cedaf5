import { minorOf } from "../../../components/controller/version-fence";
import { controllerLog } from "../commands";
import { ownController } from "../controllers";
import { REGISTRATION_LINES } from "../logs/table";
import { concerned, isDeleting, isOf, isWanted, listenerOf, phaseText, releaseOf, scaleSetIdOf } from "../members";
import { type EphemeralRunner, nameOf, type RunnerSet, secondsSinceEdit } from "../objects";
import { plannedOf } from "../references";
import { Harm, rule } from "../rule";
import { CONTROLLER_DOWN } from "./controller";

/** A set is Pending for seconds after each edit; a controller that starts with many sets comes to the last one later. */
const PENDING_SECONDS = 300;

export const missing = rule({
  id: "set/missing",
  harm: Harm.Stops,
  cause: "it was not deployed yet, somebody deleted it, or a controller of another minor version did (#4422)",
  needs: ["runnerSets"],
  uses: ["controllers"],
  quietAfter: ["log/version-mismatch"],
  find: ({ runnerSets, controllers = [] }, context) => {
    const there = new Set(runnerSets.map(nameOf));
    const keys = context.config.sets.map(({ args }) => `${args.namespace}/${args.name}`);
    const absent = keys.filter((key) => !there.has(key));
    // Of a stack that is not in the cluster at all, controller/missing says so once.
    if (absent.length === keys.length && !ownController(controllers, context)) return [];
    return absent.map((set) => ({
      set,
      what: `${set} is in the stack and not in the cluster`,
      evidence: [`there is no AutoscalingRunnerSet ${set}`],
      fix: ["pulumi up --refresh"],
    }));
  },
});

export const extra = rule({
  id: "set/extra",
  harm: Harm.Risk,
  cause:
    "the stack file has lost it since the last deployment, or somebody made it by hand: it uses the namespace's quota, and no update of the stack reaches it",
  needs: ["runnerSets"],
  find: ({ runnerSets }, { planned, config }) => {
    // Sets in the namespaces of others are the business of others.
    const namespaces = new Set(plannedOf(planned, "Namespace").map(({ name }) => name));
    const own = new Set(config.sets.map(({ args }) => `${args.namespace}/${args.name}`));
    return runnerSets
      .filter((set) => namespaces.has(set.metadata.namespace ?? "") && !own.has(nameOf(set)) && !isDeleting(set))
      .map((set) => ({
        set: nameOf(set),
        what: `${nameOf(set)} is in a namespace of the stack, and not in its file`,
        evidence: [
          `managed by ${set.metadata.labels?.["app.kubernetes.io/managed-by"] ?? "nobody that its labels name"}`,
          `githubConfigUrl ${set.spec.githubConfigUrl}`,
        ],
        fix: [
          "# to keep it, write it into the stack file and see: bin/arc adopt",
          "# to remove it; its running jobs end first:",
          `kubectl -n ${set.metadata.namespace} delete autoscalingrunnersets ${set.metadata.name}`,
        ],
      }));
  },
});

export const outdated = rule({
  id: "set/outdated",
  harm: Harm.Stops,
  cause:
    "its runner version was refused by GitHub, or its configuration changed while GitHub had an outage; " +
    "the controller has taken it off GitHub and does nothing more until its spec changes",
  issue: "actions/actions-runner-controller#4595",
  needs: ["runnerSets"],
  uses: ["ephemeralRunners"],
  find: ({ runnerSets, ephemeralRunners = [] }, context) =>
    concerned(runnerSets, context)
      .filter((set) => !isDeleting(set) && set.status?.phase === "Outdated")
      .map((set) => {
        const refused = ephemeralRunners.filter(
          ({ metadata, status }) => isOf(metadata, set.metadata) && status?.phase === "Outdated",
        );
        const image = set.spec.template?.spec?.containers?.find(({ name }) => name === "runner")?.image;
        return {
          set: nameOf(set),
          what: `${nameOf(set)} is shut down: its phase is Outdated`,
          evidence: [
            "phase Outdated",
            ...(scaleSetIdOf(set) === undefined ? ["its scale set on GitHub is deleted"] : []),
            `runner image ${image}`,
            ...refused.map(outdatedRunner),
          ],
          ...(refused.length ? { cause: DEPRECATED } : {}),
          fix: [
            "# a newer image in arc:runner.image, then:",
            "pulumi up",
            "# when the image is current already:",
            `bin/arc heal outdated --set ${nameOf(set)}`,
          ],
        };
      }),
});

const DEPRECATED =
  "GitHub does not take this version of the runner any more, and the runner ended with exit code 7; " +
  "the controller has taken the set off GitHub and does nothing more until its spec changes";

function outdatedRunner({ metadata, status = {} }: EphemeralRunner): string {
  const { reason, message } = status;
  return `EphemeralRunner ${metadata.name}: ${["phase Outdated", reason, message].filter(Boolean).join(", ")}`;
}

export const pending = rule({
  id: "set/pending",
  harm: Harm.Slows,
  cause: "the controller does not get to the end of its work for the set: it fails, or other sets keep it busy",
  needs: ["runnerSets", "listeners"],
  uses: ["controllers"],
  quietAfter: [
    ...CONTROLLER_DOWN,
    "crd/outdated",
    "set/unregistered",
    ...REGISTRATION_LINES,
    "ephemeral-runner-set/missing",
    "ephemeral-runner-set/deletion-stuck",
  ],
  find: ({ runnerSets, listeners, controllers }, context) => {
    const release = releaseOf(controllers, context);
    // Before 0.14 there are no phases (observed).
    if (hasNoPhases(release)) return [];
    // Without a listener it is Pending for want of that.
    const hasListener = (set: RunnerSet) => {
      const listener = listenerOf(set, listeners, release);
      return listener !== undefined && !isDeleting(listener);
    };
    return concerned(runnerSets, context)
      .filter(hasListener)
      .filter((set) => isWanted(set) && set.status?.phase !== "Running")
      .filter((set) => secondsSinceEdit(set, context.now) > PENDING_SECONDS)
      .map((set) => ({
        set: nameOf(set),
        what: `${nameOf(set)} does not become Running`,
        evidence: [phaseText(set)],
        fix: [controllerLog(context, set.metadata.name)],
      }));
  },
});

function hasNoPhases(release: string): boolean {
  const minor = minorOf(release);
  return minor !== undefined && minor.localeCompare("0.14", "en", { numeric: true }) < 0;
}
