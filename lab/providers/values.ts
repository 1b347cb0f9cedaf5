import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { UNKNOWN, type Properties } from "./plugin";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Whether a value is a plain object, which is the only kind of object that the engine sends. */
export function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Marks a value of a resource as a secret: the engine stores it encrypted and shows `[secret]`. */
export function secret(value: unknown): Properties {
  return { [SIGNATURE]: SECRET, value };
}

function isSecret(value: Properties): boolean {
  return value[SIGNATURE] === SECRET;
}

/** The same value with each secret in it replaced by what it holds. */
export function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutSecrets);
  }
  if (!isObject(value)) {
    return value;
  }
  if (isSecret(value)) {
    return withoutSecrets(value["value"]);
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner)]));
}

/** Whether any value in it will only be known at `up`. */
export function hasUnknown(value: unknown): boolean {
  if (Array.isArray(value)) {
    return value.some(hasUnknown);
  }
  return isObject(value) ? Object.values(value).some(hasUnknown) : value === UNKNOWN;
}

/** Whether two values are the same JSON, whatever the order of their keys. */
export function isEqual(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((value, index) => isEqual(value, other[index]));
  }
  if (isObject(one) && isObject(other)) {
    const keys = Object.keys(one);
    return (
      keys.length === Object.keys(other).length && keys.every((key) => key in other && isEqual(one[key], other[key]))
    );
  }
  return one === other;
}

/** What the engine sent, as plain JavaScript and without its marks of secrets. */
export function fromStruct(struct: Struct | undefined): Properties {
  return struct === undefined ? {} : (withoutSecrets(struct.toJavaScript()) as Properties);
}

/** A Struct cannot hold `undefined`: a field of that value is left out, as in JSON. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map((inner) => (inner === undefined ? null : withoutUndefined(inner)));
  }
  if (!isObject(value)) {
    return value;
  }
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutUndefined(inner)]));
}

/** What the engine is answered. */
export function toStruct(properties: Properties): Struct {
  return Struct.fromJavaScript(withoutUndefined(properties) as Record<string, JavaScriptValue>);
}
