import * as assert from "node:assert/strict";
import { PullSecret, type PullSecretArgs, StoreKind } from "../../../components";
import { dockerConfigTemplate } from "../../../components/credentials/pull-secret";
import { record } from "../../support/recorder";

const ARGS: PullSecretArgs = {
  namespace: "acme",
  registry: "ghcr.io",
  username: "acme-bot",
  path: "acme/registry",
  store: { name: "vault-backend", kind: StoreKind.ClusterSecretStore },
};
const create = (args: Partial<PullSecretArgs> = {}) =>
  record(() => void new PullSecret("arc-acme-pull-secret", { ...ARGS, ...args }));

describe("PullSecret", () => {
  it("is one ExternalSecret that becomes the docker config of the namespace", async () => {
    const recorded = await create();
    assert.deepEqual(recorded.labels(), [
      "ExternalSecret arc-acme-pull-secret-external-secret",
      "PullSecret arc-acme-pull-secret",
    ]);
    assert.deepEqual(recorded.one("ExternalSecret").inputs, {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: {
        name: "ghcr-pull-secret",
        namespace: "acme",
        labels: { "app.kubernetes.io/managed-by": "pulumi", "app.kubernetes.io/part-of": "gha-rs" },
        annotations: { "pulumi.com/waitFor": "condition=Ready" },
      },
      spec: {
        refreshInterval: "1h",
        secretStoreRef: { name: "vault-backend", kind: "ClusterSecretStore" },
        target: {
          name: "ghcr-pull-secret",
          creationPolicy: "Owner",
          deletionPolicy: "Retain",
          template: {
            engineVersion: "v2",
            type: "kubernetes.io/dockerconfigjson",
            data: { ".dockerconfigjson": dockerConfigTemplate("ghcr.io", "acme-bot", "token") },
          },
        },
        data: [{ secretKey: "token", remoteRef: { key: "acme/registry", property: "token" } }],
      },
    });
    assert.deepEqual(recorded.outputsOf("PullSecret"), { secretName: "ghcr-pull-secret" });
  });

  it("takes another name, property, store and interval", async () => {
    const store = { name: "own", kind: StoreKind.SecretStore };
    const recorded = await create({ secretName: "pull", property: "password", store, refreshInterval: "15s" });
    const { metadata, spec } = recorded.one("ExternalSecret").inputs as {
      metadata: { name: string };
      spec: {
        refreshInterval: string;
        secretStoreRef: object;
        target: { name: string; template: { data: Record<string, string> } };
        data: object[];
      };
    };
    assert.deepEqual(
      [metadata.name, spec.target.name, spec.secretStoreRef, spec.refreshInterval],
      ["pull", "pull", store, "15s"],
    );
    assert.deepEqual(spec.data, [{ secretKey: "password", remoteRef: { key: "acme/registry", property: "password" } }]);
    assert.equal(
      spec.target.template.data[".dockerconfigjson"],
      dockerConfigTemplate("ghcr.io", "acme-bot", "password"),
    );
    assert.deepEqual(recorded.outputsOf("PullSecret"), { secretName: "pull" });
  });
});

describe("dockerConfigTemplate", () => {
  it("builds the docker config as a value and prints it as JSON, so that no token can break it", () => {
    assert.equal(
      dockerConfigTemplate("ghcr.io", "acme-bot", "token"),
      [
        '{{- $token := index . "token" | trim -}}',
        '{{- $auth := printf "%s:%s" "acme-bot" $token | b64enc -}}',
        '{{- $entry := dict "username" "acme-bot" "password" $token "auth" $auth -}}',
        '{{- dict "auths" (dict "ghcr.io" $entry) | toJson -}}',
      ].join("\n"),
    );
  });

  it("leaves nothing outside of its actions, whose trim marks take the line ends", () => {
    const outside = dockerConfigTemplate("ghcr.io", "acme-bot", "token").replace(/\{\{-.*-\}\}/g, "");
    assert.equal(outside, "\n\n\n");
  });

  it("writes user, property and registry as literals that mean what was given, whatever they hold", () => {
    for (const username of ["acme-bot", 'a"b', "a\\b", "a}}b", "{{ .token }}", "ünïcode", "tab\there", "%s"]) {
      const template = dockerConfigTemplate("ghcr.io", username, "to-ken");
      assert.deepEqual(literals(template), [
        "to-ken",
        "%s:%s",
        username,
        "username",
        username,
        "password",
        "auth",
        "auths",
        "ghcr.io",
      ]);
    }
  });

  it("puts Docker Hub's credentials where every client looks for them, and no other registry's", () => {
    const keyOf = (registry: string) => literals(dockerConfigTemplate(registry, "acme-bot", "token")).at(-1);
    assert.equal(keyOf("docker.io"), "https://index.docker.io/v1/");
    assert.equal(keyOf("index.docker.io"), "https://index.docker.io/v1/");
    assert.equal(keyOf("ghcr.io"), "ghcr.io");
    assert.equal(keyOf("registry.example.org:5000"), "registry.example.org:5000");
  });
});

/** The string literals of a template, read as JSON strings: Go reads these in the same way. */
function literals(template: string): unknown[] {
  return (template.match(/"(?:[^"\\]|\\.)*"/g) ?? []).map((literal) => JSON.parse(literal) as unknown);
}
