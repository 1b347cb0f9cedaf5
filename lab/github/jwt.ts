import { verify } from "node:crypto";

/** What an App says of itself in a JSON web token. */
interface Claims {
  iss?: unknown;
  iat?: unknown;
  exp?: unknown;
}

/** The App that a token speaks for; else why GitHub does not take the token. */
export type Issuer = { issuer: string } | { refused: string };

/** GitHub's words (octokit/auth-app, `hook.ts`; actions/create-github-app-token#153). */
const NOT_DECODED = "A JSON web token could not be decoded";
const ISSUED_LATER = "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";
const EXPIRED =
  "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires";
const TOO_FAR = "'Expiration time' claim ('exp') is too far in the future";

/** Seconds that a token lives at most, and what GitHub's servers differ by. */
const LONGEST = 600;
const LEEWAY = 5;

/**
 * Looks at a token as GitHub does.
 *
 * @param keysOf public keys of an App; of one that has none here every token is good, whoever signed it.
 * @param now seconds since 1970, as GitHub's clock has them.
 */
export function issuerOf(token: string, keysOf: (issuer: string) => string[] | undefined, now: number): Issuer {
  const claims = claimsOf(token);
  if (claims?.iss === undefined) return { refused: NOT_DECODED };
  const issuer = String(claims.iss);
  const keys = keysOf(issuer);
  if (keys) {
    const refused = isSigned(token, keys) ? wrongTime(claims, now) : NOT_DECODED;
    if (refused) return { refused };
  }
  return { issuer };
}

export function isJwt(token: string): boolean {
  return token.split(".").length === 3;
}

function claimsOf(token: string): Claims | undefined {
  if (!isJwt(token)) return undefined;
  try {
    return JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as Claims;
  } catch {
    return undefined;
  }
}

function isSigned(token: string, keys: string[]): boolean {
  const [header, claims, signature = ""] = token.split(".");
  const content = Buffer.from(`${header}.${claims}`);
  return keys.some((key) => verify("RSA-SHA256", content, key, Buffer.from(signature, "base64url")));
}

function wrongTime({ iat, exp }: Claims, now: number): string | undefined {
  if (typeof iat !== "number" || iat > now + LEEWAY) return ISSUED_LATER;
  if (typeof exp !== "number" || exp < now) return EXPIRED;
  return exp > now + LONGEST + LEEWAY ? TOO_FAR : undefined;
}
