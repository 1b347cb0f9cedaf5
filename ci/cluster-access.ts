import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse, stringify } from "yaml";
import type { Actions } from "./actions";
import { expiryOf, githubIdToken } from "./id-token";

/** Fields of a user in a kubeconfig that are secrets of their own. */
const LASTING = ["token", "password", "client-key-data", "auth-provider"];

interface Kubeconfig {
  users?: { name: string; user?: Record<string, unknown> & { exec?: { command?: string } } }[];
}

/** This program, as a kubeconfig names it; clients would look for it beside the kubeconfig, or not at all. */
const OWN = "ci/run";

/**
 * Puts a kubeconfig where the steps that follow find it. It names a program that gets a token (`exec`), and holds none.
 *
 * @throws {Error} when it has a credential in it: everybody who reads the variables of the repository would read it too.
 */
export function useKubeconfig(text: string, folder: string, actions: Actions): void {
  const kubeconfig = (parse(text) ?? {}) as Kubeconfig;
  const { users = [] } = kubeconfig;
  const found = users.flatMap(({ name, user = {} }) =>
    LASTING.filter((field) => user[field]).map((field) => [name, field]),
  );
  if (found.length) {
    const [name, field] = found[0]!;
    throw new Error(
      `The kubeconfig has a credential in it: ${field} of the user ${name}. ` +
        "Use a user with exec, which gets a token for each run (docs/ci.md#the-cluster).",
    );
  }
  for (const { user } of users) if (user?.exec?.command === OWN) user.exec.command = path.join(__dirname, "run");
  const file = path.join(folder, "arc", "kubeconfig");
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, stringify(kubeconfig), { mode: 0o600 });
  actions.variable("KUBECONFIG", file);
}

/**
 * What a kubeconfig's `exec` prints: the identity of the job, for an API server that trusts GitHub's issuer. Clients ask
 * again when it ends, so that an update may take longer than the token.
 */
export async function clusterToken(audience: string, env: NodeJS.ProcessEnv): Promise<string> {
  const token = await githubIdToken(audience, env);
  const status = { token, expirationTimestamp: expiryOf(token).toISOString() };
  return JSON.stringify({ apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status });
}
