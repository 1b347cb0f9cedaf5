/**
 * The identity of the job, signed by GitHub for one recipient; it is good for some minutes.
 * https://docs.github.com/en/actions/reference/security/oidc
 *
 * @throws {Error} when the job may not have one.
 */
export async function githubIdToken(audience: string, env: NodeJS.ProcessEnv): Promise<string> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: address, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = env;
  if (!address || !token) {
    throw new Error(
      "GitHub gives this job no identity: it needs `permissions: { id-token: write }`; forks never get one",
    );
  }
  const url = new URL(address);
  url.searchParams.set("audience", audience);
  const answer = await fetch(url, {
    headers: { authorization: `Bearer ${token}`, accept: "application/json" },
    signal: AbortSignal.timeout(30_000),
  });
  if (!answer.ok) throw new Error(`GitHub answered ${answer.status} to the request for the job's identity`);
  const { value } = (await answer.json()) as { value?: string };
  if (!value) throw new Error("GitHub's answer has no identity in it");
  return value;
}

/** When a token ends, as it says itself. */
export function expiryOf(jwt: string): Date {
  const claims = JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString()) as { exp: number };
  return new Date(claims.exp * 1000);
}
