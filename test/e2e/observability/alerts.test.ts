import assert from "node:assert/strict";
import { runbookAnchor } from "../../../components/observability/alert";
import { ALERT_NAMES } from "../../../components/observability/alerts";
import { prometheusRules } from "../../../components/observability/rules";
import { fleet } from "../../components/observability/fleet";
import { BUILD_TIMEOUT, Promtool } from "../support/promtool";
import { EVENTUAL, INTERVAL, type Scenario } from "./scenario";
import { SCENARIOS } from "./scenarios";
import { BUSY_DAY } from "./scenarios/busy-day";

const groupsOf = (args: Scenario["args"] = {}) => prometheusRules(fleet(args))[0]!.spec.groups;

/** Every second minute from one time to another. */
function between(from: string, to: string): string[] {
  const [first, last] = [from, to].map((time) => parseInt(time, 10)) as [number, number];
  return Array.from({ length: (last - first) / 2 + 1 }, (_, index) => `${first + 2 * index}m`);
}

describe("The alerts, in Prometheus' own unit tests", function () {
  let promtool: Promtool;
  before(async function () {
    this.timeout(BUILD_TIMEOUT);
    promtool = await Promtool.ready();
  });

  it("have rules that promtool finds sound, with none of its warnings", () => {
    const many = Array.from({ length: 50 }, (_, index) => ({
      organization: "o",
      name: `s${index}`,
      namespace: `n${index}`,
    }));
    for (const args of [
      {},
      EVENTUAL,
      { monitors: { buckets: true } },
      { sets: many.map((set) => ({ ...set, maxRunners: 4 })) },
    ]) {
      assert.equal(promtool.check(groupsOf(args)), "");
    }
  });

  it("all have what makes them fire here, and what does not", () => {
    assert.deepEqual(Object.keys(SCENARIOS), ALERT_NAMES);
    for (const [name, scenarios] of Object.entries(SCENARIOS)) {
      assert.ok(
        scenarios.some(({ fires }) => fires.length),
        `${name} fires`,
      );
      assert.ok(
        scenarios.some(({ fires }) => !fires.length),
        `${name} stays quiet`,
      );
    }
  });

  it("all stay quiet over a busy day: bursts, an upgrade, restarts, schedules, and everything that is scraped besides", () => {
    const times = Array.from({ length: 48 }, (_, index) => `${30 * (index + 1) - 1}m`);
    for (const args of [{}, EVENTUAL]) {
      const alerts = times.flatMap((eval_time) =>
        ALERT_NAMES.map((alertname) => ({ eval_time, alertname, exp_alerts: [] })),
      );
      assert.equal(promtool.test(groupsOf(args), [{ interval: INTERVAL, input: BUSY_DAY, alerts }]), "");
    }
  }).timeout(120_000);

  for (const [name, scenarios] of Object.entries(SCENARIOS)) {
    for (const { title, args, input, at, quietAt = [], quietFrom = "0m", fires } of scenarios) {
      it(`${name} ${fires.length ? "fires" : "stays quiet"}: ${title}`, () => {
        const expected = fires.map(({ labels, summary, description }) => ({
          exp_labels: labels,
          exp_annotations: { summary, description, runbook_url: `docs/runbook.md#${runbookAnchor(name)}` },
        }));
        const quiet = fires.length ? quietAt : between(quietFrom, at);
        const alerts = [
          ...quiet.map((eval_time) => ({ eval_time, alertname: name, exp_alerts: [] })),
          { eval_time: at, alertname: name, exp_alerts: expected },
        ];
        assert.equal(promtool.test(groupsOf(args), [{ interval: INTERVAL, input, alerts }]), "");
      });
    }
  }
});
