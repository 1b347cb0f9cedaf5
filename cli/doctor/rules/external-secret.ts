import { writesToVault } from "../../../components/platform/secret-store";
import { syncCommand } from "../commands";
import { age, goSeconds } from "../duration";
import { recent, said } from "../events";
import { type Condition, type KubernetesEvent, secondsSince } from "../objects";
import type { Context } from "../observation";
import { keyOfReference, soleSet } from "../references";
import { type Found, Harm, rule } from "../rule";
import { PATIENCE_SECONDS, readyOf, suppliesOf, type Supply, Trouble } from "../supply";
import { lackingInVault, putCommand, readsVault } from "../vault";
import { few, groupedBy } from "../runners";

const NEEDS = ["externalSecrets", "secretStores", "runnerSets", "controllers"] as const;

/** An operator that has much to do is late by minutes; below that nobody need look. */
const LEAST_STALE_SECONDS = 600;
/** A refresh may fall out once: the operator restarts, or Vault does. */
const MISSED_REFRESHES = 2;

export const storeNotValid = rule({
  id: "external-secret/store-not-valid",
  harm: Harm.Risk,
  cause:
    "the External Secrets Operator cannot log in to Vault with the store, or does not run: Secrets that are there stay as they are, new keys and new namespaces get none",
  issue: "external-secrets/external-secrets#2691",
  needs: NEEDS,
  uses: ["secrets", "events"],
  find: (seen, context) =>
    grouped(suppliesOf(seen, context), Trouble.Store, storeName).map(([name, supplies]): Found => {
      const { store, read } = supplies[0]!;
      const resource = read.store.kind.toLowerCase();
      const namespace = store?.metadata.namespace ?? (read.store.kind === "SecretStore" ? read.namespace : undefined);
      return {
        ...soleSet(setsOf(supplies)),
        ...harmOf(supplies),
        what: store ? `the store ${name} is not valid` : `the store ${name} is not there`,
        evidence: [
          ...(store ? [conditionText(readyOf(store), context)] : []),
          ...detailOf(seen.events, supplies, context),
          `it serves ${namesOf(supplies)}`,
        ],
        ...storeCause(store !== undefined, context),
        fix: store
          ? [
              `kubectl describe ${resource} ${read.store.name}${namespace ? ` -n ${namespace}` : ""}`,
              ...loginCommands(namespace, context),
              syncCommand([]),
            ]
          : [
              readsVault(context)
                ? "pulumi up --refresh"
                : "# make the store again: it is not of this stack (docs/credentials.md)",
            ],
      };
    }),
});

export const missing = rule({
  id: "external-secret/missing",
  harm: Harm.Risk,
  cause: "somebody deleted it, or pulumi up has not come this far: nothing renews its Secret any more",
  needs: NEEDS,
  uses: ["secrets"],
  find: (seen, context) =>
    suppliesOf(seen, context)
      .filter(({ trouble }) => trouble === Trouble.Missing)
      .map((supply): Found => {
        const { read, sets, lacking } = supply;
        return {
          ...soleSet(sets),
          ...harmOf([supply]),
          what: `the ExternalSecret ${keyOfReference(read)} is not there`,
          evidence: [`it makes the Secret ${read.secret}${lacking ? ", which is not there either" : ""}`],
          fix: ["pulumi up --refresh"],
        };
      }),
});

export const notReady = rule({
  id: "external-secret/not-ready",
  harm: Harm.Risk,
  cause:
    "the External Secrets Operator cannot make the Secret of what is in Vault: a Secret that is there stays as it is, and a new key does not arrive",
  needs: NEEDS,
  uses: ["secrets", "events", "vault"],
  find: (seen, context) =>
    grouped(suppliesOf(seen, context), Trouble.NotReady, (supply) => supply.read.path).map(
      ([path, supplies]): Found => {
        const { live, read } = supplies[0]!;
        const detail = detailOf(seen.events, supplies, context);
        const inVault = lackingInVault(seen.vault, supplies[0]!, context);
        return {
          ...soleSet(setsOf(supplies)),
          ...harmOf(supplies),
          what: `${namesOf(supplies)} ${supplies.length > 1 ? "are" : "is"} not Ready`,
          evidence: [
            conditionText(readyOf(live!), context),
            ...detail,
            `reads ${placeOf(path, context)}: ${read.properties.join(", ")}`,
            ...inVault,
          ],
          ...causeOf(detail.join("\n"), inVault.length > 0, context),
          fix: [...vaultFix(supplies, detail.join("\n"), inVault.length > 0, context), syncCommand(setsOf(supplies))],
        };
      },
    ),
});

export const stale = rule({
  id: "external-secret/stale",
  harm: Harm.Risk,
  cause:
    "the External Secrets Operator does not run, or is far behind: what is changed in Vault does not reach the cluster",
  issue: "external-secrets/external-secrets#4900",
  needs: NEEDS,
  find: (seen, context) => {
    const late = suppliesOf(seen, context).flatMap((supply) => {
      const since = supply.trouble === undefined ? lateSince(supply, context.now) : undefined;
      return since === undefined ? [] : [{ ...supply, since }];
    });
    if (!late.length) return [];
    return [
      {
        ...soleSet(setsOf(late)),
        what: `${namesOf(late)} ${late.length > 1 ? "were" : "was"} not read from ${readsVault(context) ? "Vault" : "the store"} as often as ${late.length > 1 ? "they" : "it"} should be`,
        evidence: late.map(
          ({ read, live, since }) =>
            `${keyOfReference(read)}: refreshTime ${live!.status!.refreshTime}, ${age(since)} ago; refreshInterval ${live!.spec.refreshInterval}`,
        ),
        fix: ["kubectl get pods -A -l app.kubernetes.io/name=external-secrets", syncCommand(setsOf(late))],
      },
    ];
  },
});

export const vaultPath = rule({
  id: "external-secret/vault-path",
  harm: Harm.Risk,
  cause: "Vault no longer has what the ExternalSecret reads: the Secret stays, until the next refresh says so",
  needs: [...NEEDS, "vault"],
  find: (seen, context) => {
    // Where the operator has noticed it already, its own finding says so.
    const fine = suppliesOf(seen, context).filter(({ trouble, live }) => trouble === undefined && live);
    return groupedBy(fine, ({ read }) => read.path).flatMap(([path, supplies]): Found[] => {
      const evidence = lackingInVault(seen.vault, supplies[0]!, context);
      if (!evidence.length) return [];
      return [
        {
          ...soleSet(setsOf(supplies)),
          what: `Vault does not have all that ${namesOf(supplies)} ${supplies.length > 1 ? "read" : "reads"} at ${placeOf(path, context)}`,
          evidence,
          fix: [...vaultFix(supplies, "", true, context), syncCommand(setsOf(supplies))],
        },
      ];
    });
  },
});

function grouped(supplies: Supply[], trouble: Trouble, key: (supply: Supply) => string): [string, Supply[]][] {
  return groupedBy(
    supplies.filter((supply) => supply.trouble === trouble),
    key,
  );
}

function storeName({ read: { store, namespace } }: Supply): string {
  return `${store.kind} ${store.kind === "SecretStore" ? `${namespace}/` : ""}${store.name}`;
}

function namesOf(supplies: Supply[]): string {
  const names = supplies.map(({ read }) => keyOfReference(read));
  return `the ExternalSecret${names.length > 1 ? "s" : ""} ${few(names)}`;
}

/** The sets that suffer: none where the controller does, which is all of them. */
function setsOf(supplies: Supply[]): string[] {
  return supplies.some(({ sets }) => !sets.length) ? [] : supplies.flatMap(({ sets }) => sets);
}

/** Without its Secret a set cannot register a runner, or pull its image. */
function harmOf(supplies: Supply[]): { harm?: Harm } {
  return supplies.some(({ lacking }) => lacking) ? { harm: Harm.Stops } : {};
}

function conditionText(ready: Condition | undefined, { now }: Context): string {
  if (!ready) return `it has no condition Ready after more than ${PATIENCE_SECONDS} s: no operator has looked at it`;
  const since = secondsSince(ready.lastTransitionTime, now);
  return `Ready is ${ready.status}, ${ready.reason}: ${ready.message}${since === undefined ? "" : `, for ${age(since)}`}`;
}

/** Vault's errors are long; the beginning has the path and the code. */
const MOST_CHARACTERS = 300;

/** The operator tells the reason itself only in its events (`markAsFailed`). */
function detailOf(events: KubernetesEvent[] | undefined, supplies: Supply[], { now }: Context): string[] {
  const names = new Set(supplies.map(({ read }) => keyOfReference(read)));
  const [latest] = recent(events ?? [], now).filter(
    ({ type, involvedObject: { kind, namespace, name } }) =>
      type === "Warning" && kind === "ExternalSecret" && names.has(`${namespace}/${name}`),
  );
  return latest ? [said(latest).replace(/\s+/g, " ").slice(0, MOST_CHARACTERS)] : [];
}

const DENIED = /permission denied|\b403\b/i;
const ABSENT = /does not exist|cannot find secret data|no such|\b404\b/i;

function causeOf(detail: string, lacksInVault: boolean, context: Context): { cause?: string } {
  if (!readsVault(context)) {
    return {
      cause:
        "the store does not have what the ExternalSecret names, does not let the operator read it, or does not serve the namespace (spec.conditions)",
    };
  }
  if (lacksInVault || ABSENT.test(detail)) {
    return { cause: "Vault has no such path, or it lacks a property that the ExternalSecret names" };
  }
  if (DENIED.test(detail))
    return { cause: "the Vault policy of the namespace does not let the operator read the path" };
  return {};
}

function vaultFix(supplies: Supply[], detail: string, lacksInVault: boolean, context: Context): string[] {
  const [{ read }] = supplies as [Supply];
  const manage = writesToVault(context.config.settings);
  if (lacksInVault || ABSENT.test(detail)) {
    return [manage ? "pulumi up --refresh" : putCommand(read, context)];
  }
  if (DENIED.test(detail) && readsVault(context)) {
    return [`vault policy read arc-${read.namespace}`, ...(manage ? ["pulumi up --refresh"] : [])];
  }
  return [`kubectl describe externalsecret ${read.name} -n ${read.namespace}`];
}

/** A path as its store knows it. */
function placeOf(path: string, context: Context): string {
  return readsVault(context) ? `${context.config.settings.vault.mount}/${path}` : path;
}

function storeCause(there: boolean, context: Context): { cause?: string } {
  if (!there) return { cause: "somebody deleted the store, or it was never made" };
  if (readsVault(context)) return {};
  return {
    cause:
      "the External Secrets Operator cannot log in with the store, or does not run: Secrets that are there stay as they are, new keys and new namespaces get none",
  };
}

function loginCommands(namespace: string | undefined, context: Context): string[] {
  if (!readsVault(context))
    return ["# its provider must be reachable, and let the operator in; its status says what it answered"];
  return [
    "# Vault must be reachable, open (vault status), and its role must name the operator's account:",
    `vault read auth/${context.config.settings.vault.auth.mount}/role/${roleOf(context, namespace)}`,
  ];
}

function roleOf({ config }: Context, namespace: string | undefined): string {
  return namespace ? `arc-${namespace}` : (config.settings.vault.auth.role ?? "arc-external-secrets");
}

/** Seconds since the last refresh, where that is longer ago than it should be. */
function lateSince({ live }: Supply, now: Date): number | undefined {
  const { refreshPolicy = "Periodic", refreshInterval = "1h" } = live?.spec ?? {};
  const interval = goSeconds(refreshInterval) ?? 0;
  // Read once, or on a change only: that is how somebody wants it.
  if (!live?.status?.refreshTime || refreshPolicy !== "Periodic" || interval <= 0) return undefined;
  const since = secondsSince(live.status.refreshTime, now) ?? 0;
  return since > Math.max(interval * MISSED_REFRESHES, LEAST_STALE_SECONDS) ? since : undefined;
}
