import { KubeConfig, type V1Container, type V1Deployment, type V1Pod } from "@kubernetes/client-node";
import { Client } from "../../providers/kubernetes/client";

/** A controller at work: a ready pod of a Deployment, and how it was started. */
export interface Manager {
  /** `namespace/name` of its Deployment. */
  controller: string;
  namespace: string;
  /** Its build (`build.Version`): the tag of its image. */
  version: string;
  /** Waits for busy runners before new ones start (`--update-strategy=eventual`, facts 7.4). */
  eventual: boolean;
  /** The only namespace that it serves (`--watch-single-namespace`). */
  watched?: string;
  /** Image of its listeners (`CONTROLLER_MANAGER_CONTAINER_IMAGE`). */
  listenerImage: string;
  serviceAccount: string;
  podPath: string;
  podUid: string;
}

/** The controllers of the cluster that have a ready pod; of several pods the oldest leads. */
export async function findManagers(admin: Client): Promise<Manager[]> {
  const deployments = (await admin.send({
    method: "GET",
    path: "/apis/apps/v1/deployments",
    query: { labelSelector: "app.kubernetes.io/part-of=gha-rs-controller" },
  })) as { items: V1Deployment[] };
  const found = await Promise.all(deployments.items.map((deployment) => managerOf(admin, deployment)));
  return found.flatMap((manager) => manager ?? []);
}

async function managerOf(admin: Client, { metadata, spec }: V1Deployment): Promise<Manager | undefined> {
  const namespace = metadata!.namespace!;
  const labels = Object.entries(spec!.selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const { items } = (await admin.send({
    method: "GET",
    path: `/api/v1/namespaces/${namespace}/pods`,
    query: { labelSelector: labels.join(",") },
  })) as { items: V1Pod[] };
  const age = (pod: V1Pod) => `${String(pod.metadata!.creationTimestamp)} ${pod.metadata!.name}`;
  const [leader] = items.filter(isReady).sort((a, b) => age(a).localeCompare(age(b)));
  return leader && managerOfPod(`${namespace}/${metadata!.name}`, leader);
}

function isReady({ metadata, status }: V1Pod): boolean {
  const ready = status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True");
  return !metadata?.deletionTimestamp && Boolean(ready);
}

/** A manager as its pod says it: tag, arguments, environment, account. */
export function managerOfPod(controller: string, { metadata, spec }: V1Pod): Manager {
  const { name, namespace, uid } = metadata as { name: string; namespace: string; uid: string };
  const container = spec!.containers.find((each) => each.name === "manager") ?? spec!.containers[0]!;
  const watched = flagOf(container, "watch-single-namespace");
  return {
    controller,
    namespace,
    version: tagOf(container.image ?? ""),
    eventual: flagOf(container, "update-strategy") === "eventual",
    ...(watched ? { watched } : {}),
    listenerImage:
      container.env?.find((each) => each.name === "CONTROLLER_MANAGER_CONTAINER_IMAGE")?.value ?? container.image!,
    serviceAccount: spec!.serviceAccountName ?? "default",
    podPath: `/api/v1/namespaces/${namespace}/pods/${name}`,
    podUid: uid,
  };
}

/** The tag of an image, a digest behind it or not; without one it counts as built by hand. */
export function tagOf(image: string): string {
  return /:([^:/]+)$/.exec(image.replace(/@.*$/, ""))?.[1] ?? "dev";
}

/** The value of a flag as Go reads it: one dash or two, `=` or the next argument. */
export function flagOf({ args = [] }: Pick<V1Container, "args">, name: string): string | undefined {
  for (const [index, arg] of args.entries()) {
    const [, flag, value] = /^--?([^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
    if (flag === name) return value ?? args[index + 1];
  }
  return undefined;
}

/** Whether its pod is still there, so that it may do what cannot be undone. */
export async function stillRuns(admin: Client, { podPath, podUid }: Manager): Promise<boolean> {
  const pod = (await admin.send({ method: "GET", path: podPath }).catch(() => undefined)) as V1Pod | undefined;
  return pod?.metadata?.uid === podUid && isReady(pod);
}

/** The same cluster, seen with the rights of the account that the controller's pods run as. */
export function clientOf(client: KubeConfig, { namespace, serviceAccount }: Manager): Client {
  const impersonating = new KubeConfig();
  impersonating.loadFromOptions({
    clusters: client.clusters,
    users: [{ ...client.getCurrentUser()!, impersonateUser: `system:serviceaccount:${namespace}:${serviceAccount}` }],
    contexts: client.contexts,
    currentContext: client.currentContext,
  });
  return new Client(impersonating);
}
