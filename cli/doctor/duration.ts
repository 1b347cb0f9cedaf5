const UNITS: [seconds: number, name: string][] = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "m"],
  [1, "s"],
];

/** A time span as kubectl shows an age: the largest unit that it fills. */
export function age(seconds: number): string {
  const [size, name] = UNITS.find(([length]) => seconds >= length) ?? [1, "s"];
  return `${Math.max(0, Math.floor(seconds / size))}${name}`;
}
