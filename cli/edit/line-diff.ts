/** Lines that are shown around a change. */
const AROUND = 3;

/** A change of a text: the lines that differ, `-` and `+`, with some around them and the number of the first. */
export interface LineDiff {
  /** Number of the first line that is shown, from 1. */
  line: number;
  lines: string[];
}

/** What differs between two texts, as one piece: an edit here has one place. */
export function lineDiff(before: string, after: string): LineDiff {
  const [old, now] = [before.split(/\r?\n/), after.split(/\r?\n/)];
  const most = Math.min(old.length, now.length);
  let head = 0;
  while (head < most && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < most - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  const from = Math.max(0, head - AROUND);
  const following = now.slice(now.length - tail, now.length - tail + AROUND);
  return {
    line: from + 1,
    lines: [
      ...now.slice(from, head).map((line) => `  ${line}`),
      ...old.slice(head, old.length - tail).map((line) => `- ${line}`),
      ...now.slice(head, now.length - tail).map((line) => `+ ${line}`),
      ...following.map((line) => `  ${line}`),
    ]
      .map((line) => line.trimEnd())
      .filter((line, index, all) => line !== "" || index < all.length - 1),
  };
}
