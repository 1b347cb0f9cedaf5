import { z } from "zod";
import { type Diagnostic, kindOf, quoted } from "../diagnostic";
import type { IssueHint } from "./fields";
import { schemasAt } from "./known-keys";
import { stackSchema } from "./schema";
import { suggestion } from "./suggestion";

type Issue = z.core.$ZodIssue;
type Wording = Pick<Diagnostic, "message" | "allowed" | "fix">;

/** What is wrong with a value, what is allowed and what to do, in the words of the stack file. */
export function wording(issue: Issue, value: unknown, raw: unknown): Wording {
  switch (issue.code) {
    case "custom":
      // Needed only beside another value, which no field knows by itself.
      if (isAbsent(value)) return wrongText(issue, value, raw);
      return custom(issue, quoted(value), typeof value === "string" ? value : "");
    case "invalid_key":
      return custom(issue.issues[0]!, quoted(issue.path.at(-1)), String(issue.path.at(-1)));
    case "invalid_type":
      return wrongType(issue, value, raw);
    case "invalid_value":
      return choice(issue.values.map(String), value);
    case "invalid_union":
      return "options" in issue && Array.isArray(issue.options)
        ? choice(issue.options.map(String), value)
        : wrongText(issue, value, raw);
    case "too_small":
      return {
        message: `${quoted(value)} is too ${isLong(issue.origin) ? "short" : "small"}`,
        allowed: `${unit(issue.origin)}at least ${issue.minimum}`,
      };
    case "too_big":
      return {
        message: `${quoted(value)} is too ${isLong(issue.origin) ? "long" : "large"}`,
        allowed: `${unit(issue.origin)}at most ${issue.maximum}`,
      };
    default:
      return { message: `${quoted(value)} is not allowed` };
  }
}

function custom(issue: Issue, subject: string, written: string): Wording {
  const hint = hintOf(issue);
  const guess = suggestion(written, hint.known ?? []);
  const fix = guess ? `did you mean "${guess}"?` : hint.fix;
  return {
    message: `${subject} ${issue.message}`,
    ...(hint.allowed ? { allowed: hint.allowed } : {}),
    ...(fix ? { fix } : {}),
  };
}

function hintOf(issue: Issue): Partial<IssueHint> {
  return issue.code === "custom" ? ((issue.params as Partial<IssueHint> | undefined) ?? {}) : {};
}

function choice(allowed: string[], value: unknown): Wording {
  if (isAbsent(value)) return { message: absence(value), allowed: allowed.join(", ") };
  const guess = typeof value === "string" ? suggestion(value, allowed) : undefined;
  return {
    message: `${quoted(value)} is not allowed`,
    allowed: allowed.join(", "),
    ...(guess ? { fix: `did you mean "${guess}"?` } : {}),
  };
}

function wrongType(issue: Extract<Issue, { code: "invalid_type" }>, value: unknown, raw: unknown): Wording {
  const { expected } = issue;
  if (expected === "string") return wrongText(issue, value, raw);
  const allowed = EXPECTED[expected] ?? `a ${expected}`;
  if (isAbsent(value)) return { message: absence(value), allowed };
  const quotesOnly =
    typeof value === "string" &&
    (expected === "boolean" ? /^(true|false)$/ : /^\d+$/).test(value) &&
    isScalar(expected);
  return {
    message: `${quoted(value)} is ${kindOf(value)}, not ${allowed}`,
    allowed,
    ...(quotesOnly ? { fix: `remove the quotes: ${value}` } : {}),
  };
}

/** A text that no field with a rule of its own takes: its refusal holds the rule. */
const IMPOSSIBLE = "\n";

/** A text was expected: what its own parser says of the value, read as text. */
function wrongText(issue: Issue, value: unknown, raw: unknown): Wording {
  const schemas = schemasAt(stackSchema, issue.path, raw);
  const allowed = hintOf(firstIssue(schemas, IMPOSSIBLE) ?? issue).allowed ?? "a string";
  if (isAbsent(value)) return { message: absence(value), allowed };
  if (typeof value !== "number" && typeof value !== "boolean") {
    return {
      message: `${quoted(value)} is ${kindOf(value)}, not a ${issue.code === "invalid_type" ? "string" : "quantity"}`,
      allowed,
    };
  }
  const asText = firstIssue(schemas, String(value));
  if (asText?.code === "custom") return custom(asText, quoted(value), String(value));
  return { message: `${quoted(value)} is ${kindOf(value)}, not a string`, allowed, fix: quotesFix(value) };
}

/** YAML has dropped the digits already that a number does not need or cannot hold (1.30): only the user knows them. */
function quotesFix(value: number | boolean): string {
  return typeof value === "boolean" || Number.isSafeInteger(value)
    ? `put it in quotes: "${String(value)}"`
    : "put it in quotes, as it is to be read";
}

function firstIssue(schemas: z.core.$ZodType[], text: string): Issue | undefined {
  return schemas.flatMap((schema) => z.safeParse(schema, text).error?.issues ?? [])[0];
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function absence(value: unknown): string {
  return value === undefined ? "is missing" : "is empty";
}

const EXPECTED: Record<string, string> = {
  object: "an object",
  record: "an object",
  array: "a list",
  int: "a whole number",
  number: "a whole number",
  boolean: "true or false",
};

function isScalar(expected: string): boolean {
  return ["int", "number", "boolean"].includes(expected);
}

function isLong(origin: string): boolean {
  return origin === "array" || origin === "string";
}

function unit(origin: string): string {
  return origin === "array" ? "entries: " : origin === "string" ? "characters: " : "";
}
