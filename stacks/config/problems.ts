import type { z } from "zod";
import { configPath, type Diagnostic, quoted, valueAt } from "../diagnostic";
import { knownKeys } from "./known-keys";
import { EXTENDS } from "./raw";
import { SECRET_KEYS, SECRET_MAPS, stackSchema } from "./schema";
import { suggestion } from "./suggestion";
import { wording } from "./wording";

type Issue = z.core.$ZodIssue;

/** Id of the problem that a value without default is not there. */
export const MISSING = "config/missing";

/** A problem together with the place in the raw configuration where it stands. */
export interface Problem {
  at: PropertyKey[];
  /** A key that the schema does not know. */
  unknown: boolean;
  /** The place whose value is not known because of the problem: what was probably meant by an unknown key. */
  spoils: PropertyKey[];
  diagnostic: Diagnostic;
}

/** What a user reads of zod's issues: path, value, what is allowed, the fix. */
export function problemsOf(issues: readonly Issue[], raw: unknown): Problem[] {
  const problems = issues.flatMap((issue) => problemOf(issue, raw));
  // Of two bounds that one value breaks, the later is the narrower.
  return [...new Map(problems.map((problem) => [JSON.stringify(problem.at), problem])).values()];
}

function problemOf(issue: Issue, raw: unknown): Problem[] {
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(issue, key, raw));
  const value = valueAt(raw, issue.path);
  return [
    {
      at: issue.path,
      unknown: false,
      spoils: issue.path,
      diagnostic: {
        id: value === undefined ? MISSING : "config/invalid",
        severity: "error",
        path: configPath(issue.path),
        ...wording(issue, value, raw),
      },
    },
  ];
}

/** An unknown key may well be a secret in the wrong place: its value is never repeated. */
function unknownKey(issue: Issue, key: string, raw: unknown): Problem {
  const at = [...issue.path, key];
  const { keys, elsewhere, kind } = knownKeys(stackSchema, issue.path, raw);
  const known = issue.path.length ? keys : [...keys, EXTENDS, ...Object.keys(SECRET_KEYS), ...Object.keys(SECRET_MAPS)];
  const secretKey = secretFor(issue.path, key, raw);
  const guess = secretKey ? undefined : suggestion(key, known);
  const misplaced = kind !== undefined && elsewhere.includes(key);
  return {
    at,
    unknown: true,
    spoils: secretKey ? secretKey.split(".") : guess ? [...issue.path, guess] : at,
    diagnostic: {
      id: "config/unknown-key",
      severity: "error",
      path: configPath(at),
      message: secretKey
        ? "is a secret in the wrong place: secrets are flat keys of their own, inside an object they would hide all of it"
        : misplaced
          ? `is not a key that goes with ${kind}`
          : `${quoted(key)} is not a key that the stack file knows here`,
      ...(known.length && !secretKey ? { allowed: known.join(", ") } : {}),
      ...(secretKey
        ? { fix: `remove it here and run: ${setSecret(secretKey)}` }
        : guess
          ? { fix: `did you mean "${guess}"?` }
          : { fix: "remove it" }),
    },
  };
}

/** The command that stores a secret; an entry of a map needs `--path`. */
export function setSecret(key: string): string {
  return `pulumi config set --secret ${key.includes(".") ? "--path " : ""}arc:${key}`;
}

/** The key of the secret that was put into an object. */
function secretFor(path: readonly PropertyKey[], key: string, raw: unknown): string | undefined {
  const [place] = path;
  if (place === "githubApp" && /key|pem/i.test(key)) return "githubAppPrivateKey";
  if (place === "imagePull" && /token|password/i.test(key)) return "imagePullToken";
  if (place === "githubApps" && path.length === 2 && /key|pem/i.test(key))
    return `githubAppPrivateKeys.${String(path[1])}`;
  if (place === "orgs" && path.length === 2 && /token|pat$/i.test(key)) {
    const name = valueAt(raw, [...path, "name"]);
    return typeof name === "string" ? `githubTokens.${name}` : undefined;
  }
  return undefined;
}
