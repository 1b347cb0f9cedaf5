import { createPrivateKey, sign } from "node:crypto";

/** GitHub takes ten minutes at most, and its clock may be behind ours (docs: "Generating a JSON Web Token"). */
const CLOCK_SECONDS = 60;
const LIFE_SECONDS = 540;

/** The token that an App asks GitHub with about itself. It stays in memory. */
export function appJwt({ appId, privateKey }: { appId: string; privateKey: string }, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { iat: seconds - CLOCK_SECONDS, exp: seconds + LIFE_SECONDS, iss: appId };
  const content = `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}`;
  const signature = sign("RSA-SHA256", Buffer.from(content), createPrivateKey(privateKey.trim()));
  return `${content}.${signature.toString("base64url")}`;
}
