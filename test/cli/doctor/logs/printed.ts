/** Lines as ARC's parts print them: the controller through zap, the listener through slog and Go's own log. */

/** What the controller logs: `log.Error(err, message, …)` of a logger with the object that it is at work on. */
export interface Logged {
  logger?: string;
  severity?: "ERROR" | "INFO";
  message: string;
  fields: Record<string, unknown>;
  error?: string;
}

export const LogFormat = { Text: "text", Json: "json" } as const;
export type LogFormat = (typeof LogFormat)[keyof typeof LogFormat];

/** A line of the controller (`--log-format`), at a time in whole seconds. */
export function controllerLine(format: LogFormat, at: string, logged: Logged): string {
  const { logger, severity = "ERROR", message, fields, error } = logged;
  const all = { ...fields, ...(error === undefined ? {} : { error }) };
  if (format === LogFormat.Json) {
    const head = { severity: severity.toLowerCase(), ts: at, ...(logger ? { logger } : {}), message };
    return JSON.stringify({ ...head, ...all });
  }
  const written = Object.entries(all).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  return [at, severity, ...(logger ? [logger] : []), message, `{${written.join(", ")}}`].join("\t");
}

/** The line of a set, as `autoscalingrunnerset_controller.go` writes it. */
export function setLine(namespace: string, name: string, message: string, error?: string): Logged {
  const fields = { version: "0.14.2", autoscalingrunnerset: { name, namespace } };
  return { logger: "AutoscalingRunnerSet", message, fields, ...(error === undefined ? {} : { error }) };
}

/** The line of a runner, as `ephemeralrunner_controller.go` writes it. */
export function runnerLine(namespace: string, name: string, message: string, error?: string): Logged {
  const fields = { version: "0.14.2", ephemeralrunner: { name, namespace } };
  return { logger: "EphemeralRunner", message, fields, ...(error === undefined ? {} : { error }) };
}

/** A line of the listener's client, at a time in milliseconds. */
export function listenerLine(format: LogFormat, at: string, msg: string, fields: Record<string, string> = {}): string {
  const isError = "error" in fields;
  const level = isError ? "ERROR" : "INFO";
  if (format === LogFormat.Json) return JSON.stringify({ time: at, level, msg, ...fields });
  const quoted = (value: string) => (/[\s"=]/.test(value) ? JSON.stringify(value) : value);
  const written = Object.entries(fields).map(([key, value]) => `${key}=${quoted(value)}`);
  return [`time=${at}`, `level=${level}`, "source=client.go:735", `msg=${quoted(msg)}`, ...written].join(" ");
}

/** How a listener says why it ends, in either format (`cmd/ghalistener/main.go`). */
export function listenerEnd(at: string, error: string): string {
  const [date = "", time = ""] = at.replace(/(\.\d+)?Z$/, "").split("T");
  return `${date.replaceAll("-", "/")} ${time} ${error}`;
}
