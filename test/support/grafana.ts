/** A query of a dashboard, and where it stands. */
export interface DashboardQuery {
  /** `panel 201 A`, or `variable org`. */
  place: string;
  /** PromQL with a value for each of Grafana's variables. */
  expr: string;
}

interface Panel {
  id: number;
  targets?: { refId: string; expr: string }[];
}
interface Variable {
  name: string;
  type: string;
  query: string | { query: string };
}

/** What Grafana puts in when the reader has chosen everything: each value, as a regular expression. */
const VALUES: Record<string, string> = { __rate_interval: "5m", org: ".+", namespace: ".+", set: ".+" };

/** Every query of a dashboard as Prometheus gets it. */
export function queriesOf(dashboard: Record<string, unknown>, values: Record<string, string> = {}): DashboardQuery[] {
  const { panels, templating } = dashboard as { panels: Panel[]; templating: { list: Variable[] } };
  const chosen = { ...VALUES, ...values };
  const filled = (text: string) =>
    text.replace(/\$(\w+)/g, (_, name: string) => {
      const value = chosen[name];
      if (/^\d$/.test(name)) return `$${name}`; // of label_replace
      if (value === undefined) throw new Error(`the dashboard has no variable ${name}`);
      return value;
    });
  return [
    ...panels.flatMap(({ id, targets = [] }) =>
      targets.map(({ refId, expr }) => ({ place: `panel ${id} ${refId}`, expr: filled(expr) })),
    ),
    ...templating.list
      .filter(({ type }) => type === "query")
      .map(({ name, query }) => {
        const text = typeof query === "string" ? query : query.query;
        const [, selector] = /^label_values\((.+), \w+\)$/.exec(text)!;
        return { place: `variable ${name}`, expr: filled(selector!) };
      }),
  ];
}
