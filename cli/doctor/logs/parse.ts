/** What a line is about: the object that the controller was at work on. */
export interface Subject {
  /** As the controller logs it, in lower case. */
  kind: SubjectKind;
  namespace: string;
  name: string;
}

/** Kinds of ARC that the controller's lines name (`*_controller.go: log.WithValues`). */
export const SubjectKind = {
  Set: "autoscalingrunnerset",
  Listener: "autoscalinglistener",
  RunnerSet: "ephemeralrunnerset",
  Runner: "ephemeralrunner",
} as const;
export type SubjectKind = (typeof SubjectKind)[keyof typeof SubjectKind];

/** One line of a log, whatever wrote it. */
export interface ParsedLine {
  /** When it was written; absent where the line does not say. */
  at?: Date;
  message: string;
  /** The error that it tells. */
  error?: string;
  subject?: Subject;
}

type Fields = Record<string, unknown>;

/** Reads a line in each form that ARC's parts write: text and JSON, of zap, slog, klog and Go's own log, and the runner's. */
export function parseLine(line: string, now: Date): ParsedLine {
  return (
    json(line) ?? zapConsole(line) ?? logfmt(line) ?? goLog(line) ?? klog(line, now) ?? runner(line) ?? plain(line)
  );
}

/** `logging/logger.go` with `--log-format=json` (severity, ts, message), and slog's JSON handler (level, time, msg). */
function json(line: string): ParsedLine | undefined {
  if (!line.startsWith("{")) return undefined;
  const fields = fieldsOf(line);
  return fields && parsed(timeOf(fields.ts ?? fields.time), textOf(fields.message ?? fields.msg), fields);
}

/** `2026-11-21T23:19:24Z\tERROR\tAutoscalingRunnerSet\tFailed …\t{"autoscalingrunnerset": …}`; logger and fields may be missing. */
function zapConsole(line: string): ParsedLine | undefined {
  const [, time, rest] = /^(\d{4}-\d\d-\d\dT\S+)\t[A-Z]+\t(.*)$/s.exec(line) ?? [];
  if (rest === undefined) return undefined;
  const parts = rest.split("\t");
  const fields = fieldsOf(parts.at(-1)!);
  const texts = fields ? parts.slice(0, -1) : parts;
  return parsed(timeOf(time), texts.at(-1) ?? "", fields ?? {});
}

const VALUE = String.raw`("(?:[^"\\]|\\.)*"|\S*)`;
const LOGFMT = {
  time: new RegExp(`^time=${VALUE} level=`),
  msg: new RegExp(` msg=${VALUE}`),
  error: new RegExp(` error=${VALUE}`),
};

/** slog's text handler: `time=… level=ERROR source=… msg="request failed" error="…" url=…`. */
function logfmt(line: string): ParsedLine | undefined {
  const time = LOGFMT.time.exec(line)?.[1];
  if (time === undefined) return undefined;
  const [msg, error] = [LOGFMT.msg, LOGFMT.error].map((field) => unquoted(field.exec(line)?.[1]));
  return parsed(timeOf(time), msg ?? "", error === undefined ? {} : { error });
}

/** Go's own log, by which a listener says why it ends (`cmd/ghalistener/main.go`); containers keep UTC. */
function goLog(line: string): ParsedLine | undefined {
  const [, year, month, day, time, message] = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d) (.*)$/s.exec(line) ?? [];
  return message === undefined ? undefined : parsed(timeOf(`${year}-${month}-${day}T${time}Z`), message, {});
}

/** `E1121 23:42:44.000000       1 leaderelection.go:452] …`, which knows no year. */
function klog(line: string, now: Date): ParsedLine | undefined {
  const [, month, day, time, message] = /^[IWEF](\d\d)(\d\d) (\d\d:\d\d:\d\d)\.\d+ +\d+ \S+\] (.*)$/s.exec(line) ?? [];
  if (message === undefined) return undefined;
  const at = timeOf(`${now.getUTCFullYear()}-${month}-${day}T${time}Z`);
  return parsed(at, message, {});
}

/** `[RUNNER 2026-11-21 23:42:44Z ERR  MessageListener] …` and `2026-11-21 23:42:44Z: …`. */
function runner(line: string): ParsedLine | undefined {
  const [, day, time, message] =
    /^(?:\[[A-Z]+ )?(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\dZ)(?: [A-Z]+ +\S+\]|:) (.*)$/s.exec(line) ?? [];
  return message === undefined ? undefined : parsed(timeOf(`${day}T${time}`), message, {});
}

function plain(line: string): ParsedLine {
  return { message: line };
}

function parsed(at: Date | undefined, message: string, fields: Fields): ParsedLine {
  const error = [fields.error, fields.err].find((each) => each !== undefined);
  const subject = subjectOf(fields);
  return {
    ...(at ? { at } : {}),
    message,
    ...(error === undefined ? {} : { error: textOf(error) }),
    ...(subject ? { subject } : {}),
  };
}

/** The innermost object: a line about a runner may name its set too. */
const INNERMOST = [SubjectKind.Runner, SubjectKind.RunnerSet, SubjectKind.Listener, SubjectKind.Set];

function subjectOf(fields: Fields): Subject | undefined {
  const named = new Map(Object.entries(fields).map(([key, value]) => [key.toLowerCase(), value]));
  const kind = INNERMOST.find((each) => named.has(each));
  return kind && place(kind, named.get(kind));
}

/** `{"name": …, "namespace": …}`, or `namespace/name` as older releases have it. */
function place(kind: SubjectKind, value: unknown): Subject | undefined {
  const { namespace, name } = (
    typeof value === "string" ? { namespace: value.split("/")[0], name: value.split("/")[1] } : (value ?? {})
  ) as { namespace?: unknown; name?: unknown };
  return typeof namespace === "string" && typeof name === "string" ? { kind, namespace, name } : undefined;
}

function fieldsOf(text: string): Fields | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    return JSON.parse(text) as Fields;
  } catch {
    // A line that was cut off.
    return undefined;
  }
}

function unquoted(value: string | undefined): string | undefined {
  if (!value?.startsWith('"')) return value;
  try {
    return JSON.parse(value) as string;
  } catch {
    // Go quotes what is no text in a way of its own.
    return value.slice(1, -1);
  }
}

/** RFC 3339, or seconds since 1970 as zap writes them by default. */
function timeOf(value: unknown): Date | undefined {
  const at = typeof value === "number" ? new Date(value * 1000) : new Date(typeof value === "string" ? value : "");
  return Number.isNaN(at.getTime()) ? undefined : at;
}

function textOf(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
