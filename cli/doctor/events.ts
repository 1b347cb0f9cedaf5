import { type KubernetesEvent, type Pod, secondsSince } from "./objects";

/** Events stay for an hour or longer: what is older than this may well be over. */
export const RECENT_SECONDS = 1800;

/** When an event was seen last; which field says so depends on who reported it. */
export function lastSeen({ series, lastTimestamp, eventTime, firstTimestamp, metadata }: KubernetesEvent) {
  return series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? firstTimestamp ?? metadata.creationTimestamp;
}

/** Those that were seen lately, the latest first. */
export function recent(events: KubernetesEvent[], now: Date, seconds = RECENT_SECONDS): KubernetesEvent[] {
  const age = (event: KubernetesEvent) => secondsSince(lastSeen(event), now) ?? Infinity;
  return events.filter((event) => age(event) <= seconds).sort((a, b) => age(a) - age(b));
}

/** Events of one pod: another of the same name had another uid. */
export function eventsOf({ metadata }: Pod, events: KubernetesEvent[]): KubernetesEvent[] {
  return events.filter(
    ({ involvedObject: { kind, namespace, name, uid } }) =>
      kind === "Pod" &&
      namespace === metadata.namespace &&
      name === metadata.name &&
      (uid === undefined || uid === "" || uid === metadata.uid),
  );
}

/** What an event says, with what it is called. */
export function said({ reason, message, count }: KubernetesEvent): string {
  const times = count !== undefined && count > 1 ? ` (${count} times)` : "";
  return `event ${reason}: ${message}${times}`;
}
