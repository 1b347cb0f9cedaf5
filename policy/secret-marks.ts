import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Fields } from "./wire";

/*
 * Policies see the values of secrets and not that they are secret (pulumi/pulumi-policy#241): the engine sends marks, and
 * the SDK takes them away before it calls a policy. What it took them from is kept here.
 */
interface Deserializer {
  deserializeProperties(properties: Struct, proxySecrets: boolean): object;
}

const received = new WeakMap<object, Struct>();

/** Keeps what the SDK reads properties from, from now on. */
export function keepSecretMarks(): void {
  const sdk = require("@pulumi/policy/deserialize") as Deserializer;
  const { deserializeProperties } = sdk;
  sdk.deserializeProperties = (properties, proxySecrets) => {
    const read = deserializeProperties(properties, proxySecrets);
    received.set(read, properties);
    return read;
  };
}

/** The properties that a policy was given, as the engine sent them. */
export function asReceived(props: object): Fields {
  // The SDK hands out a proxy, which answers this name with the object behind it.
  const { __getSpecialProxyTarget: read } = props as { __getSpecialProxyTarget?: object };
  const properties = read && received.get(read);
  if (properties) return properties.toJavaScript() as Fields;
  // Without the marks every secret would look like plain text, or every plain text like a secret.
  throw new Error("This release of @pulumi/policy does not let the pack see which values are secret; use 1.21.0");
}
