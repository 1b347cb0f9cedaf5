import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { privateKeyFormat } from "../../../stacks/checks/credentials";
import {
  found,
  PRIVATE_KEY,
  SECRETS,
  type Secrets,
  settled,
  soundValues,
  type Values,
  withSets,
} from "../../support/checked-stack";

const IMAGE_PULL = { imagePull: { username: "acme", vaultPath: "acme/token" } };
const UNMANAGED = { vault: { manage: false } };

describe("credentials/app-id", () => {
  const id = "credentials/app-id";

  it("asks for the App's id when the credentials are written to Vault.", () => {
    assert.deepEqual(found(id, { ...soundValues(), githubApp: { installationLookup: "token" } }), [
      {
        severity: "error",
        path: "arc:githubApp.appId",
        message: "is missing; it is part of the credentials that are written to Vault",
        allowed: 'the App id or client id in quotes, for example "123456"',
        fix: "copy it from the App's settings page, or set arc:vault.manage to false if Vault holds the credentials already",
      },
    ]);
  });

  it("is silent with an App id or a client id, and when Vault holds the credentials already.", () => {
    for (const appId of ["1", "Iv23liAbC"]) assert.deepEqual(found(id, { ...soundValues(), githubApp: { appId } }), []);
    assert.deepEqual(found(id, { ...soundValues(), ...UNMANAGED, githubApp: {} }), []);
  });
});

describe("credentials/installation", () => {
  const id = "credentials/installation";
  const orgs = [
    { name: "acme", runnerSets: [{ name: "a" }] },
    { name: "known", installationId: "7", runnerSets: [{ name: "b" }] },
    { name: "other", runnerSets: [{ name: "c" }] },
  ];
  const values = (githubApp: Values) => ({ ...soundValues(), orgs, githubApp: { appId: "1", ...githubApp } });

  it("asks for the installation of each organisation that has none, when nothing looks it up.", () => {
    const finding = (path: string, org: string) => ({
      severity: "error",
      path,
      message: `the App's installation on ${org} is not known: installationId is missing and arc:githubApp.installationLookup is none`,
      allowed: 'digits in quotes, for example "44556677"',
      fix:
        `copy the number at the end of https://github.com/organizations/${org}/settings/installations → Configure; ` +
        "or set installationLookup to app",
    });
    const both = [finding("arc:orgs[0].installationId", "acme"), finding("arc:orgs[2].installationId", "other")];
    assert.deepEqual(found(id, values({})), both);
    assert.deepEqual(found(id, values({ installationLookup: "none" })), both);
  });

  it("is silent when it is looked up, and when Vault holds the credentials already.", () => {
    for (const installationLookup of ["app", "token"]) {
      assert.deepEqual(found(id, values({ installationLookup })), []);
    }
    assert.deepEqual(found(id, { ...values({}), ...UNMANAGED }), []);
  });
});

describe("credentials/vault-path", () => {
  const id = "credentials/vault-path";
  const finding = (path: string, value: string, mount: string, rest: string) => ({
    severity: "error",
    path,
    message: `"${value}" begins with the mount "${mount}"; the operator adds it again and finds nothing`,
    allowed: "a path below the mount",
    fix: `write "${rest}"`,
  });

  it("refuses a path that begins with the mount, with the path below it as the fix.", () => {
    assert.deepEqual(found(id, withSets({ name: "a", vaultPath: "secret/acme/app" })), [
      finding("arc:orgs[0].runnerSets[0].vaultPath", "secret/acme/app", "secret", "acme/app"),
    ]);
    assert.deepEqual(found(id, withSets({ name: "a", vaultPath: "secret/data/acme/app" })), [
      finding("arc:orgs[0].runnerSets[0].vaultPath", "secret/data/acme/app", "secret", "acme/app"),
    ]);
  });

  it("refuses it for the registry's token too, and for a path that a namespace makes.", () => {
    const values = {
      ...withSets({ name: "a", namespace: "kv" }),
      vault: { mount: "kv" },
      imagePull: { username: "acme", vaultPath: "kv/token" },
    };
    assert.deepEqual(found(id, values), [
      finding("arc:orgs[0].runnerSets[0].vaultPath", "kv/github-app", "kv", "github-app"),
      finding("arc:imagePull.vaultPath", "kv/token", "kv", "token"),
    ]);
  });

  it("is silent about a path that only resembles the mount.", () => {
    for (const vaultPath of ["secrets/app", "secret", "acme/secret/app", "secret-acme/app"]) {
      assert.deepEqual(found(id, withSets({ name: "a", vaultPath })), [], vaultPath);
    }
    const values = { ...withSets({ name: "a", vaultPath: "team/app" }), vault: { mount: "team/kv" } };
    assert.deepEqual(found(id, values), []);
  });
});

describe("credentials/missing-secret", () => {
  const id = "credentials/missing-secret";
  const finding = (key: string, state: string, what: string, file: string) => ({
    severity: "error",
    path: `arc:${key}`,
    message: `is ${state}; it is needed to write ${what} to Vault`,
    fix: `run: pulumi config set --secret arc:${key} < ${file}   (or set arc:vault.manage to false if Vault holds it already)`,
  });
  const key = (state = "not set") =>
    finding("githubAppPrivateKey", state, "the GitHub App's credentials", "private-key.pem");
  const token = (state = "not set") => finding("imagePullToken", state, "the registry token", "token.txt");

  it("asks for the key, and for the token when images are pulled with one.", () => {
    assert.deepEqual(found(id, soundValues(), {}), [key()]);
    assert.deepEqual(found(id, { ...soundValues(), ...IMAGE_PULL }, {}), [key(), token()]);
    assert.deepEqual(found(id, { ...soundValues(), ...IMAGE_PULL }, { githubAppPrivateKey: { text: PRIVATE_KEY } }), [
      token(),
    ]);
  });

  it("takes an empty secret for none.", () => {
    const secrets = { githubAppPrivateKey: { text: "" }, imagePullToken: { text: " \n" } };
    assert.deepEqual(found(id, { ...soundValues(), ...IMAGE_PULL }, secrets), [key("empty"), token("empty")]);
  });

  it("is silent when they are set, be it that nobody here can decrypt them.", () => {
    const encrypted: Secrets = { githubAppPrivateKey: { encrypted: true }, imagePullToken: { encrypted: true } };
    assert.deepEqual(found(id, { ...soundValues(), ...IMAGE_PULL }, encrypted), []);
    assert.deepEqual(found(id, { ...soundValues(), ...IMAGE_PULL }, SECRETS), []);
  });

  it("is silent when Vault holds the credentials already.", () => {
    assert.deepEqual(found(id, { ...soundValues(), ...IMAGE_PULL, ...UNMANAGED }, {}), []);
  });
});

describe("credentials/private-key", () => {
  const pem = (type: "pkcs1" | "pkcs8") =>
    generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey.export({ type, format: "pem" }).toString();
  const rsa = pem("pkcs1");
  const lines = rsa.trim().split("\n");
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" })
    .privateKey.export({ type: "sec1", format: "pem" })
    .toString();
  const edwards = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const encrypted = generateKeyPairSync("rsa", { modulusLength: 1024 })
    .privateKey.export({ type: "pkcs8", format: "pem", cipher: "aes-128-cbc", passphrase: "x" })
    .toString();
  const publicKey = generateKeyPairSync("rsa", { modulusLength: 1024 })
    .publicKey.export({ type: "spki", format: "pem" })
    .toString();

  const answer = (text: string) =>
    found("credentials/private-key", soundValues(), { githubAppPrivateKey: { text } }).map(({ message }) => message);

  it("is silent about an RSA key in either form, with or without a line end, also with those of Windows.", () => {
    for (const text of [rsa, pem("pkcs8"), rsa.trim(), `\n${rsa}\n\n`, rsa.replaceAll("\n", "\r\n")]) {
      assert.deepEqual(answer(text), []);
    }
  });

  it("refuses everything else, each for its own reason.", () => {
    const unreadable = "is not a PEM private key that can be read; it may be cut short";
    const reasons: [string, string, string][] = [
      ["an elliptic curve", ec, "is not an RSA key; GitHub Apps sign with RS256"],
      ["an Edwards curve", edwards, "is not an RSA key; GitHub Apps sign with RS256"],
      ["base64 of the file", Buffer.from(rsa).toString("base64"), "is the base64 of a PEM file, not the file"],
      ["the escape of line ends", rsa.replaceAll("\n", "\\n"), "holds the two characters \\n where line ends belong"],
      ["no line ends", lines.join(""), "is all on one line; its line ends are lost"],
      ["spaces for line ends", lines.join(" "), "is all on one line; its line ends are lost"],
      ["no end", lines.slice(0, -3).join("\n"), unreadable],
      ["a hole", [...lines.slice(0, 4), ...lines.slice(6)].join("\n"), unreadable],
      ["no head", lines.slice(1).join("\n"), "is not a PEM private key"],
      ["a passphrase", encrypted, "is protected by a passphrase, which nobody would be there to give"],
      ["the public half", publicKey, "is a public key, not the private one"],
      ["a file name", "private-key.pem", "is not a PEM private key"],
    ];
    for (const [what, text, message] of reasons) assert.deepEqual(answer(text), [message], what);
  });

  it("says what to run, at the key's path.", () => {
    assert.deepEqual(found("credentials/private-key", soundValues(), { githubAppPrivateKey: { text: ec } }), [
      {
        severity: "error",
        path: "arc:githubAppPrivateKey",
        message: "is not an RSA key; GitHub Apps sign with RS256",
        allowed: "an RSA private key in PEM, as GitHub's download is",
        fix: "run: pulumi config set --secret arc:githubAppPrivateKey < private-key.pem",
      },
    ]);
  });

  it("repeats no part of the key.", () => {
    const broken = [
      ec,
      lines.slice(0, -3).join("\n"),
      rsa.replaceAll("\n", "\\n"),
      Buffer.from(rsa).toString("base64"),
    ];
    for (const text of broken) {
      const findings = privateKeyFormat.run({
        config: settled(soundValues()),
        secrets: { githubAppPrivateKey: { text } },
      });
      const said = JSON.stringify(findings);
      assert.equal(findings.length, 1);
      for (let start = 0; start + 12 <= text.length; start += 4) {
        const part = text.slice(start, start + 12);
        if (!part.includes("PRIVATE")) assert.ok(!said.includes(part), part);
      }
    }
  });

  it("is silent about a key that is not set, is empty, or cannot be decrypted here.", () => {
    const secrets: Secrets[] = [
      {},
      { githubAppPrivateKey: { text: "" } },
      { githubAppPrivateKey: { encrypted: true } },
    ];
    for (const each of secrets) assert.deepEqual(found("credentials/private-key", soundValues(), each), []);
  });
});

const APPS = { githubApps: { second: { appId: "654321" }, third: {} } };
const ofOrg = (org: Values, more: Values = {}): Values => ({
  ...soundValues(),
  ...more,
  orgs: [{ name: "acme", runnerSets: [{ name: "acme-runners" }], ...org }],
});

describe("credentials/unknown-app", () => {
  const id = "credentials/unknown-app";

  it("names the nearest App, and asks for no key of one that is not there.", () => {
    const values = ofOrg({ githubApp: "secnd" }, APPS);
    assert.deepEqual(found(id, values), [
      {
        severity: "error",
        path: "arc:orgs[0].githubApp",
        message: '"secnd" is not one of arc:githubApps',
        allowed: "second, third",
        fix: 'did you mean "second"?',
      },
    ]);
    assert.deepEqual(found("credentials/missing-secret", values), []);
  });

  it("is silent with an App of arc:githubApps, and without one.", () => {
    for (const org of [{ githubApp: "third" }, {}]) assert.deepEqual(found(id, ofOrg(org, APPS)), []);
  });
});

describe("credentials/enterprise-app", () => {
  const id = "credentials/enterprise-app";
  const url = "https://github.com/enterprises/acme";

  it("refuses an App for an enterprise, which takes none.", () => {
    assert.deepEqual(found(id, ofOrg({ url })), [
      {
        severity: "error",
        path: "arc:orgs[0].auth",
        message: `${url} is an enterprise; GitHub lets no App register runners there`,
        allowed: "token",
        fix: "set auth to token and run: pulumi config set --secret --path arc:githubTokens.acme < token.txt (a classic token with the scope manage_runners:enterprise)",
      },
    ]);
  });

  it("is silent with a token, with credentials that are elsewhere, and for what is no enterprise.", () => {
    for (const org of [
      { url, auth: "token" },
      { url, githubConfigSecret: "own" },
      { url: "https://github.com/enterprises" },
      { url: "https://github.com/acme/repo" },
    ]) {
      assert.deepEqual(found(id, ofOrg(org)), []);
    }
  });
});

describe("credentials/key-vault", () => {
  const azureKeyVault = { url: "https://kv.example.org", tenantId: "t", clientId: "c", certificatePath: "/akv/cert" };

  it("wants the name of the secret in Azure Key Vault.", () => {
    assert.deepEqual(
      found("credentials/key-vault", ofOrg({ azureKeyVault })).map(({ path }) => path),
      ["arc:orgs[0].githubConfigSecret"],
    );
    assert.deepEqual(found("credentials/key-vault", ofOrg({ azureKeyVault, githubConfigSecret: "github" })), []);
  });
});

describe("The secrets of several Apps and of tokens", () => {
  const missing = (values: Values, secrets: Secrets = {}) =>
    found("credentials/missing-secret", values, secrets).map(({ path, message }) => `${path} ${message}`);

  it("are asked for by the App and by the organisation that need them, each once, and no other.", () => {
    const orgs = [
      { name: "one", githubApp: "second", runnerSets: [{ name: "a" }] },
      { name: "two", githubApp: "second", runnerSets: [{ name: "b" }] },
      { name: "three", auth: "token", runnerSets: [{ name: "c" }] },
      { name: "four", githubConfigSecret: "own", runnerSets: [{ name: "d" }] },
    ];
    const values = { ...soundValues(), ...APPS, orgs };
    assert.deepEqual(missing(values), [
      "arc:githubAppPrivateKeys.second is not set; it is needed to write the credentials of the App second to Vault",
      "arc:githubTokens.three is not set; it is needed to write the token of three to Vault",
    ]);
    assert.deepEqual(
      missing(values, { "githubAppPrivateKeys.second": { encrypted: true }, "githubTokens.three": { text: "t" } }),
      [],
    );
  });

  it("are checked as the one key is: each key must be one.", () => {
    assert.deepEqual(
      found("credentials/private-key", ofOrg({ githubApp: "second" }, APPS), {
        "githubAppPrivateKeys.second": { text: "-----BEGIN PUBLIC KEY-----" },
      }).map(({ path, message, fix }) => [path, message, fix]),
      [
        [
          "arc:githubAppPrivateKeys.second",
          "is a public key, not the private one",
          "run: pulumi config set --secret --path arc:githubAppPrivateKeys.second < private-key.pem",
        ],
      ],
    );
  });

  it("ask for the id of the App that an organisation names.", () => {
    assert.deepEqual(
      found("credentials/app-id", ofOrg({ githubApp: "third" }, APPS)).map(({ path }) => path),
      ["arc:githubApps.third.appId"],
    );
  });
});
