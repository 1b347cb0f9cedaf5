const QUANTITY = /^([+-]?)(\d*)(?:\.(\d*))?(?:([KMGTPE]i|[numkMGTPE])|[eE]([+-]?\d+))?$/;

const DECIMAL: Record<string, number> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const BINARY = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/** The amount of a Kubernetes quantity in billionths, the finest that Kubernetes keeps; `undefined` for what is none. */
export function billionths(quantity: unknown): bigint | undefined {
  if (typeof quantity !== "string" && typeof quantity !== "number") {
    return undefined;
  }
  const match = QUANTITY.exec(String(quantity));
  if (match === null) {
    return undefined;
  }
  const [, sign, whole = "", fraction = "", suffix, exponent] = match;
  if (whole === "" && fraction === "") {
    return undefined;
  }
  const binary = suffix === undefined ? -1 : BINARY.indexOf(suffix);
  const factor = binary >= 0 ? 1024n ** BigInt(binary + 1) : 1n;
  const power = 9 - fraction.length + (binary >= 0 ? 0 : Number(exponent ?? DECIMAL[suffix ?? ""] ?? 0));
  const scaled = BigInt(`${whole}${fraction}`) * factor;
  const amount = power >= 0 ? scaled * 10n ** BigInt(power) : scaled / 10n ** BigInt(-power);
  return sign === "-" ? -amount : amount;
}

/** Whether two quantities are the same amount: the API server writes "1000m" as "1". */
export function isSameQuantity(one: unknown, other: unknown): boolean {
  const amount = billionths(one);
  return amount !== undefined && amount === billionths(other);
}
