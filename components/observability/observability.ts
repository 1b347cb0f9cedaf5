import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "../options";
import type { ObservabilityArgs } from "./args";
import { dashboardConfigMap } from "./dashboard";
import { controllerMonitor, listenerMonitor } from "./monitors";
import { prometheusRules } from "./rules";

/**
 * What watches the platform: PodMonitors for controller and listeners, a PrometheusRule with the sets that there are to
 * be and the alerts about them, and a Grafana dashboard. It needs the CRDs of the Prometheus Operator.
 *
 * @example
 * new Observability("arc-observability", {
 *   controller: { version: "0.14.2" },
 *   sets: [{ organization: "acme", name: "acme-runners", namespace: "acme-runners", maxRunners: 4 }],
 * }, { dependsOn: [controller] });
 */
export class Observability extends pulumi.ComponentResource {
  /** Names of all alerts that are made, sorted. */
  public readonly alertNames: pulumi.Output<string[]>;

  constructor(name: string, args: ObservabilityArgs, opts?: pulumi.ComponentResourceOptions) {
    // The controller's arguments may name a kubeconfig, and all that counts of them is in the children.
    super("arc:index:Observability", name, {}, opts);
    const child = childOptions(this, opts);
    const rules = prometheusRules(args);
    const withDashboard = args.dashboard?.enabled ?? true;
    // The dashboard asks for the recording rules too.
    if (withDashboard || (args.alerts?.enabled ?? true)) {
      rules.forEach((rule, index) => {
        new k8s.apiextensions.CustomResource(index === 0 ? name : `${name}-sets-${index + 1}`, { ...rule }, child);
      });
    }
    if (args.monitors?.enabled ?? true) {
      new k8s.apiextensions.CustomResource(`${name}-controller`, { ...controllerMonitor(args) }, child);
      new k8s.apiextensions.CustomResource(`${name}-listeners`, { ...listenerMonitor(args) }, child);
    }
    if (withDashboard) new k8s.core.v1.ConfigMap(`${name}-dashboard`, dashboardConfigMap(args), child);

    const alerts = rules
      .flatMap(({ spec }) => spec.groups)
      .flatMap((group) => group.rules.flatMap((each) => ("alert" in each ? each.alert : [])));
    this.alertNames = pulumi.output([...new Set(alerts)].sort());
    this.registerOutputs({ alertNames: this.alertNames });
  }
}
