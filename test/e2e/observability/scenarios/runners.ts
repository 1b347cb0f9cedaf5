import { ACME, BATCH } from "../../../components/observability/fleet";
import { aboutSet, healthy, ofController, ofControllerItself, others, type Scenario, steady } from "../scenario";

export const FAILED_RUNNERS: Scenario[] = [
  {
    title: "two runners are Failed",
    input: [ofController(ACME, "failed", steady(2, 60)), ofController(BATCH, "failed", steady(0, 60))],
    quietAt: ["9m"],
    at: "11m",
    fires: [
      {
        labels: aboutSet(ACME, "warning"),
        summary: "2 failed runners in acme-runners",
        description:
          "2 EphemeralRunners of acme-runners (acme) are Failed: Kubernetes refused their pods. " +
          "Each holds a slot of maxRunners, and the controller never deletes one.",
      },
    ],
  },
  {
    title: "one was Failed for five minutes and is deleted",
    input: [ofController(ACME, "failed", `${steady(1, 5)} ${steady(0, 55)}`)],
    at: "50m",
    fires: [],
  },
  {
    title: "a set that is gone had failed runners, which the controller goes on to count until it is restarted",
    input: [ofController({ ...ACME, name: "gone" }, "failed", steady(3, 60))],
    at: "50m",
    fires: [],
  },
];

/** Numbers of running runners on a busy set. */
const MOVING = Array.from({ length: 60 }, () => "6 7").join(" ");

export const PENDING_TOO_LONG: Scenario[] = [
  {
    title: "three runners wait for their pods, and no other starts or ends",
    input: [ofController(ACME, "pending", steady(3, 60)), ofController(ACME, "running", steady(2, 60))],
    quietAt: ["9m"],
    at: "11m",
    fires: [
      {
        labels: aboutSet(ACME, "warning"),
        summary: "3 runners of acme-runners do not start",
        description:
          "3 runners of acme-runners (acme) are pending: image, node, volume, quota or Pod Security. " +
          "The events of the pods, or of the EphemeralRunners where there are no pods, say which.",
      },
    ],
  },
  {
    title: "a busy set has pending runners at all times, each for some seconds",
    input: [ofController(ACME, "pending", steady(1, 60)), ofController(ACME, "running", MOVING)],
    at: "50m",
    fires: [],
  },
  {
    title: "runners are pending for a minute",
    input: [
      ofController(ACME, "pending", `${steady(4, 1)} ${steady(0, 59)}`),
      ofController(ACME, "running", `${steady(0, 1)} ${steady(4, 59)}`),
    ],
    at: "50m",
    fires: [],
  },
  {
    title: "a node that is added takes six minutes",
    input: [
      ofController(ACME, "pending", `${steady(4, 6)} ${steady(0, 54)}`),
      ofController(ACME, "running", `${steady(0, 6)} ${steady(4, 54)}`),
    ],
    at: "50m",
    fires: [],
  },
  {
    title: "a set with minRunners 0 has none",
    input: [ofController(BATCH, "pending", steady(0, 60)), ofController(BATCH, "running", steady(0, 60))],
    at: "50m",
    fires: [],
  },
];

/** The clock of these tests begins with 1970. */
const behind = (severity: string, days: number) => ({
  labels: aboutSet(ACME, severity),
  summary: `The runner of acme-runners has been behind for ${days} days`,
  description:
    "GitHub turns away a runner 30 days after the release of the next one, and the controller then removes acme-runners (acme) from GitHub. " +
    "Build the image with the newest runner.",
});

export const RUNNER_IMAGE_AGE: Scenario[] = [
  {
    title: "the runner has been behind for 22 days",
    args: { sets: [{ ...ACME, runnerSince: "1969-12-10" }, BATCH] },
    input: [],
    quietAt: ["59m"],
    at: "61m",
    fires: [behind("warning", 22)],
  },
  {
    title: "after 28 days it is urgent",
    args: { sets: [{ ...ACME, runnerSince: "1969-12-04" }, BATCH] },
    input: [],
    at: "61m",
    fires: [behind("warning", 28), behind("critical", 28)],
  },
  {
    title: "the set says itself from when on",
    args: {
      sets: [{ ...ACME, runnerSince: "1969-12-31", alerts: { ArcRunnerImageAge: { since: "1969-12-10" } } }, BATCH],
    },
    input: [],
    at: "61m",
    fires: [behind("warning", 22)],
  },
  {
    title: "the runner has been behind for two weeks",
    args: { sets: [{ ...ACME, runnerSince: "1969-12-18" }, BATCH] },
    input: healthy(120),
    at: "110m",
    fires: [],
  },
  { title: "nobody knows which runner is in the image", input: healthy(120), at: "110m", fires: [] },
];

const errors = (controller: string, values: string) =>
  ofControllerItself({ metric: "controller_runtime_reconcile_errors_total", labels: { controller } }, values);

const failing = (controller: string, count: string) => ({
  labels: { controller, severity: "warning" },
  summary: `The controller keeps failing over ${controller}`,
  description:
    `${count} errors of the controller over ${controller} in 20 minutes, and no end. Most often the credentials or permissions on GitHub, ` +
    "or a GitHub that does not answer. One set that GitHub does not answer holds up all others.",
});

/** One more error every 16 minutes, as often as an object is tried that has failed for long. */
const RARELY = Array.from({ length: 10 }, (_, index) => steady(index, 16)).join(" ");

export const AUTH_ERRORS: Scenario[] = [
  {
    title: "a set fails twice a minute",
    input: [errors("autoscalingrunnerset", "0+1x200")],
    quietAt: ["25m"],
    at: "60m",
    fires: [failing("autoscalingrunnerset", "40")],
  },
  {
    title: "a listener has failed for so long that it is tried only every 16 minutes",
    input: [errors("autoscalinglistener", RARELY)],
    at: "120m",
    fires: [failing("autoscalinglistener", "1.026")],
  },
  {
    title: "runners cannot be registered",
    input: [errors("ephemeralrunner", "0+1x200"), errors("ephemeralrunnerset", "0x200")],
    at: "60m",
    fires: [failing("ephemeralrunner", "40")],
  },
  {
    title: "the controller has started, with the errors that it has at each start",
    input: [
      errors("autoscalingrunnerset", `0x5 4 8 ${steady(9, 100)}`),
      errors("ephemeralrunner", `0x5 20 ${steady(30, 100)}`),
    ],
    at: "90m",
    fires: [],
  },
  {
    title: "now and then two writes to a runner meet",
    input: [errors("ephemeralrunner", Array.from({ length: 20 }, (_, index) => steady(index, 5)).join(" "))],
    at: "90m",
    fires: [],
  },
];

const quota = (namespace: string, type: "hard" | "used", values: string, resource = "limits.memory") =>
  others("kube_resourcequota", { namespace, resourcequota: "runners", resource, type }, values);

export const QUOTA_TIGHT: Scenario[] = [
  {
    title: "95 of 100 are used",
    input: [quota("acme", "hard", steady(100, 60)), quota("acme", "used", steady(95, 60))],
    quietAt: ["14m"],
    at: "16m",
    fires: [
      {
        labels: {
          namespace: "acme",
          organization: "acme",
          resource: "limits.memory",
          resourcequota: "runners",
          severity: "warning",
        },
        summary: "Quota of acme: limits.memory is at 95 %",
        description:
          "limits.memory of the quota runners in acme (acme) is at 95 %. A runner for which there is no room waits, and its job with it.",
      },
    ],
  },
  {
    title: "80 of 100 are used, and of another resource none is allowed",
    input: [
      quota("acme", "hard", steady(100, 60)),
      quota("acme", "used", steady(80, 60)),
      quota("acme", "hard", steady(0, 60), "services"),
      quota("acme", "used", steady(0, 60), "services"),
    ],
    at: "50m",
    fires: [],
  },
  {
    title: "a namespace without runner sets is full",
    input: [quota("shop", "hard", steady(100, 60)), quota("shop", "used", steady(100, 60))],
    at: "50m",
    fires: [],
  },
  { title: "there is no kube-state-metrics", input: healthy(60), at: "50m", fires: [] },
];

const condition = (status: "True" | "False", values: string, namespace = "acme", label = "namespace") =>
  others(
    "externalsecret_status_condition",
    { name: "github-token", [label]: namespace, condition: "Ready", status },
    values,
  );
const reads = (values: string) =>
  others("externalsecret_sync_calls_total", { name: "github-token", namespace: "acme" }, values);

const STALE = {
  labels: { name: "github-token", namespace: "acme", organization: "acme", severity: "warning" },
  summary: "The ExternalSecret github-token of acme is not up to date",
  description:
    "The External Secrets Operator cannot read github-token of acme (acme), or does not try. " +
    "Runners go on with the Secret that is there; a rotated key does not arrive.",
};

export const SECRET_STALE: Scenario[] = [
  {
    title: "the ExternalSecret is not Ready",
    input: [condition("True", steady(0, 60)), condition("False", steady(1, 60)), reads("0+1x120")],
    quietAt: ["14m"],
    at: "16m",
    fires: [STALE],
  },
  {
    title: "the same, scraped without honorLabels as by the operator's chart",
    input: [
      condition("False", steady(1, 60), "acme", "exported_namespace"),
      condition("True", steady(0, 60), "acme", "exported_namespace"),
    ],
    at: "16m",
    fires: [STALE],
  },
  {
    title: "it is Ready and was not read again for more than two hours",
    input: [condition("True", steady(1, 200)), condition("False", steady(0, 200)), reads(`0x19 ${steady(1, 190)}`)],
    quietAt: ["130m"],
    at: "152m",
    fires: [STALE],
  },
  {
    title: "it is read every hour",
    input: [
      condition("True", steady(1, 400)),
      condition("False", steady(0, 400)),
      reads(Array.from({ length: 7 }, (_, index) => steady(index, 60)).join(" ")),
    ],
    at: "400m",
    fires: [],
  },
  {
    title: "it is new, and its next read is an hour away",
    input: [condition("True", steady(1, 60)), condition("False", steady(0, 60)), reads(steady(1, 60))],
    at: "58m",
    fires: [],
  },
  {
    title: "Vault is away for five minutes",
    input: [
      condition("True", `${steady(1, 5)} ${steady(0, 5)} ${steady(1, 50)}`),
      condition("False", `${steady(0, 5)} ${steady(1, 5)} ${steady(0, 50)}`),
      reads("0+1x120"),
    ],
    at: "50m",
    fires: [],
  },
  {
    title: "one of a namespace without runner sets is not Ready",
    input: [condition("False", steady(1, 60), "shop")],
    at: "50m",
    fires: [],
  },
  { title: "nobody scrapes the operator", input: healthy(60), at: "50m", fires: [] },
];
