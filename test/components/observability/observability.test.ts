import assert from "node:assert/strict";
import { Observability, type ObservabilityArgs } from "../../../components";
import { dashboardConfigMap } from "../../../components/observability/dashboard";
import { controllerMonitor, listenerMonitor } from "../../../components/observability/monitors";
import { prometheusRules } from "../../../components/observability/rules";
import { labelOf, record } from "../../support/recorder";
import { ACME, fleet } from "./fleet";

const create = (args: Partial<ObservabilityArgs> = {}) => record(() => void new Observability("arc-obs", fleet(args)));

describe("Observability", () => {
  it("is a component, the rules, two PodMonitors and a dashboard, as the builders make them.", async () => {
    const recorded = await create();
    assert.deepEqual(recorded.labels(), [
      "ConfigMap arc-obs-dashboard",
      "Observability arc-obs",
      "PodMonitor arc-obs-controller",
      "PodMonitor arc-obs-listeners",
      "PrometheusRule arc-obs",
    ]);
    assert.deepEqual(recorded.one("PrometheusRule").inputs, prometheusRules(fleet())[0]);
    assert.deepEqual(recorded.one("PodMonitor", "arc-obs-controller").inputs, controllerMonitor(fleet()));
    assert.deepEqual(recorded.one("PodMonitor", "arc-obs-listeners").inputs, listenerMonitor(fleet()));
    const { metadata, data } = recorded.one("ConfigMap").inputs;
    assert.deepEqual({ metadata, data }, dashboardConfigMap(fleet()));
    for (const { name, parent } of recorded.resources.filter(({ custom }) => custom)) {
      assert.equal(labelOf(parent), "Observability arc-obs", name);
    }
  });

  it("leaves out each part that is turned off; the dashboard alone still needs the recording rules.", async () => {
    const off = { enabled: false };
    assert.deepEqual((await create({ monitors: off })).labels(), [
      "ConfigMap arc-obs-dashboard",
      "Observability arc-obs",
      "PrometheusRule arc-obs",
    ]);
    assert.deepEqual((await create({ monitors: off, alerts: off })).labels(), [
      "ConfigMap arc-obs-dashboard",
      "Observability arc-obs",
      "PrometheusRule arc-obs",
    ]);
    assert.deepEqual((await create({ dashboard: off, alerts: off })).labels(), [
      "Observability arc-obs",
      "PodMonitor arc-obs-controller",
      "PodMonitor arc-obs-listeners",
    ]);
    assert.deepEqual((await create({ dashboard: off, alerts: off, monitors: off })).labels(), [
      "Observability arc-obs",
    ]);
  });

  it("has the sets of a very large fleet in several objects.", async () => {
    const sets = Array.from({ length: 300 }, (_, index) => ({ ...ACME, name: `set-${index}` }));
    assert.deepEqual(
      (await create({ sets })).all("PrometheusRule").map(({ name }) => name),
      ["arc-obs", "arc-obs-sets-2"],
    );
  });

  it("tells the names of its alerts, and keeps nothing of the controller's arguments in the state.", async () => {
    const rules = { ArcAtCeiling: { enabled: false } };
    const controller = { version: "0.14.2", versionFence: { kubeconfig: "kubeconfig-of-a-test" } };
    const recorded = await create({ controller, alerts: { rules } });
    const { alertNames } = recorded.outputsOf("Observability") as { alertNames: string[] };
    assert.equal(alertNames.length, 13);
    assert.equal(alertNames.includes("ArcAtCeiling"), false);
    assert.deepEqual(recorded.one("Observability").inputs, {});
    assert.equal(JSON.stringify(recorded.resources).includes("kubeconfig-of-a-test"), false);
  });
});
