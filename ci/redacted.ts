import { withoutSecrets } from "../cli/doctor/logs/digest";

/** Variables whose value opens something, by the end of their name. */
const CREDENTIAL = /(TOKEN|PASSWORD|PASSPHRASE|SECRET|SECRET_ACCESS_KEY|PRIVATE_KEY)$/;

/** A text of the engine or of a provider without what looks like a credential, and without those of this process. */
export function redacted(text: string, env: NodeJS.ProcessEnv = process.env): string {
  const values = Object.entries(env).flatMap(([name, value]) => (CREDENTIAL.test(name) && value ? [value] : []));
  const known = values.filter((value) => value.length >= 8).sort((a, b) => b.length - a.length);
  return withoutSecrets(known.reduce((safe, value) => safe.replaceAll(value, "[…]"), text));
}
