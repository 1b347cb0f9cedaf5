import { closest, distance } from "fastest-levenshtein";

/** The known name that was probably meant: the nearest one when it is near enough, or the only one that begins so. */
export function suggestion(written: string, known: string[]): string | undefined {
  if (!known.length || written === "") return undefined;
  const lower = written.toLowerCase();
  const guess = closest(
    lower,
    known.map((name) => name.toLowerCase()),
  );
  const name = known.find((candidate) => candidate.toLowerCase() === guess)!;
  // Short names differ by little without having anything in common.
  const enough = name.length < 5 ? 1 : Math.max(2, Math.floor(name.length / 3));
  if (distance(lower, guess) <= enough) return name;
  const longer = known.filter((candidate) => candidate.toLowerCase().startsWith(lower));
  return lower.length > 2 && longer.length === 1 ? longer[0] : undefined;
}
