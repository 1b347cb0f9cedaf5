import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { ApiError, FenceApi } from "../controller/version-fence-api";
import { loadKubeConfig } from "../controller/version-fence-cluster";

/** The only version that current External Secrets Operator releases serve. */
export const EXTERNAL_SECRETS_API = "external-secrets.io/v1";

/** The cluster that is asked whether the External Secrets Operator has read the store again. */
export interface ClusterAccessArgs {
  /** Path or content of the kubeconfig, that of the Kubernetes provider. @default - KUBECONFIG or ~/.kube/config */
  kubeconfig?: pulumi.Input<string>;
  /** Context of the kubeconfig. @default - the current one */
  context?: string;
}

/** An ExternalSecret as far as it tells what the operator has done. */
export interface ReadObject {
  metadata: { name: string; namespace: string; uid?: string; generation?: number };
  status?: {
    /** `<generation>-<hash of labels and annotations>` of what was read last (`util.GetResourceVersion`). */
    syncedResourceVersion?: string;
    conditions?: { type: string; status: string; message?: string }[];
  };
}

/** How the wait goes; tests shorten it. */
export interface Patience {
  seconds: number;
  firstPause: number;
  longestPause: number;
}

/** The operator answers in seconds when it can; as long as an ExternalSecret that is new is waited for. */
export const PATIENCE: Patience = { seconds: 120, firstPause: 100, longestPause: 1_000 };

/** Whether the operator has read the store since the object's spec changed last. */
export function isRead({ metadata, status }: ReadObject): boolean {
  return status?.syncedResourceVersion?.startsWith(`${metadata.generation}-`) ?? false;
}

/**
 * Waits until the operator has read the store for an ExternalSecret as it is now. `Ready` cannot tell: it stays True from the
 * time before. `found` is what the engine knows; the cluster is asked only where that is not enough.
 *
 * @throws {pulumi.RunError} when the operator does not come to it in time. A cluster that cannot be asked is a warning.
 */
export async function untilRead(
  found: ReadObject,
  cluster: pulumi.Unwrap<ClusterAccessArgs>,
  warn: (text: string) => void,
  patience: Patience = PATIENCE,
): Promise<void> {
  // What no engine has made has no generation.
  if (found.metadata.generation === undefined || isRead(found)) return;
  let api: FenceApi | undefined;
  try {
    api = await FenceApi.connect(loadKubeConfig(cluster.kubeconfig, cluster.context));
    await poll(api, found, patience);
  } catch (error) {
    if (pulumi.RunError.isInstance(error)) throw error;
    warn(notAsked(found, error as Error));
  } finally {
    api?.close();
  }
}

async function poll(api: FenceApi, { metadata }: ReadObject, patience: Patience): Promise<void> {
  const path = `/apis/${EXTERNAL_SECRETS_API}/namespaces/${metadata.namespace}/externalsecrets/${metadata.name}`;
  const end = Date.now() + patience.seconds * 1000;
  for (let pause = patience.firstPause; ; pause = Math.min(pause * 2, patience.longestPause)) {
    const live = await look(api, path);
    if (live && live.metadata.uid !== metadata.uid) throw new Error("that cluster has another object of this name");
    if (live && isRead(live)) return;
    if (Date.now() + pause > end) throw plainError(notRead(metadata, live, patience.seconds));
    await sleep(pause);
  }
}

/** The object; nothing while the API server is busy with other things. */
async function look(api: FenceApi, path: string): Promise<ReadObject | undefined> {
  try {
    return await api.send<ReadObject>({ method: "GET", path });
  } catch (error) {
    if (error instanceof ApiError && (error.code === 429 || error.code >= 500)) return undefined;
    throw error;
  }
}

/**
 * An error that is shown as it is: it comes when the program's own function has ended, so the SDK prints it with its stack,
 * and puts the name of each property that waits for it in front.
 */
function plainError(text: string): pulumi.RunError {
  const error = new pulumi.RunError(text);
  delete error.stack;
  Object.defineProperty(error, "message", { get: () => text, set: () => undefined });
  return error;
}

function notRead({ namespace, name }: ReadObject["metadata"], live: ReadObject | undefined, seconds: number): string {
  const said = live?.status?.conditions?.find(({ type, status }) => type === "Ready" && status !== "True")?.message;
  return [
    `External Secrets has not read the store for ${namespace}/${name} within ${seconds} s, so its Secret may be an old one; ` +
      "the runner sets that use it are left as they are",
    `  ${said ? `it says: ${said}` : "it says nothing: does it run?"}`,
    `  fix: look at it (kubectl describe externalsecret ${name} -n ${namespace}), then run pulumi up again`,
  ].join("\n");
}

function notAsked({ metadata: { namespace, name } }: ReadObject, error: Error): string {
  return (
    `The cluster could not be asked whether External Secrets has read the store for ${namespace}/${name} again ` +
    `(${error.message.replace(/\.$/, "")}). Until it has, the Secret is the one from before, and a listener that starts has it too. ` +
    "Give the kubeconfig of the Kubernetes provider; look with `bin/arc doctor`."
  );
}
