import { type Credentials, credentialsIn, Key, valueIn } from "../credentials";
import { age } from "../duration";
import { type Listener, nameOf, type Pod, secondsSince, type Secret, servedBy } from "../objects";
import type { Sources } from "../observation";
import { keyOfReference, SecretRole, type SecretUse, secretUses } from "../references";
import { type Found, Harm, rule } from "../rule";
import { changedAt } from "../sets";

/** What rolls the listener, `pulumi up` or `arc heal`, comes a moment after the Secret. */
const ROLL_SECONDS = 120;

/** Key of the Secret that a listener has its configuration from (`resourcebuilder.go`). */
const CONFIG_KEY = "config.json";

/** A listener and one Secret whose contents the controller has copied for it. */
interface Copied {
  use: SecretUse;
  set: string;
  listener: Listener;
  secret: Secret;
  /** When the Secret's contents were written. */
  changed: string;
}

export const newerThanListener = rule({
  id: "secret/newer-than-listener",
  harm: Harm.Risk,
  cause:
    "nothing watches Secrets: the controller copies new credentials only when the listener is made anew, and the listener stops when the old ones are revoked",
  issue: "actions/actions-runner-controller#3182",
  needs: ["secrets", "listenerSecrets", "listeners", "pods"],
  find: ({ secrets, listenerSecrets, listeners, pods }, context) =>
    copiesOf({ secrets, listeners }, context, SecretRole.GitHub).flatMap(
      ({ use, set, listener, secret, changed }): Found[] => {
        const started = startOf(listener, pods);
        const credentials = credentialsIn(secret);
        const copy = listenerSecrets.get(`${nameOf(listener)}-config`);
        if (!started || !credentials || !copy) return [];
        const differing = differingKeys(credentials, valueIn(copy, CONFIG_KEY));
        if (!differing.length) return [];
        return [
          {
            set,
            what: `the listener of ${set} still uses credentials from before the last change of ${keyOfReference(use)}`,
            evidence: [
              `Secret ${keyOfReference(use)}: changed ${changed}, ${ageOf(changed, context.now)} ago`,
              `listener ${listener.metadata.name}: started ${started}, ${ageOf(started, context.now)} ago`,
              `its copy ${nameOf(listener)}-config has another ${differing.join(" and ")}`,
            ],
            fix: [`bin/arc heal listener --set ${set}`],
          },
        ];
      },
    ),
});

export const proxyNotRefreshed = rule({
  id: "secret/proxy-not-refreshed",
  harm: Harm.Risk,
  cause:
    "the controller reads a proxy's user and password once, when it makes its own Secrets of them, and never again",
  needs: ["secrets", "listenerSecrets", "listeners", "runnerSets"],
  find: ({ secrets, listenerSecrets, listeners, runnerSets }, context) =>
    copiesOf({ secrets, listeners }, context, SecretRole.Proxy).flatMap(
      ({ use, set, listener, secret, changed }): Found[] => {
        const { proxy = {} } = runnerSets.find((each) => nameOf(each) === set)?.spec ?? {};
        const copy = listenerSecrets.get(`${nameOf(listener)}-proxy`);
        if (!copy) return [];
        const schemes = Object.entries(proxy as Record<string, { credentialSecretRef?: string }>)
          .filter(([, endpoint]) => endpoint.credentialSecretRef === use.name)
          .filter(([scheme]) => !hasLogin(valueIn(copy, `${scheme}_proxy`), secret))
          .map(([scheme]) => `${scheme}_proxy`);
        if (!schemes.length) return [];
        const [namespace, name] = set.split("/");
        return [
          {
            set,
            what: `${set} still uses the proxy's credentials from before the last change of ${keyOfReference(use)}`,
            evidence: [
              `Secret ${keyOfReference(use)}: changed ${changed}, ${ageOf(changed, context.now)} ago`,
              `the copy ${nameOf(listener)}-proxy has another login in ${schemes.join(" and ")}`,
            ],
            fix: [
              "# the runners' copy carries these labels and is made anew for the next runner; the listener's with the listener:",
              `kubectl delete secret -n ${namespace} -l actions.github.com/scale-set-name=${name},actions.github.com/scale-set-namespace=${namespace}`,
              `bin/arc heal listener --set ${set}`,
            ],
          },
        ];
      },
    ),
});

/** Each Secret of a role with the one listener of each set that needs it; none just now being rolled. */
function copiesOf(
  { secrets, listeners }: Pick<Sources, "secrets" | "listeners">,
  context: Parameters<typeof secretUses>[0] & { now: Date },
  wanted: SecretRole,
): Copied[] {
  return secretUses(context).flatMap((use) => {
    const secret = secrets.get(keyOfReference(use));
    const changed = secret && changedAt(secret.metadata);
    if (use.role !== wanted || !changed || (secondsSince(changed, context.now) ?? 0) < ROLL_SECONDS) return [];
    return use.sets.flatMap((set) => {
      const [listener, ...others] = listeners.filter((each) => servedBy(each) === set);
      return listener && !others.length ? [{ use, set, listener, secret, changed }] : [];
    });
  });
}

/** When the listener's program started, where it runs. */
function startOf(listener: Listener, pods: Pod[]): string | undefined {
  const pod = pods.find((each) => nameOf(each) === nameOf(listener));
  return pod?.status?.containerStatuses?.find(({ name }) => name === "listener")?.state?.running?.startedAt;
}

/** Names of the keys whose values the listener's configuration has otherwise; their values go nowhere. */
function differingKeys(credentials: Credentials, config: string): Key[] {
  const copy = parsed(config);
  if (!copy) return [];
  const wanted: [Key, string][] =
    "token" in credentials
      ? [[Key.Token, credentials.token]]
      : [
          [Key.AppId, credentials.appId],
          [Key.InstallationId, credentials.installationId],
          [Key.PrivateKey, credentials.privateKey],
        ];
  return wanted.filter(([key, value]) => String(copy[key] ?? "") !== value).map(([key]) => key);
}

function parsed(config: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(config) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** Whether a proxy's URL has the user and password of a Secret (`proxyConfig.ToSecretData` encodes them). */
function hasLogin(url: string, secret: Secret): boolean {
  if (!URL.canParse(url)) return false;
  const { username, password } = new URL(url);
  return (
    decodeURIComponent(username) === valueIn(secret, "username") &&
    decodeURIComponent(password) === valueIn(secret, "password")
  );
}

function ageOf(time: string, now: Date): string {
  return age(secondsSince(time, now) ?? 0);
}
