import { type ClusterAccess, ClusterError, type ListOptions } from "../cluster";
import type { LiveObject } from "../live-object";
import type { Deployment, Live, Listener, Pod, RunnerSet, Secret, SecretStore } from "./objects";
import type { Context, Log, Observation, Seen, Sources } from "./observation";
import { secretsOf, storesOf } from "./references";

export const ARC = "actions.github.com/v1alpha1";
export const EXTERNAL_SECRETS = "external-secrets.io/v1";

/** Label of every controller, whoever installed it (chart `_helpers.tpl`). */
const CONTROLLER = "app.kubernetes.io/part-of=gha-rs-controller";
const ARC_CRDS = ["autoscalinglisteners", "autoscalingrunnersets", "ephemeralrunners", "ephemeralrunnersets"];

/** Enough to see what keeps coming back, and little enough for fifty listeners in a second. */
const LOG_LINES = { controller: 1000, listener: 200 };
const AT_ONCE = 16;

/** Reads everything that the rules look at; what may not be read is unknown. Nothing is changed. */
export async function observe(
  access: ClusterAccess,
  context: Context,
  others: Pick<Observation["sources"], "expectedCrds" | "github">,
): Promise<Observation> {
  const { controllerNamespace, planned } = context;
  const list = <T extends Live>(apiVersion: string, kind: string, options?: ListOptions) =>
    access.list(apiVersion, kind, options) as Promise<LiveObject[] & T[]>;
  const everywhere = <T extends Live>(apiVersion: string, kind: string, options?: ListOptions) =>
    seen(() =>
      list<T>(apiVersion, kind, options).catch((error: unknown) => {
        // Who may see some namespaces only can still look at those of the stack.
        if (!isRefusal(error)) throw error;
        return inNamespaces<T>(namespacesOf(context, []), (namespace) =>
          list<T>(apiVersion, kind, { ...options, namespace }),
        );
      }),
    );

  const [runnerSets, listeners, ephemeralRunnerSets, ephemeralRunners, controllers] = await Promise.all([
    everywhere<RunnerSet>(ARC, "AutoscalingRunnerSet"),
    everywhere<Listener>(ARC, "AutoscalingListener"),
    everywhere<Sources["ephemeralRunnerSets"][number]>(ARC, "EphemeralRunnerSet"),
    everywhere<Sources["ephemeralRunners"][number]>(ARC, "EphemeralRunner"),
    everywhere<Deployment>("apps/v1", "Deployment", { labelSelector: CONTROLLER }),
  ]);
  const namespaces = namespacesOf(context, "value" in runnerSets ? runnerSets.value : []);
  const within = <T extends Live>(apiVersion: string, kind: string) =>
    seen(() => inNamespaces<T>(namespaces, (namespace) => list<T>(apiVersion, kind, { namespace })));
  const pods = within<Pod>("v1", "Pod");
  const [crds, ...rest] = await Promise.all([
    seen(async () => {
      const get = (plural: string) =>
        access.get("apiextensions.k8s.io/v1", "CustomResourceDefinition", `${plural}.actions.github.com`);
      return (await Promise.all(ARC_CRDS.map(get))).filter((crd) => crd !== undefined) as unknown as Sources["crds"];
    }),
    pods,
    within<Sources["events"][number]>("v1", "Event"),
    within<Sources["quotas"][number]>("v1", "ResourceQuota"),
    within<Sources["limitRanges"][number]>("v1", "LimitRange"),
    within<Sources["externalSecrets"][number]>(EXTERNAL_SECRETS, "ExternalSecret"),
    seen(() => secretStores(access, planned)),
    seen(() => secrets(access, context)),
    pods.then((found) => logs(access, found, controllerContainer(controllerNamespace), LOG_LINES.controller)),
    pods.then((found) => logs(access, found, listenerContainer(controllerNamespace), LOG_LINES.listener)),
  ]);
  const [podsSeen, events, quotas, limitRanges, externalSecrets, stores, secretsSeen, controllerLogs, listenerLogs] =
    rest;
  return {
    ...context,
    server: access.server,
    sources: {
      controllers,
      runnerSets,
      listeners,
      ephemeralRunnerSets,
      ephemeralRunners,
      pods: podsSeen,
      events,
      quotas,
      limitRanges,
      externalSecrets,
      secretStores: stores,
      secrets: secretsSeen,
      crds,
      controllerLogs,
      listenerLogs,
      ...others,
    },
  };
}

/** The controller's namespace, and those of the runner sets that are to be or are there. */
function namespacesOf({ controllerNamespace, config }: Context, found: RunnerSet[]): string[] {
  const names = [
    controllerNamespace,
    ...config.sets.map(({ args }) => args.namespace),
    ...found.flatMap(({ metadata }) => metadata.namespace ?? []),
  ];
  return [...new Set(names)];
}

async function inNamespaces<T>(namespaces: string[], list: (namespace: string) => Promise<T[]>): Promise<T[]> {
  return (await inBatches(namespaces, list)).flat();
}

async function secretStores(access: ClusterAccess, planned: Context["planned"]): Promise<SecretStore[]> {
  const found = await Promise.all(
    storesOf(planned).map(({ kind, name, namespace }) => access.get(EXTERNAL_SECRETS, kind, name, namespace)),
  );
  return found.filter((store) => store !== undefined) as unknown as SecretStore[];
}

async function secrets(access: ClusterAccess, context: Context): Promise<Sources["secrets"]> {
  const entries = await inBatches(secretsOf(context), async ({ namespace, name }) => {
    const secret = await access.get("v1", "Secret", name, namespace);
    return [`${namespace}/${name}`, secret as unknown as Secret | undefined] as const;
  });
  return new Map(entries);
}

/** Which container of a pod is read; none of most pods. */
type Chosen = (pod: Pod) => string | undefined;

function controllerContainer(namespace: string): Chosen {
  return ({ metadata, spec }) =>
    metadata.namespace === namespace && metadata.labels?.["app.kubernetes.io/part-of"] === "gha-rs-controller"
      ? (spec.containers?.find(({ name }) => name === "manager") ?? spec.containers?.[0])?.name
      : undefined;
}

function listenerContainer(namespace: string): Chosen {
  return ({ metadata }) =>
    metadata.namespace === namespace && metadata.labels?.["app.kubernetes.io/component"] === "runner-scale-set-listener"
      ? "listener"
      : undefined;
}

/** A pod whose container has not started has no log; that is no reason not to know those of the others. */
async function logs(
  access: ClusterAccess,
  pods: Seen<Pod[]>,
  containerOf: Chosen,
  lines: number,
): Promise<Seen<Log[]>> {
  if ("unknown" in pods) return pods;
  return seen(async () => {
    const found = await inBatches(pods.value, async (pod): Promise<Log[]> => {
      const container = containerOf(pod);
      const { namespace = "", name } = pod.metadata;
      if (!container) return [];
      try {
        const text = await access.logs({ namespace, name }, container, { lines });
        return [{ namespace, pod: name, container, lines: text.split("\n").filter(Boolean) }];
      } catch (error) {
        if (isRefusal(error)) throw error;
        return [];
      }
    });
    return found.flat();
  });
}

async function seen<T>(read: () => Promise<T>): Promise<Seen<T>> {
  try {
    return { value: await read() };
  } catch (error) {
    if (error instanceof ClusterError) return { unknown: error.message };
    throw error;
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof ClusterError && (error.code === 401 || error.code === 403);
}

async function inBatches<T, R>(items: T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let from = 0; from < items.length; from += AT_ONCE) {
    done.push(...(await Promise.all(items.slice(from, from + AT_ONCE).map(work))));
  }
  return done;
}
