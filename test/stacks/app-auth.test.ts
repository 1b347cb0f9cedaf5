import * as assert from "node:assert/strict";
import { generateKeyPairSync, verify } from "node:crypto";
import { appJwt } from "../../stacks/app-auth";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

describe("An App's JSON web token", () => {
  const decoded = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>;

  const spellings: Record<string, (pem: string) => string> = {
    "as it is downloaded": (pem) => pem,
    "with empty lines around it": (pem) => `\n${pem}\n`,
    "with the line ends of Windows": (pem) => pem.replaceAll("\n", "\r\n"),
  };
  for (const type of ["pkcs1", "pkcs8"] as const) {
    for (const [title, spelled] of Object.entries(spellings)) {
      it(`is signed with a key in ${type} ${title}, and lives ten minutes from half a minute ago`, async () => {
        const pem = spelled(privateKey.export({ type, format: "pem" }) as string);
        const before = Math.floor(Date.now() / 1000);
        const token = await appJwt({ appId: "Iv23li0", privateKey: pem });
        const [header, claims, signature] = token.split(".") as [string, string, string];
        assert.deepEqual(decoded(header), { alg: "RS256", typ: "JWT" });
        const { iat, exp, iss } = decoded(claims) as { iat: number; exp: number; iss: string };
        assert.deepEqual([iss, exp - iat], ["Iv23li0", 600]);
        const after = Math.floor(Date.now() / 1000);
        assert.ok(iat >= before - 30 && iat <= after - 30, `${before} ${iat} ${after}`);
        const content = Buffer.from(`${header}.${claims}`);
        assert.ok(verify("RSA-SHA256", content, publicKey, Buffer.from(signature, "base64url")));
      });
    }
  }

  it("is not made of what is no key, and the error repeats nothing of it", async () => {
    const privateKey = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----";
    await assert.rejects(
      () => appJwt({ appId: "1", privateKey }),
      (error: Error) => !/c2VjcmV0/.test(error.message + String(error.stack)),
    );
  });
});
