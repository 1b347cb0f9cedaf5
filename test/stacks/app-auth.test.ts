import * as assert from "node:assert/strict";
import { generateKeyPairSync, verify } from "node:crypto";
import { appJwt } from "../../../../cli/doctor/github/jwt";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

describe("An App's JSON web token", () => {
  const now = new Date("2026-11-21T12:00:00.900Z");
  const decoded = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString()) as unknown;

  for (const type of ["pkcs1", "pkcs8"] as const) {
    it(`is signed with a key in ${type}, and lives ten minutes from a minute ago`, () => {
      const pem = privateKey.export({ type, format: "pem" }) as string;
      const [header, claims, signature] = appJwt({ appId: "Iv23li0", privateKey: `\n${pem}` }, now).split(".") as [
        string,
        string,
        string,
      ];
      assert.deepEqual(decoded(header), { alg: "RS256", typ: "JWT" });
      const seconds = 1_795_262_400;
      assert.deepEqual(decoded(claims), { iat: seconds - 60, exp: seconds + 540, iss: "Iv23li0" });
      const content = Buffer.from(`${header}.${claims}`);
      assert.ok(verify("RSA-SHA256", content, publicKey, Buffer.from(signature, "base64url")));
    });
  }
});
