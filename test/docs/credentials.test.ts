import assert from "node:assert/strict";
import { evaluateProgram } from "../../cli/offline/evaluate";
import { kindOf } from "../../cli/offline/plan";
import { StoreKind } from "../../components";
import { gitHubAppExternalSecret } from "../../components/credentials/github-app";
import { gitHubTokenExternalSecret } from "../../components/credentials/github-token";
import { checkStack } from "../../stacks/config/load";
import { SECRET_KEYS, SECRET_MAPS } from "../../stacks/config/schema";
import { ROOT } from "../support/arc";
import { blocksOf, brokenLinks, readPage, stacksOf, withSecrets } from "../support/page";

const FILE = "docs/credentials.md";
const PAGE = readPage(FILE);
const STACKS = stacksOf(PAGE);

interface KubernetesObject {
  metadata: { name: string; namespace: string };
  data?: Record<string, string>;
  spec: Record<string, unknown>;
}

interface ExternalSecretSpec {
  data: { remoteRef: { key: string; property: string } }[];
  target: { template: { data: Record<string, string> } };
}

/** The objects that the program makes of the stack file under a heading, by kind. */
async function madeUnder(heading: string, index = 0): Promise<(kind: string) => KubernetesObject[]> {
  const stack = STACKS.filter((each) => each.heading === heading)[index];
  assert.ok(stack, `no stack file under ${heading}`);
  const { resources } = await evaluateProgram(ROOT, "docs", withSecrets(stack.values));
  return (kind) =>
    resources.filter(({ type }) => kindOf(type) === kind).map(({ inputs }) => inputs as unknown as KubernetesObject);
}

/** `namespace/name: path in Vault → keys of the Secret` of each ExternalSecret. */
function secretsOf(objects: KubernetesObject[]): string[] {
  const lines = objects.map(({ metadata, spec }) => {
    const { data, target } = spec as unknown as ExternalSecretSpec;
    const read = data.map(({ remoteRef }) => remoteRef.property).join(" ");
    const keys = Object.keys(target.template.data).join(" ");
    return `${metadata.namespace}/${metadata.name}: ${data[0]!.remoteRef.key} (${read}) → ${keys}`;
  });
  return lines.sort();
}

const APP = "(app_id installation_id private_key) → github_app_id github_app_installation_id github_app_private_key";

describe("docs/credentials.md", function () {
  this.timeout(30_000);

  STACKS.forEach(({ heading, values }, index) => {
    it(`stack file ${index + 1}, "${heading}", has neither errors nor warnings.`, () => {
      assert.deepEqual(checkStack(withSecrets(values)).diagnostics, []);
    });
  });

  it("has these stack files, and no other.", () => {
    assert.deepEqual(
      STACKS.map(({ heading }) => heading),
      [
        "A GitHub App",
        "Several Apps",
        "A personal access token",
        "An enterprise",
        "Vault holds them already",
        "Another store",
        "Without Vault",
        "A Secret of your own",
        "Azure Key Vault",
        "GitHub Enterprise Server and ghe.com",
        "A certificate authority of your own",
        "A certificate authority of your own",
        "A proxy",
      ],
    );
  });

  it("several Apps: each organisation's Secret is read from a path of its own.", async () => {
    assert.deepEqual(secretsOf((await madeUnder("Several Apps"))("ExternalSecret")), [
      `acme-runners/github-token: acme-runners/github-app ${APP}`,
      `partner-runners/github-token: partner-runners/github-app ${APP}`,
    ]);
  });

  for (const heading of ["A personal access token", "An enterprise"]) {
    it(`${heading}: the Secret has the token alone.`, async () => {
      assert.deepEqual(secretsOf((await madeUnder(heading))("ExternalSecret")), [
        "acme-runners/github-token: acme-runners/github-pat (token) → github_token",
      ]);
    });
  }

  it("an enterprise: runners register at its URL.", async () => {
    const [set] = (await madeUnder("An enterprise"))("AutoscalingRunnerSet");
    assert.equal(set!.spec.githubConfigUrl, "https://github.com/enterprises/acme");
  });

  it("Vault holds them already: nothing is written to Vault, and the Secret is made all the same.", async () => {
    const made = await madeUnder("Vault holds them already");
    assert.deepEqual([...made("SecretV2"), ...made("Policy"), ...made("AuthBackendRole")], []);
    assert.equal(made("ExternalSecret").length, 1);
  });

  it("names the properties in Vault and the keys of the Secret that the operator is told.", () => {
    const store = { name: "vault-backend", kind: StoreKind.ClusterSecretStore };
    const args = { namespace: "acme-runners", path: "acme-runners/github", store };
    const rows = Object.entries({ app: gitHubAppExternalSecret(args), token: gitHubTokenExternalSecret(args) }).map(
      ([auth, { properties, template }]) => {
        const code = (names: string[]) => names.map((name) => `\`${name}\``).join(", ");
        return `| \`${auth}\` | ${code(properties)} | ${code(Object.keys(template))} |`;
      },
    );
    assert.deepEqual(PAGE.match(/^\| `(app|token)` \| `.*$/gm), rows);
  });

  it("another store: ExternalSecrets name it, by entries that every provider can have, and nothing is made of Vault.", async () => {
    const made = await madeUnder("Another store");
    assert.deepEqual(secretsOf(made("ExternalSecret")), [
      "acme-runners/ghcr-pull-secret: acme-registry (token) → .dockerconfigjson",
      `acme-runners/github-token: acme-runners-github-app ${APP}`,
    ]);
    for (const { spec } of made("ExternalSecret")) {
      assert.deepEqual(spec.secretStoreRef, { name: "aws-secrets", kind: "ClusterSecretStore" });
    }
    assert.deepEqual([...made("ClusterSecretStore"), ...made("SecretV2"), ...made("Policy"), ...made("Secret")], []);
  });

  it("another store: the commands write the entries that the ExternalSecrets name, with their properties.", () => {
    const text = blocksOf(PAGE)
      .filter(({ language }) => language === "sh")
      .map(({ text: commands }) => commands)
      .join("\n");
    for (const cloud of [/^aws .* --name (\S+)/gm, /^gcloud secrets create (\S+)/gm, /^az .* --name (\S+)/gm]) {
      assert.deepEqual(
        [...text.matchAll(cloud)].map(([, name]) => name),
        ["acme-runners-github-app", "acme-registry"],
      );
    }
    assert.match(text, /\{app_id: "123456", installation_id: "44556677", private_key: \$key\}/);
    assert.match(text, /\{token: \$token\}/);
  });

  it("without Vault: Secrets are made, under the names of the page, and no ExternalSecret.", async () => {
    const made = await madeUnder("Without Vault");
    const names = made("Secret").map(({ metadata }) => metadata.name);
    assert.deepEqual(names.sort(), ["github-credentials", "github-proxy-https-credentials", "registry-credentials"]);
    for (const name of names) assert.ok(PAGE.includes(`\`${name}\``), name);
    assert.deepEqual([...made("ExternalSecret"), ...made("ClusterSecretStore"), ...made("SecretV2")], []);
  });

  it("a Secret of your own: the set names it, and none is made.", async () => {
    const made = await madeUnder("A Secret of your own");
    assert.equal(made("AutoscalingRunnerSet")[0]!.spec.githubConfigSecret, "acme-github");
    assert.deepEqual([...made("ExternalSecret"), ...made("SecretV2")], []);
  });

  it("Azure Key Vault: the set says where it is, and controller and listener mount the certificate.", async () => {
    const made = await madeUnder("Azure Key Vault");
    const { spec } = made("AutoscalingRunnerSet")[0]!;
    assert.equal(spec.githubConfigSecret, "acme-github");
    assert.deepEqual(spec.vaultConfig, {
      type: "azure_key_vault",
      azureKeyVault: {
        url: "https://acme.vault.azure.net",
        tenantId: "11111111-2222-3333-4444-555555555555",
        clientId: "66666666-7777-8888-9999-000000000000",
        certificatePath: "/akv/client.pem",
      },
    });
    const pods = [made("Deployment")[0]!.spec.template, spec.listenerTemplate] as {
      spec: { containers: { volumeMounts: unknown[] }[]; volumes: unknown[] };
    }[];
    for (const { spec: pod } of pods) {
      assert.deepEqual(pod.containers[0]!.volumeMounts.at(-1), { name: "akv", mountPath: "/akv", readOnly: true });
      assert.deepEqual(pod.volumes.at(-1), { name: "akv", secret: { secretName: "azure-key-vault" } });
    }
    assert.deepEqual(made("ExternalSecret"), []);
  });

  it("Azure Key Vault: the JSON has the keys and types that ARC reads.", () => {
    const types = blocksOf(PAGE)
      .filter(({ language }) => language === "json")
      .map(({ text }) => Object.entries(JSON.parse(text) as object).map(([key, value]) => [key, typeof value]));
    assert.deepEqual(types, [
      [
        ["github_app_id", "string"],
        ["github_app_installation_id", "number"],
        ["github_app_private_key", "string"],
      ],
      [["github_token", "string"]],
    ]);
  });

  it("a certificate authority: runners get the file from the ConfigMap that is named, or from the one that is made.", async () => {
    const configMaps = ["company-ca", "github-server-ca"];
    for (const [index, name] of configMaps.entries()) {
      const made = await madeUnder("A certificate authority of your own", index);
      const { spec } = made("AutoscalingRunnerSet")[0]!;
      assert.deepEqual(spec.githubServerTLS, { certificateFrom: { configMapKeyRef: { name, key: "ca.crt" } } });
      const { containers } = (spec.template as { spec: { containers: { env: { name: string; value: string }[] }[] } })
        .spec;
      assert.deepEqual(
        containers[0]!.env.filter(({ name: env }) => env.includes("CERTS")),
        [
          { name: "NODE_EXTRA_CA_CERTS", value: "/usr/local/share/ca-certificates/ca.crt" },
          { name: "RUNNER_UPDATE_CA_CERTS", value: "1" },
        ],
      );
      assert.deepEqual(
        made("ConfigMap").map(({ metadata, data }) => [metadata.namespace, metadata.name, Object.keys(data!)]),
        index === 0 ? [] : [["acme-runners", "github-server-ca", ["ca.crt"]]],
      );
    }
  });

  it("a proxy: its credentials come from Vault, and the API server is reached directly.", async () => {
    const made = await madeUnder("A proxy");
    assert.deepEqual(made("AutoscalingRunnerSet")[0]!.spec.proxy, {
      https: { url: "http://proxy.example.org:3128", credentialSecretRef: "github-proxy-https" },
      noProxy: [".svc", "10.0.0.0/8", "10.96.0.1"],
    });
    assert.deepEqual(secretsOf(made("ExternalSecret")), [
      "acme-runners/github-proxy-https: shared/proxy (username password) → username password",
      `acme-runners/github-token: acme-runners/github-app ${APP}`,
    ]);
  });

  it("sets no secret but those that the stack file knows.", () => {
    const given = [...PAGE.matchAll(/--secret (--path )?arc:(\w+)/g)].map(([, inMap, key]) => [
      key!,
      inMap !== undefined,
    ]);
    assert.deepEqual(given, [
      ["githubAppPrivateKey", false],
      ["githubAppPrivateKeys", true],
      ["githubTokens", true],
      ["githubAppPrivateKey", false],
      ["imagePullToken", false],
      ["proxyPasswords", true],
      // The rotation of each.
      ["githubAppPrivateKey", false],
      ["githubTokens", true],
      ["imagePullToken", false],
    ]);
    for (const [key, inMap] of given) assert.ok(Object.hasOwn(inMap ? SECRET_MAPS : SECRET_KEYS, key as string));
  });

  it("links only to what there is.", () => assert.deepEqual(brokenLinks(FILE), []));
});
