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

const SECONDS: Record<string, number> = { h: 3_600, m: 60, s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };

/** Seconds of a duration as Go writes it (`1h0m0s`); undefined for what is none. */
export function goSeconds(text: string): number | undefined {
  if (!/^([\d.]+(h|ms|m|us|µs|ns|s))+$|^0$/.test(text)) return undefined;
  const parts = [...text.matchAll(/([\d.]+)(h|ms|m|us|µs|ns|s)/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * SECONDS[unit!]!, 0);
}
