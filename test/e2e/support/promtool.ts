import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import type { PrometheusRule } from "../../../components/observability/rules";
import { showProgress } from "../../../lab/progress";
import { prepareToolchain } from "../../../lab/toolchain";
import { PROMTOOL } from "../../../lab/toolchain/tools";
import type { Labels } from "../../support/scrape";

/** Building promtool from nothing takes some minutes. */
export const BUILD_TIMEOUT = 900_000;

type Groups = PrometheusRule["spec"]["groups"];

/** A series with its values in promtool's notation: `0x10 1+1x5 _x3 stale`. */
export interface InputSeries {
  labels: Labels;
  values: string;
}

/** A unit test of rules (https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/). */
export interface RuleTest {
  interval: string;
  input: InputSeries[];
  alerts?: { eval_time: string; alertname: string; exp_alerts: { exp_labels: Labels; exp_annotations: Labels }[] }[];
  queries?: { eval_time: string; expr: string; exp_samples: { labels: string; value: number }[] }[];
}

/** Prometheus' own checks, in a folder that is gone afterwards. */
export class Promtool {
  private constructor(private readonly program: string) {}

  /** Builds it where it is not there yet. */
  static async ready(): Promise<Promtool> {
    const tools = await prepareToolchain(showProgress(process.stdout as NodeJS.WriteStream), process.env, [PROMTOOL]);
    return new Promtool(tools.promtool.path);
  }

  /** What `promtool check rules` says against them, with its lint rules; nothing for sound ones. */
  check(groups: Groups): string {
    return this.run(["check", "rules", "--lint=all", "--lint-fatal"], { "rules.yaml": { groups } });
  }

  /** What `promtool test rules` says against the rules; nothing when every expectation holds. */
  test(groups: Groups, tests: RuleTest[]): string {
    const file = {
      rule_files: ["rules.yaml"],
      // As Prometheus does it by default; its rules are evaluated less often than its targets are scraped.
      evaluation_interval: "1m",
      group_eval_order: groups.map(({ name }) => name),
      tests: tests.map(({ interval, input, alerts = [], queries = [] }) => ({
        interval,
        input_series: input.map(({ labels, values }) => ({ series: seriesText(labels), values })),
        alert_rule_test: alerts,
        promql_expr_test: queries,
      })),
    };
    return this.run(["test", "rules"], { "test.yaml": file, "rules.yaml": { groups } });
  }

  /** Runs it on the first of the files; what it says when it does not end well. */
  private run(command: string[], files: Record<string, unknown>): string {
    const folder = mkdtempSync(path.join(os.tmpdir(), "arc-promtool-"));
    try {
      for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), stringify(content));
      const [file] = Object.keys(files);
      const { status, stdout, stderr } = spawnSync(this.program, [...command, file!], {
        cwd: folder,
        encoding: "utf8",
      });
      return status === 0 ? "" : `${stdout}${stderr}`.trim() || `ended with ${status}`;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}

/** `name{label="value"}` */
export function seriesText({ __name__: name = "", ...labels }: Labels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `${name}{${pairs.sort().join(", ")}}`;
}
