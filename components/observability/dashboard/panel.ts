/** Grafana's dashboard model, as far as it is made here (schema version 39, Grafana 10.4 and newer). */

/** The datasource that the reader chooses at the top of the dashboard. */
export const DATASOURCE = { type: "prometheus", uid: "${datasource}" };

export interface Target {
  expr: string;
  /** How Grafana names a series. */
  legend?: string;
}

/** A panel before it has its place. */
export interface PanelSpec {
  /** Never changes: links to a panel and alerts on it name it. */
  id: number;
  title: string;
  type: "stat" | "timeseries" | "table";
  description?: string;
  /** Of the 24 columns of a dashboard. */
  width: number;
  targets: Target[];
  unit?: string;
  /** Value from which on it is red. */
  red?: number;
  /** Names of the value columns of a table, in the order of its targets. */
  columns?: string[];
}

/** A row: a heading and the panels under it. */
export interface RowSpec {
  id: number;
  title: string;
  panels: PanelSpec[];
}

const COLUMNS = 24;
const HEIGHT: Record<PanelSpec["type"], number> = { stat: 4, timeseries: 8, table: 8 };

/** Panels with their places, row under row. */
export function laidOut(rows: RowSpec[]): Record<string, unknown>[] {
  let y = 0;
  return rows.flatMap(({ id, title, panels }) => {
    const heading = { id, type: "row", title, collapsed: false, panels: [], gridPos: { x: 0, y, w: COLUMNS, h: 1 } };
    y += 1;
    let x = 0;
    let height = 0;
    const placed = panels.map((spec) => {
      if (x + spec.width > COLUMNS) {
        x = 0;
        y += height;
        height = 0;
      }
      const h = HEIGHT[spec.type];
      const gridPos = { x, y, w: spec.width, h };
      x += spec.width;
      height = Math.max(height, h);
      return { ...panel(spec), gridPos };
    });
    y += height;
    return [heading, ...placed];
  });
}

function panel({ id, title, type, description, targets, unit = "short", red, columns }: PanelSpec) {
  const instant = type !== "timeseries";
  const steps = [{ color: "green", value: null }, ...(red === undefined ? [] : [{ color: "red", value: red }])];
  return {
    id,
    type,
    title,
    ...(description ? { description } : {}),
    datasource: DATASOURCE,
    fieldConfig: { defaults: { unit, min: 0, thresholds: { mode: "absolute", steps } }, overrides: [] },
    targets: targets.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource: DATASOURCE,
      expr,
      ...(legend ? { legendFormat: legend } : {}),
      ...(instant ? { instant: true, range: false } : {}),
      ...(type === "table" ? { format: "table" } : {}),
    })),
    ...(columns ? { transformations: tableOf(columns) } : {}),
  };
}

/** One line for each set: the results of all targets side by side. */
function tableOf(columns: string[]) {
  const renamed = Object.fromEntries(columns.map((name, index) => [`Value #${String.fromCharCode(65 + index)}`, name]));
  return [
    { id: "merge", options: {} },
    {
      id: "organize",
      options: {
        excludeByName: { Time: true },
        renameByName: {
          organization: "organisation",
          scale_set: "set",
          scale_set_namespace: "namespace",
          ...renamed,
        },
      },
    },
  ];
}
