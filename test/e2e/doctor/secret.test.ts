import * as assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { findSecrets } from "../support/secret-search";
import { assertFindings, diagnosed, type Expected, stopWorldCluster } from "./support/cases";
import { appSecret, encoded, listenerConfig, PEM } from "./support/healthy";
import { ACME } from "./support/stack";
import type { World } from "./support/world";

after(stopWorldCluster);

const SECRET = "acme-ci/github-token";
const TOKEN = "ghp_not0a0real0token0at0all";
const CORRECT = "# correct the ids in the stack file, or the key with pulumi config set --secret (docs/credentials.md)";
const SYNC = `bin/arc heal external-secrets --set ${ACME}`;
const MEND = [CORRECT, "pulumi up", SYNC];

/** The Secret, and what the controller has copied of it. */
const holding = (data: Record<string, string>) => (world: World) => {
  world.get("Secret", SECRET).data = encoded(data);
  const copy = world.of("Secret").find(({ metadata: { name } }) => /^acme-runners-.*-config$/.test(name));
  copy!.data = encoded(listenerConfig(data));
};

/** One finding about the Secret of the first set, which repeats nothing that is in it. */
async function assertTold(data: Record<string, string>, ...expected: Omit<Expected, "set">[]): Promise<void> {
  const diagnosis = await diagnosed(holding(data));
  assertFindings(
    diagnosis,
    expected.map((each) => ({ set: ACME, ...each }) as Expected),
  );
  const given = Object.entries({ token: TOKEN, ...data }).filter(([, value]) => value !== "");
  const secrets = Object.fromEntries(given);
  assert.deepEqual(findSecrets(secrets, { diagnosis: JSON.stringify(diagnosis) }), []);
}

describe("Doctor, about Secrets with GitHub's credentials", () => {
  it("finds nothing in an App's, nor in a token's", async () => {
    await assertTold({ github_token: TOKEN });
    await assertTold({ ...appSecret(), github_app_id: "Iv23liAbCdEf01234567" });
    await assertTold({ ...appSecret(), github_app_id: "Iv1.8a61f9b3a7aba766", note: "ignored by ARC" });
  });

  it("finds one that is gone though its ExternalSecret is Ready", async () => {
    const diagnosis = await diagnosed((world) => world.remove("Secret", SECRET));
    assertFindings(diagnosis, [
      {
        id: "secret/missing",
        harm: "takes no jobs",
        set: ACME,
        what: `the Secret ${SECRET} is not there`,
        evidence: [`needed by ${ACME}`],
        fix: ["kubectl describe externalsecret github-token -n acme-ci", SYNC],
      },
    ]);
  });

  it("finds one of somebody's own that is gone, and none of a set that is not there or on its way out", async () => {
    const own = { "arc:orgs": [{ name: "acme", githubConfigSecret: "own", runnerSets: [SET] }] };
    const gone = (world: World) => world.remove("Secret", "acme-ci/own");
    assertFindings(await diagnosed(() => {}, own), []);
    assertFindings(await diagnosed(gone, own), [
      {
        id: "secret/missing",
        set: ACME,
        what: "the Secret acme-ci/own is not there",
        fix: [
          "kubectl create secret generic own -n acme-ci --from-literal=github_app_id=… --from-literal=github_app_installation_id=… --from-file=github_app_private_key=private-key.pem",
        ],
      },
    ]);
    const leaving = await diagnosed((world) => {
      gone(world);
      world.get("AutoscalingRunnerSet", ACME).deleting = true;
    }, own);
    assert.deepEqual(
      leaving.findings.filter(({ id }) => id === "secret/missing"),
      [],
    );
  });

  it("finds missing, wrong and empty keys, by their names", async () => {
    const { github_app_private_key: key, ...ids } = appSecret();
    await assertTold(
      { ...ids, github_app_key: key! },
      {
        id: "secret/keys",
        harm: "takes no jobs",
        what: `the Secret ${SECRET} lacks github_app_private_key`,
        evidence: [
          "keys: github_app_id, github_app_installation_id, github_app_key",
          "ARC reads github_token, or github_app_id and github_app_installation_id and github_app_private_key",
        ],
        fix: MEND,
      },
    );
    await assertTold(
      { github_tokens: TOKEN },
      {
        id: "secret/keys",
        what: `the Secret ${SECRET} has no credentials that ARC knows`,
        evidence: ["keys: github_tokens", "github_tokens: did you mean github_token?"],
      },
    );
    await assertTold(
      { ...appSecret(), github_app_private_key: "" },
      {
        id: "secret/keys",
        what: `the Secret ${SECRET} lacks github_app_private_key`,
        evidence: ["keys: github_app_id, github_app_installation_id; empty: github_app_private_key"],
      },
    );
  });

  it("finds a token beside an App, which ARC refuses, and beside a part of one, which it does not", async () => {
    await assertTold(
      { ...appSecret(), github_token: TOKEN },
      {
        id: "secret/app-and-token",
        harm: "takes no jobs",
        what: `the Secret ${SECRET} has a token and an App`,
        evidence: ["keys: github_app_id, github_app_installation_id, github_app_private_key, github_token"],
        fix: [
          "# keep one of them, where the Secret is made; in the Secret itself for example:",
          `kubectl patch secret github-token -n acme-ci --type=json -p '[{"op":"remove","path":"/data/github_token"}]'`,
        ],
      },
    );
    await assertTold(
      { github_app_id: "1001", github_token: TOKEN },
      {
        id: "secret/app-and-token",
        harm: "may break",
        what: `the Secret ${SECRET} has a token and a part of an App`,
        cause: "ARC uses the token, since the App is not complete; a third key would stop the set",
      },
    );
  });

  it("finds ids and tokens that ARC and GitHub do not take, and repeats none", async () => {
    const spaced = "has a space or a line end in it";
    const cases: [Record<string, string>, string][] = [
      [{ ...appSecret(), github_app_installation_id: "41000001\n" }, `github_app_installation_id ${spaced}`],
      [
        { ...appSecret(), github_app_installation_id: "4.1000001e+07" },
        "github_app_installation_id is a number in scientific notation; write it in quotes, as a string",
      ],
      [{ ...appSecret(), github_app_installation_id: TOKEN }, "github_app_installation_id is not a number"],
      [
        { ...appSecret(), github_app_installation_id: "99999999999999999999" },
        "github_app_installation_id is a number that no installation has",
      ],
      [{ ...appSecret(), github_app_id: " 1001" }, `github_app_id ${spaced}`],
      [
        { ...appSecret(), github_app_id: "my-app" },
        "github_app_id is neither an App id (digits) nor a client id (Iv…)",
      ],
      [{ github_token: `${TOKEN}\n` }, `github_token ${spaced}`],
    ];
    for (const [data, evidence] of cases) {
      await assertTold(data, {
        id: "secret/malformed",
        harm: "takes no jobs",
        what: `the Secret ${SECRET} has a value that GitHub or ARC cannot take`,
        evidence: [evidence],
        fix: MEND,
      });
    }
  });

  it("finds each way to spoil a private key, and shows no character of it", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const encrypted = privateKey.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" });
    const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const publicKey = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey;
    const cases: [string, string][] = [
      [PEM.replaceAll("\n", "\\n"), "holds the two characters \\n where line ends belong"],
      [Buffer.from(PEM).toString("base64"), "is the base64 of a PEM file, not the file"],
      [PEM.slice(0, PEM.length / 2), "is not a PEM private key that can be read; it may be cut short"],
      [publicKey.export({ type: "spki", format: "pem" }) as string, "is a public key, not the private one"],
      [encrypted as string, "is protected by a passphrase, which nobody would be there to give"],
      [PEM.replaceAll("\n", " ").trim(), "is all on one line; its line ends are lost"],
      [
        ec.privateKey.export({ type: "pkcs8", format: "pem" }) as string,
        "is not an RSA key; GitHub Apps sign with RS256",
      ],
      ["hello", "is not a PEM private key"],
    ];
    for (const [key, evidence] of cases) {
      await assertTold(
        { ...appSecret(), github_app_private_key: key },
        {
          id: "secret/private-key",
          harm: "takes no jobs",
          what: `the private key in the Secret ${SECRET} cannot be used`,
          evidence: [`github_app_private_key ${evidence}`],
          fix: MEND,
        },
      );
    }
  });

  it("is behind a set that GitHub never registered, and says only that", async () => {
    const diagnosis = await diagnosed((world) => {
      holding({ ...appSecret(), github_app_private_key: "hello" })(world);
      delete world.get("AutoscalingRunnerSet", ACME).metadata.annotations!["runner-scale-set-id"];
    });
    assertFindings(diagnosis, [{ id: "secret/private-key", set: ACME }]);
  });
});

const SET = { name: "acme-runners", namespace: "acme-ci", minRunners: 0 };
