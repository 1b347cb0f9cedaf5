/** Characters that are not seen and change what is: control characters, marks of direction, spaces of no width. */
// eslint-disable-next-line no-control-regex
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** The longest text that is shown in one piece. */
const LONGEST = 400;

/** The text without what is not seen, and cut where it is endless. */
export function plain(text: string, longest = LONGEST): string {
  const clean = text.replace(INVISIBLE, "");
  const letters = [...clean];
  return letters.length > longest ? `${letters.slice(0, longest).join("")}…` : clean;
}

/**
 * A text that others wrote, as a code span: in one GitHub makes neither mentions, links, references to issues, nor HTML
 * of it. The span's fence is longer than any run of backticks in it.
 */
export function code(text: string, longest?: number): string {
  const line = plain(text, longest).replace(/\s+/g, " ").trim() || " ";
  const fence = "`".repeat(longestRun(line) + 1);
  // Without the blanks a backtick at an end would belong to the fence; GitHub takes them away again.
  const inner = /^`|`$/.test(line) ? ` ${line} ` : line;
  return `${fence}${inner}${fence}`;
}

/**
 * The same in a cell of a table, where `|` ends the cell even inside a code span. An escaped one would not do: with a
 * backslash before it, the escape is that of the backslash.
 */
export function codeCell(text: string, longest?: number): string {
  return code(text.replaceAll("|", "¦"), longest);
}

/** Lines as a block that nothing in them can end. */
export function block(lines: readonly string[], language = "text"): string {
  const text = lines.map((line) => plain(line).replace(/\s+/g, " ").trimEnd()).join("\n");
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text}\n${fence}`;
}

/** A part that is folded until somebody opens it. @param summary text of ours, not of others */
export function folded(summary: string, content: string): string {
  return `<details><summary>${summary}</summary>\n\n${content}\n\n</details>`;
}

/** A table; the cells are Markdown already. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}

/**
 * The longest text that fits: it is built with fewer and fewer entries to a list.
 *
 * @param build makes the text with at most so many entries in each list, and says in it what is left out.
 * @param most in bytes, which are never fewer than the characters that GitHub counts.
 * @returns undefined when not even the text without entries fits.
 */
export function fitting(build: (entries: number) => string, most: number): string | undefined {
  for (const entries of [500, 200, 100, 50, 20, 10, 5, 2, 0]) {
    const text = build(entries);
    if (Buffer.byteLength(text) <= most) return text;
  }
  return undefined;
}
