import type { SetRow } from "../doctor/sets";
import { type Html, markup } from "./html";
import { othersOf } from "./set-view";

/** What a part of the bar stands for. */
export const Part = {
  Running: "running",
  Pending: "pending",
  Failed: "failed",
  /** Done, or about to be deleted. */
  Ending: "ending",
  /** Asked for, and not there yet. */
  Asked: "asked",
  /** Nobody asks for it. */
  Free: "free",
  /** Up to maxRunners, and the quota has no room for it, asked for or not. */
  Closed: "closed",
} as const;
export type Part = (typeof Part)[keyof typeof Part];

/** So many places, one for each runner, from the left to the right. */
export interface Bar {
  places: number;
  parts: { part: Part; from: number; count: number }[];
}

/** Places that are told apart by a line; more are too narrow for one. */
const MOST_TICKS = 40;

/** The runners of a set against what it may have; undefined where they were not seen. */
export function barOf(row: SetRow): Bar | undefined {
  const { running, pending, failed, current, desired, maxRunners = Infinity, quotaCeiling = Infinity } = row;
  if (running === undefined || pending === undefined || failed === undefined || current === undefined) return undefined;
  const limit = Math.min(maxRunners, quotaCeiling);
  // Of a maximum far beyond the quota a half of the bar tells enough.
  const most = Math.min(maxRunners === Infinity ? quotaCeiling : maxRunners, 2 * quotaCeiling);
  const there = Math.max(current, running + pending + failed);
  const wanted = Math.max(there, desired ?? 0);
  const places = Math.max(wanted, most === Infinity ? 0 : most);
  const counts: [Part, number][] = [
    [Part.Running, running],
    [Part.Pending, pending],
    [Part.Failed, failed],
    [Part.Ending, othersOf({ running, pending, failed, current })],
    [Part.Asked, Math.min(wanted, limit) - there],
    [Part.Free, Math.min(limit, places) - wanted],
    [Part.Closed, places - Math.max(limit, there)],
  ];
  return { places, parts: laid(counts) };
}

function laid(counts: [Part, number][]): Bar["parts"] {
  let from = 0;
  return counts
    .filter(([, count]) => count > 0)
    .map(([part, count]) => {
      from += count;
      return { part, from: from - count, count };
    });
}

/** Decoration: the same is said in words beside it. */
export function barHtml(bar: Bar | undefined): Html {
  if (!bar) return markup`<svg class="bar unseen" aria-hidden="true"></svg>`;
  const percent = (count: number) => `${+((count / bar.places) * 100).toFixed(3)}%`;
  const parts = bar.parts.map(
    ({ part, from, count }) =>
      markup`<rect class="${part}" x="${percent(from)}" width="${percent(count)}" height="100%"></rect>`,
  );
  return markup`<svg class="bar" aria-hidden="true">${parts}${ticks(bar.places)}</svg>`;
}

function ticks(places: number): Html | undefined {
  if (places < 2 || places > MOST_TICKS) return undefined;
  const lines = Array.from({ length: places - 1 }, (_, index) => `M${index + 1} 0V1`).join("");
  return markup`<svg viewBox="0 0 ${places} 1" preserveAspectRatio="none"><path class="tick" d="${lines}" /></svg>`;
}
