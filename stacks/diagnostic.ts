/** A problem with the stack file: an error stops the deployment, a warning is shown. */
export interface Diagnostic {
  /** Stable id with a section in docs/checks.md. @example "capacity/headroom" */
  id: string;
  severity: "error" | "warning";
  /** Config path. @example "arc:orgs[0].runnerSets[0].maxRunners" */
  path: string;
  /** The file where it stands, when the stack file extends others. @example "base.yaml" */
  file?: string;
  /** What is wrong, in the user's words, with the value that was given. */
  message: string;
  /** What is allowed instead. */
  allowed?: string;
  /** What to do. */
  fix?: string;
}

/** A path as people write it: `orgs`, 0, `name` under `arc:` → `arc:orgs[0].name`. */
export function configPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part, index) => {
    if (typeof part === "number") return `${text}[${part}]`;
    const name = String(part);
    if (!/^[\w$-]+$/.test(name)) return `${text}[${JSON.stringify(name)}]`;
    return index === 0 ? `${text}${name}` : `${text}.${name}`;
  }, "arc:");
}

/** PEM, also in base64, and the tokens of GitHub and Vault, wherever they were put by mistake. */
const SECRET = /-----BEGIN|LS0tLS1CRUdJTi|\b(gh[opsur]_|github_pat_|hv[bs]\.)\w/;

/** Whether a text has the marks of a credential. */
export function looksSecret(text: string): boolean {
  return SECRET.test(text);
}

/**
 * A value as it is quoted in a message. Long texts are cut, since the path says where the rest is; of objects and lists
 * nothing is shown, and nothing of a text that looks like a credential: messages end up in logs.
 */
export function quoted(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return value.length ? "[…]" : "[]";
  if (value !== null && typeof value === "object") return Object.keys(value).length ? "{…}" : "{}";
  if (typeof value !== "string") return String(value);
  if (looksSecret(value)) return "[hidden]";
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** What a value is, in a message: "a list, not an object". */
export function kindOf(value: unknown): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** The value at a path of objects and lists. */
export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      value !== null && typeof value === "object" ? (value as Record<PropertyKey, unknown>)[part] : undefined,
    root,
  );
}

/** Errors first, otherwise in the order in which they were found. */
export function bySeverity(diagnostics: Diagnostic[]): Diagnostic[] {
  return [
    ...diagnostics.filter((diagnostic) => diagnostic.severity === "error"),
    ...diagnostics.filter((diagnostic) => diagnostic.severity === "warning"),
  ];
}

/** Where a problem stands: its path, and the file when there are several. */
export function placeText({ path, file }: Pick<Diagnostic, "path" | "file">): string {
  return file === undefined ? path : `${path} (${file})`;
}

/** One diagnostic as plain lines, for the engine's log and for errors. */
export function diagnosticText(diagnostic: Diagnostic): string {
  return [
    `${placeText(diagnostic)}: ${diagnostic.message}  [${diagnostic.id}]`,
    ...(diagnostic.allowed ? [`  allowed: ${diagnostic.allowed}`] : []),
    ...(diagnostic.fix ? [`  fix: ${diagnostic.fix}`] : []),
  ].join("\n");
}

/** Every problem that stops a deployment, as one message. */
export function problemsText(errors: Diagnostic[]): string {
  const count = errors.length === 1 ? "1 problem" : `${errors.length} problems`;
  return [`The stack file has ${count}; nothing was changed.`, ...errors.map(diagnosticText)].join("\n\n");
}
