import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";
import { configPath, type Diagnostic, quoted } from "../diagnostic";
import type { IssueHint } from "./fields";
import { knownKeys } from "./known-keys";
import { SECRET_KEYS, stackSchema } from "./schema";

type Issue = z.core.$ZodIssue;

/** A problem together with the place in the raw configuration where it stands. */
export interface Problem {
  at: PropertyKey[];
  missing: boolean;
  diagnostic: Diagnostic;
}

/** What a user reads of zod's issues: path, value, what is allowed, the fix. */
export function problemsOf(issues: readonly Issue[], raw: unknown): Problem[] {
  return issues.flatMap((issue) => problemOf(issue, raw));
}

function problemOf(issue: Issue, raw: unknown): Problem[] {
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(issue, key, raw));
  const value = valueAt(raw, issue.path);
  const missing = value === undefined;
  return [
    {
      at: issue.path,
      missing,
      diagnostic: {
        id: missing ? "config/missing" : "config/invalid",
        severity: "error",
        path: configPath(issue.path),
        ...(missing ? { message: "is missing" } : { message: `${quoted(value)} ${complaint(issue, value)}` }),
        ...allowance(issue, value),
      },
    },
  ];
}

function unknownKey(issue: Issue, key: string, raw: unknown): Problem {
  const at = [...issue.path, key];
  const siblings = knownKeys(stackSchema, issue.path);
  const secretKey = issue.path.length > 0 ? secretFor(issue.path, key) : undefined;
  const guess = suggestion(key, siblings);
  return {
    at,
    missing: false,
    diagnostic: {
      id: "config/unknown-key",
      severity: "error",
      path: configPath(at),
      message: secretKey
        ? "secrets are flat keys of their own; inside an object they would hide all of it"
        : `is not a key that the stack file knows (value ${secretLike(key) ? "[hidden]" : quoted(valueAt(raw, at))})`,
      ...(siblings.length ? { allowed: siblings.join(", ") } : {}),
      ...(secretKey
        ? { fix: `remove it here and run: pulumi config set --secret arc:${secretKey}` }
        : guess
          ? { fix: `did you mean "${guess}"?` }
          : {}),
    },
  };
}

function secretFor(path: readonly PropertyKey[], key: string): string | undefined {
  if (path[0] === "githubApp" && /key/i.test(key)) return "githubAppPrivateKey";
  if (path[0] === "imagePull" && /token|password/i.test(key)) return "imagePullToken";
  return undefined;
}

/** An unknown key may well be a secret in the wrong place: its value is not repeated. */
function secretLike(key: string): boolean {
  return /key|token|secret|password|pem/i.test(key) || key in SECRET_KEYS;
}

/** The known name nearest to what was written, when it is near enough to have been meant. */
export function suggestion(written: string, known: string[]): string | undefined {
  if (!known.length) return undefined;
  const guess = closest(
    written.toLowerCase(),
    known.map((name) => name.toLowerCase()),
  );
  const name = known.find((candidate) => candidate.toLowerCase() === guess)!;
  return distance(written.toLowerCase(), guess) <= Math.max(2, Math.floor(name.length / 3)) ? name : undefined;
}

function complaint(issue: Issue, value: unknown): string {
  switch (issue.code) {
    case "custom":
      return issue.message ?? "is not allowed";
    case "invalid_type":
      return `is ${article(value)}, not ${expected(issue.expected)}`;
    case "too_small":
      return `is ${issue.origin === "array" || issue.origin === "string" ? "too short" : "too small"}`;
    case "too_big":
      return `is ${issue.origin === "array" || issue.origin === "string" ? "too long" : "too large"}`;
    default:
      return "is not allowed";
  }
}

function allowance(issue: Issue, value: unknown): Pick<Diagnostic, "allowed" | "fix"> {
  switch (issue.code) {
    case "custom": {
      const hint = issue.params as IssueHint | undefined;
      return { ...(hint?.allowed ? { allowed: hint.allowed } : {}), ...(hint?.fix ? { fix: hint.fix } : {}) };
    }
    case "invalid_type":
      if (issue.expected === "string" && ["number", "boolean"].includes(typeof value)) {
        return { allowed: "a string", fix: `put it in quotes: "${String(value)}"` };
      }
      if (issue.expected === "int" || issue.expected === "number") return { allowed: "a whole number without quotes" };
      return { allowed: expected(issue.expected) };
    case "invalid_value": {
      const values = issue.values.map(String);
      const guess = typeof value === "string" ? suggestion(value, values) : undefined;
      return { allowed: values.join(", "), ...(guess ? { fix: `did you mean "${guess}"?` } : {}) };
    }
    case "invalid_union":
      return unionAllowance(issue);
    case "too_small":
      return { allowed: `${bound(issue.origin)}at least ${issue.minimum}` };
    case "too_big":
      return { allowed: `${bound(issue.origin)}at most ${issue.maximum}` };
    case "invalid_format":
      return { allowed: `text that matches ${issue.pattern ?? issue.format}` };
    default:
      return {};
  }
}

function unionAllowance(issue: Extract<Issue, { code: "invalid_union" }>): Pick<Diagnostic, "allowed"> {
  const options = (issue as { options?: unknown[] }).options;
  return options?.length ? { allowed: options.map(String).join(", ") } : {};
}

function bound(origin: string): string {
  return origin === "array" ? "entries: " : origin === "string" ? "characters: " : "";
}

function article(value: unknown): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function expected(type: string): string {
  const names: Record<string, string> = {
    object: "an object",
    record: "an object",
    array: "a list",
    int: "a whole number",
  };
  return names[type] ?? `a ${type}`;
}

/** The value at a path of the raw configuration. */
export function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      value !== null && typeof value === "object" ? (value as Record<PropertyKey, unknown>)[part] : undefined,
    raw,
  );
}
