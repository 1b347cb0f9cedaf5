import Table from "cli-table3";
import pc from "picocolors";

/** Where text goes: its width, and whether it may be coloured. */
export interface Terminal {
  width: number;
  paint: ReturnType<typeof pc.createColors>;
}

/** Width when there is no terminal to ask: what logs and pull requests show without a scroll bar. */
const DEFAULT_WIDTH = 110;

/** The terminal behind standard output; colour only there, and not with NO_COLOR or --no-color. */
export function terminal(options: { color?: boolean }): Terminal {
  const { stdout, env } = process;
  const wanted = options.color !== false && !env.NO_COLOR;
  const possible = Boolean(env.FORCE_COLOR) || (stdout.isTTY === true && env.TERM !== "dumb");
  return { width: stdout.columns ?? DEFAULT_WIDTH, paint: pc.createColors(wanted && possible) };
}

/** Breaks text into lines of at most `width` characters; a longer word keeps its line. */
export function wrap(text: string, width: number, indent: string): string {
  const lines = text.split("\n").flatMap((paragraph) => {
    const words = paragraph.split(" ");
    return words.reduce<string[]>((wrapped, word) => {
      const last = wrapped.at(-1);
      if (last !== undefined && last.length + 1 + word.length <= width - indent.length) {
        wrapped[wrapped.length - 1] = `${last} ${word}`;
      } else {
        wrapped.push(word);
      }
      return wrapped;
    }, []);
  });
  return lines.map((line) => `${indent}${line}`).join("\n");
}

/** A table without lines; columns whose name is in `numbers` are right-aligned. */
export function table(head: string[], rows: string[][], numbers: string[], { paint }: Terminal): string {
  const none = Object.fromEntries(
    ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"]
      .concat(["left", "left-mid", "mid", "mid-mid", "right", "right-mid", "middle"])
      .map((part) => [part, ""]),
  );
  const drawn = new Table({
    head: head.map((name) => paint.dim(name)),
    colAligns: head.map((name) => (numbers.includes(name) ? "right" : "left")),
    chars: none,
    style: { head: [], border: [], "padding-left": 2, "padding-right": 0, compact: true },
  });
  drawn.push(...rows);
  return drawn
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/** `1 set`, `2 sets`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** Says what is going on, for as long as it takes, where a person is watching. */
export async function withProgress<T>(text: string, work: () => Promise<T>): Promise<T> {
  const { stderr } = process;
  if (!stderr.isTTY) return work();
  stderr.write(`${text}…`);
  try {
    return await work();
  } finally {
    stderr.write("\r\u001b[K");
  }
}
