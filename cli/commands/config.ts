import { stringify } from "yaml";
import { mergeValues } from "../../stacks/config/merge";
import { leavesOf, originsOf } from "../../stacks/config/origins";
import { parseStack } from "../../stacks/config/parse";
import { ENCRYPTED, projectKey, type RawStack } from "../../stacks/config/raw";
import { stackSchema } from "../../stacks/config/schema";
import { configPath, type Diagnostic, looksSecret } from "../../stacks/diagnostic";
import { checkedStack } from "../checked-stack";
import { diagnosticsText } from "../preview/text";
import { stackFileName } from "../stack-file";
import { type Terminal, table } from "../terminal";

/** Options of `arc config`. */
export interface ConfigOptions {
  /** The project's folder. */
  root: string;
  stack: string;
  /** Also show what nobody wrote. */
  defaults: boolean;
}

/** What `arc config` found out; what `--json` prints. */
export interface ConfigReport {
  stack: string;
  /** The files, the lowest first and the stack file last. */
  files: string[];
  problems: Diagnostic[];
  /** The merged configuration in the form of a stack file; absent when it cannot be read. */
  config?: Record<string, unknown>;
  /** Each single value with the file that it comes from, or `default`. */
  values?: ValueRow[];
}

/** A single value of the configuration. */
export interface ValueRow {
  path: string;
  value: unknown;
  origin: string;
}

/** Where a value comes from that stands in no file. */
const DEFAULT = "default";

/** The configuration of a stack as it is after all files are merged. */
export function configReport({ root, stack, defaults }: ConfigOptions): ConfigReport {
  const { raw, problems } = checkedStack(root, stack);
  const file = stackFileName(stack);
  const report: ConfigReport = {
    stack,
    files: raw.layers?.map((layer) => layer.file) ?? [file],
    problems,
  };
  const { settings } = parseStack(raw.values);
  // What the schema does not know may be a secret in the wrong place.
  if (!settings || raw.incomplete) return report;
  const secrets = secretMarks(raw.secrets);
  const values = { ...inOrder(withoutCredentials(defaults ? settings : raw.values)), ...secrets };
  const origins = originsOf(raw.layers ?? [{ file, values: raw.values }], raw.values);
  for (const { at } of leavesOf(secrets)) origins.set(configPath(at), file);
  return {
    ...report,
    config: Object.fromEntries(Object.entries(values).map(([key, value]) => [projectKey(key), value])),
    values: leavesOf(values).map(({ at, value }) => {
      const path = configPath(at);
      return { path, value, origin: origins.get(path) ?? DEFAULT };
    }),
  };
}

/** The keys in the order of the reference page, whatever order the files have. */
function inOrder(values: unknown): Record<string, unknown> {
  const given = values as Record<string, unknown>;
  const keys = Object.keys(stackSchema.shape).filter((key) => given[key] !== undefined);
  return Object.fromEntries(keys.map((key) => [key, given[key]]));
}

/** A mark in place of each secret that is set; `githubTokens.acme` is an entry of a map. */
function secretMarks(secrets: RawStack["secrets"]): Record<string, unknown> {
  return Object.keys(secrets).reduce<Record<string, unknown>>((marks, key) => {
    const dot = key.indexOf(".");
    const mark = dot < 0 ? { [key]: ENCRYPTED } : { [key.slice(0, dot)]: { [key.slice(dot + 1)]: ENCRYPTED } };
    return mergeValues(marks, mark);
  }, {});
}

/** The report as a person reads it: YAML that is a stack file again, or where each value comes from. */
export function configText(report: ConfigReport, explain: boolean, terminal: Terminal): string {
  const { config, values, problems } = report;
  const shown = !config || !values ? "" : explain ? explained(values, terminal) : stringify({ config }).trimEnd();
  return [shown, diagnosticsText("Problems", problems, terminal.paint.red("✗"), terminal)].filter(Boolean).join("\n\n");
}

/** Characters of a value that a line has room for. */
const VALUE_WIDTH = 60;

function explained(values: ValueRow[], terminal: Terminal): string {
  const rows = values.map(({ path, value, origin }) => {
    const text = stringify(value, { lineWidth: 0, blockQuote: false }).trimEnd();
    const short = text.length > VALUE_WIDTH ? `${text.slice(0, VALUE_WIDTH - 1)}…` : text;
    return [path, short, origin === DEFAULT ? terminal.paint.dim(origin) : origin];
  });
  return table(["path", "value", "origin"], rows, [], terminal);
}

/** The values with a mark in place of what looks like a credential; secrets of the stack are not among them. */
function withoutCredentials(value: unknown): unknown {
  if (typeof value === "string") return looksSecret(value) ? "[hidden]" : value;
  if (Array.isArray(value)) return value.map(withoutCredentials);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, withoutCredentials(field)]));
}
