import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { type ListenerHistogramArgs, listenerMetrics } from "../../components/runners/listener-metrics";
import { checkStack } from "../../stacks/config/load";
import { PRIVATE_KEY, rawOf, soundValues, type Values } from "../support/checked-stack";

const PAGE = readFileSync(path.join(__dirname, "../../docs/listener.md"), "utf8");
const BLOCKS = [...PAGE.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, body]) => body!);

/** How many values each label has in the example of the page; one that is not here has one value. */
const VALUES: Record<string, number> = { repository: 20, job_name: 15, event_name: 2, job_result: 2 };
const BUILT_IN_BUCKETS = 45;

function series({ labels, buckets }: ListenerHistogramArgs, histogram: boolean): number {
  const combinations = labels.reduce((product, label) => product * (VALUES[label] ?? 1), 1);
  return combinations * (histogram ? (buckets?.length ?? BUILT_IN_BUCKETS) + 3 : 1);
}

/** Series of each metric; those of the gauges, whose labels have one value each in a listener, together. */
function seriesOf(preset: "full" | "trimmed"): Record<string, number> {
  // A metric of our own makes the built-in set be written out.
  const gauge = { gha_idle_runners: { labels: [] } };
  const { counters, gauges, histograms } = listenerMetrics({ preset, gauges: gauge })!;
  const rows = {
    ...Object.fromEntries(Object.entries(counters).map(([name, metric]) => [name, series(metric, false)])),
    ...Object.fromEntries(Object.entries(histograms).map(([name, metric]) => [name, series(metric, true)])),
    "eight gauges": Object.keys(gauges).length,
  };
  return { ...rows, together: Object.values(rows).reduce((sum, count) => sum + count, 0) };
}

describe("docs/listener.md", () => {
  it("has examples, each of which is a sound part of a stack file.", () => {
    assert.equal(BLOCKS.length, 5);
    for (const block of BLOCKS) {
      const { config } = parse(block) as { config: Values };
      const raw = rawOf({
        ...soundValues(),
        githubAppPrivateKey: PRIVATE_KEY,
        ...Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(/^arc:/, ""), value])),
      });
      assert.deepEqual(checkStack(raw).diagnostics, [], block);
    }
  });

  it("counts the series of both presets as they are.", () => {
    const rows = [...PAGE.matchAll(/^\| `?([\w ]+?)`? \| ([^|]+) \| ([^|]+) \|$/gm)].map(([, name, ...cells]) => [
      name!,
      ...cells.map((cell) => Number(cell!.trim().split(" ").at(-1))),
    ]);
    const full = seriesOf("full");
    const trimmed = seriesOf("trimmed");
    assert.deepEqual(
      rows.filter(([name]) => name !== "metric"),
      Object.keys(full)
        .sort((a, b) => rows.findIndex(([name]) => name === a) - rows.findIndex(([name]) => name === b))
        .map((name) => [name, full[name], trimmed[name]]),
    );
  });

  it("links to sections of docs/checks.md that are there.", () => {
    const checks = readFileSync(path.join(__dirname, "../../docs/checks.md"), "utf8");
    const anchors = [...checks.matchAll(/^## (.+)$/gm)].map(([, title]) => title!.replace("/", ""));
    const links = [...PAGE.matchAll(/checks\.md#([\w-]+)/g)].map(([, anchor]) => anchor!);
    assert.equal(links.length, 2);
    assert.deepEqual(
      links.filter((link) => !anchors.includes(link)),
      [],
    );
  });
});
