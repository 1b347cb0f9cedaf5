import { setTimeout as sleep } from "node:timers/promises";
import { type ControllerArgs } from "../../../components/controller/args";
import { controllerDeployment } from "../../../components/controller/deployment";
import { embeddedCrds } from "../../../components/controller/embedded-crds";
import {
  controllerClusterRules,
  listenerRules,
  singleNamespaceRules,
  watchedNamespaceRules,
} from "../../../components/controller/rbac";
import { controllerSettings } from "../../../components/controller/settings";
import { bindingTo, type PolicyRule } from "../../../components/rbac-rule";
import { managerRules } from "../../../components/runners/rbac";
import type { Cluster } from "../../../lab/cluster";
import type {
  AutoscalingListener,
  AutoscalingRunnerSet,
  EphemeralRunner,
} from "../../../lab/models/controller/objects";
import { ApiError } from "../../../lab/providers/kubernetes/api-error";
import { ask } from "./raw";

const ARC = "/apis/actions.github.com/v1alpha1";
const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const CONTROLLER = { name: "arc-gha-rs-controller", namespace: "arc-systems" };
const DEPLOYMENT = `/apis/apps/v1/namespaces/${CONTROLLER.namespace}/deployments`;

/** The namespace of all sets that are made here. */
export const TENANT = "by-hand";

type Spec = Partial<AutoscalingRunnerSet["spec"]>;

/** ARC in a cluster without an engine: each object is written as a test needs it. */
export class ArcByHand {
  constructor(readonly cluster: Cluster) {}

  /** CRDs, namespaces, roles and credentials; no controller yet. */
  async install(): Promise<void> {
    for (const crd of embeddedCrds()) await this.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd);
    for (const name of [CONTROLLER.namespace, TENANT]) await this.post("/api/v1/namespaces", { metadata: { name } });
    await this.post(`/api/v1/namespaces/${CONTROLLER.namespace}/serviceaccounts`, { metadata: CONTROLLER });
    await this.grantCluster(controllerClusterRules());
    const binding = { metadata: { name: "controller" }, ...bindingTo("ClusterRole", "controller", CONTROLLER) };
    await this.post(`${RBAC}/clusterrolebindings`, binding);
    await this.grantIn(CONTROLLER.namespace, listenerRules());
    await this.grantIn(TENANT, managerRules());
    await this.post(`/api/v1/namespaces/${TENANT}/secrets`, { metadata: { name: "github-token" } });
    await this.until(async () => (await this.get(`${ARC}/ephemeralrunners`)) !== undefined, "the CRDs are served");
  }

  /**
   * A set as a chart makes it, in a namespace of its own with all that is released with it; paths of that, in order.
   * The controller has no rights there but those of the chart's manager Role.
   */
  async installChartSet(name: string, version: string): Promise<string[]> {
    const place = (root: string, plural: string) => `${root}/namespaces/${name}/${plural}`;
    const metadata = { name, namespace: name, finalizers: ["actions.github.com/cleanup-protection"] };
    await this.post("/api/v1/namespaces", { metadata: { name } });
    await this.post(place(RBAC, "roles"), { metadata, rules: managerRules() });
    await this.post(place(RBAC, "rolebindings"), { metadata, ...bindingTo("Role", name, CONTROLLER) });
    await this.post(place("/api/v1", "secrets"), { metadata });
    await this.post(place("/api/v1", "serviceaccounts"), { metadata });
    const parts = [
      "no-permission-service-account-name",
      "github-secret-name",
      "manager-role-binding",
      "manager-role-name",
    ];
    const annotations = Object.fromEntries(parts.map((part) => [`actions.github.com/cleanup-${part}`, name]));
    const set = runnerSet({ name, annotations }, version, { githubConfigSecret: name });
    await this.post(place(ARC, "autoscalingrunnersets"), set);
    return [
      `${place(ARC, "autoscalingrunnersets")}/${name}`,
      `${place("/api/v1", "serviceaccounts")}/${name}`,
      `${place("/api/v1", "secrets")}/${name}`,
      `${place(RBAC, "rolebindings")}/${name}`,
      `${place(RBAC, "roles")}/${name}`,
    ];
  }

  /** Deletes objects as Helm does: all at once. */
  async deleteAll(paths: string[]): Promise<void> {
    for (const path of paths) await this.send("DELETE", path);
  }

  /** The paths at which there is still something. */
  async left(paths: string[]): Promise<string[]> {
    const found = await Promise.all(paths.map((path) => this.get(path)));
    return paths.filter((_path, index) => found[index] !== undefined);
  }

  /** Writes the controller's ClusterRole. */
  async grantCluster(rules: PolicyRule[]): Promise<void> {
    const role = { metadata: { name: "controller" }, rules };
    const there = await this.get(`${RBAC}/clusterroles/controller`);
    await (there ? this.merge(`${RBAC}/clusterroles/controller`, { rules }) : this.post(`${RBAC}/clusterroles`, role));
  }

  /** Takes the controller's rights in the cluster away and gives it those of one that serves {@link TENANT} alone. */
  async grantSingleNamespace(): Promise<void> {
    await this.grantCluster([]);
    await this.grantIn(CONTROLLER.namespace, singleNamespaceRules(), "single-namespace");
    await this.grantIn(TENANT, watchedNamespaceRules(), "single-namespace-watch");
  }

  /** Starts a controller of that release, and waits until the model acts for it. */
  async start(version: string, args: Partial<ControllerArgs> = {}): Promise<void> {
    const { metadata, spec } = controllerDeployment(controllerSettings({ version, ...args }));
    const there = await this.get(`${DEPLOYMENT}/${CONTROLLER.name}`);
    if (there) await this.send("PUT", `${DEPLOYMENT}/${CONTROLLER.name}`, { metadata, spec });
    else await this.post(DEPLOYMENT, { metadata, spec });
    const { events } = this.cluster.models.controllers;
    const last = () => events.filter(({ what }) => /^controller /.test(what)).at(-1);
    const runs = () => last()?.what === "controller started" && last()?.version === version;
    await this.until(async () => runs(), `controller ${version} starts`);
    await this.cluster.models.controllers.settled();
  }

  /** Scales the controller to 0 and waits until its pod is gone. */
  async stop(): Promise<void> {
    await this.merge(`${DEPLOYMENT}/${CONTROLLER.name}`, { spec: { replicas: 0 } });
    const { events } = this.cluster.models.controllers;
    const last = () => events.filter(({ what }) => /^controller /.test(what)).at(-1);
    await this.until(async () => last()?.what === "controller stopped", "the controller stops");
  }

  async createSet(name: string, version: string, spec: Spec = {}): Promise<AutoscalingRunnerSet> {
    const path = `${ARC}/namespaces/${TENANT}/autoscalingrunnersets`;
    return (await this.post(path, runnerSet({ name }, version, spec))) as AutoscalingRunnerSet;
  }

  /** A set, or nothing when it is gone. */
  async set(name: string): Promise<AutoscalingRunnerSet | undefined> {
    return (await this.get(`${ARC}/namespaces/${TENANT}/autoscalingrunnersets/${name}`)) as AutoscalingRunnerSet;
  }

  async patchSet(name: string, patch: object): Promise<void> {
    await this.merge(`${ARC}/namespaces/${TENANT}/autoscalingrunnersets/${name}`, patch);
  }

  async deleteSet(name: string): Promise<void> {
    await this.send("DELETE", `${ARC}/namespaces/${TENANT}/autoscalingrunnersets/${name}`);
  }

  /** Listeners of a set, of whatever name. */
  async listeners(set: string): Promise<AutoscalingListener[]> {
    const { items } = (await this.get(`${ARC}/autoscalinglisteners`)) as { items: AutoscalingListener[] };
    return items.filter(({ spec }) => spec.autoscalingRunnerSetName === set);
  }

  /** Names of a set's runners, the oldest first. */
  async runners(set: string): Promise<string[]> {
    const { items } = (await this.get(`${ARC}/namespaces/${TENANT}/ephemeralrunners`)) as { items: EphemeralRunner[] };
    return items
      .filter(({ metadata }) => metadata.labels?.["actions.github.com/scale-set-name"] === set)
      .sort((a, b) => a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp))
      .map(({ metadata }) => metadata.name);
  }

  private async grantIn(namespace: string, rules: PolicyRule[], name = "controller"): Promise<void> {
    const metadata = { name, namespace };
    const place = `${RBAC}/namespaces/${namespace}`;
    await this.post(`${place}/roles`, { metadata, rules });
    await this.post(`${place}/rolebindings`, { metadata, ...bindingTo("Role", name, CONTROLLER) });
  }

  private async until(holds: () => Promise<boolean>, what: string): Promise<void> {
    for (const end = Date.now() + 30_000; Date.now() < end; await sleep(50)) if (await holds()) return;
    throw new Error(`Waited 30 s in vain until ${what}`);
  }

  private get(path: string): Promise<unknown> {
    return this.send("GET", path).catch((error: unknown) => {
      if (error instanceof ApiError && error.code === 404) return undefined;
      throw error;
    });
  }

  private post(path: string, body: object): Promise<unknown> {
    return this.send("POST", path, body);
  }

  private async merge(path: string, body: object): Promise<void> {
    const contentType = "application/merge-patch+json";
    await ask(this.cluster.controlPlane.client, { method: "PATCH", path, body, contentType });
  }

  private send(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: object): Promise<unknown> {
    return ask(this.cluster.controlPlane.client, { method, path, ...(body ? { body } : {}) });
  }
}

function runnerSet(metadata: { name: string; annotations?: Record<string, string> }, version: string, spec: Spec) {
  const template = { spec: { containers: [{ name: "runner", image: "runner" }] } };
  return {
    apiVersion: "actions.github.com/v1alpha1",
    kind: "AutoscalingRunnerSet",
    metadata: { ...metadata, labels: { "app.kubernetes.io/version": version } },
    spec: { githubConfigUrl: "https://github.com/my-org", githubConfigSecret: "github-token", template, ...spec },
  };
}
