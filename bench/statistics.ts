/** The middle of some measurements and how far they lie apart. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

/** The spread of the values that are known; `undefined` when one of them could not be measured. */
export function spreadOf(values: (number | undefined)[]): Spread | undefined {
  if (!values.length || values.some((value) => value === undefined)) return undefined;
  const sorted = [...(values as number[])].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}

/** The spread of the ratios of each pair: what was measured one after the other is compared with each other. */
export function ratioOf(ours: (number | undefined)[], floor: (number | undefined)[]): Spread | undefined {
  return spreadOf(
    ours.map((value, index) => {
      const other = floor[index];
      return value === undefined || !other ? undefined : value / other;
    }),
  );
}
