import { randomBytes } from "node:crypto";
import type { CheckCall, Properties } from "../plugin";
import { isObject } from "../values";
import type { Cluster } from "./cluster";
import { isClusterWide } from "./discovery";
import { annotation, isAnnotated, isBuiltIn, objectOf, type KubernetesObject } from "./object";
import { normalized } from "./normalize";
import { inputsOf } from "./state";

const AUTONAMED = "pulumi.com/autonamed";

/** Gives an object without a name the one it had, or a new one after its resource. */
function name(object: KubernetesObject, call: CheckCall): void {
  const { metadata } = object;
  if (metadata.name) {
    return;
  }
  if (metadata["generateName"]) {
    throw new Error("the `.metadata.generateName` field is not supported in Server-Side Apply mode");
  }
  const old = objectOf(call.olds);
  const had = isAnnotated(old, AUTONAMED) ? old.metadata.name : undefined;
  metadata.name = had ?? `${call.urn.split("::").pop()}-${randomBytes(4).toString("hex")}`;
  metadata.annotations = { ...metadata.annotations, [AUTONAMED]: "true" };
}

/** A custom resource whose definition is not there yet counts as one that a namespace holds. */
async function isNamespaced({ apiVersion, kind }: KubernetesObject, cluster: Cluster | undefined): Promise<boolean> {
  if (isClusterWide(apiVersion, kind)) {
    return false;
  }
  if (isBuiltIn({ apiVersion, kind, metadata: {} }) || cluster === undefined) {
    return true;
  }
  return cluster.discovery.resource(apiVersion, kind).then(
    ({ namespaced }) => namespaced,
    () => true,
  );
}

/** Completes the inputs of an object: its name and its namespace. */
export async function check(call: CheckCall, namespace: string, cluster?: Cluster): Promise<{ inputs: Properties }> {
  const object = normalized(objectOf(call.news));
  if (object.kind.endsWith("List") && /List$/.test(call.type)) {
    throw new Error("list resources cannot be created directly. Use the underlying resource type instead");
  }
  if (isObject(object.metadata)) {
    name(object, call);
    if (!object.metadata.namespace && (await isNamespaced(object, cluster))) {
      object.metadata.namespace = namespace;
    }
  }
  if (annotation(object, "helm.sh/hook") !== undefined) {
    cluster?.log("warning", "this resource has a Helm hook, which is not run", call.urn);
  }
  return { inputs: inputsOf(object) };
}
