import { counted } from "../../terminal";
import { controllerLog } from "../commands";
import { age } from "../duration";
import { failedFor } from "../failed-runners";
import { concerned, isDeleting, isWanted, jobOf } from "../members";
import { type EphemeralRunner, nameOf, secondsSince, servedBy } from "../objects";
import type { Context } from "../observation";
import { type Found, Harm, rule } from "../rule";
import {
  exitText,
  groupedBy,
  harmOf,
  isEnding,
  isReady,
  namespaceOf,
  phaseOf,
  type Runner,
  runnersOf,
  secondsOld,
  shortName,
} from "../runners";
import { CONTROLLER_DOWN } from "./controller";
import { NO_REGISTRATION } from "./secret";

/** The pauses before six attempts add up to 155 s (facts 7.8); the rest is what the pods themselves take. */
const FAILING_SECONDS = 900;
/** One or two are a node's bad moment. */
const FEW_FAILURES = 2;
/** A pod that is ready for so long has got over what ended those before it. */
const RECOVERED_SECONDS = 300;
/** The longest pause after a failure is 80 s, and a quota that is full is asked again every 30 s (facts 7.8). */
const POD_SECONDS = 300;
/** The listener counts anew every 50 s; a set with many jobs needs longer to use up what is too much (facts 7.7). */
const IDLE_SECONDS = 1800;

export const failed = rule({
  id: "runner/failed",
  harm: Harm.Slows,
  cause: "the controller gave up on them; such a runner keeps its place until somebody deletes it",
  issue: "actions/actions-runner-controller#3685",
  needs: ["runnerSets", "ephemeralRunners"],
  find: (seen, context) =>
    failedFor(undefined, seen, context, {
      what: (set) => `Runners of ${set} failed for good`,
      fix: (set) => [`kubectl -n ${namespaceOf(set)} get ephemeralrunners`],
    }),
});

export const failing = rule({
  id: "runner/failing",
  harm: Harm.Slows,
  cause:
    "the runner's process ends by itself before it gets a job; the controller gives it another pod, waits longer each " +
    "time, and after the sixth makes a new runner with which it begins again",
  needs: ["ephemeralRunners", "pods"],
  quietAfter: ["pod/init-failing", "pod/oom-killed", "pod/evicted", "dind/not-ready"],
  find: (seen, { now }) => {
    const runners = runnersOf(seen);
    const failing = runners.filter(
      (each) => !isDeleting(each.runner) && latelyFailed(each.runner, now) > FEW_FAILURES && !hasRecovered(each, now),
    );
    return groupedBy(failing, ({ set }) => set).map(([set, those]) => ({
      set,
      harm: harmOf(
        set,
        runners.filter((each) => !those.includes(each)),
      ),
      what: `The pods of ${counted(those.length, "runner")} of ${set} fail again and again`,
      evidence: those.slice(0, 3).map((each) => failuresText(each, now)),
      fix: watchCommands(set, those[0]!),
    }));
  },
});

/** The pod is gone soon after its end, and its log with it. */
function watchCommands(set: string, { runner }: Runner): string[] {
  const kubectl = `kubectl -n ${namespaceOf(set)}`;
  return [
    `${kubectl} logs -f --prefix -c runner -l actions.github.com/scale-set-name=${shortName(set)}`,
    `${kubectl} get events --field-selector involvedObject.name=${runner.metadata.name}`,
  ];
}

function latelyFailed({ status }: EphemeralRunner, now: Date): number {
  const times = Object.values(status?.failures ?? {});
  return times.filter((at) => (secondsSince(at, now) ?? Infinity) <= FAILING_SECONDS).length;
}

function hasRecovered(each: Runner, now: Date): boolean {
  const ready = each.pod?.status?.conditions?.find(({ type, status }) => type === "Ready" && status === "True");
  return jobOf(each.runner) !== undefined || (secondsSince(ready?.lastTransitionTime, now) ?? 0) > RECOVERED_SECONDS;
}

function failuresText({ runner, pod }: Runner, now: Date): string {
  const { reason, message, failures = {} } = runner.status ?? {};
  const last = Math.min(...Object.values(failures).map((at) => secondsSince(at, now) ?? Infinity));
  const ended = pod?.status?.containerStatuses?.find(({ name }) => name === "runner")?.state?.terminated;
  const why = [...(ended ? [exitText(ended)] : []), ...[reason, message].filter(Boolean)];
  const pods = counted(latelyFailed(runner, now), "pod");
  const times = `${pods} failed within ${age(FAILING_SECONDS)}, the last ${age(last)} ago`;
  return `${runner.metadata.name}: ${[times, ...why].join("; ")}`;
}

const UNREGISTERED =
  "GitHub has not registered the runner (credentials, permissions or GitHub itself), or the Secret for it cannot be made";

export const withoutPod = rule({
  id: "runner/without-pod",
  harm: Harm.Slows,
  cause: "the controller does not create the pod; its log says why",
  needs: ["ephemeralRunners", "pods", "runnerSets"],
  quietAfter: [...CONTROLLER_DOWN, ...NO_REGISTRATION, "set/unregistered", "quota/full"],
  find: (seen, context) => {
    const runners = runnersOf(seen);
    const wanted = new Set(concerned(seen.runnerSets, context).filter(isWanted).map(nameOf));
    const bare = runners.filter((each) => wanted.has(each.set) && isBare(each, context.now));
    return groupedBy(bare, ({ set, runner }) => `${set} ${runner.status?.runnerId ? "" : "unregistered"}`).map(
      ([, those]) => {
        const { set, runner } = those[0]!;
        const isRegistered = Boolean(runner.status?.runnerId);
        return {
          set,
          harm: harmOf(
            set,
            runners.filter((each) => !bare.includes(each)),
          ),
          what: `${counted(those.length, "runner")} of ${set} ${those.length === 1 ? "has" : "have"} no pod`,
          evidence: those.slice(0, 3).map((each) => bareText(each, context.now)),
          ...(isRegistered ? {} : { cause: UNREGISTERED }),
          fix: [controllerLog(context, runner.metadata.name)],
        };
      },
    );
  },
});

function isBare({ runner, pod }: Runner, now: Date): boolean {
  if (pod || isEnding({ runner }) || secondsOld(runner, now) <= POD_SECONDS) return false;
  const failures = Object.values(runner.status?.failures ?? {});
  return failures.every((at) => (secondsSince(at, now) ?? Infinity) > POD_SECONDS);
}

function bareText({ runner }: Runner, now: Date): string {
  const id = runner.status?.runnerId;
  const made = `made ${age(secondsOld(runner, now))} ago`;
  return `${runner.metadata.name}: ${phaseOf(runner)}, ${made}, ${id ? `runner ${id} on GitHub` : "no runnerId"}`;
}

export const withoutJob = rule({
  id: "runner/without-job",
  harm: Harm.Slows,
  cause:
    "GitHub gives such a runner no job, and the controller takes it for one that will have one: a job that was " +
    "cancelled while its runner started leaves such runners behind",
  issue: "actions/actions-runner-controller#4307",
  needs: ["runnerSets", "ephemeralRunners", "listeners", "pods"],
  quietAfter: [...CONTROLLER_DOWN, "runner/lost-node"],
  find: (seen, context) => {
    const served = new Set(seen.listeners.map(servedBy));
    const runners = runnersOf(seen);
    return concerned(seen.runnerSets, context)
      .filter((set) => isWanted(set) && served.has(nameOf(set)))
      .flatMap((set) => {
        const idle = runners.filter((each) => each.set === nameOf(set) && isReady(each) && !jobOf(each.runner));
        const old = idle.filter(({ runner }) => secondsOld(runner, context.now) > IDLE_SECONDS);
        const { minRunners = 0 } = set.spec;
        const surplus = Math.min(idle.length - minRunners, old.length);
        return surplus > 0 ? [surplusFound(nameOf(set), { surplus, idle: idle.length, minRunners, old }, context)] : [];
      });
  },
});

function surplusFound(
  set: string,
  { surplus, idle, minRunners, old }: { surplus: number; idle: number; minRunners: number; old: Runner[] },
  { now }: Context,
): Found {
  const names = old.map(({ runner }) => runner.metadata.name);
  const [run, them] = surplus === 1 ? ["runs", "it"] : ["run", "them"];
  return {
    set,
    what: `${counted(surplus, "runner")} of ${set} ${run} without a job, and nobody asked for ${them}`,
    evidence: [
      `${counted(idle, "runner")} without a job, minRunners ${minRunners}`,
      ...old.slice(0, 3).map(({ runner }) => `${runner.metadata.name}: no job for ${age(secondsOld(runner, now))}`),
    ],
    fix: [
      "# GitHub lets none go that has a job, so no job is lost:",
      `kubectl -n ${namespaceOf(set)} delete ephemeralrunner ${names.slice(0, surplus).join(" ")} --wait=false`,
    ],
  };
}
