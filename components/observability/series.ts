/** The series that alerts and dashboard ask for, and how they are asked. */

/** Labels by which a runner set is told from others on every series; `monitors.ts` puts them there. */
export const SET_LABELS = ["scale_set", "scale_set_namespace"] as const;

/** Value of `job` on the series of controller and listeners, wherever their PodMonitors are. */
export const JOBS = { controller: "arc-controller", listener: "arc-listener" } as const;

/** What the stack asks for, as recording rules: a series that is there whatever happens to the set. */
export const EXPECTED = {
  /** 1 for each set that there is to be, with `organization` and, as `set`, `<namespace>/<name>`. */
  set: "arc:scale_set_expected",
  min: "arc:scale_set_min_runners",
  max: "arc:scale_set_max_runners",
  /** The least of maxRunners and what the quota has room for. */
  ceiling: "arc:scale_set_ceiling_runners",
} as const;

/** `.status.phase` of each AutoscalingRunnerSet, from kube-state-metrics as docs/observability.md sets it up. */
export const PHASE = "arc_scale_set_phase";

/** The shortest time in which a set that works shows some change; a scrape is at most a minute. */
export const STALL = "5m";

const BY = SET_LABELS.join(", ");
export const ON_SET = `on (${BY})`;

/** One series for each set, whatever other labels there are and however often a pod was replaced. */
export function perSet(expression: string, aggregation: "max" | "sum" | "count" = "max"): string {
  return `${aggregation} by (${BY}) (${expression})`;
}

/** A metric of the listeners. */
export function listener(metric: string, ...matchers: string[]): string {
  return selector(metric, `job="${JOBS.listener}"`, ...matchers);
}

/** A metric of the controller. */
export function controller(metric: string, ...matchers: string[]): string {
  return selector(metric, `job="${JOBS.controller}"`, ...matchers);
}

export function selector(metric: string, ...matchers: string[]): string {
  return matchers.length ? `${metric}{${matchers.join(", ")}}` : metric;
}

/** Only what is about the sets that are expected, with their organisation. The controller never forgets a set that is gone. */
export function ofExpected(condition: string, expected: string): string {
  return `(${condition}) * ${ON_SET} group_left (organization) ${expected}`;
}

/** The expected sets, with the labels that alerts carry. */
export function each(expected: string): string {
  return `max by (organization, ${BY}) (${expected})`;
}

/** A text as PromQL writes it. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

const UNITS: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Seconds of a duration as Go or Prometheus writes it: `1h30m`, `2d`. */
export function secondsOf(duration: string): number {
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdw])/g)];
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * UNITS[unit!]!, 0);
}
