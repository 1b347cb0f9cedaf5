import { ownControllerName } from "./controllers";
import type { Context } from "./observation";
import { soleSet } from "./references";

/** What the controller has said lately about an object. */
export function controllerLog(context: Context, name: string): string {
  const [namespace, deployment] = ownControllerName(context).split("/");
  return `kubectl -n ${namespace} logs deployment/${deployment} -c manager --since=15m | grep ${name}`;
}

/** Lets External Secrets read Vault again, for the set that needs it or for all. */
export function syncCommand(sets: readonly string[]): string {
  const { set } = soleSet(sets);
  return `bin/arc heal external-secrets${set ? ` --set ${set}` : ""}`;
}
