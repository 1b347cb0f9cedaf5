import assert from "node:assert/strict";
import { dashboard } from "../../../components/observability/dashboard";
import { prometheusRules } from "../../../components/observability/rules";
import { ACME, BATCH, fleet } from "../../components/observability/fleet";
import { queriesOf } from "../../support/grafana";
import { BUILD_TIMEOUT, Promtool } from "../support/promtool";
import {
  controllerUp,
  INTERVAL,
  listenerUp,
  ofController,
  ofControllerItself,
  ofListener,
  others,
  steady,
} from "./scenario";

const BUCKETS = { monitors: { buckets: true } };
const { groups } = prometheusRules(fleet())[0]!.spec;

/** An hour in which acme-runners has a queue and batch has no listener. */
const RECORDED = [
  controllerUp(steady(1, 70)),
  listenerUp(ACME, `${steady(1, 30)} stale`),
  listenerUp(ACME, `_x60 ${steady(1, 40)}`, 2),
  ofListener(ACME, "gha_assigned_jobs", `_x60 ${steady(7, 40)}`, { generation: 2 }),
  ofListener(ACME, "gha_running_jobs", `_x60 ${steady(5, 40)}`, { generation: 2 }),
  ofListener(ACME, "gha_desired_runners", `_x60 ${steady(9, 40)}`, { generation: 2 }),
  ofListener(ACME, "gha_job_startup_duration_seconds_sum", "0+64x140"),
  ofListener(ACME, "gha_job_startup_duration_seconds_count", "0+2x140"),
  ofListener(ACME, "gha_completed_jobs_total", "0+2x140"),
  ofController(ACME, "running", steady(6, 70)),
  ofController(ACME, "pending", steady(3, 70)),
  ofController(ACME, "failed", steady(1, 70)),
  ofController(BATCH, "running", steady(0, 70)),
  ofControllerItself({ metric: "controller_runtime_reconcile_errors_total", labels: { controller: "x" } }, "0+1x140"),
  ofControllerItself({ metric: "workqueue_depth", labels: { name: "autoscalingrunnerset" } }, steady(4, 70)),
  others(
    "kube_resourcequota",
    { namespace: "acme", resourcequota: "q", resource: "pods", type: "hard" },
    steady(20, 70),
  ),
  others(
    "kube_resourcequota",
    { namespace: "acme", resourcequota: "q", resource: "pods", type: "used" },
    steady(9, 70),
  ),
  others(
    "kube_resourcequota",
    { namespace: "shop", resourcequota: "q", resource: "pods", type: "hard" },
    steady(20, 70),
  ),
  others(
    "kube_resourcequota",
    { namespace: "shop", resourcequota: "q", resource: "pods", type: "used" },
    steady(9, 70),
  ),
];

const set = ({ organization, name, namespace }: typeof ACME) =>
  `{organization="${organization}", scale_set="${name}", scale_set_namespace="${namespace}"}`;
const [A, B] = [set(ACME), set(BATCH)];

/** What each panel shows after an hour, by its id and the letter of its query: labels and value of each series. */
const SHOWN: Record<string, [labels: string, value: number][]> = {
  "panel 101 A": [["{}", 2]],
  "panel 102 A": [["{}", 1]],
  "panel 103 A": [["{}", 2]],
  "panel 104 A": [["{}", 5]],
  "panel 105 A": [["{}", 3]],
  "panel 106 A": [["{}", 1]],
  "panel 107 A": [
    [A, 1],
    [B, 0],
  ],
  "panel 107 B": [[A, 7]],
  "panel 107 C": [[A, 5]],
  "panel 107 D": [
    [A, 6],
    [B, 0],
  ],
  "panel 107 E": [[A, 3]],
  "panel 107 F": [[A, 1]],
  "panel 107 G": [
    [A, 12],
    [B, 3],
  ],
  "panel 201 A": [[A, 7]],
  "panel 201 B": [[A, 5]],
  "panel 201 C": [[A, 9]],
  "panel 201 D": [
    [A, 12],
    [B, 3],
  ],
  "panel 202 A": [
    [A, 6],
    [B, 0],
  ],
  "panel 202 B": [[A, 3]],
  "panel 202 C": [[A, 1]],
  "panel 203 A": [[A, 32]],
  "panel 204 A": [['{job_result="success"}', 240]],
  "panel 205 A": [[A, 1]],
  "panel 206 A": [['{namespace="acme", resource="pods"}', 45]],
  "panel 301 A": [[A, 1]],
  "panel 302 A": [[A, 2]],
  "panel 401 A": [['{controller="x"}', 10]],
  "panel 402 A": [['{name="autoscalingrunnerset"}', 4]],
};

describe("The dashboard's queries, in Prometheus", function () {
  let promtool: Promtool;
  before(async function () {
    this.timeout(BUILD_TIMEOUT);
    promtool = await Promtool.ready();
  });

  it("are all sound PromQL, those of its variables too, with buckets and without", () => {
    for (const [args, count] of [
      [fleet(), 31],
      [fleet(BUCKETS), 32],
    ] as const) {
      const queries = queriesOf(dashboard(args));
      assert.equal(queries.length, count);
      const rules = queries.map(({ place, expr }) => ({ record: place.replace(/\W/g, "_"), expr, labels: {} }));
      assert.equal(promtool.check([{ name: "dashboard", rules }]), "");
    }
  });

  it("show what was recorded: each panel, each of its lines", () => {
    const queries = queriesOf(dashboard(fleet())).filter(({ place }) => place.startsWith("panel"));
    assert.deepEqual(
      queries.map(({ place }) => place),
      Object.keys(SHOWN),
    );
    const expected = queries.map(({ place, expr }) => ({
      eval_time: "60m",
      expr,
      exp_samples: SHOWN[place]!.map(([labels, value]) => ({ labels, value })),
    }));
    assert.equal(promtool.test(groups, [{ interval: INTERVAL, input: RECORDED, queries: expected }]), "");
  });

  it("show only the sets of the organisation, the namespace and the name that the reader chose", () => {
    const choices: Record<string, string>[] = [{ org: "zeta" }, { namespace: "batch-ci" }, { set: "batch" }];
    for (const chosen of choices) {
      const queries = queriesOf(dashboard(fleet()), chosen);
      const count = queries.find(({ place }) => place === "panel 101 A")!.expr;
      const ceiling = queries.find(({ place }) => place === "panel 107 G")!.expr;
      const expected = [
        { eval_time: "60m", expr: count, exp_samples: [{ labels: "{}", value: 1 }] },
        { eval_time: "60m", expr: ceiling, exp_samples: [{ labels: B, value: 3 }] },
      ];
      assert.equal(promtool.test(groups, [{ interval: INTERVAL, input: RECORDED, queries: expected }]), "");
    }
  });
});
