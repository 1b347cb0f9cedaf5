import * as pulumi from "@pulumi/pulumi";
import * as vault from "@pulumi/vault";

/**
 * A secret of a KV v2 engine. Its data reach state and diffs only as a secret, whatever the values are; ids stay strings,
 * because numbers come back from JSON templates in scientific notation.
 *
 * Its logical name is its path. Named after the namespace that reads it, a move to another namespace would write the
 * path for the new name and then delete it for the old one.
 */
export function createKvSecret(
  args: { mount: string; path: string; data: Record<string, pulumi.Input<string>> },
  opts: pulumi.CustomResourceOptions,
): vault.kv.SecretV2 {
  return new vault.kv.SecretV2(
    `${args.mount}/${args.path}`,
    { mount: args.mount, name: args.path, dataJson: pulumi.secret(pulumi.jsonStringify(args.data)) },
    opts,
  );
}

/** Version of the secret's newest data; it rises with each change, so a digest of it tells listeners to restart. */
export function kvVersion(secret: vault.kv.SecretV2): pulumi.Output<string> {
  return secret.metadata.apply((metadata) => metadata?.version ?? "");
}
