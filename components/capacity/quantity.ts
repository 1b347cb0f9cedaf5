/**
 * Kubernetes quantities as exact numbers, in nano-units: no float takes part.
 *
 * Source: k8s.io/apimachinery `pkg/api/resource` — `quantity.go` (grammar, rounding, `CanonicalizeBytes`) and
 * `suffix.go`.
 */

type Style = "decimal" | "binary" | "exponent";

interface Reading {
  nanos: bigint;
  style: Style;
}

const NANOS = 1_000_000_000n;
const NANOS_PER_MILLI = 1_000_000n;

// Group 1 the sign, 2 whole digits, 3 and 4 fraction digits, 5 the suffix.
const GRAMMAR = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/;

const DECIMAL_SUFFIXES: Record<string, number> = {
  n: -9,
  u: -6,
  m: -3,
  "": 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const BINARY_SUFFIXES = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

// ParseQuantity caps binary quantities, and only those, at the largest int64.
const LARGEST_BINARY = (2n ** 63n - 1n) * NANOS;

// Far beyond any cluster; without a bound `1e999999999` would ask for a number of a billion digits.
const LARGEST_EXPONENT = 999;

/**
 * A text is not a Kubernetes quantity.
 *
 * @example
 * new QuantityError("1GB", "container runner, requests.memory").message
 * // container runner, requests.memory: "1GB" is not a Kubernetes quantity; write a number, …
 */
export class QuantityError extends Error {
  /** What was given, unchanged. */
  readonly text: string;

  /**
   * @param text what was given
   * @param where what the text is the value of, in the words of the person who wrote it
   */
  constructor(text: string, where?: string) {
    const place = where === undefined ? "" : `${where}: `;
    super(
      `${place}${JSON.stringify(text)} is not a Kubernetes quantity; write a number, optionally with one of the ` +
        "suffixes n u m k M G T P E or Ki Mi Gi Ti Pi Ei or an exponent, without spaces: 2, 500m, 1.5Gi or 1e3",
    );
    this.name = "QuantityError";
    this.text = text;
  }
}

// What a ResourceQuota counts in bytes; the last one is a storage class's quota.
const BYTES =
  /^(?:requests\.|limits\.)?(?:memory|storage|ephemeral-storage|hugepages-.+)$|\.storage\.k8s\.io\/requests\.storage$/;

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

/** Kubernetes rounds away from zero: whoever asks for too little to represent still gets some. */
function divideAwayFromZero(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  if (dividend % divisor === 0n) return quotient;
  return dividend < 0n ? quotient - 1n : quotient + 1n;
}

function read(text: string, where?: string): Reading {
  const match = GRAMMAR.exec(text);
  if (match === null) throw new QuantityError(text, where);
  const [, sign, whole = "", fraction = match[4] ?? "", , suffix = ""] = match;
  const digits = BigInt(whole + fraction) * (sign === "-" ? -1n : 1n);
  const binary = BINARY_SUFFIXES.indexOf(suffix);
  if (binary > 0) {
    const nanos = divideAwayFromZero(digits * 1024n ** BigInt(binary) * NANOS, 10n ** BigInt(fraction.length));
    const capped = magnitude(nanos) > LARGEST_BINARY ? LARGEST_BINARY * (nanos < 0n ? -1n : 1n) : nanos;
    return { nanos: capped, style: "binary" };
  }
  const decimal = DECIMAL_SUFFIXES[suffix];
  const exponent = decimal ?? Number(suffix.slice(1));
  if (Math.abs(exponent) > LARGEST_EXPONENT) throw new QuantityError(text, where);
  const power = exponent - fraction.length + 9;
  const nanos = power >= 0 ? digits * 10n ** BigInt(power) : divideAwayFromZero(digits, 10n ** BigInt(-power));
  return { nanos, style: decimal === undefined ? "exponent" : "decimal" };
}

/**
 * The value of a quantity.
 *
 * What is finer than a nano is rounded away from zero, and a binary quantity is capped at 2^63-1, both as Kubernetes
 * does. Stricter than Go's scanner in two places: digits are required, as the grammar says (Go reads `Gi` as 0), and
 * an exponent has at most three digits of value.
 *
 * @param text a quantity, without spaces around it
 * @returns nano-units: `1` is 1_000_000_000
 * @throws {QuantityError} when the text is not a quantity
 * @example
 * parseQuantity("500m") // 500_000_000n
 * parseQuantity("1Ki") // 1_024_000_000_000n
 */
export function parseQuantity(text: string): bigint {
  return read(text).nanos;
}

/**
 * The value a ResourceList keeps: the API server rounds each entry of one (a container's resources, a pod's overhead,
 * a LimitRange, a ResourceQuota's `hard`) up to milli-units.
 *
 * Source: k8s.io/kubernetes `pkg/apis/core/v1/defaults.go`, `SetDefaults_ResourceList`.
 *
 * @param text a quantity
 * @param where what the text is the value of, for the error
 * @returns nano-units, a multiple of 1_000_000
 * @throws {QuantityError} when the text is not a quantity
 * @example
 * storedQuantity("1u") // 1_000_000n, that is 1m
 */
export function storedQuantity(text: string, where?: string): bigint {
  return divideAwayFromZero(read(text, where).nanos, NANOS_PER_MILLI) * NANOS_PER_MILLI;
}

/**
 * Whether a text is a Kubernetes quantity.
 *
 * @param text anything
 * @returns true when {@link parseQuantity} would return a number
 * @example
 * isQuantity("1.5Gi") // true
 * isQuantity("1GB") // false
 */
export function isQuantity(text: string): boolean {
  try {
    read(text);
    return true;
  } catch (error) {
    if (error instanceof QuantityError) return false;
    throw error;
  }
}

/** For amounts other than 0, like the next one. */
function inDecimals(nanos: bigint, style: Style): string {
  let mantissa = nanos;
  let exponent = -9;
  while (mantissa % 1000n === 0n) {
    mantissa /= 1000n;
    exponent += 3;
  }
  const suffix = Object.keys(DECIMAL_SUFFIXES).find((name) => DECIMAL_SUFFIXES[name] === exponent);
  if (style === "decimal" && suffix !== undefined) return `${mantissa}${suffix}`;
  return exponent === 0 ? `${mantissa}` : `${mantissa}e${exponent}`;
}

function inBinary(units: bigint): string {
  let mantissa = units;
  let power = 0;
  while (mantissa % 1024n === 0n) {
    mantissa /= 1024n;
    power += 1;
  }
  return `${mantissa}${BINARY_SUFFIXES[power]}`;
}

/**
 * The canonical spelling: no fraction digits, the largest suffix of the same kind that loses nothing. Binary
 * quantities below 1024, or with a fraction of a unit, are written in decimals.
 *
 * The API server prints this, save for a few spellings that Go takes for canonical and echoes (`+1`, `1.500`, `1E3`):
 * to compare with what a cluster returns, canonicalise both sides.
 *
 * @param text a quantity
 * @returns the spelling; equal texts for equal values of the same kind (decimal, binary, exponent)
 * @throws {QuantityError} when the text is not a quantity
 * @example
 * canonicalQuantity("1000m") // "1"
 * canonicalQuantity("1.5Gi") // "1536Mi"
 */
export function canonicalQuantity(text: string): string {
  const { nanos, style } = read(text);
  if (nanos === 0n) return "0";
  if (style !== "binary") return inDecimals(nanos, style);
  if (magnitude(nanos) < 1024n * NANOS || nanos % NANOS !== 0n) return inDecimals(nanos, "decimal");
  return inBinary(nanos / NANOS);
}

/** The largest unit that writes the amount as 1 or more with two decimals at the most, losing nothing. */
function inLargestUnit(nanos: bigint, suffixes: string[], step: bigint): string | undefined {
  for (let power = suffixes.length - 1; power >= 0; power -= 1) {
    const unit = step ** BigInt(power) * NANOS;
    const hundredths = (magnitude(nanos) * 100n) / unit;
    if (hundredths < 100n || (magnitude(nanos) * 100n) % unit !== 0n) continue;
    const decimals = `${hundredths % 100n}`.padStart(2, "0").replace(/0+$/, "");
    const point = decimals === "" ? "" : ".";
    return `${nanos < 0n ? "-" : ""}${hundredths / 100n}${point}${decimals}${suffixes[power]}`;
  }
  return undefined;
}

const digitCount = (text: string): number => text.replace(/\D/g, "").length;

/** Binary unless decimal takes fewer digits; undefined for a part of a byte that two decimals do not hold. */
function inBytes(nanos: bigint): string | undefined {
  const binary = inLargestUnit(nanos, BINARY_SUFFIXES, 1024n);
  const decimal = inLargestUnit(nanos, ["", "k", "M", "G", "T", "P", "E"], 1000n);
  if (binary === undefined || decimal === undefined) return binary ?? decimal;
  return digitCount(decimal) < digitCount(binary) ? decimal : binary;
}

/**
 * An amount of a resource for people, exact and again a quantity: CPU in cores or millicores, memory and storage in
 * binary units (in decimal ones where that takes fewer digits: 4G stays `4G` and is not `3906250Ki`), the rest as a
 * count.
 *
 * @param nanos nano-units of the resource
 * @param resource its name in a pod or in a quota: `cpu`, `limits.memory`, `requests.example.com/gpu`, `pods`
 * @returns the text
 * @example
 * formatAmount(350_000_000n, "requests.cpu") // "350m"
 * formatAmount(parseQuantity("1536Mi"), "limits.memory") // "1.5Gi"
 */
export function formatAmount(nanos: bigint, resource: string): string {
  const bytes = BYTES.test(resource) ? inBytes(nanos) : undefined;
  if (bytes !== undefined) return bytes;
  return nanos % NANOS === 0n ? `${nanos / NANOS}` : inDecimals(nanos, "decimal");
}
