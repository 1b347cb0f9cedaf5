import { writesToVault } from "../../components/platform/secret-store";
import { syncCommand } from "./commands";
import { Key } from "./credentials";
import type { Context } from "./observation";
import { keyOfReference, plannedOf, readsOf, SecretRole, type SecretUse } from "./references";
import { putCommand } from "./vault";

/** Where the credentials are put right, and how they come into the Secret. */
export function mendCommands(use: SecretUse, context: Context): string[] {
  const read = readsOf(context).find(({ secret }) => secret === keyOfReference(use));
  const corrected =
    "# correct the ids in the stack file, or the key with pulumi config set --secret (docs/credentials.md)";
  if (isMadeHere(use, context)) return [corrected, "pulumi up --refresh"];
  if (!read) return [`kubectl delete secret ${use.name} -n ${use.namespace}`, createCommand(use)];
  const where = writesToVault(context.config.settings) ? [corrected, "pulumi up"] : [putCommand(read, context)];
  return [...where, syncCommand(use.sets)];
}

/** Whether the stack makes the Secret itself, without the operator. */
export function isMadeHere({ namespace, name }: SecretUse, { planned }: Context): boolean {
  return plannedOf(planned, "Secret").some((secret) => secret.namespace === namespace && secret.name === name);
}

/** The command that makes a Secret of one's own; who runs it fills in the values. */
export function createCommand({ name, namespace, role }: SecretUse): string {
  const values =
    role === SecretRole.Proxy
      ? ["--from-literal=username=…", "--from-file=password=…"]
      : [
          `--from-literal=${Key.AppId}=…`,
          `--from-literal=${Key.InstallationId}=…`,
          `--from-file=${Key.PrivateKey}=private-key.pem`,
        ];
  return `kubectl create secret generic ${name} -n ${namespace} ${values.join(" ")}`;
}
