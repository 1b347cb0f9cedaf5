import { isAllowed } from "../../../components/controller/version-fence";
import { VERSION_LABEL } from "../../../components/labels";
import { counted } from "../../terminal";
import { type Manager, managerOf, ownController, ownControllerName, podsOf, watches } from "../controllers";
import { concerned } from "../members";
import { type Deployment, nameOf, type Pod, type RunnerSet, secondsSince, secondsSinceEdit } from "../objects";
import { crash, podTrouble, Trouble } from "../pod-trouble";
import { Harm, rule } from "../rule";

/** The fence waits two minutes for the end of the controller's pods by default, and the new one must start. */
const FENCE_SECONDS = 300;
/** An image must be pulled, and the probes wait. */
const START_SECONDS = 180;
/** The API server's update or a node's restart ends a controller once. */
const FEW_RESTARTS = 2;
/** What was longer ago than this is over. */
const RECENT_SECONDS = 1800;

/** Rules that explain why nothing happens to any object of ARC. */
export const CONTROLLER_DOWN = ["controller/missing", "controller/stopped", "controller/not-ready"];

export const missing = rule({
  id: "controller/missing",
  harm: Harm.Stops,
  cause: "somebody deleted it: no set gets a listener or a runner, and a set that is deleted stays",
  needs: ["controllers", "runnerSets"],
  find: ({ controllers, runnerSets }, context) => {
    if (ownController(controllers, context)) return [];
    const name = ownControllerName(context);
    const evidence = [`there is no Deployment ${name}`, ...controllers.map((each) => described(managerOf(each)))];
    const sets = concerned(runnerSets, context);
    if (sets.length) {
      const what = `the controller ${name} is gone, and ${counted(sets.length, "runner set")} with nobody to serve them`;
      return [{ what, evidence, fix: ["pulumi up --refresh"] }];
    }
    return [
      {
        what: `neither the controller ${name} nor a runner set of the stack is in this cluster`,
        evidence,
        cause: "the stack was not deployed yet, or was destroyed, or this is another cluster",
        fix: ["kubectl config current-context", "pulumi up --refresh"],
      },
    ];
  },
});

export const stopped = rule({
  id: "controller/stopped",
  harm: Harm.Stops,
  cause: "somebody scaled it to 0, or an update was cut off right after it had",
  needs: ["controllers", "runnerSets"],
  find: ({ controllers, runnerSets }, context) => {
    const manager = ownController(controllers, context);
    if (manager?.replicas !== 0 || secondsSinceEdit(manager.deployment, context.now) <= FENCE_SECONDS) return [];
    const { settings } = context.config;
    const ahead = concerned(runnerSets, context).filter((set) => !isLabelled(set, manager));
    const isFence =
      ahead.length > 0 || (manager.version ?? settings.controller.version) !== settings.controller.version;
    const { namespace, name } = manager.deployment.metadata;
    const evidence = [
      "spec.replicas 0",
      `image ${manager.image}; the stack asks for ${settings.controller.version}`,
      ...ahead.map((set) => `${nameOf(set)} is labelled ${set.metadata.labels?.[VERSION_LABEL] ?? "with no version"}`),
    ];
    const what = `the controller ${namespace}/${name} is stopped: it has 0 replicas`;
    if (!isFence) {
      const replicas = settings.controller.replicas ?? 1;
      return [{ what, evidence, fix: [`kubectl -n ${namespace} scale deployment ${name} --replicas=${replicas}`] }];
    }
    return [
      {
        what: `${what}, in the middle of a change of its version`,
        evidence,
        cause:
          "an update was cut off between the stop of the old controller and the start of the new one " +
          "(the version fence); running jobs go on, and no set is in danger while it stays stopped",
        fix: ["# if the update was killed, first: pulumi cancel", "pulumi up"],
      },
    ];
  },
});

export const notReady = rule({
  id: "controller/not-ready",
  harm: Harm.Stops,
  cause: "its pod does not start: no set gets a listener or a runner, and a set that is deleted stays",
  needs: ["controllers"],
  uses: ["pods"],
  find: ({ controllers, pods = [] }, context) => {
    const manager = ownController(controllers, context);
    if (!manager || manager.replicas === 0 || manager.deployment.status?.readyReplicas) return [];
    const { deployment } = manager;
    if (secondsNotReady(deployment, context.now) <= START_SECONDS) return [];
    const { namespace, name } = deployment.metadata;
    const own = podsOf(deployment, pods);
    const troubles = own.flatMap((pod) => podTrouble(pod, context.now) ?? []);
    const refused = deployment.status?.conditions?.find(
      ({ type, status }) => /Failure$/.test(type) && status === "True",
    );
    const cause = refused ? "the API server refuses its pod" : troubles[0]?.trouble;
    const ended = troubles.some(({ trouble }) => trouble === Trouble.Crash || trouble === Trouble.Memory);
    return [
      {
        what: `the controller ${namespace}/${name} has no pod that is ready`,
        evidence: [
          `0 of ${counted(manager.replicas, "replica")} ready`,
          ...troubles.map(({ evidence }) => evidence),
          ...(refused ? [`${refused.type}: ${refused.message}`] : []),
        ],
        ...(cause ? { cause: `${cause}: no set gets a listener or a runner, and a set that is deleted stays` } : {}),
        fix: own.length
          ? [
              `kubectl -n ${namespace} describe pod ${own[0]!.metadata.name}`,
              ...(ended ? [`kubectl -n ${namespace} logs ${own[0]!.metadata.name} -c manager --previous`] : []),
            ]
          : [`kubectl -n ${namespace} describe replicaset -l app.kubernetes.io/part-of=gha-rs-controller`],
      },
    ];
  },
});

export const restarting = rule({
  id: "controller/restarting",
  harm: Harm.Slows,
  cause: "its process ends again and again; each time all sets wait until it has looked at every one of them anew",
  needs: ["controllers", "pods"],
  quietAfter: ["controller/not-ready"],
  find: ({ controllers, pods }, context) => {
    const manager = ownController(controllers, context);
    if (!manager) return [];
    const { namespace } = manager.deployment.metadata;
    return podsOf(manager.deployment, pods).flatMap((pod) => {
      const ended = lastCrash(pod, context.now);
      if (!ended) return [];
      const { trouble, evidence } = ended;
      return [
        {
          what: `the controller's pod ${nameOf(pod)} starts again and again`,
          evidence: [evidence],
          ...(trouble === Trouble.Memory ? { cause: trouble } : {}),
          fix: [
            `kubectl -n ${namespace} logs ${pod.metadata.name} -c manager --previous`,
            ...(trouble === Trouble.Memory ? ["# raise arc:controller.resources.limits.memory", "pulumi up"] : []),
          ],
        },
      ];
    });
  },
});

export const overlapping = rule({
  id: "controller/overlapping",
  harm: Harm.Stops,
  cause:
    "each of two controllers that serve a namespace makes a listener for every set and works against the other on its runners; " +
    "one of another minor version deletes the sets",
  needs: ["controllers"],
  quietAfter: ["controller/missing"],
  find: ({ controllers }, context) => {
    const own = ownController(controllers, context);
    if (!own) return [];
    return controllers
      .map(managerOf)
      .filter(({ deployment, replicas }) => replicas > 0 && nameOf(deployment) !== nameOf(own.deployment))
      .filter((other) => other.watched === undefined || watches(own, other.watched))
      .map((other) => {
        const { namespace, name } = other.deployment.metadata;
        const deletes = own.version !== undefined && !isAllowed(other.version ?? own.version, own.version);
        return {
          ...(deletes ? { harm: Harm.Loses } : {}),
          what: `${nameOf(other.deployment)} is a second controller of ${servedBoth(own, other)}`,
          evidence: [described(own), described(other)],
          fix: [
            "# keep one of the two; to stop the other:",
            `kubectl -n ${namespace} scale deployment ${name} --replicas=0`,
          ],
        };
      });
  },
});

function servedBoth(own: Manager, other: Manager): string {
  const namespace = own.watched ?? other.watched;
  return namespace === undefined ? "all namespaces" : `the namespace ${namespace}`;
}

function described({ deployment, image, watched, replicas }: Manager): string {
  const serves = watched === undefined ? "all namespaces" : `the namespace ${watched}`;
  return `${nameOf(deployment)}: ${image}, ${counted(replicas, "replica")}, serves ${serves}`;
}

function isLabelled({ metadata }: RunnerSet, { version }: Manager): boolean {
  return version === undefined || isAllowed(metadata.labels?.[VERSION_LABEL], version);
}

/** Since its condition says so; one that has none was written at the last edit. */
function secondsNotReady(deployment: Deployment, now: Date): number {
  const available = deployment.status?.conditions?.find(({ type }) => type === "Available");
  const edited = secondsSinceEdit(deployment, now);
  return Math.min(edited, secondsSince(available?.lastTransitionTime, now) ?? edited);
}

function lastCrash({ status }: Pod, now: Date) {
  for (const { restartCount = 0, lastState } of status?.containerStatuses ?? []) {
    const ended = lastState?.terminated;
    const seconds = secondsSince(ended?.finishedAt, now) ?? Infinity;
    if (ended && restartCount > FEW_RESTARTS && seconds <= RECENT_SECONDS) return crash(ended, restartCount);
  }
  return undefined;
}
