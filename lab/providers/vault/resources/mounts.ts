import { type Data, VaultError } from "../client";
import { pause } from "../../network";
import type { Work } from "../schema";
import { explained } from "../session";

/** What Vault says of a mount, of an engine (`kv`) or of an auth method (`auth/kubernetes`); `undefined` when there is none. */
export async function readMount(path: string, { client, signal }: Work): Promise<Data | undefined> {
  try {
    return await client.read(`sys/mounts/${path}`, signal);
  } catch (error) {
    if (error instanceof VaultError && error.status === 400 && isNotFound(error)) return undefined;
    throw error;
  }
}

function isNotFound({ errors }: VaultError): boolean {
  return errors.some((text) => text.includes("No secret engine mount at") || text.includes("No auth engine at"));
}

/** Moves a mount with all that is in it. */
export async function remount(from: string, to: string, { client, signal }: Work): Promise<void> {
  const { migration_id } = await client.write("POST", "sys/remount", { from, to }, signal);
  for (;;) {
    const answer = await client.read(`sys/remount/status/${migration_id}`, signal);
    const status = (answer?.migration_info as Data | undefined)?.status;
    if (status === "success") return;
    if (status === "failure") {
      throw new Error(
        `Failure! Error encountered moving mount ${from} to ${to}, with migration ID ${String(migration_id)}`,
      );
    }
    await pause(client.patience.retryWait, signal);
  }
}

/** Changes what can be changed of a mount that is there. */
export async function tune(path: string, config: Data, { client, signal }: Work): Promise<void> {
  await explained("error updating Vault: ", () => client.write("POST", `sys/mounts/${path}/tune`, config, signal));
}
