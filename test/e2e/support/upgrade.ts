import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "../../../lab/cluster";
import { Deployment } from "../../../lab/engine";
import { type ControllerModel, What } from "../../../lab/models/controller";
import { Client } from "../../../lab/providers/kubernetes/client";
import { lab } from "./lab";
import { UPGRADE_PROGRAM, type Wanted } from "./programs/upgrade-wanted";

/** What the program deploys; a test changes it between two runs. */
export const wanted: Wanted = {
  version: "0.13.1",
  versionFence: {},
  image: "ghcr.io/actions/actions-runner:2.338.0",
  maxRunners: 4,
  namespaces: ["team-a", "team-b", "team-c"],
};

const NAMESPACES = [...wanted.namespaces];
/** `namespace/name` of the sets. */
export const SETS = NAMESPACES.map((namespace) => `${namespace}/${namespace}-set`);
const CONTROLLER = "/apis/apps/v1/namespaces/arc-systems/deployments/arc-gha-rs-controller";
const RUNNER_SETS = "/apis/actions.github.com/v1alpha1/autoscalingrunnersets";

export interface UpgradeLab {
  cluster: Cluster;
  model: ControllerModel;
  api: Client;
  stack: Deployment;
}

/**
 * A cluster of its own, for a controller alone in it, and a stack that is not deployed yet.
 *
 * @param way gives the kubeconfig that program and fence reach the cluster by, when it is not the cluster's own.
 */
export async function upgradeLab(name = "upgrade", way?: (cluster: Cluster) => Promise<string>): Promise<UpgradeLab> {
  const cluster = await lab().addCluster(name);
  const { client } = cluster.controlPlane;
  const kubeconfig = way ? await way(cluster) : cluster.controlPlane.kubeconfig;
  const env = () => ({ [UPGRADE_PROGRAM]: JSON.stringify({ ...wanted, kubeconfig }) });
  const program = { main: require.resolve("./programs/upgrade"), env };
  const stack = await Deployment.create(lab(), { stack: name, config: {}, program });
  Object.assign(wanted, { version: "0.13.1", versionFence: { kubeconfig } });
  return { cluster, model: cluster.models.controllers, api: new Client(client), stack };
}

/** What must be the same before and after, and the label that must not. */
export interface SetIdentity {
  set: string;
  uid: string;
  scaleSetId: string | undefined;
  label: string | undefined;
}

interface Listed {
  items: {
    metadata: {
      name: string;
      namespace: string;
      uid: string;
      labels?: Record<string, string>;
      annotations?: Record<string, string>;
    };
  }[];
}

/** The sets in the cluster, by name. */
export async function setsIn(api: Client): Promise<SetIdentity[]> {
  const { items } = (await api.send({ method: "GET", path: RUNNER_SETS })) as Listed;
  return items
    .map(({ metadata: { namespace, name, uid, labels, annotations } }) => ({
      set: `${namespace}/${name}`,
      uid,
      scaleSetId: annotations?.["runner-scale-set-id"],
      label: labels?.["app.kubernetes.io/version"],
    }))
    .sort((a, b) => a.set.localeCompare(b.set));
}

/** Makes so many sets beside those of the stack, as another stack or Helm would have made them. */
export async function addSets(api: Client, count: number): Promise<void> {
  const [namespace] = NAMESPACES;
  const collection = `/apis/actions.github.com/v1alpha1/namespaces/${namespace}/autoscalingrunnersets`;
  const { spec } = (await api.send({ method: "GET", path: `${collection}/${namespace}-set` })) as { spec: object };
  const made = Array.from({ length: count }, (_, index) => ({
    apiVersion: "actions.github.com/v1alpha1",
    kind: "AutoscalingRunnerSet",
    metadata: { name: `foreign-${index}`, namespace, labels: { "app.kubernetes.io/version": wanted.version } },
    spec: { ...spec, minRunners: 0 },
  }));
  await Promise.all(made.map((body) => api.send({ method: "POST", path: collection, body })));
}

/** Makes the API server refuse another version label of a set, until what is answered is called. */
export async function refuseLabels(api: Client, set: string): Promise<() => Promise<void>> {
  const [namespace, name] = set.split("/");
  const label = (object: string) => `${object}.metadata.labels['app.kubernetes.io/version']`;
  const rule = { apiGroups: ["actions.github.com"], apiVersions: ["*"], operations: ["UPDATE"] };
  const root = "/apis/admissionregistration.k8s.io/v1";
  const apiVersion = "admissionregistration.k8s.io/v1";
  const metadata = { name: "frozen-labels" };
  const policies = `${root}/validatingadmissionpolicies`;
  const policy = {
    apiVersion,
    kind: "ValidatingAdmissionPolicy",
    metadata,
    spec: {
      matchConstraints: { resourceRules: [{ ...rule, resources: ["autoscalingrunnersets"] }] },
      validations: [
        {
          expression: `object.metadata.name != '${name}' || ${label("object")} == ${label("oldObject")}`,
          message: "labels are frozen",
        },
      ],
    },
  };
  const spec = { policyName: metadata.name, validationActions: ["Deny"] };
  const binding = { apiVersion, kind: "ValidatingAdmissionPolicyBinding", metadata, spec };
  await api.send({ method: "POST", path: policies, body: policy });
  await api.send({ method: "POST", path: `${root}/validatingadmissionpolicybindings`, body: binding });
  const tryOut = () =>
    api.send({
      method: "PATCH",
      path: `/apis/actions.github.com/v1alpha1/namespaces/${namespace}/autoscalingrunnersets/${name}`,
      query: { dryRun: "All" },
      contentType: "application/merge-patch+json",
      body: { metadata: { labels: { "app.kubernetes.io/version": "0.0.0" } } },
    });
  await until(async () => (await tryOut().catch(() => "refused")) === "refused");
  return async () => {
    await api.send({ method: "DELETE", path: `${policies}/${metadata.name}` });
    await until(async () => (await tryOut().catch(() => "refused")) !== "refused");
  };
}

/** The API server takes a policy up, and drops it, some moments later. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries++) {
    assert.ok(tries < 100, "the API server has taken the policy up");
    await sleep(200);
  }
}

/** Names of the listeners, sorted. */
export async function listenersIn(api: Client): Promise<string[]> {
  const path = "/apis/actions.github.com/v1alpha1/namespaces/arc-systems/autoscalinglisteners";
  const { items } = (await api.send({ method: "GET", path })) as Listed;
  return items.map(({ metadata }) => metadata.name).sort();
}

/** Replicas and image of the controller's Deployment. */
export async function controllerIn(api: Client): Promise<{ replicas: number; image: string }> {
  const { spec } = (await api.send({ method: "GET", path: CONTROLLER })) as {
    spec: { replicas: number; template: { spec: { containers: { image: string }[] } } };
  };
  return { replicas: spec.replicas, image: spec.template.spec.containers[0]!.image };
}

/** Seconds in which no controller ran, from the model's log. */
export function windowWithoutController({ events }: ControllerModel, from: number): number {
  const later = events.slice(from);
  const stopped = later.find(({ what }) => what === What.ControllerStopped);
  const started = later.find(({ what }) => what === What.ControllerStarted);
  assert.ok(stopped && started, "a controller has stopped and another one started");
  return (started.at - stopped.at) / 1000;
}

/** Ends the engine of this process, as the system does when memory is short. */
export async function killEngine(): Promise<void> {
  const processes = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  const engine = processes
    .split("\n")
    .map((line) => /^ *(\d+) +(\d+) (.*)$/.exec(line) ?? [])
    .find(([, , parent, args]) => Number(parent) === process.pid && /\/pulumi up /.test(args!));
  assert.ok(engine, "the engine runs");
  process.kill(Number(engine[1]), "SIGKILL");
  await sleep(200);
}
