import * as assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import {
  createGitHubSecret,
  createPlainSecret,
  credentialsDigest,
  CREDENTIALS_DIGEST,
  dockerConfigData,
  gitHubAppData,
  gitHubTokenData,
  proxyData,
  secretDigest,
} from "../../../components/credentials/plain-secret";
import { isSecret, secretPaths, unwrap } from "../../support/secrets";
import { known, record } from "../../support/recorder";

const PLACE = { namespace: "acme", secretName: "github-credentials" };
const resolved = (data: Record<string, pulumi.Input<string>>) => known(data) as Promise<Record<string, string>>;

describe("The digest of credentials", () => {
  const digest = (key: string, place: Partial<typeof PLACE> = {}) => credentialsDigest({ ...PLACE, ...place }, { key });

  it("changes with the credentials and with the place, so that it does not tell of two places that they have one key", () => {
    const all = [
      digest("one"),
      digest("two"),
      digest("one", { namespace: "other" }),
      digest("one", { secretName: "b" }),
    ];
    for (const each of all) assert.match(each, /^[0-9a-f]{32}$/);
    assert.equal(new Set(all).size, 4);
  });

  it("does not depend on the order of the keys, nor on the run", () => {
    assert.equal(credentialsDigest(PLACE, { a: "1", b: "2" }), credentialsDigest(PLACE, { b: "2", a: "1" }));
    assert.equal(credentialsDigest(PLACE, { key: "one" }), "85fb15ec50861f14101398d24d79b5db");
  });
});

describe("The data of a Secret that is made here", () => {
  it("of an App are the keys that ARC reads, without spaces around the ids, and the key a block with one line end", async () => {
    const app = { appId: " 123456\n", installationId: "44556677\n", privateKey: "\nBEGIN\nx\nEND\n\n" };
    assert.deepEqual(await resolved(gitHubAppData(app)), {
      github_app_id: "123456",
      github_app_installation_id: "44556677",
      github_app_private_key: "BEGIN\nx\nEND\n",
    });
  });

  it("of a token and of a proxy are without the line end that a file brings along", async () => {
    assert.deepEqual(await resolved(gitHubTokenData("abc\n")), { github_token: "abc" });
    assert.deepEqual(await resolved(proxyData("runner", "p w\n")), { username: "runner", password: "p w" });
  });

  it("of a registry are a docker config, Docker Hub under its historic name, whatever is in the token", async () => {
    for (const [registry, key] of [
      ["ghcr.io", "ghcr.io"],
      ["docker.io", "https://index.docker.io/v1/"],
    ] as const) {
      const { ".dockerconfigjson": text, ...rest } = await resolved(dockerConfigData(registry, "bot", 'a"b\\c\n'));
      const auth = Buffer.from('bot:a"b\\c').toString("base64");
      assert.deepEqual(JSON.parse(text!), { auths: { [key]: { username: "bot", password: 'a"b\\c', auth } } });
      assert.deepEqual(rest, {});
    }
  });
});

describe("A Secret that is made here", () => {
  const settings = { ...PLACE, type: "Opaque", data: gitHubTokenData("not-a-token") };

  it("has its data as a secret in the state, in base64, and nothing else secret: the annotation shows in previews", async () => {
    let digest: pulumi.Output<string>;
    const recorded = await record(() => {
      digest = secretDigest(createGitHubSecret("github", settings, {}));
    });
    const { inputs } = recorded.one("Secret");
    assert.deepEqual(secretPaths(inputs), ["data"]);
    assert.deepEqual(unwrap(inputs), {
      apiVersion: "v1",
      kind: "Secret",
      type: "Opaque",
      metadata: {
        name: "github-credentials",
        namespace: "acme",
        labels: { "app.kubernetes.io/managed-by": "pulumi", "app.kubernetes.io/part-of": "gha-rs" },
        annotations: { [CREDENTIALS_DIGEST]: credentialsDigest(PLACE, { github_token: "not-a-token" }) },
      },
      data: { github_token: Buffer.from("not-a-token").toString("base64") },
    });
    assert.equal(await known(digest!), credentialsDigest(PLACE, { github_token: "not-a-token" }));
  });

  it("keeps the labels and annotations that are asked for, and its own above them", async () => {
    const labels = { team: "ci", "app.kubernetes.io/part-of": "mine" };
    const metadata = { labels, annotations: { note: "x", [CREDENTIALS_DIGEST]: "mine" } };
    const recorded = await record(() => void createGitHubSecret("github", { ...settings, metadata }, {}));
    const made = recorded.one("Secret").inputs.metadata as { labels: object; annotations: Record<string, string> };
    assert.deepEqual(made.labels, {
      team: "ci",
      "app.kubernetes.io/managed-by": "pulumi",
      "app.kubernetes.io/part-of": "gha-rs",
    });
    assert.equal(made.annotations.note, "x");
    assert.match(made.annotations[CREDENTIALS_DIGEST]!, /^[0-9a-f]{32}$/);
  });

  it("has no digest where a person may have chosen the value: it could be found by trying", async () => {
    const data = proxyData("runner", "secret");
    const recorded = await record(() => void createPlainSecret("proxy", { ...settings, data }, {}));
    const { metadata, data: recordedData } = recorded.one("Secret").inputs as { metadata: object; data: unknown };
    assert.equal("annotations" in metadata, false);
    assert.ok(isSecret(recordedData));
  });
});
