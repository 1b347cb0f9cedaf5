import * as assert from "node:assert/strict";
import { secretPlaces } from "../../policy/secret-places";
import { PRIVATE_KEY } from "../support/stack-program";

const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});
/** What a text in a ConfigMap is taken for. */
const looks = (text: string, key = "key") =>
  secretPlaces({ data: { [key]: text } }, CONFIG_MAP).map(({ looksLike }) => looksLike);
const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("secretPlaces", () => {
  const FORMS: [string, string][] = [
    [PRIVATE_KEY, "is a private key"],
    [base64(PRIVATE_KEY), "is a private key"],
    [`token: ghp_${"A1".repeat(18)}`, "is a GitHub token"],
    [`github_pat_${"A1".repeat(20)}`, "is a GitHub token"],
    [base64(`ghs_${"A1".repeat(18)}`), "is a GitHub token"],
    [`hvs.${"A1".repeat(12)}`, "is a Vault token"],
    [`eyJ${"a".repeat(12)}.eyJ${"b".repeat(12)}.${"c".repeat(20)}`, "is a JSON web token"],
    ['{"auths":{"ghcr.io":{"auth":"bm9ib2R5"}}}', "has a registry's credentials in it"],
    ["http://robot:swordfish@proxy:3128", "is a URL with a password"],
    ["clusters: []\nusers:\n- user:\n    token: abc\n", "is a kubeconfig with credentials"],
    ["users:\n- user:\n    client-key-data: abc\nclusters: []\n", "is a kubeconfig with credentials"],
    ['{"clusters":[],"users":[{"user":{"token":"abc"}}]}', "is a kubeconfig with credentials"],
  ];
  for (const [index, [text, looksLike]] of FORMS.entries()) {
    it(`knows a text by its form that ${looksLike} (${index + 1} of ${FORMS.length})`, () => {
      assert.deepEqual(looks(text), [looksLike]);
    });
  }

  it("takes for a secret what has the name of one, in fields and in environment variables", () => {
    const env = [
      { name: "NPM_TOKEN", value: "x1" },
      { name: "DB_PASSWORD", value: "x1" },
      { name: "SESSION_SECRET", value: "x1" },
    ];
    const places = secretPlaces({ data: { githubToken: "x1", client_secret: "x1", "smtp.password": "x1" }, env }, "");
    assert.deepEqual(
      places.map(({ path, name }) => [path, name]),
      [
        ["data.githubToken", "githubToken"],
        ["data.client_secret", "client_secret"],
        ["data.smtp.password", "smtp.password"],
        ["env[0].value", "NPM_TOKEN"],
        ["env[1].value", "DB_PASSWORD"],
        ["env[2].value", "SESSION_SECRET"],
      ],
    );
  });

  it("takes for none what only names one, fills one in elsewhere, or switches it on", () => {
    const wire = {
      githubConfigSecret: "github-token",
      secretKey: "github_app_private_key",
      remoteRef: { key: "acme/github-app", property: "token" },
      automountServiceAccountToken: true,
      template: {
        data: { token: "{{ .token }}", ".dockerconfigjson": '{"auths":{"ghcr.io":{"auth":"{{ .auth }}"}}}' },
      },
      env: [
        { name: "USE_TOKEN", value: "true" },
        { name: "TOKEN_FILE", value: "/run/token" },
        { name: "MY_TOKEN", value: "$(OTHER)" },
        { name: "API_TOKEN", valueFrom: { secretKeyRef: { name: "api", key: "token" } } },
      ],
      tolerations: [{ key: "token", value: "secret" }],
      url: "tcp://localhost:2376",
    };
    assert.deepEqual(secretPlaces(wire, ""), []);
  });

  it("passes what is marked, at whatever depth, and what a preview does not know", () => {
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    const wire = { stringData: secret({ token: "x1" }), data: { key: secret(PRIVATE_KEY), token: unknown } };
    assert.deepEqual(secretPlaces(wire, CONFIG_MAP), []);
  });

  it("wants Secrets, KV secrets and the tokens of providers marked whatever is in them", () => {
    const clear = { data: { anything: "eA==" }, stringData: { some: secret("x"), other: "y" } };
    const paths = (wire: unknown, type: string) => secretPlaces(wire, type).map(({ path }) => path);
    assert.deepEqual(paths(clear, "kubernetes:core/v1:Secret"), ["data", "stringData"]);
    assert.deepEqual(paths({ data: { a: secret("x") } }, "kubernetes:core/v1:Secret"), []);
    assert.deepEqual(paths({ dataJson: "{}" }, "vault:kv/secretV2:SecretV2"), ["dataJson"]);
    assert.deepEqual(paths({ dataJson: secret("{}") }, "vault:kv/secretV2:SecretV2"), []);
    assert.deepEqual(paths({ token: "x" }, "pulumi:providers:vault"), ["token"]);
  });
});
