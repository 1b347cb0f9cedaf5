import { RUNNER_CONTAINER } from "../../components/runners/pod/template";
import type { RunnerRelease } from "../../components/runners/runner-releases";
import { type ClusterAccess, ClusterError, type ListOptions } from "../cluster";
import type { LiveObject } from "../live-object";
import { suspectRunners } from "./logs/suspects";
import { concerned, isDeleting } from "./members";
import type { ConfigMap, Deployment, Live, Listener, Node, Pod, RunnerSet, Secret, SecretStore } from "./objects";
import type { Context, Log, Observation, Seen, Sources } from "./observation";
import { certificatesOf, keyOfReference, listenerSecretsOf, type Reference, secretsOf, storesOf } from "./references";
import { runnerVersions } from "./runner-versions";

export const ARC = "actions.github.com/v1alpha1";
export const EXTERNAL_SECRETS = "external-secrets.io/v1";

/** Label of every controller, whoever installed it (chart `_helpers.tpl`). */
const CONTROLLER = "app.kubernetes.io/part-of=gha-rs-controller";
const ARC_CRDS = ["autoscalinglisteners", "autoscalingrunnersets", "ephemeralrunners", "ephemeralrunnersets"];

/** Enough to see what keeps coming back, and little enough for fifty listeners in a second. */
const LOG_LINES = { controller: 1000, listener: 200, runner: 50 };
const LOG_TIMEOUT_MS = 2_000;
const AT_ONCE = 16;

/** What is not read of the cluster. */
export interface Elsewhere {
  expectedCrds: Seen<Sources["expectedCrds"]>;
  /** @default - those that are known here */
  runnerReleases?: readonly RunnerRelease[];
  askVault(): Promise<Seen<Sources["vault"]>>;
  /** Asked with the credentials of the Secrets, as soon as these are read. */
  askGitHub(secrets: Seen<Sources["secrets"]>): Promise<Seen<Sources["github"]>>;
}

/** Reads everything that the rules look at; what may not be read is unknown. Nothing is changed. */
export async function observe(access: ClusterAccess, context: Context, elsewhere: Elsewhere): Promise<Observation> {
  const { controllerNamespace, planned } = context;
  const askedVault = elsewhere.askVault();
  const list = <T extends Live>(apiVersion: string, kind: string, options?: ListOptions) =>
    access.list(apiVersion, kind, options) as Promise<LiveObject[] & T[]>;
  const everywhere = <T extends Live>(apiVersion: string, kind: string, options?: ListOptions) =>
    seenOf<T[]>(async () => {
      try {
        return { value: await list<T>(apiVersion, kind, options) };
      } catch (error) {
        // Who may see some namespaces only can still look at those of the stack.
        if (!isRefusal(error)) throw error;
        const namespaces = namespacesOf(context, []);
        const value = await inNamespaces<T>(namespaces, (namespace) =>
          list(apiVersion, kind, { ...options, namespace }),
        );
        return { value, inPart: `only those in ${namespaces.join(", ")} may be read` };
      }
    });

  const [runnerSets, allListeners, ephemeralRunnerSets, ephemeralRunners, controllers] = await Promise.all([
    everywhere<RunnerSet>(ARC, "AutoscalingRunnerSet"),
    everywhere<Listener>(ARC, "AutoscalingListener"),
    everywhere<Sources["ephemeralRunnerSets"][number]>(ARC, "EphemeralRunnerSet"),
    everywhere<Sources["ephemeralRunners"][number]>(ARC, "EphemeralRunner"),
    everywhere<Deployment>("apps/v1", "Deployment", { labelSelector: CONTROLLER }),
  ]);
  const listeners = ofSeenSets(allListeners, runnerSets, namespacesOf(context, []));
  const namespaces = namespacesOf(context, "value" in runnerSets ? runnerSets.value : []);
  const within = <T extends Live>(apiVersion: string, kind: string) =>
    seen(() => inNamespaces<T>(namespaces, (namespace) => list<T>(apiVersion, kind, { namespace })));
  const pods = within<Pod>("v1", "Pod");
  const nodes = seen(() => list<Node>("v1", "Node"));
  const credentials = seen(() => named<Secret>(access, "Secret", secretsNeeded(runnerSets, context)));
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
    seen(() => storesNamed(access, planned)),
    credentials,
    "unknown" in listeners
      ? listeners
      : seen(() => named<Secret>(access, "Secret", listenerSecretsOf(listeners.value))),
    seen(() => named<ConfigMap>(access, "ConfigMap", certificatesOf(context))),
    askedVault,
    credentials.then((found) => elsewhere.askGitHub(found)),
    pods.then((found) => logs(access, found, controllerContainer(controllerNamespace), LOG_LINES.controller)),
    pods.then((found) => logs(access, found, listenerContainer(controllerNamespace), LOG_LINES.listener)),
    pods.then((found) =>
      logs(access, suspectRunners(found, context.now, AT_ONCE), () => RUNNER_CONTAINER, LOG_LINES.runner),
    ),
  ]);
  const [podsSeen, events, quotas, limitRanges, externalSecrets, secretStores, secrets, ...more] = rest;
  const [listenerSecrets, configMaps, vault, github, controllerLogs, listenerLogs, runnerLogs] = more;
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
      nodes: await nodes,
      events,
      quotas,
      limitRanges,
      externalSecrets,
      secretStores,
      secrets,
      listenerSecrets,
      configMaps,
      crds,
      controllerLogs,
      listenerLogs,
      runnerLogs,
      expectedCrds: elsewhere.expectedCrds,
      runnerVersions: runnerVersions(runnerSets, context, elsewhere.runnerReleases),
      vault,
      github,
    },
  };
}

/** Those of the stack, and of sets that go: the stack may not have these any more, and the controller needs them for it. */
function secretsNeeded(sets: Seen<RunnerSet[]>, context: Context): Reference[] {
  const needed = new Map(secretsOf(context).map((reference) => [keyOfReference(reference), reference]));
  for (const { metadata, spec } of "value" in sets ? concerned(sets.value, context).filter(isDeleting) : []) {
    const reference = { namespace: metadata.namespace ?? "", name: spec.githubConfigSecret ?? "" };
    if (reference.name && !spec.vaultConfig) needed.set(keyOfReference(reference), reference);
  }
  return [...needed.values()];
}

/** Where not all sets could be read, a listener of one that was not seen says nothing. */
function ofSeenSets(listeners: Seen<Listener[]>, sets: Seen<RunnerSet[]>, namespaces: string[]): Seen<Listener[]> {
  if ("unknown" in listeners || "unknown" in sets || sets.inPart === undefined) return listeners;
  const isSeen = ({ spec }: Listener) => namespaces.includes(spec.autoscalingRunnerSetNamespace ?? "");
  return { ...listeners, value: listeners.value.filter(isSeen) };
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

async function storesNamed(access: ClusterAccess, planned: Context["planned"]): Promise<SecretStore[]> {
  const found = await Promise.all(
    storesOf(planned).map(({ kind, name, namespace }) => access.get(EXTERNAL_SECRETS, kind, name, namespace)),
  );
  return found.filter((store) => store !== undefined) as unknown as SecretStore[];
}

/** Single objects of a kind, by `namespace/name`. */
async function named<T extends Live>(access: ClusterAccess, kind: string, references: Reference[]) {
  const entries = await inBatches(references, async (reference) => {
    const found = await access.get("v1", kind, reference.name, reference.namespace);
    return [keyOfReference(reference), found as T | undefined] as const;
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

/** What of a log is read: its last lines, or why there are none. */
type Read = { log: Log } | { missing: string } | undefined;

/** The logs of a pod on a dead node cannot be read; that is no reason not to know the others. */
async function logs(
  access: ClusterAccess,
  pods: Seen<Pod[]>,
  containerOf: Chosen,
  lines: number,
): Promise<Seen<Log[]>> {
  if ("unknown" in pods) return pods;
  return seenOf(async () => {
    const read = await inBatches(pods.value, (pod) => logOf(access, pod, containerOf(pod), lines));
    const missing = read.flatMap((each) => (each && "missing" in each ? [each.missing] : []));
    const value = read.flatMap((each) => (each && "log" in each ? [each.log] : []));
    return { value, ...(missing.length ? { inPart: missing.join("; ") } : {}) };
  });
}

async function logOf(
  access: ClusterAccess,
  { metadata }: Pod,
  container: string | undefined,
  lines: number,
): Promise<Read> {
  if (!container) return undefined;
  const { namespace = "", name } = metadata;
  try {
    const text = await access.logs({ namespace, name }, container, { lines, timeoutMs: LOG_TIMEOUT_MS });
    return { log: { namespace, pod: name, container, lines: text.split("\n").filter(Boolean) } };
  } catch (error) {
    if (isRefusal(error) || !(error instanceof ClusterError)) throw error;
    // A container that has not started yet has no log.
    return error.code === 400 ? undefined : { missing: error.message };
  }
}

async function seen<T>(read: () => Promise<T>): Promise<Seen<T>> {
  return seenOf(async () => ({ value: await read() }));
}

async function seenOf<T>(read: () => Promise<Seen<T>>): Promise<Seen<T>> {
  try {
    return await read();
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
