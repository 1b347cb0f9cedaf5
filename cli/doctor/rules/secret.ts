import { suggestion } from "../../../stacks/config/suggestion";
import { syncCommand } from "../commands";
import { APP_KEYS, appKeysIn, Key, malformed as malformedValues, privateKeyProblem, valueIn } from "../credentials";
import { nameOf, type Secret } from "../objects";
import type { Context, Sources } from "../observation";
import { keyOfReference, readsOf, SecretRole, type SecretUse, secretUses, soleSet } from "../references";
import { type Found, Harm, rule } from "../rule";
import { explainedSecrets } from "../supply";
import { createCommand, mendCommands } from "../credential-commands";
import { few } from "../runners";

const CONTENTS =
  "https://github.com/actions/actions-runner-controller/blob/gha-runner-scale-set-0.14.2/apis/actions.github.com/v1alpha1/appconfig/appconfig.go";

/** Rules that explain why GitHub registers no set, and no runner, for a set. */
export const NO_REGISTRATION = [
  "external-secret/store-not-valid",
  "external-secret/missing",
  "external-secret/not-ready",
  "secret/missing",
  "secret/keys",
  "secret/app-and-token",
  "secret/malformed",
  "secret/private-key",
  "certificate/authority",
  "github/credentials-refused",
  "github/not-installed",
  "github/suspended",
  "github/other-organization",
  "github/permission",
  "github/runner-group-missing",
];

export const missing = rule({
  id: "secret/missing",
  harm: Harm.Stops,
  cause: "without the Secret the controller can neither register the set nor make its runners",
  needs: ["secrets", "runnerSets"],
  uses: ["externalSecrets", "secretStores", "controllers"],
  find: (seen, context) => {
    const { secrets, runnerSets } = seen;
    // What keeps an ExternalSecret from making it is told as such.
    const explained = explainedSecrets(seen, context);
    const made = new Set(readsOf(context).map(({ secret }) => secret));
    const live = new Set(runnerSets.filter(({ metadata }) => !metadata.deletionTimestamp).map(nameOf));
    return secretUses(context)
      .filter(({ role }) => role !== SecretRole.Pull)
      .map((use) => ({ ...use, sets: use.sets.filter((set) => live.has(set)) }))
      .filter((use) => use.sets.length && !secrets.get(keyOfReference(use)) && !explained.has(keyOfReference(use)))
      .map((use): Found => ({
        ...soleSet(use.sets),
        what: `the Secret ${keyOfReference(use)} is not there`,
        evidence: [`needed by ${few(use.sets)}`],
        fix: made.has(keyOfReference(use))
          ? [`kubectl describe externalsecret ${use.name} -n ${use.namespace}`, syncCommand(use.sets)]
          : [createCommand(use)],
      }));
  },
});

export const keys = rule({
  id: "secret/keys",
  harm: Harm.Stops,
  cause: "ARC takes a token, or all three values of an App, by exactly these keys; it does not know others",
  issue: CONTENTS,
  needs: ["secrets"],
  find: ({ secrets }, context) =>
    credentialSecrets(secrets, context).flatMap(([use, secret]): Found[] => {
      const present = appKeysIn(secret);
      if (valueIn(secret, Key.Token) || present.length === APP_KEYS.length) return [];
      const lacking = APP_KEYS.filter((key) => !present.includes(key));
      return [
        {
          ...soleSet(use.sets),
          what: present.length
            ? `the Secret ${keyOfReference(use)} lacks ${lacking.join(" and ")}`
            : `the Secret ${keyOfReference(use)} has no credentials that ARC knows`,
          evidence: [
            keysText(secret),
            `ARC reads ${Key.Token}, or ${APP_KEYS.join(" and ")}`,
            ...guesses(secret, lacking),
          ],
          fix: mendCommands(use, context),
        },
      ];
    }),
});

export const appAndToken = rule({
  id: "secret/app-and-token",
  harm: Harm.Stops,
  cause: "ARC refuses to choose: “both PAT and GitHub App credentials provided”",
  issue: CONTENTS,
  needs: ["secrets"],
  find: ({ secrets }, context) =>
    credentialSecrets(secrets, context).flatMap(([use, secret]): Found[] => {
      const present = appKeysIn(secret);
      if (!valueIn(secret, Key.Token) || !present.length) return [];
      const isWhole = present.length === APP_KEYS.length;
      const surplus = isWhole ? Key.Token : present[0];
      return [
        {
          ...soleSet(use.sets),
          ...(isWhole
            ? {}
            : {
                harm: Harm.Risk,
                cause: "ARC uses the token, since the App is not complete; a third key would stop the set",
              }),
          what: `the Secret ${keyOfReference(use)} has a token and ${isWhole ? "an App" : "a part of an App"}`,
          evidence: [keysText(secret)],
          fix: [
            "# keep one of them, where the Secret is made; in the Secret itself for example:",
            `kubectl patch secret ${use.name} -n ${use.namespace} --type=json -p '[{"op":"remove","path":"/data/${surplus}"}]'`,
          ],
        },
      ];
    }),
});

export const malformed = rule({
  id: "secret/malformed",
  harm: Harm.Stops,
  cause: "ARC takes ids and tokens as they stand: it trims nothing, and parses the installation id as an integer",
  issue: CONTENTS,
  needs: ["secrets"],
  find: ({ secrets }, context) =>
    credentialSecrets(secrets, context).flatMap(([use, secret]): Found[] => {
      const evidence = malformedValues(secret);
      if (!evidence.length) return [];
      return [
        {
          ...soleSet(use.sets),
          what: `the Secret ${keyOfReference(use)} has ${evidence.length > 1 ? "values" : "a value"} that GitHub or ARC cannot take`,
          evidence,
          fix: mendCommands(use, context),
        },
      ];
    }),
});

export const privateKey = rule({
  id: "secret/private-key",
  harm: Harm.Stops,
  cause: "the App cannot sign in to GitHub with it: neither controller nor listener gets a token",
  needs: ["secrets"],
  find: ({ secrets }, context) =>
    credentialSecrets(secrets, context).flatMap(([use, secret]): Found[] => {
      const problem = privateKeyProblem(secret);
      if (!problem) return [];
      return [
        {
          ...soleSet(use.sets),
          what: `the private key in the Secret ${keyOfReference(use)} cannot be used`,
          evidence: [`${Key.PrivateKey} ${problem}`],
          fix: mendCommands(use, context),
        },
      ];
    }),
});

/** The Secrets with GitHub's credentials that are there, and who needs them. */
function credentialSecrets(secrets: Sources["secrets"], context: Context): [SecretUse, Secret][] {
  return secretUses(context)
    .filter(({ role }) => role === SecretRole.GitHub)
    .flatMap((use) => {
      const secret = secrets.get(keyOfReference(use));
      return secret ? [[use, secret] as [SecretUse, Secret]] : [];
    });
}

function keysText(secret: Secret): string {
  const [empty, full] = [true, false].map((isEmpty) =>
    Object.keys(secret.data ?? {}).filter((key) => (valueIn(secret, key) === "") === isEmpty),
  ) as [string[], string[]];
  return `keys: ${full.join(", ") || "none"}${empty.length ? `; empty: ${empty.join(", ")}` : ""}`;
}

/** Keys that are nearly right. */
function guesses(secret: Secret, lacking: string[]): string[] {
  const known: string[] = Object.values(Key);
  return Object.keys(secret.data ?? {}).flatMap((key) => {
    const guess = known.includes(key) ? undefined : suggestion(key, [...lacking, Key.Token]);
    return guess ? [`${key}: did you mean ${guess}?`] : [];
  });
}
