import type { ClusterAccessArgs } from "../credentials/operator-read";
import type { RunnerPlatformArgs } from "./args";
import { SecretStoreKind, storeKind } from "./secret-store";

/** Version of what others wrote to a path of the store, where somebody says it. */
export function versionAt(path: string, args: RunnerPlatformArgs): { version?: string } {
  const version = storeKind(args) === SecretStoreKind.Vault ? args.vault?.versions?.[path] : undefined;
  return version === undefined ? {} : { version };
}

/** How the cluster is asked what the operator has read: as the version fence asks it. */
export function clusterAccess({ controller: { versionFence = {} } }: RunnerPlatformArgs): {
  cluster?: ClusterAccessArgs;
} {
  const { kubeconfig, context } = versionFence;
  const access = { ...(kubeconfig === undefined ? {} : { kubeconfig }), ...(context === undefined ? {} : { context }) };
  return Object.keys(access).length ? { cluster: access } : {};
}
