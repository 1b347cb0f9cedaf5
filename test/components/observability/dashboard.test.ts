import assert from "node:assert/strict";
import { dashboard, dashboardConfigMap } from "../../../components/observability/dashboard";
import { laidOut, type PanelSpec } from "../../../components/observability/dashboard/panel";
import { fleet } from "./fleet";

interface Panel {
  id: number;
  type: string;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: { expr: string; refId: string; instant?: boolean; format?: string }[];
}

const panelsOf = (args = fleet()) => dashboard(args).panels as Panel[];

describe("The dashboard", () => {
  it("has a row each for the fleet, the sets, the listeners and the controller, and ids that stay.", () => {
    assert.deepEqual(
      panelsOf().map(({ id, title }) => `${id} ${title}`),
      [
        "100 Fleet",
        "101 Runner sets",
        "102 Without a listener",
        "103 Jobs waiting",
        "104 Jobs running",
        "105 Runners pending",
        "106 Runners failed",
        "107 Sets",
        "200 Sets",
        "201 Queue and ceiling",
        "202 Runners",
        "203 Wait for a runner",
        "204 Jobs completed in an hour",
        "205 Failed runners",
        "206 Quota used",
        "300 Listeners",
        "301 Listener answers",
        "302 Listener pods in an hour",
        "400 Controller",
        "401 Reconcile errors",
        "402 Work waiting",
      ],
    );
  });

  it("lets the reader choose organisation, namespace and set, each among what goes with those before.", () => {
    const { list } = dashboard(fleet()).templating as { list: { name: string; definition?: string }[] };
    assert.deepEqual(
      list.map(({ name, definition }) => [name, definition]),
      [
        ["datasource", undefined],
        ["org", "label_values(arc:scale_set_expected, organization)"],
        ["namespace", 'label_values(arc:scale_set_expected{organization=~"$org"}, scale_set_namespace)'],
        [
          "set",
          'label_values(arc:scale_set_expected{organization=~"$org", scale_set_namespace=~"$namespace"}, scale_set)',
        ],
      ],
    );
  });

  it("shows the percentile of the wait only where there are buckets.", () => {
    const wait = (buckets: boolean) =>
      panelsOf(fleet({ monitors: { buckets } }))
        .find(({ id }) => id === 203)!
        .targets!.map(({ expr }) => expr.includes("histogram_quantile"));
    assert.deepEqual(wait(false), [false]);
    assert.deepEqual(wait(true), [false, true]);
  });

  it("has panels that do not overlap and stay within 24 columns, and rows of their full width.", () => {
    const panels = panelsOf();
    const cells = new Set<string>();
    for (const { id, type, gridPos } of panels) {
      assert.ok(gridPos.x + gridPos.w <= 24, `${id}`);
      if (type === "row") assert.deepEqual([gridPos.x, gridPos.w, gridPos.h], [0, 24, 1]);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          assert.ok(!cells.has(`${x},${y}`), `${id} at ${x},${y}`);
          cells.add(`${x},${y}`);
        }
    }
  });

  it("asks stats and tables once, and draws time series over the whole time.", () => {
    for (const { id, type, targets = [] } of panelsOf()) {
      for (const { instant, format } of targets) {
        assert.equal(instant, type === "timeseries" ? undefined : true, `${id}`);
        assert.equal(format, type === "table" ? "table" : undefined, `${id}`);
      }
    }
  });

  it("is the same text each time, and small: a ConfigMap holds one megabyte.", () => {
    const [text] = Object.values(dashboardConfigMap(fleet()).data);
    assert.equal(text, Object.values(dashboardConfigMap(fleet()).data)[0]);
    assert.ok(text!.length < 40_000, `${text!.length}`);
    assert.deepEqual(JSON.parse(text!), dashboard(fleet()));
  });
});

describe("laidOut", () => {
  it("puts panels side by side as far as there is room, and rows one below the other.", () => {
    const panel = (id: number, width: number, type: PanelSpec["type"]): PanelSpec => {
      return { id, title: `${id}`, type, width, targets: [] };
    };
    const rows = [
      { id: 1, title: "one", panels: [panel(2, 12, "stat"), panel(3, 12, "timeseries"), panel(4, 6, "stat")] },
      { id: 5, title: "two", panels: [panel(6, 24, "table")] },
    ];
    assert.deepEqual(
      laidOut(rows).map(({ id, gridPos }) => [id, gridPos]),
      [
        [1, { x: 0, y: 0, w: 24, h: 1 }],
        [2, { x: 0, y: 1, w: 12, h: 4 }],
        [3, { x: 12, y: 1, w: 12, h: 8 }],
        [4, { x: 0, y: 9, w: 6, h: 4 }],
        [5, { x: 0, y: 13, w: 24, h: 1 }],
        [6, { x: 0, y: 14, w: 24, h: 8 }],
      ],
    );
  });
});

describe("The dashboard's ConfigMap", () => {
  it("has the label that Grafana's sidecar looks for, and no label of the Prometheus.", () => {
    const { metadata, data } = dashboardConfigMap(fleet({ labels: { release: "prometheus" } }));
    assert.deepEqual(metadata, {
      name: "arc-gha-rs-controller-dashboard",
      namespace: "arc-systems",
      labels: {
        grafana_dashboard: "1",
        "app.kubernetes.io/managed-by": "pulumi",
        "app.kubernetes.io/part-of": "gha-rs-controller",
      },
    });
    assert.deepEqual(Object.keys(data), ["arc-runner-sets.json"]);
  });

  it("can stand elsewhere, with another label and a folder.", () => {
    const args = {
      namespace: "grafana",
      labels: { grafana: "yes" },
      annotations: { grafana_folder: "CI" },
    };
    const { metadata } = dashboardConfigMap(fleet({ namespace: "monitoring", dashboard: args }));
    assert.equal(metadata.namespace, "grafana");
    assert.deepEqual(metadata.annotations, { grafana_folder: "CI" });
    assert.deepEqual(Object.keys(metadata.labels).sort(), [
      "app.kubernetes.io/managed-by",
      "app.kubernetes.io/part-of",
      "grafana",
    ]);
  });
});
