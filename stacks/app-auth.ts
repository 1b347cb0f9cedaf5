import { createPrivateKey } from "node:crypto";
import type { createAppAuth } from "@octokit/auth-app";

/** A GitHub App, and what it proves with that it is the one. */
export interface AppKey {
  /** App id or client id. */
  appId: string;
  /** RSA, PEM. */
  privateKey: string;
}

/**
 * An App that signs for itself, by GitHub's own library.
 *
 * @param warn gets what the library says besides its answer.
 */
export function appAuth({ appId, privateKey }: AppKey, warn: (text: string) => void = () => {}) {
  // It takes 50 ms to load, and most runs ask nothing.
  const library = require("@octokit/auth-app") as { createAppAuth: typeof createAppAuth };
  // The library takes a PEM as text, with line ends of one kind and nothing around it.
  const pem = createPrivateKey(privateKey.trim()).export({ type: "pkcs8", format: "pem" }).toString();
  const quiet = () => undefined;
  return library.createAppAuth({ appId, privateKey: pem, log: { debug: quiet, info: quiet, warn, error: warn } });
}

/** The JSON web token that an App asks GitHub with about itself, for ten minutes. It stays in memory. */
export async function appJwt(app: AppKey): Promise<string> {
  return (await appAuth(app)({ type: "app" })).token;
}
