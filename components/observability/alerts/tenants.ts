import { type AlertDefinition, Scope, Source } from "../alert";
import { Severity } from "../args";
import { selector } from "../series";

/** The namespaces of the expected sets, as the label by which objects of the cluster are told apart. */
function inNamespaces(condition: string, expected: string): string {
  const namespaces = `label_replace(${expected}, "namespace", "$1", "scale_set_namespace", "(.+)")`;
  return `(${condition}) * on (namespace) group_left (organization) max by (namespace, organization) (${namespaces})`;
}

const QUOTA = "kube_resourcequota";

export const quotaTight: AlertDefinition = {
  name: "ArcQuotaTight",
  severity: Severity.Warning,
  for: "15m",
  threshold: { value: 90, unit: "percent" },
  scope: Scope.Namespace,
  source: Source.KubeState,
  metrics: [QUOTA],
  meaning: "The quota of a set's namespace is nearly used up: new runners wait, and are tried every 30 seconds.",
  summary: "Quota of {{ $labels.namespace }}: {{ $labels.resource }} is at {{ $value | humanize }} %",
  description:
    "{{ $labels.resource }} of the quota {{ $labels.resourcequota }} in {{ $labels.namespace }} ({{ $labels.organization }}) is at {{ $value | humanize }} %. " +
    "A runner for which there is no room waits, and its job with it.",
  conditions: ({ expected, threshold }) => {
    const of = (type: string) => `max by (namespace, resourcequota, resource) (${selector(QUOTA, `type="${type}"`)})`;
    return [{ expr: inNamespaces(`100 * ${of("used")} / (${of("hard")} > 0) > ${threshold}`, expected) }];
  },
};

const CONDITION = "externalsecret_status_condition";
const SYNCS = "externalsecret_sync_calls_total";

export const secretStale: AlertDefinition = {
  name: "ArcSecretStale",
  severity: Severity.Warning,
  for: "15m",
  scope: Scope.Namespace,
  source: Source.ExternalSecrets,
  metrics: [CONDITION, SYNCS],
  meaning:
    "An ExternalSecret of a set's namespace is not Ready, or was not read again for twice the refreshInterval: a rotated key does not arrive.",
  summary: "The ExternalSecret {{ $labels.name }} of {{ $labels.namespace }} is not up to date",
  description:
    "The External Secrets Operator cannot read {{ $labels.name }} of {{ $labels.namespace }} ({{ $labels.organization }}), or does not try. " +
    "Runners go on with the Secret that is there; a rotated key does not arrive.",
  conditions: ({ expected, refreshSeconds }) => {
    const window = `${2 * refreshSeconds + MARGIN}s`;
    const ready = selector(CONDITION, 'condition="Ready"');
    const reads = `sum by (namespace, name) (${renamed(`increase(${SYNCS}[${window}])`)})`;
    const notReady = `${ofSecret(selector(CONDITION, 'condition="Ready"', 'status="False"'))} == 1`;
    // The first read of one that is new does not count as an increase.
    const known = `${ofSecret(ready)} and ${ofSecret(`${ready} offset ${window}`)}`;
    return [{ expr: inNamespaces(`(${notReady}) or ((${known}) unless (${reads} > 0))`, expected) }];
  },
};

/** The operator reads in steps of its queue, and Prometheus scrapes in steps of its own. */
const MARGIN = 300;

function ofSecret(vector: string): string {
  return `max by (namespace, name) (${renamed(vector)})`;
}

/** The operator's chart scrapes without honorLabels, which makes the object's namespace `exported_namespace`. */
function renamed(vector: string): string {
  return `label_replace(${vector}, "namespace", "$1", "exported_namespace", "(.+)")`;
}
