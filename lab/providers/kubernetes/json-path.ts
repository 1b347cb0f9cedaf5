import { isObject } from "../values";

type Step = (value: unknown) => unknown[];

const NAME = /^\.([A-Za-z_$][\w$-]*)/;
const WILDCARD = /^(?:\.\*|\[\*\])/;
const INDEX = /^\[(-?\d+)\]/;
const QUOTED = /^\[(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\]/;
const FILTER = /^\[\?\(?\s*@((?:\.[\w$-]+)+)\s*(?:(==|!=)\s*('[^']*'|"[^"]*"|[^\s)\]]+))?\s*\)?\]/;

const valuesOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];

const fieldStep =
  (key: string): Step =>
  (value) =>
    isObject(value) && key in value ? [value[key]] : [];

function indexStep(index: number): Step {
  return (value) => {
    const found: unknown = Array.isArray(value) ? value.at(index) : undefined;
    return found === undefined ? [] : [found];
  };
}

function literal(text: string): unknown {
  return /^['"]/.test(text) ? text.slice(1, -1) : (JSON.parse(text) as unknown);
}

function filterStep(path: string, operator: string | undefined, operand: string | undefined): Step {
  const keys = path.slice(1).split(".");
  const select = (value: unknown) => keys.reduce<unknown[]>((found, key) => found.flatMap(fieldStep(key)), [value]);
  const expected = operand === undefined ? undefined : literal(operand);
  return (value) =>
    valuesOf(value).filter((element) => {
      const [found] = select(element);
      if (operator === undefined) {
        return found !== undefined;
      }
      return operator === "==" ? found === expected : found !== expected;
    });
}

function stepAt(text: string): { step: Step; length: number } | undefined {
  const match = WILDCARD.exec(text) ?? NAME.exec(text) ?? INDEX.exec(text) ?? QUOTED.exec(text) ?? FILTER.exec(text);
  if (match === null) {
    return undefined;
  }
  const length = match[0].length;
  if (WILDCARD.test(text)) {
    return { step: valuesOf, length };
  }
  if (NAME.test(text)) {
    return { step: fieldStep(match[1] ?? ""), length };
  }
  if (INDEX.test(text)) {
    return { step: indexStep(Number(match[1])), length };
  }
  if (QUOTED.test(text)) {
    return { step: fieldStep((match[1] ?? match[2] ?? "").replace(/\\(.)/g, "$1")), length };
  }
  return { step: filterStep(match[1] ?? "", match[2], match[3]), length };
}

/** Reads a JSONPath of fields, indexes, wildcards and filters on one field; answers what selects its values. */
export function parseJsonPath(path: string): (value: unknown) => unknown[] {
  const steps: Step[] = [];
  let rest = path.replace(/^\$/, "");
  while (rest !== "") {
    const next = stepAt(rest);
    if (next === undefined) {
      throw new Error(`parsing "${path}": cannot read "${rest}"`);
    }
    steps.push(next.step);
    rest = rest.slice(next.length);
  }
  return (value) => steps.reduce<unknown[]>((found, step) => found.flatMap(step), [value]);
}
