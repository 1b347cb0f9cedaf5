import { controllerSettings } from "../controller/settings";
import type { DashboardArgs, ObservabilityArgs } from "./args";
import { DATASOURCE, laidOut } from "./dashboard/panel";
import { dashboardRows } from "./dashboard/rows";
import { MONITOR_DEFAULTS, observabilityLabels } from "./monitors";
import { EXPECTED, selector } from "./series";

/** The label that Grafana's charts give their sidecar to look for. */
export const DASHBOARD_DEFAULTS = { enabled: true, labels: { grafana_dashboard: "1" } } satisfies DashboardArgs;

const UID = "arc-runner-sets";

/** The dashboard in Grafana's model. */
export function dashboard(args: ObservabilityArgs): Record<string, unknown> {
  return {
    uid: UID,
    title: "ARC runner sets",
    tags: ["arc", "github-actions"],
    schemaVersion: 39,
    editable: true,
    graphTooltip: 1,
    refresh: "1m",
    time: { from: "now-6h", to: "now" },
    templating: { list: VARIABLES },
    panels: laidOut(dashboardRows(args.monitors?.buckets ?? MONITOR_DEFAULTS.buckets)),
  };
}

/** The ConfigMap from which Grafana's sidecar reads the dashboard. */
export function dashboardConfigMap(args: ObservabilityArgs) {
  const { fullname, namespace } = controllerSettings(args.controller);
  const { labels, annotations, namespace: own } = args.dashboard ?? {};
  const { labels: _labels, ...unlabelled } = args;
  return {
    metadata: {
      name: `${fullname}-dashboard`,
      namespace: own ?? args.namespace ?? namespace,
      labels: { ...(labels ?? DASHBOARD_DEFAULTS.labels), ...observabilityLabels(unlabelled) },
      ...(annotations ? { annotations } : {}),
    },
    data: { [`${UID}.json`]: `${JSON.stringify(dashboard(args), null, 1)}\n` },
  };
}

const OF_ORG = 'organization=~"$org"';

/** Each variable offers what goes with those before it. */
const VARIABLES = [
  { name: "datasource", label: "Prometheus", type: "datasource", query: "prometheus" },
  variable("org", "Organisation", "organization"),
  variable("namespace", "Namespace", "scale_set_namespace", OF_ORG),
  variable("set", "Set", "scale_set", OF_ORG, 'scale_set_namespace=~"$namespace"'),
];

function variable(name: string, label: string, from: string, ...matchers: string[]) {
  const query = `label_values(${selector(EXPECTED.set, ...matchers)}, ${from})`;
  return {
    name,
    label,
    type: "query",
    datasource: DATASOURCE,
    query: { query, refId: name },
    definition: query,
    multi: true,
    includeAll: true,
    current: { text: ["All"], value: ["$__all"] },
    refresh: 2,
    sort: 1,
  };
}
