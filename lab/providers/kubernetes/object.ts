import { isObject } from "../values";
import type { Properties } from "../plugin";

/** A Kubernetes object, or the part of one that a program gives. */
export interface KubernetesObject extends Properties {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
}

export interface Metadata extends Properties {
  name?: string;
  namespace?: string;
  generation?: number;
  resourceVersion?: string;
  annotations?: Record<string, string>;
  finalizers?: string[];
  managedFields?: ManagedFields[];
}

/** One entry of `metadata.managedFields`: who set which fields, by apply or by a plain write. */
export interface ManagedFields extends Properties {
  manager: string;
  operation: "Apply" | "Update";
  subresource?: string;
  fieldsV1?: Properties;
}

/** The key below which a custom resource definition's schema has dashes and the program's types have underscores. */
const DASHED = [
  "x-kubernetes-embedded-resource",
  "x-kubernetes-int-or-string",
  "x-kubernetes-list-map-keys",
  "x-kubernetes-list-type",
  "x-kubernetes-map-type",
  "x-kubernetes-preserve-unknown-fields",
  "x-kubernetes-validations",
];
const TO_DASHES = new Map(DASHED.map((key) => [key.replaceAll("-", "_"), key]));
const TO_UNDERSCORES = new Map(DASHED.map((key) => [key, key.replaceAll("-", "_")]));

function withKeys(value: unknown, names: Map<string, string>): unknown {
  if (Array.isArray(value)) {
    return value.map((inner) => withKeys(inner, names));
  }
  if (!isObject(value)) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [names.get(key) ?? key, withKeys(inner, names)]),
  );
}

/** An object as Kubernetes writes it, from properties as Pulumi writes them. Always a copy. */
export function objectOf(properties: Properties): KubernetesObject {
  const object = withKeys(properties, TO_DASHES) as KubernetesObject;
  // Metadata that only `up` will know arrives as one unknown value; it stays, so that nobody takes it for no metadata.
  object.metadata ??= {};
  return object;
}

/** The properties of an object as Pulumi writes them. Always a copy. */
export function propertiesOf(object: Properties): Properties {
  return withKeys(object, TO_UNDERSCORES) as Properties;
}

/** The id of an object: its name, after the namespace that it is in. */
export function idOf({ metadata }: KubernetesObject): string {
  return metadata.namespace ? `${metadata.namespace}/${metadata.name}` : `${metadata.name}`;
}

/** The namespace and the name that an id says. */
export function parseId(id: string): { namespace?: string; name: string } {
  const [first = "", second] = id.split("/");
  return second === undefined ? { name: first } : { namespace: first, name: second };
}

/** The value of an annotation, when it has one. */
export function annotation(object: KubernetesObject, name: string): string | undefined {
  const annotations = isObject(object.metadata) ? object.metadata.annotations : undefined;
  return isObject(annotations) ? annotations[name] : undefined;
}

/** Whether an annotation says "true". */
export function isAnnotated(object: KubernetesObject, name: string): boolean {
  return annotation(object, name) === "true";
}

/** The value at a path of fields, when there is one. */
export function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
}

/** Takes a field out of an object, in place. */
export function removeAt(object: Properties, ...path: string[]): void {
  const parent = at(object, ...path.slice(0, -1));
  if (isObject(parent)) {
    delete parent[path.at(-1) ?? ""];
  }
}

export function isCustomResourceDefinition({ apiVersion, kind }: KubernetesObject): boolean {
  return kind === "CustomResourceDefinition" && apiVersion.startsWith("apiextensions.k8s.io/");
}

export function isSecret({ apiVersion, kind }: KubernetesObject): boolean {
  return kind === "Secret" && apiVersion === "v1";
}

const BUILT_IN_GROUP =
  /^(|apps|autoscaling|batch|extensions|policy|(admissionregistration|apiextensions|apiregistration|authentication|authorization|certificates|coordination|discovery|events|flowcontrol\.apiserver|networking|node|rbac\.authorization|resource|scheduling|storage|storagemigration)\.k8s\.io)$/;

/** The group of an apiVersion; the core group has no name. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
}

/** Whether Kubernetes itself defines the kind, and not a custom resource definition. */
export function isBuiltIn({ apiVersion }: KubernetesObject): boolean {
  return BUILT_IN_GROUP.test(groupOf(apiVersion));
}

/** The apiVersion and kind that a Pulumi type token says: `kubernetes:core/v1:Namespace`. */
export function kindOfToken(token: string): { apiVersion: string; kind: string } {
  const [, groupVersion = "", kind = ""] = token.split(":");
  return { apiVersion: groupVersion.startsWith("core/") ? groupVersion.slice("core/".length) : groupVersion, kind };
}
