import { defectsOf, GHES_DEFECT } from "../../../components/controller/defects";
import { isAllowed, versionOf } from "../../../components/controller/version-fence";
import { VERSION_LABEL } from "../../../components/labels";
import { isGitHubCloud } from "../../../stacks/checks/github-host";
import { counted } from "../../terminal";
import { type Manager, ownController, watches } from "../controllers";
import { isDeleting } from "../members";
import { nameOf, type RunnerSet } from "../objects";
import type { Context } from "../observation";
import { Harm, rule } from "../rule";

export const gate = rule({
  id: "version/gate",
  harm: Harm.Loses,
  cause: "a controller deletes each set whose label names another minor version than its own build, without grace",
  issue: "actions/actions-runner-controller#4422",
  needs: ["controllers", "runnerSets"],
  find: ({ controllers, runnerSets }, context) => {
    const manager = ownController(controllers, context);
    const { version } = manager ?? {};
    if (!manager || version === undefined || manager.replicas === 0) return [];
    return runnerSets
      .filter(({ metadata }) => watches(manager, metadata.namespace))
      .filter(({ metadata }) => !isAllowed(metadata.labels?.[VERSION_LABEL], version))
      .map((set) => ({ set: nameOf(set), ...gated(set, manager, version) }));
  },
});

function gated(set: RunnerSet, { image }: Manager, version: string) {
  const { namespace, name, labels } = set.metadata;
  const label = labels?.[VERSION_LABEL];
  const evidence = [`label ${VERSION_LABEL}: ${label ?? "there is none"}`, `the controller's image: ${image}`];
  if (isDeleting(set)) {
    return {
      what: `${nameOf(set)} is being deleted, for it is not labelled for the controller ${version}`,
      evidence,
      fix: ["# a deletion cannot be stopped; when the set is gone:", "pulumi up --refresh"],
    };
  }
  return {
    what: `${nameOf(set)} will be deleted by the controller ${version}, for it is not labelled for it`,
    evidence,
    fix: [
      `kubectl -n ${namespace} label autoscalingrunnersets ${name} ${VERSION_LABEL}=${version} --overwrite`,
      "pulumi up --refresh",
    ],
  };
}

export const controller = rule({
  id: "version/controller",
  harm: Harm.Risk,
  cause: "the stack file was changed and not deployed yet, or somebody changed the Deployment",
  needs: ["controllers"],
  quietAfter: ["controller/stopped"],
  find: ({ controllers }, context) => {
    const wanted = context.config.settings.controller.version;
    const manager = ownController(controllers, context);
    if (manager?.version === undefined || manager.version === wanted) return [];
    return [
      {
        what: `the controller is ${manager.version}, and the stack asks for ${wanted}`,
        evidence: [`image ${manager.image}`, `arc:controller.version ${wanted}`],
        fix: ["pulumi preview", "pulumi up --refresh"],
      },
    ];
  },
});

export const listenerImage = rule({
  id: "version/listener-image",
  harm: Harm.Stops,
  cause:
    "somebody changed one image of the Deployment and not the other: a listener cannot read what another release wrote for it",
  needs: ["controllers"],
  find: ({ controllers }, context) => {
    const manager = ownController(controllers, context);
    const [own, listeners] = [versionOf(manager?.image ?? ""), versionOf(manager?.listenerImage ?? "")];
    if (!manager || own === undefined || listeners === undefined || own === listeners) return [];
    return [
      {
        what: `the controller ${own} starts listeners of ${listeners}`,
        evidence: [`image: ${manager.image}`, `CONTROLLER_MANAGER_CONTAINER_IMAGE: ${manager.listenerImage}`],
        fix: ["pulumi up --refresh"],
      },
    ];
  },
});

export const knownDefect = rule({
  id: "version/known-defect",
  harm: Harm.Risk,
  cause: "the release has a defect that a later one has not",
  needs: ["controllers"],
  find: ({ controllers }, context) => {
    const version = ownController(controllers, context)?.version;
    const defects = version === undefined ? [] : defectsOf(version);
    if (!defects.length) return [];
    return [
      {
        what: `the controller's release ${version} has ${counted(defects.length, "known defect")}`,
        evidence: defects.map(({ what, issue, fixed }) => `${version} ${what} (${issue}; not since ${fixed})`),
        fix: upgrade(
          context,
          defects.map(({ fixed }) => fixed),
        ),
      },
    ];
  },
});

export const noGhesJobs = rule({
  id: "version/no-ghes-jobs",
  harm: Harm.Stops,
  cause: "this release cannot take jobs of a GitHub Enterprise Server",
  issue: `actions/actions-runner-controller${GHES_DEFECT.issue}`,
  needs: ["controllers", "runnerSets"],
  find: ({ controllers, runnerSets }, context) => {
    const manager = ownController(controllers, context);
    const { version } = manager ?? {};
    if (!manager || version === undefined || !defectsOf(version, [GHES_DEFECT]).length) return [];
    return runnerSets
      .filter(({ metadata, spec }) => watches(manager, metadata.namespace) && !isGitHubCloud(spec.githubConfigUrl))
      .map((set) => ({
        set: nameOf(set),
        what: `${nameOf(set)} takes no jobs: its GitHub is a server of its own, and the controller is ${version}`,
        evidence: [`githubConfigUrl ${set.spec.githubConfigUrl}`, `image ${manager.image}`],
        fix: upgrade(context, [GHES_DEFECT.fixed]),
      }));
  },
});

/** The stack file may ask for a better one already. */
function upgrade({ config }: Context, fixed: string[]): string[] {
  const newest = [...fixed].sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1)!;
  const asked = config.settings.controller.version;
  const isBetter = asked.localeCompare(newest, "en", { numeric: true }) >= 0;
  return [...(isBetter ? [] : [`# in the stack file: arc:controller.version: ${newest}, or newer`]), "pulumi up"];
}
