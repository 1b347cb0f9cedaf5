import type { Condition, ExternalSecret, SecretStore } from "./objects";
import { nameOf, secondsSince } from "./objects";
import type { Context, Sources } from "./observation";
import { type Read, readsOf, secretUses } from "./references";

/** What keeps an ExternalSecret from doing its work, the cause before what follows from it. */
export const Trouble = {
  /** Its store cannot be used. */
  Store: "store",
  /** It is not in the cluster. */
  Missing: "missing",
  /** The operator does not make it Ready. */
  NotReady: "not ready",
} as const;
export type Trouble = (typeof Trouble)[keyof typeof Trouble];

/** Where a Secret of the stack comes from, and what is in the way. */
export interface Supply {
  read: Read;
  live?: ExternalSecret;
  store?: SecretStore;
  /** `namespace/name` of the runner sets that need the Secret; none where the controller does. */
  sets: string[];
  /** The Secret is known not to be there. */
  lacking: boolean;
  trouble?: Trouble;
}

/** An operator, or a Vault, that starts again answers in a minute or two; the Secrets stay meanwhile. */
export const PATIENCE_SECONDS = 120;

type Seen = Pick<Sources, "externalSecrets" | "secretStores" | "runnerSets" | "controllers"> &
  Partial<Pick<Sources, "secrets">>;

/** One supply for each ExternalSecret of the stack. */
export function suppliesOf(seen: Seen, context: Context): Supply[] {
  const uses = secretUses(context);
  const live = new Map(seen.externalSecrets.map((external) => [nameOf(external), external]));
  return readsOf(context).map((read) => {
    const external = live.get(nameOf({ metadata: read }));
    const store = seen.secretStores.find((each) => isStoreOf(each, read));
    const sets = uses
      .filter(({ namespace, name }) => `${namespace}/${name}` === read.secret)
      .flatMap((use) => use.sets);
    const trouble = troubleOf({ read, external, store }, seen, context);
    return {
      read,
      ...(external ? { live: external } : {}),
      ...(store ? { store } : {}),
      sets,
      lacking: seen.secrets !== undefined && seen.secrets.get(read.secret) === undefined,
      ...(trouble ? { trouble } : {}),
    };
  });
}

/** Secrets whose absence needs no finding of its own: one about their ExternalSecret tells it, or they are being made. */
export function explainedSecrets(seen: Partial<Seen>, context: Context): Set<string> {
  const { externalSecrets, secretStores, runnerSets, controllers, secrets } = seen;
  if (!externalSecrets || !secretStores || !runnerSets || !controllers) return new Set();
  const known = { externalSecrets, secretStores, runnerSets, controllers, ...(secrets ? { secrets } : {}) };
  return new Set(
    suppliesOf(known, context)
      .filter(({ trouble, live }) => trouble !== undefined || !live || !isReady(live))
      .map(({ read }) => read.secret),
  );
}

function isStoreOf({ kind, metadata }: SecretStore, { store, namespace }: Read): boolean {
  const place = kind === "ClusterSecretStore" ? undefined : namespace;
  return kind === store.kind && metadata.name === store.name && metadata.namespace === place;
}

interface Parts {
  read: Read;
  external: ExternalSecret | undefined;
  store: SecretStore | undefined;
}

function troubleOf({ read, external, store }: Parts, seen: Seen, context: Context): Trouble | undefined {
  // Before the first deployment has come this far nothing of it is missed; what is missing then is the set itself.
  if (!external) return isDeployed(read.namespace, seen, context) ? Trouble.Missing : undefined;
  if (external.metadata.deletionTimestamp) return undefined;
  if (!store || isWaiting(store, context.now)) return Trouble.Store;
  return isWaiting(external, context.now) ? Trouble.NotReady : undefined;
}

function isDeployed(namespace: string, { runnerSets, controllers }: Seen, { controllerNamespace }: Context): boolean {
  const inNamespace = ({ metadata }: { metadata: { namespace?: string } }) => metadata.namespace === namespace;
  return runnerSets.some(inNamespace) || (namespace === controllerNamespace && controllers.some(inNamespace));
}

/** What External Secrets says of an ExternalSecret or a store. */
export function readyOf({ status }: Pick<ExternalSecret, "status">): Condition | undefined {
  return status?.conditions?.find(({ type }) => type === "Ready");
}

function isReady(object: Pick<ExternalSecret, "status">): boolean {
  return readyOf(object)?.status === "True";
}

/** Whether it has not been Ready for longer than a restart takes. */
function isWaiting(object: ExternalSecret | SecretStore, now: Date): boolean {
  if (isReady(object)) return false;
  const since = readyOf(object)?.lastTransitionTime ?? object.metadata.creationTimestamp;
  return (secondsSince(since, now) ?? 0) > PATIENCE_SECONDS;
}
