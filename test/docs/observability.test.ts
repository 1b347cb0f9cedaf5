import assert from "node:assert/strict";
import { evaluateProgram } from "../../cli/offline/evaluate";
import { kindOf } from "../../cli/offline/plan";
import { type AlertDefinition, runbookAnchor, Scope } from "../../components/observability/alert";
import { ALERTS } from "../../components/observability/alerts";
import { EXPECTED, JOBS, PHASE, SET_LABELS } from "../../components/observability/series";
import { checkStack } from "../../stacks/config/load";
import { ROOT } from "../support/arc";
import { blocksOf, brokenLinks, generated, readPage, renew, stacksOf, withSecrets } from "../support/page";

const FILE = "docs/observability.md";

/** `make golden` renews the table. */
const update = process.env.UPDATE_GOLDEN === "1";

function row({ name, scope, meaning, severity, for: time, threshold, source, metrics }: AlertDefinition): string {
  const needs = metrics.length ? `${source}: ${metrics.map((metric) => `\`${metric}\``).join(", ")}` : source;
  const about = { [Scope.Set]: "a set", [Scope.Namespace]: "a namespace", [Scope.Platform]: "the platform" }[scope];
  const limit = threshold ? `${threshold.value} ${threshold.unit}` : "–";
  const link = `[\`${name}\`](runbook.md#${runbookAnchor(name)})`;
  return `| ${[link, about, meaning, severity, time, limit, needs].join(" | ")} |\n`;
}

function alertTable(): string {
  const head = ["alert", "about", "what it means", "severity", "`for`", "`threshold`", "what it needs"];
  return [`| ${head.join(" | ")} |\n`, `|${"---|".repeat(head.length)}\n`, ...ALERTS.map(row)].join("");
}

describe(FILE, () => {
  it("has a complete stack file without an error or a warning, and so is each part of it.", () => {
    const stacks = stacksOf(readPage(FILE));
    assert.equal(stacks.length, 2);
    for (const { values } of stacks) assert.deepEqual(checkStack(withSecrets(values)).diagnostics, []);
  });

  it("has a stack file of which the program makes the objects that the page lists.", async () => {
    const [stack] = stacksOf(readPage(FILE));
    const { resources } = await evaluateProgram(ROOT, "docs", withSecrets(stack!.values));
    const made = resources
      .filter(({ parent }) => parent?.endsWith("::arc-observability"))
      .map(({ type, inputs }) => `${kindOf(type)} ${(inputs.metadata as { name: string }).name}`);
    const listed = [...readPage(FILE).matchAll(/^\| (PodMonitor|PrometheusRule|ConfigMap) \| `([\w-]+)` \|/gm)];
    assert.deepEqual(made.sort(), listed.map(([, kind, name]) => `${kind} ${name}`).sort());
    assert.equal(made.length, 4);
  }).timeout(30_000);

  it("lists every alert with what the code says of it.", () => {
    if (update) renew(FILE, "alerts", alertTable());
    assert.equal(generated(readPage(FILE), "alerts"), alertTable());
  });

  it("leads each alert to a section of the runbook that is there.", () => {
    const headings = [...readPage("docs/runbook.md").matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
      title!
        .toLowerCase()
        .replace(/[^\w -]/g, "")
        .replaceAll(" ", "-"),
    );
    assert.deepEqual(
      ALERTS.map(({ name }) => runbookAnchor(name)).filter((anchor) => !headings.includes(anchor)),
      [],
    );
  });

  it("lists every recording rule, and names labels and jobs as they are.", () => {
    const page = readPage(FILE);
    const listed = [...page.matchAll(/^\| `(arc:\w+)` \|/gm)].map(([, name]) => name);
    assert.deepEqual(listed, Object.values(EXPECTED));
    for (const text of [...SET_LABELS, ...Object.values(JOBS)]) assert.ok(page.includes(`\`${text}\``), text);
  });

  it("configures kube-state-metrics so that it has the metric and the labels that alerts ask for.", () => {
    const [block, ...others] = blocksOf(readPage(FILE)).filter(({ language }) => language === "json");
    assert.deepEqual(others, []);
    const [resource] = (JSON.parse(block!.text) as StateMetrics).spec.resources;
    const [metric] = resource!.metrics;
    assert.equal(`${resource!.metricNamePrefix}_${metric!.name}`, PHASE);
    assert.deepEqual(Object.keys(resource!.labelsFromPath), SET_LABELS);
    assert.equal(metric!.each.stateSet.labelName, "phase");
    assert.ok(metric!.each.stateSet.list.includes("Outdated"));
  });

  it("links only to what there is.", () => assert.deepEqual(brokenLinks(FILE), []));
});

interface StateMetrics {
  spec: {
    resources: {
      metricNamePrefix: string;
      labelsFromPath: Record<string, string[]>;
      metrics: { name: string; each: { stateSet: { labelName: string; list: string[] } } }[];
    }[];
  };
}
