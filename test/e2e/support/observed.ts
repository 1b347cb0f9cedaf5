import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { Places } from "./secret-search";

/** What the Automation API lets an operation tell. */
interface Listeners {
  color: "never";
  onOutput: (text: string) => void;
  onError: (text: string) => void;
  onEvent: (event: EngineEvent) => void;
}

/** All that a run of the engine let out. */
export interface Observed {
  ok: boolean;
  events: EngineEvent[];
  output: string;
  /** Its output, its errors and its events, to be searched. */
  places: Places;
}

/** Runs an operation of the engine and keeps all that it lets out, also when it fails. */
export async function observed(
  title: string,
  operation: (listeners: Listeners) => Promise<unknown>,
  onEvent: (event: EngineEvent) => void = () => {},
): Promise<Observed> {
  const events: EngineEvent[] = [];
  let output = "";
  const print = (text: string) => void (output += text);
  const failure = await operation({
    color: "never",
    onOutput: print,
    onError: print,
    onEvent: (event) => {
      events.push(event);
      onEvent(event);
    },
  }).then(
    () => "",
    (error: Error) => `${error.message}\n${error.stack}`,
  );
  const places = { [`output of ${title}`]: output, [`error of ${title}`]: failure, ...placesOf(title, events) };
  return { ok: failure === "", events, output, places };
}

interface EventContent {
  severity?: string;
  metadata?: { op: string; urn: string };
}

/** The events, together by kind and severity and, where they are about one, by resource. */
function placesOf(title: string, events: EngineEvent[]): Places {
  const places: Places = {};
  for (const { sequence: _sequence, timestamp: _timestamp, ...event } of events) {
    const [kind, about] = Object.entries(event)[0] as [string, EventContent];
    const { op = "", urn = "" } = about.metadata ?? {};
    const place = [about.severity ?? "", kind, op, urn.split("::").pop(), "of", title].filter(Boolean).join(" ");
    places[place] = (places[place] ?? "") + JSON.stringify(event);
  }
  return places;
}

/** The resources that a run did something with, as `operation type`, and how often. */
export function stepsOf({ events }: Observed): Record<string, number> {
  const steps: Record<string, number> = {};
  for (const { resourcePreEvent } of events) {
    const { op, type } = resourcePreEvent?.metadata ?? { op: "same", type: "" };
    if (op !== "same" && op !== "read") steps[`${op} ${type}`] = (steps[`${op} ${type}`] ?? 0) + 1;
  }
  return steps;
}

/** The engine's messages of severity error, each once. */
export function errorsOf({ events }: Observed): string[] {
  const messages = events
    .flatMap(({ diagnosticEvent }) => diagnosticEvent ?? [])
    .filter(({ severity }) => severity === "error")
    .map(({ message }) => message.trim());
  return [...new Set(messages)];
}
