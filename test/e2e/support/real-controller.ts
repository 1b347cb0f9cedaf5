import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { AppsV1Api, CoreV1Api, type KubeConfig, type V1Deployment } from "@kubernetes/client-node";
import { every, type Loop } from "../../../lab/models/every";

/** Programs of ARC's controller by release, as far as the environment names them. */
export function controllerBinaries(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, file]) => {
      const version = /^ARC_CONTROLLER_(\d+_\d+_\d+)$/.exec(name)?.[1];
      return version && file ? [[version.replaceAll("_", "."), file]] : [];
    }),
  );
}

/** The controllers of a cluster, run as a kubelet would. */
export interface RealControllers extends Loop {
  /** Releases that were started, in order. */
  readonly started: string[];
}

/**
 * Starts and stops the real program of the controller as its Deployment and pods say: while a pod of the Deployment is
 * there, the release of its image runs, with its arguments and with the rights of its ServiceAccount.
 */
export function runRealControllers(
  client: KubeConfig,
  place: { namespace: string; name: string; folder: string },
): RealControllers {
  const binaries = controllerBinaries();
  const started: string[] = [];
  let running: { version: string; process: ChildProcess } | undefined;
  mkdirSync(place.folder, { recursive: true });

  async function step(): Promise<void> {
    const version = await wantedVersion(client, place);
    if (running && (running.version !== version || running.process.exitCode !== null)) {
      await end(running.process);
      running = undefined;
    }
    if (!running && version) {
      const deployment = await readDeployment(client, place);
      running = { version, process: start(binaries[version]!, version, deployment, client, place) };
      started.push(version);
    }
  }
  const loop = every(200, step);
  return {
    started,
    stop: async () => {
      await loop.stop();
      if (running) await end(running.process);
    },
  };
}

/** The release of the pod that is there; none while the Deployment's pods are gone. */
async function wantedVersion(client: KubeConfig, { namespace }: { namespace: string }): Promise<string | undefined> {
  const { items } = await client.makeApiClient(CoreV1Api).listNamespacedPod({
    namespace,
    labelSelector: "app.kubernetes.io/component=controller-manager",
  });
  const pod = items.find(({ metadata, status }) => !metadata?.deletionTimestamp && status?.phase === "Running");
  return pod?.spec!.containers[0]!.image!.split(":").at(-1);
}

function readDeployment(client: KubeConfig, { namespace, name }: { namespace: string; name: string }) {
  return client.makeApiClient(AppsV1Api).readNamespacedDeployment({ namespace, name });
}

function start(
  binary: string,
  version: string,
  { spec }: V1Deployment,
  client: KubeConfig,
  { namespace, name, folder }: { namespace: string; name: string; folder: string },
): ChildProcess {
  const [container] = spec!.template.spec!.containers;
  const kubeconfig = path.join(folder, "kubeconfig");
  writeFileSync(kubeconfig, kubeconfigOf(client, `system:serviceaccount:${namespace}:${name}`), { mode: 0o600 });
  const child = spawn(binary, onLoopback(container!.args ?? []), {
    env: {
      PATH: process.env.PATH,
      KUBECONFIG: kubeconfig,
      CONTROLLER_MANAGER_CONTAINER_IMAGE: container!.image,
      CONTROLLER_MANAGER_POD_NAMESPACE: namespace,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log = createWriteStream(path.join(folder, `controller-${version}.log`), { flags: "a" });
  child.stdout!.pipe(log, { end: false });
  child.stderr!.pipe(log, { end: false });
  return child;
}

/** The arguments without the addresses that other machines could reach. */
function onLoopback(args: string[]): string[] {
  return args
    .filter((arg) => !arg.startsWith("--health-probe-bind-address"))
    .map((arg) => (arg.startsWith("--metrics-addr=") ? "--metrics-addr=0" : arg));
}

/** An administrator's kubeconfig that acts as the ServiceAccount: its rights are what the program has. */
function kubeconfigOf(client: KubeConfig, account: string): string {
  const cluster = client.getCurrentCluster()!;
  const user = client.getCurrentUser()!;
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "c", cluster: { server: cluster.server, "certificate-authority-data": cluster.caData } }],
    users: [{ name: "u", user: { token: user.token, as: account } }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const forced = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await ended;
  clearTimeout(forced);
}
