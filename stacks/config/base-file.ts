import { parse } from "yaml";
import { configPath, type Diagnostic } from "../diagnostic";
import { isObject } from "./merge";
import { EXTENDS, PROJECT, qualified, splitKey } from "./raw";
import { SECRET_KEYS, SECRET_MAPS } from "./schema";
import { suggestion } from "./suggestion";

type Values = Record<string, unknown>;

/** What a base file says: the values of its `arc:` keys. */
export interface BaseFile {
  values: Values;
  problems: Diagnostic[];
  /** Something of the file could not be read: what else is missing may stand there. */
  unread: boolean;
}

/** Reads the text of a base: YAML of the form of a stack file. What does not belong into a base is left out. */
export function parseBase(text: string, file: string): BaseFile {
  const document = parsedYaml(text);
  if ("error" in document) return unreadable(file, `${file} is not YAML: ${document.error}`);
  const content = document.value ?? {};
  if (!isObject(content)) return unreadable(file, `${file} is not an object with the key config`);
  const { config, ...others } = content;
  if (config !== undefined && config !== null && !isObject(config)) {
    return unreadable(file, `config of ${file} is not an object`);
  }
  const strays = Object.keys(others).map((key) => stray(key, file));
  const entries = Object.entries(qualified((config ?? {}) as Values)).map((entry) => keyOf(entry, file));
  return {
    values: Object.fromEntries(entries.flatMap(({ value }) => (value ? [value] : []))),
    problems: [...strays, ...entries.flatMap(({ problems }) => problems)],
    // A misspelt config.
    unread: config === undefined && strays.length > 0,
  };
}

const ALLOWED_FILE = "YAML of the form of a stack file: config with arc: keys";

/** A base that says nothing, because of a problem with the file. */
export function unreadable(file: string, message: string): BaseFile {
  const problem = extendsProblem(file, { message, allowed: ALLOWED_FILE, fix: "correct the file" });
  return { values: {}, problems: [problem], unread: true };
}

/** A problem with `arc:extends` of a file, or with the file itself. */
export function extendsProblem(file: string, rest: Pick<Diagnostic, "message" | "allowed" | "fix">): Diagnostic {
  return { id: "config/extends", severity: "error", path: configPath([EXTENDS]), file, ...rest };
}

/** The parser's own words without the excerpt that follows them: it may hold a secret. */
function parsedYaml(text: string): { value: unknown } | { error: string } {
  try {
    return { value: parse(text) as unknown };
  } catch (error) {
    return { error: (error as Error).message.split("\n", 1)[0]!.replace(/:$/, "") };
  }
}

function stray(key: string, file: string): Diagnostic {
  const guess = suggestion(key, ["config"]);
  return baseKey(key, file, {
    message: "stands beside config; of a base nothing else is read",
    allowed: "config",
    fix: guess
      ? `did you mean "${guess}"?`
      : key.includes(":")
        ? "put it under config"
        : "remove it; what Pulumi keeps there belongs into the stack file",
  });
}

function keyOf([key, value]: [string, unknown], file: string): { value?: [string, unknown]; problems: Diagnostic[] } {
  const [namespace, name] = splitKey(key);
  if (namespace !== PROJECT) {
    const problem = baseKey(key, file, {
      message: "is not an arc: key: Pulumi hands such keys to its providers and reads them from the stack file alone",
      allowed: "arc: keys",
      fix: `put ${key} into each stack file`,
    });
    return { problems: [problem] };
  }
  const secrets: PropertyKey[][] = [];
  const kept = isSecretKey(name) ? secretAt([name], secrets) : withoutSecrets(value, [name], secrets);
  return {
    ...(kept === undefined ? {} : { value: [name, kept] }),
    problems: secrets.map((at) => secretInBase(at, file)),
  };
}

function isSecretKey(name: string): boolean {
  return Object.hasOwn(SECRET_KEYS, name) || Object.hasOwn(SECRET_MAPS, name);
}

function secretInBase(at: PropertyKey[], file: string): Diagnostic {
  const name = String(at[0]);
  const key = Object.hasOwn(SECRET_MAPS, name) ? `--path '${configPath(at)}.<name>'` : configPath(at);
  return baseKey(configPath(at), file, {
    message: "is a secret in a base: Pulumi encrypts the secrets of each stack with a key of that stack",
    allowed: "secrets in the stack file, as keys of their own",
    fix: isSecretKey(name) ? `remove it here and run for each stack: pulumi config set --secret ${key}` : "remove it",
  });
}

function baseKey(path: string, file: string, rest: Pick<Diagnostic, "message" | "allowed" | "fix">): Diagnostic {
  return { id: "config/base-key", severity: "error", path, file, ...rest };
}

/** The value without its `secure:` parts, whose places are added to `found`; nothing when it is one. */
function withoutSecrets(value: unknown, at: PropertyKey[], found: PropertyKey[][]): unknown {
  if (Array.isArray(value)) {
    return value.flatMap((entry: unknown, index) => {
      const kept = withoutSecrets(entry, [...at, index], found);
      return kept === undefined ? [] : [kept];
    });
  }
  if (!isObject(value)) return value;
  const fields = Object.entries(value);
  if (fields.length === 1 && fields[0]![0] === "secure") return secretAt(at, found);
  const kept = fields.map(([key, field]) => [key, withoutSecrets(field, [...at, key], found)] as const);
  return Object.fromEntries(kept.filter(([, field]) => field !== undefined));
}

function secretAt(at: PropertyKey[], found: PropertyKey[][]): undefined {
  found.push(at);
}
