import { controller, each, EXPECTED, listener, ofExpected, ON_SET, perSet, selector } from "../series";
import type { RowSpec } from "./panel";

/** The sets that the reader chose. */
const CHOSEN = selector(EXPECTED.set, 'organization=~"$org"', 'scale_set_namespace=~"$namespace"', 'scale_set=~"$set"');

const chosen = (expression: string) => ofExpected(expression, CHOSEN);
const total = (expression: string) => `sum(${chosen(expression)}) or vector(0)`;

const ASSIGNED = perSet(listener("gha_assigned_jobs"));
const RUNNING = perSet(listener("gha_running_jobs"));
const DESIRED = perSet(listener("gha_desired_runners"));
const runners = (state: string) => perSet(controller(`gha_controller_${state}_ephemeral_runners`));
const UP = listener("up");
const SET = "{{scale_set}}";

const RATE = "[$__rate_interval]";
const STARTUP = "gha_job_startup_duration_seconds";

const FLEET: RowSpec = {
  id: 100,
  title: "Fleet",
  panels: [
    stat(101, "Runner sets", `count(${CHOSEN}) or vector(0)`),
    stat(102, "Without a listener", `count(${CHOSEN} unless ${ON_SET} (${UP} == 1)) or vector(0)`, 1),
    stat(103, "Jobs waiting", total(`clamp_min(${ASSIGNED} - ${RUNNING}, 0)`)),
    stat(104, "Jobs running", total(RUNNING)),
    stat(105, "Runners pending", total(runners("pending"))),
    stat(106, "Runners failed", total(runners("failed")), 1),
    {
      id: 107,
      title: "Sets",
      type: "table",
      width: 24,
      targets: [
        { expr: `${chosen(perSet(UP))} or ${each(CHOSEN)} * 0` },
        { expr: chosen(ASSIGNED) },
        { expr: chosen(RUNNING) },
        { expr: chosen(runners("running")) },
        { expr: chosen(runners("pending")) },
        { expr: chosen(runners("failed")) },
        { expr: chosen(perSet(EXPECTED.ceiling)) },
      ],
      columns: ["listener", "jobs assigned", "jobs running", "runners", "pending", "failed", "ceiling"],
    },
  ],
};

function sets(buckets: boolean): RowSpec {
  const rate = (suffix: string) => `rate(${listener(`${STARTUP}_${suffix}`)}${RATE})`;
  const average = chosen(`${perSet(rate("sum"), "sum")} / ${perSet(rate("count"), "sum")}`);
  const slowest = chosen(`histogram_quantile(0.95, sum by (scale_set, scale_set_namespace, le) (${rate("bucket")}))`);
  return {
    id: 200,
    title: "Sets",
    panels: [
      {
        id: 201,
        title: "Queue and ceiling",
        type: "timeseries",
        description:
          "Jobs that are assigned beyond those that run wait. At the ceiling further ones wait at GitHub, unseen.",
        width: 12,
        targets: [
          { expr: chosen(ASSIGNED), legend: `${SET} assigned` },
          { expr: chosen(RUNNING), legend: `${SET} running` },
          { expr: chosen(DESIRED), legend: `${SET} desired runners` },
          { expr: chosen(perSet(EXPECTED.ceiling)), legend: `${SET} ceiling` },
        ],
      },
      {
        id: 202,
        title: "Runners",
        type: "timeseries",
        width: 12,
        targets: [
          { expr: chosen(runners("running")), legend: `${SET} running` },
          { expr: chosen(runners("pending")), legend: `${SET} pending` },
          { expr: chosen(`clamp_min(${runners("running")} - ${RUNNING}, 0)`), legend: `${SET} idle` },
        ],
      },
      {
        id: 203,
        title: "Wait for a runner",
        type: "timeseries",
        description: "From the assignment of a job to the set until a runner has it.",
        width: 12,
        unit: "s",
        targets: [
          { expr: average, legend: `${SET} average` },
          ...(buckets ? [{ expr: slowest, legend: `${SET} 95 %` }] : []),
        ],
      },
      {
        id: 204,
        title: "Jobs completed in an hour",
        type: "timeseries",
        width: 12,
        targets: [
          {
            expr: `sum by (job_result) (increase(${listener("gha_completed_jobs_total")}[1h]) * ${ON_SET} group_left () ${CHOSEN})`,
            legend: "{{job_result}}",
          },
        ],
      },
      {
        id: 205,
        title: "Failed runners",
        type: "timeseries",
        description: "Each holds a slot of maxRunners until someone deletes it.",
        width: 12,
        targets: [{ expr: chosen(runners("failed")), legend: SET }],
      },
      {
        id: 206,
        title: "Quota used",
        type: "timeseries",
        description: "From kube-state-metrics.",
        width: 12,
        unit: "percent",
        red: 90,
        targets: [{ expr: quota(), legend: "{{namespace}} {{resource}}" }],
      },
    ],
  };
}

function quota(): string {
  const of = (type: string) => `max by (namespace, resource) (${selector("kube_resourcequota", `type="${type}"`)})`;
  const namespaces = `label_replace(${CHOSEN}, "namespace", "$1", "scale_set_namespace", "(.+)")`;
  return `100 * ${of("used")} / (${of("hard")} > 0) and on (namespace) ${namespaces}`;
}

const LISTENERS: RowSpec = {
  id: 300,
  title: "Listeners",
  panels: [
    {
      id: 301,
      title: "Listener answers",
      type: "timeseries",
      width: 12,
      targets: [{ expr: chosen(perSet(UP)), legend: SET }],
    },
    {
      id: 302,
      title: "Listener pods in an hour",
      type: "timeseries",
      description: "One is the listener itself; each further one a restart.",
      width: 12,
      targets: [{ expr: chosen(perSet(`count_over_time(${UP}[1h])`, "count")), legend: SET }],
    },
  ],
};

const CONTROLLER: RowSpec = {
  id: 400,
  title: "Controller",
  panels: [
    {
      id: 401,
      title: "Reconcile errors",
      type: "timeseries",
      width: 12,
      targets: [
        {
          expr: `sum by (controller) (increase(${controller("controller_runtime_reconcile_errors_total")}${RATE}))`,
          legend: "{{controller}}",
        },
      ],
    },
    {
      id: 402,
      title: "Work waiting",
      type: "timeseries",
      width: 12,
      targets: [{ expr: `max by (name) (${controller("workqueue_depth")})`, legend: "{{name}}" }],
    },
  ],
};

function stat(id: number, title: string, expr: string, red?: number): RowSpec["panels"][number] {
  return { id, title, type: "stat", width: 4, targets: [{ expr }], ...(red === undefined ? {} : { red }) };
}

/** The rows of the dashboard. */
export function dashboardRows(buckets: boolean): RowSpec[] {
  return [FLEET, sets(buckets), LISTENERS, CONTROLLER];
}
