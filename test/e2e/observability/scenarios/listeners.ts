import { ACME, BATCH } from "../../../components/observability/fleet";
import {
  aboutSet,
  controllerUp,
  EVENTUAL,
  healthy,
  listenerUp,
  ofListener,
  others,
  type Scenario,
  steady,
} from "../scenario";

const UP = listenerUp(BATCH, steady(1, 200));
const CRITICAL = aboutSet(ACME, "critical");
/** Under `eventual`, with jobs of no more than 20 minutes. */
const SHORT_JOBS = { ...EVENTUAL, sets: [{ ...ACME, longestJobSeconds: 1200 }, BATCH] };

const AWAY = {
  labels: CRITICAL,
  summary: "No listener of acme-runners answers",
  description:
    "The listener of acme-runners (acme) is away, does not start, or cannot be scraped: its jobs wait. " +
    "When all sets have this alert at once, Prometheus does not select the PodMonitors.",
};

export const LISTENER_DOWN: Scenario[] = [
  {
    title: "the pod is there and does not answer",
    input: [UP, listenerUp(ACME, `${steady(1, 10)} ${steady(0, 10)}`)],
    quietAt: ["14m"],
    at: "16m",
    fires: [AWAY],
  },
  {
    title: "the pod is gone and does not come back",
    input: [UP, listenerUp(ACME, `${steady(1, 10)} stale`)],
    quietAt: ["14m"],
    at: "16m",
    fires: [AWAY],
  },
  {
    title: "Prometheus does not select the PodMonitors: then it is every set",
    input: [],
    at: "6m",
    fires: [
      AWAY,
      {
        labels: aboutSet(BATCH, "critical"),
        summary: "No listener of batch answers",
        description: AWAY.description.replace("acme-runners (acme)", "batch (zeta)"),
      },
    ],
  },
  {
    title: "under eventual the listener goes though no job runs: it will not come back by itself",
    args: EVENTUAL,
    input: [
      UP,
      listenerUp(ACME, `${steady(1, 10)} stale`),
      ofListener(ACME, "gha_running_jobs", `${steady(0, 10)} stale`),
    ],
    at: "16m",
    fires: [AWAY],
  },
  {
    title: "under eventual the longest job must have ended, and there is still no listener",
    args: SHORT_JOBS,
    input: [
      UP,
      listenerUp(ACME, `${steady(1, 10)} stale`),
      ofListener(ACME, "gha_running_jobs", `${steady(3, 10)} stale`),
    ],
    quietAt: ["29m"],
    at: "36m",
    fires: [AWAY],
  },
  {
    title: "the listener is restarted within a minute",
    input: [UP, listenerUp(ACME, `${steady(1, 10)} stale`), listenerUp(ACME, `_x21 ${steady(1, 20)}`, 2)],
    at: "30m",
    fires: [],
  },
  {
    title: "an edit under immediate takes the listener away for four minutes",
    input: [UP, listenerUp(ACME, `${steady(1, 10)} stale`), listenerUp(ACME, `_x28 ${steady(1, 20)}`, 2)],
    at: "30m",
    fires: [],
  },
  {
    title: "an edit under eventual takes the listener away for an hour, until the running jobs have ended",
    args: EVENTUAL,
    input: [
      UP,
      listenerUp(ACME, `${steady(1, 10)} stale`),
      ofListener(ACME, "gha_running_jobs", `${steady(3, 10)} stale`),
      listenerUp(ACME, `_x140 ${steady(1, 20)}`, 2),
      ofListener(ACME, "gha_running_jobs", `_x140 ${steady(0, 20)}`, { generation: 2 }),
    ],
    at: "90m",
    fires: [],
  },
  {
    title: "the alert is turned off for the set",
    args: { sets: [{ ...ACME, alerts: { ArcListenerDown: { enabled: false } } }, BATCH] },
    input: [UP],
    at: "30m",
    fires: [],
  },
];

const phase = (set: typeof ACME, value: string, values: string) =>
  others(
    "arc_scale_set_phase",
    { scale_set: set.name, scale_set_namespace: set.namespace, phase: value, job: "kube-state-metrics" },
    values,
  );

const GONE = {
  labels: CRITICAL,
  summary: "acme-runners has no listener, or is gone",
  description:
    "The stack file has acme-runners (acme), and the cluster has no listener pod of it: " +
    "someone deleted the set, the controller did (another version label), or it is Outdated.",
};

export const SCALE_SET_VANISHED: Scenario[] = [
  {
    title: "the set is deleted, and with it its listener; what the controller said of it last stays",
    input: [UP, listenerUp(ACME, `${steady(1, 10)} stale`)],
    quietAt: ["24m"],
    at: "26m",
    fires: [GONE],
  },
  {
    title: "the set is deleted and its listener is left behind: kube-state-metrics knows it",
    input: [...healthy(60), phase(BATCH, "Running", steady(1, 60)), phase(ACME, "Running", `${steady(1, 10)} stale`)],
    quietAt: ["24m"],
    at: "26m",
    fires: [GONE],
  },
  {
    title: "the listener ends again and again, so there is a pod each time",
    input: [UP, listenerUp(ACME, steady(0, 60))],
    at: "40m",
    fires: [],
  },
  {
    title: "kube-state-metrics is away, and so is every phase",
    input: [
      ...healthy(60),
      phase(BATCH, "Running", `${steady(1, 5)} stale`),
      phase(ACME, "Running", `${steady(1, 5)} stale`),
    ],
    at: "40m",
    fires: [],
  },
  {
    title: "there is no kube-state-metrics at all",
    input: healthy(60),
    at: "40m",
    fires: [],
  },
  {
    title: "an edit under eventual takes the listener away for an hour, until the running jobs have ended",
    args: EVENTUAL,
    input: [
      UP,
      listenerUp(ACME, `${steady(1, 10)} stale`),
      ofListener(ACME, "gha_running_jobs", `${steady(3, 10)} stale`),
      listenerUp(ACME, `_x140 ${steady(1, 20)}`, 2),
    ],
    at: "90m",
    fires: [],
  },
];

export const SCALE_SET_OUTDATED: Scenario[] = [
  {
    title: "the phase is Outdated",
    input: [
      phase(ACME, "Running", `${steady(1, 10)} ${steady(0, 20)}`),
      phase(ACME, "Outdated", `${steady(0, 10)} ${steady(1, 20)}`),
    ],
    quietAt: ["14m"],
    at: "16m",
    fires: [
      {
        labels: CRITICAL,
        summary: "acme-runners is Outdated",
        description:
          "GitHub refused the runner of acme-runners (acme) as too old, and the controller removed the scale set. " +
          "It comes back with a newer runner image, not by itself.",
      },
    ],
  },
  {
    title: "a set is Outdated that the stack file does not have",
    input: [phase({ ...ACME, name: "another" }, "Outdated", steady(1, 30)), phase(ACME, "Outdated", steady(0, 30))],
    at: "20m",
    fires: [],
  },
  { title: "kube-state-metrics does not tell the phase", input: healthy(30), at: "20m", fires: [] },
];

/** So many listener pods, one after the other, each for five minutes. */
const pods = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    listenerUp(ACME, `${index ? `_x${10 * index} ` : ""}${steady(1, 5)} stale`, index + 1),
  );

export const LISTENER_CHURN: Scenario[] = [
  {
    title: "eight listener pods come and go in 40 minutes",
    input: pods(8),
    quietAt: ["30m"],
    at: "41m",
    fires: [
      {
        labels: aboutSet(ACME, "warning"),
        summary: "The listener of acme-runners does not stay",
        description:
          "8 listener pods of acme-runners (acme) in an hour. Between two of them no job starts. " +
          "Read the log of the last one: credentials, the session on GitHub, or an edit that repeats itself.",
      },
    ],
  },
  {
    title: "three edits in an hour restart the listener three times",
    input: [...pods(3), listenerUp(ACME, `_x30 ${steady(1, 60)}`, 4)],
    at: "70m",
    fires: [],
  },
  { title: "the listener stays", input: healthy(90), at: "80m", fires: [] },
];

export const CONTROLLER_DOWN: Scenario[] = [
  {
    title: "its pod does not answer",
    input: [controllerUp(`${steady(1, 10)} ${steady(0, 30)}`)],
    quietAt: ["19m"],
    at: "21m",
    fires: [
      {
        labels: { severity: "critical" },
        summary: "The controller does not answer",
        description:
          "No pod of the controller answers to Prometheus. Listeners go on, but no runner is started or removed, and a listener that ends stays away.",
      },
    ],
  },
  {
    title: "the controller is stopped for four minutes, as an upgrade does it",
    input: [controllerUp(`${steady(1, 10)} stale _x7 ${steady(1, 30)}`)],
    at: "40m",
    fires: [],
  },
];
