import { isObject, hasUnknown } from "../values";
import { at, isBuiltIn, isCustomResourceDefinition, isSecret, removeAt, type KubernetesObject } from "./object";

/** What only the API server sets; a manifest written by another tool may have them all the same. */
const READ_ONLY = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "uid",
];

function normalizeSecret(object: KubernetesObject): void {
  const { data, stringData } = object;
  const encoded: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(isObject(data) ? data : {})) {
    // The server decodes and encodes again, which loses line ends.
    encoded[key] = typeof value === "string" ? Buffer.from(value, "base64").toString("base64") : value;
  }
  for (const [key, value] of Object.entries(isObject(stringData) ? stringData : {})) {
    encoded[key] = Buffer.from(String(value), "utf8").toString("base64");
  }
  delete object["stringData"];
  if (isObject(data) || isObject(stringData)) {
    object["data"] = encoded;
  }
}

/** A typed client of a built-in kind does not send `null`. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutNulls);
  }
  if (!isObject(value)) {
    return value;
  }
  const entries = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutNulls(inner)]));
}

/** The object in the form that the API server gives it, as far as that is known without it. Custom resources stay as they are. */
export function normalized(object: KubernetesObject): KubernetesObject {
  let result = object;
  if (isBuiltIn(object) && !hasUnknown(object)) {
    if (isCustomResourceDefinition(object)) {
      result = { ...object, spec: isObject(object["spec"]) ? { ...object["spec"] } : object["spec"] };
      if (at(result, "spec", "preserveUnknownFields") === false) {
        removeAt(result, "spec", "preserveUnknownFields");
      }
      delete result["status"];
    } else {
      result = withoutNulls(object) as KubernetesObject;
      if (isSecret(result)) {
        normalizeSecret(result);
      }
    }
  }
  if (!isObject(result.metadata)) {
    return result;
  }
  const metadata = Object.entries(result.metadata).filter(([key]) => !READ_ONLY.includes(key));
  return { ...result, metadata: Object.fromEntries(metadata) };
}
