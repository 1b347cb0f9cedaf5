import { controllerSettings } from "../controller/settings";
import { UpdateStrategy } from "../controller/args";
import { type AlertContext, type AlertDefinition, runbookAnchor, Scope } from "./alert";
import { ALERTS } from "./alerts";
import type { AlertArgs, AlertsArgs, ObservabilityArgs, ObservedSetArgs, Severity } from "./args";
import { expectedSetRules, type RecordingRule, setKey } from "./expected-sets";
import { MONITOR_DEFAULTS, MONITORING_API, observabilityLabels } from "./monitors";
import { EXPECTED, quoted, secondsOf, selector } from "./series";

export const ALERTS_DEFAULTS = { enabled: true, runbookUrl: "docs/runbook.md" } satisfies AlertsArgs;

/** The operator refuses rules of more than half a megabyte in one object (`MaxConfigMapDataSize`, `pkg/operator/rules.go`); a set with long names takes 1.4 kB. */
const SETS_OF_OBJECT = 250;

/** GitHub's default limit of a job, six hours. */
const LONGEST_JOB_SECONDS = 21_600;

const REFRESH_INTERVAL = "1h";

/** Alertmanager routes by `namespace`; series of a set have it under another name. */
const NAMESPACE_LABEL = { namespace: "{{ $labels.scale_set_namespace }}" };

/** An alerting rule as a PrometheusRule writes it. */
export interface AlertingRule {
  alert: string;
  expr: string;
  for: string;
  labels: Record<string, string>;
  annotations: { summary: string; description: string; runbook_url: string };
}

/** The object, as far as it is made here. */
export interface PrometheusRule {
  apiVersion: string;
  kind: "PrometheusRule";
  metadata: { name: string; namespace: string; labels: Record<string, string> };
  spec: { groups: { name: string; rules: (RecordingRule | AlertingRule)[] }[] };
}

/** The sets that there are to be, and the alerts; a very large fleet has its sets in several objects. */
export function prometheusRules(args: ObservabilityArgs): PrometheusRule[] {
  const { fullname } = controllerSettings(args.controller);
  const alerts = args.alerts?.enabled === false ? [] : alertingRules(args);
  const parts = Array.from({ length: Math.max(1, Math.ceil(args.sets.length / SETS_OF_OBJECT)) }, (_, index) =>
    expectedSetRules(args.sets.slice(index * SETS_OF_OBJECT, (index + 1) * SETS_OF_OBJECT)),
  );
  return parts.map((sets, index) =>
    index === 0
      ? ruleObject(fullname, { "arc-scale-sets": sets, "arc-alerts": alerts }, args)
      : ruleObject(`${fullname}-sets-${index + 1}`, { "arc-scale-sets": sets }, args),
  );
}

function ruleObject(
  name: string,
  groups: Record<string, (RecordingRule | AlertingRule)[]>,
  args: ObservabilityArgs,
): PrometheusRule {
  const { namespace } = controllerSettings(args.controller);
  return {
    apiVersion: MONITORING_API,
    kind: "PrometheusRule",
    metadata: { name, namespace: args.namespace ?? namespace, labels: observabilityLabels(args) },
    spec: {
      groups: Object.entries(groups).flatMap(([group, rules]) => (rules.length ? [{ name: group, rules }] : [])),
    },
  };
}

/** Every alert, once for each way in which sets have it. */
export function alertingRules(args: ObservabilityArgs): AlertingRule[] {
  return ALERTS.flatMap((definition) => {
    const variants =
      definition.scope === Scope.Platform ? platformVariant(definition, args) : variantsOf(definition, args);
    return variants.flatMap((variant) => rulesOf(definition, variant, args));
  });
}

/** What an alert has in one variant; a set without the alert is in none. */
interface Variant {
  for: string;
  severity: Severity;
  threshold: number;
  since?: string;
  drainSeconds?: number;
}

function platformVariant(definition: AlertDefinition, { alerts }: ObservabilityArgs) {
  const args = alerts?.rules?.[definition.name];
  return args?.enabled === false ? [] : [{ variant: variantOf(definition, [args]), expected: EXPECTED.set }];
}

/** The variants that there are, and the sets of each. */
function variantsOf(definition: AlertDefinition, args: ObservabilityArgs) {
  const groups = new Map<string, { variant: Variant; sets: ObservedSetArgs[] }>();
  for (const set of args.sets) {
    const own = [args.alerts?.rules?.[definition.name], set.alerts?.[definition.name]];
    if (merged(own).enabled === false) continue;
    const variant = { ...ageing(definition, set), ...variantOf(definition, own), ...draining(definition, set, args) };
    const key = JSON.stringify(variant);
    groups.set(key, { variant, sets: [...(groups.get(key)?.sets ?? []), set] });
  }
  return [...groups.values()].map(({ variant, sets }) => ({ variant, expected: selected(sets, args.sets) }));
}

function variantOf(definition: AlertDefinition, own: (AlertArgs | undefined)[]): Variant {
  const args = merged(own);
  return {
    for: args.for ?? definition.for,
    severity: args.severity ?? definition.severity,
    threshold: args.threshold ?? definition.threshold?.value ?? 0,
    ...(args.since === undefined ? {} : { since: args.since }),
  };
}

function merged(own: (AlertArgs | undefined)[]): AlertArgs {
  return Object.assign({}, ...own) as AlertArgs;
}

/** Under `eventual` a listener is away until the last running job of before has ended. */
function draining({ drains }: AlertDefinition, set: ObservedSetArgs, { controller }: ObservabilityArgs) {
  if (!drains || controllerSettings(controller).updateStrategy !== UpdateStrategy.Eventual) return {};
  return { drainSeconds: set.longestJobSeconds ?? LONGEST_JOB_SECONDS };
}

function ageing({ ages }: AlertDefinition, { runnerSince: since }: ObservedSetArgs) {
  return ages && since !== undefined ? { since } : {};
}

/** Selects some of the expected sets: by those that it takes or by those that it leaves, whichever are fewer. */
function selected(sets: ObservedSetArgs[], all: ObservedSetArgs[]): string {
  if (sets.length === all.length) return EXPECTED.set;
  const others = all.filter((set) => !sets.includes(set));
  const [operator, listed] = others.length < sets.length ? (["!~", others] as const) : (["=~", sets] as const);
  return selector(EXPECTED.set, `set${operator}${quoted(listed.map(setKey).join("|"))}`);
}

function rulesOf(
  definition: AlertDefinition,
  { variant, expected }: { variant: Variant; expected: string },
  args: ObservabilityArgs,
): AlertingRule[] {
  const { name, scope, summary, description } = definition;
  const runbook = args.alerts?.runbookUrl ?? ALERTS_DEFAULTS.runbookUrl;
  const context: AlertContext = {
    ...variant,
    expected,
    buckets: args.monitors?.buckets ?? MONITOR_DEFAULTS.buckets,
    refreshSeconds: secondsOf(args.refreshInterval ?? REFRESH_INTERVAL),
  };
  return definition.conditions(context).map(({ expr, severity = variant.severity }) => ({
    alert: name,
    expr,
    for: variant.for,
    labels: { ...args.alerts?.labels, severity, ...(scope === Scope.Set ? NAMESPACE_LABEL : {}) },
    annotations: { summary, description, runbook_url: `${runbook}#${runbookAnchor(name)}` },
  }));
}
