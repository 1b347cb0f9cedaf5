/**
 * Text with a name in place of each character that does something instead of being shown: a log line may hold a terminal's
 * escape sequences, and a message what turns the direction of all that follows it.
 */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) =>
    character === "\n" || character === "\t" ? character : `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}

/** A value of texts, lists and objects with every text of it {@link visible}. */
export function visibleIn<T>(value: T): T {
  if (typeof value === "string") return visible(value) as T;
  if (Array.isArray(value)) return value.map((each: unknown) => visibleIn(each)) as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, visibleIn(field as unknown)])) as T;
}
