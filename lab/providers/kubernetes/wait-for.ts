import { at, type KubernetesObject } from "./object";
import { parseJsonPath } from "./json-path";

/** Whether what is waited for has come, and what is seen instead. A failure is one that no waiting mends. */
export interface Verdict {
  ready: boolean;
  message?: string;
  failed?: boolean;
}

/** Something that an object is waited for. */
export interface Expectation {
  /** As the annotation says it. */
  text: string;
  check(live: KubernetesObject): Verdict;
}

const same = (one: unknown, other: string) => String(one).toLowerCase() === other.toLowerCase();

function isBehind(live: KubernetesObject, observed: unknown): boolean {
  const { generation } = live.metadata;
  return typeof generation === "number" && typeof observed === "number" && observed < generation;
}

function conditionExpectation(text: string): Expectation {
  const [type = "", ...value] = text.slice("condition=".length).split("=");
  const wanted = value.length === 0 ? "True" : value.join("=");
  return {
    text,
    check(live) {
      const conditions = at(live, "status", "conditions");
      if (!Array.isArray(conditions)) {
        return { ready: false, message: "it has no .status.conditions" };
      }
      const condition: unknown = conditions.find((one) => same(at(one, "type"), type));
      if (condition === undefined) {
        return { ready: false, message: `it has no condition ${type}` };
      }
      if (isBehind(live, at(condition, "observedGeneration") ?? at(live, "status", "observedGeneration"))) {
        return { ready: false, message: `condition ${type} is of an earlier generation` };
      }
      const status = String(at(condition, "status"));
      return { ready: same(status, wanted), message: `it has condition ${type}=${status} (want ${wanted})` };
    },
  };
}

function splitJsonPath(raw: string): { path: string; value: string } {
  // A filter in the path compares with "==", which does not begin the value.
  const [path = "", value, ...more] = raw
    .replaceAll("==", "\0")
    .split("=")
    .map((part) => part.replaceAll("\0", "=="));
  if (more.length > 0) {
    throw new Error(`format should be {.path}=value or {.path}, got "${raw}"`);
  }
  if (value === "") {
    throw new Error(`${path}= requires a value`);
  }
  if (path.startsWith("'") && path.endsWith("'")) {
    throw new Error(`${path} should omit shell quotes`);
  }
  return { path, value: value ?? "" };
}

function jsonPathExpectation(text: string): Expectation {
  const { path, value: wanted } = splitJsonPath(text.slice("jsonpath=".length));
  const inner = /\{\s*(.*?)\s*\}/.exec(path)?.[1];
  if (inner === undefined) {
    throw new Error(`${path} should be wrapped in brackets { ... }`);
  }
  const select = parseJsonPath(inner);
  return {
    text,
    check(live) {
      if (isBehind(live, at(live, "status", "observedGeneration"))) {
        return { ready: false, message: "its status is of an earlier generation" };
      }
      const [found] = select(live);
      if (found === undefined) {
        return { ready: false, message: `${path} selected nothing` };
      }
      if (wanted === "") {
        return { ready: true };
      }
      if (typeof found === "object" && found !== null) {
        return {
          ready: false,
          failed: true,
          message: `"${path}" has a non-primitive value (${JSON.stringify(found)})`,
        };
      }
      return {
        ready: String(found) === wanted,
        message: `${path} is ${JSON.stringify(String(found))} (want "${wanted}")`,
      };
    },
  };
}

function expressions(text: string): string[] {
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list) && list.every((one) => typeof one === "string")) {
      return list;
    }
  } catch {
    // One expression alone is no JSON.
  }
  return [text];
}

/** Reads the annotation `pulumi.com/waitFor`: `condition=Ready`, `jsonpath={.status.phase}=Running`, or a JSON list of such. */
export function parseWaitFor(text: string): Expectation[] {
  const list = expressions(text);
  if (list.length === 0) {
    throw new Error("at least one condition must be specified");
  }
  return list.map((expression) => {
    if (expression.startsWith("jsonpath=")) {
      return jsonPathExpectation(expression);
    }
    if (expression.startsWith("condition=")) {
      return conditionExpectation(expression);
    }
    throw new Error(`expected a "jsonpath=" or "condition=" prefix, got "${expression}"`);
  });
}
