/** One of the five fields of a cron expression. */
interface Field {
  name: string;
  min: number;
  max: number;
  names: string[];
}

const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const DAYS = "sun mon tue wed thu fri sat".split(" ");

const FIELDS: Field[] = [
  { name: "minute", min: 0, max: 59, names: [] },
  { name: "hour", min: 0, max: 23, names: [] },
  { name: "day of month", min: 1, max: 31, names: [] },
  { name: "month", min: 1, max: 12, names: MONTHS },
  { name: "day of week", min: 0, max: 6, names: DAYS },
];

/** The macros of robfig/cron, by how often each fires on a day on which it does. */
const MACROS: Record<string, number> = {
  "@yearly": 1,
  "@annually": 1,
  "@monthly": 1,
  "@weekly": 1,
  "@daily": 1,
  "@midnight": 1,
  "@hourly": 24,
};

/** What a field stands for, or what is wrong with it. */
type Values = Set<number> | string;

/**
 * What Kubernetes would refuse of the schedule of a CronJob: it reads it with `ParseStandard` of robfig/cron v3, whose
 * rules these are. Two of its liberties are refused here, since nobody means them: an empty field (`,`), and `@every`,
 * which counts from the CronJob's creation and so names no time of day.
 */
export function cronProblem(expression: string): string | undefined {
  if (expression.includes("TZ")) return "names a time zone, which Kubernetes refuses there";
  if (expression.startsWith("@every")) return "names no time of day";
  if (expression.startsWith("@")) return expression in MACROS ? undefined : `has the unknown macro ${expression}`;
  const texts = fieldsOf(expression);
  if (texts.length !== FIELDS.length) return `has ${texts.length} ${texts.length === 1 ? "field" : "fields"}, not 5`;
  return FIELDS.map((field, index) => valuesOf(texts[index]!, field)).find((values) => typeof values === "string");
}

/** How often a sound expression fires on a day on which it fires at all. */
export function firingsPerDay(expression: string): number {
  if (expression.startsWith("@")) return MACROS[expression] ?? 0;
  const [minutes, hours] = fieldsOf(expression)
    .slice(0, 2)
    .map((text, index) => valuesOf(text, FIELDS[index]!));
  return minutes instanceof Set && hours instanceof Set ? minutes.size * hours.size : 0;
}

function fieldsOf(expression: string): string[] {
  return expression.split(/\s+/).filter(Boolean);
}

function valuesOf(text: string, field: Field): Values {
  const values = new Set<number>();
  const ranges = text.split(",").filter(Boolean);
  if (!ranges.length) return `has no value for the ${field.name}`;
  for (const range of ranges) {
    const some = rangeOf(range, field);
    if (typeof some === "string") return some;
    some.forEach((value) => values.add(value));
  }
  return values;
}

/** `*`, `a`, `a-b`, each with `/step`; `a/step` goes on to the end. A `*` or `?` takes whatever follows it up to the `/`. */
function rangeOf(text: string, field: Field): Values {
  const [bounds = "", stepText, ...more] = text.split("/");
  const [low = "", high, ...rest] = bounds.split("-");
  const any = low === "*" || low === "?";
  const start = any ? field.min : numberOf(low, field.names);
  const last = high === undefined ? (stepText === undefined ? start : field.max) : numberOf(high, field.names);
  const end = any ? field.max : last;
  const step = stepText === undefined ? 1 : numberOf(stepText, []);
  if (more.length || (rest.length && !any) || start === undefined || end === undefined || step === undefined) {
    return `has ${JSON.stringify(text)} for the ${field.name}`;
  }
  if (start < field.min || end > field.max) {
    return `has ${text} for the ${field.name}, which goes from ${field.min} to ${field.max}`;
  }
  if (start > end) return `has ${text} for the ${field.name}, which ends before it begins`;
  if (step === 0) return `has ${text} for the ${field.name}, a step of 0`;
  const values = new Set<number>();
  for (let value = start; value <= end; value += step) values.add(value);
  return values;
}

function numberOf(text: string, names: string[]): number | undefined {
  const named = names.indexOf(text.toLowerCase());
  // The names count as the numbers do: January is 1, Sunday is 0.
  if (named >= 0) return named + (names === MONTHS ? 1 : 0);
  return /^\+?\d{1,18}$/.test(text) || text === "-0" ? Number(text) : undefined;
}
