import * as assert from "node:assert/strict";
import {
  Auth,
  ContainerMode,
  type OrganizationArgs,
  RunnerPlatform,
  type RunnerPlatformArgs,
  type RunnerSetArgs,
} from "../../../components";
import { labelsOf, record } from "../../support/recorder";
import { unwrap } from "../../support/secrets";

const set = (name: string, namespace: string): RunnerSetArgs => ({
  name,
  namespace,
  vaultPath: `${namespace}/credentials`,
  maxRunners: 1,
  runner: { image: "runner:1", resources: {}, containerMode: ContainerMode.None },
});
const org = (name: string, more: Partial<OrganizationArgs> = {}): OrganizationArgs => ({
  name,
  installationId: "1",
  runnerSets: [set(`${name}-runners`, name)],
  ...more,
});
const ARGS: RunnerPlatformArgs = {
  controller: { version: "0.14.2" },
  githubApp: { appId: "1", privateKey: "first key" },
  vault: { connection: { server: "https://vault.example.org:8200" } },
  orgs: [org("one")],
};
const create = (args: Partial<RunnerPlatformArgs>) =>
  record(() => void new RunnerPlatform("arc", { ...ARGS, ...args }));
const specOf = (inputs: Record<string, unknown>) => inputs.spec as Record<string, unknown>;

describe("The credentials of a platform's organisations", () => {
  it("come from the App that each one names, or from the one that all share", async () => {
    const recorded = await create({
      githubApps: { second: { appId: "2", privateKey: "second key" } },
      orgs: [org("one"), org("two", { githubApp: "second", installationId: "22" })],
    });
    const data = (name: string) =>
      JSON.parse(unwrap(recorded.one("SecretV2", name).inputs.dataJson) as string) as object;
    assert.deepEqual(data("secret/one/credentials"), { app_id: "1", installation_id: "1", private_key: "first key" });
    assert.deepEqual(data("secret/two/credentials"), { app_id: "2", installation_id: "22", private_key: "second key" });
  });

  it("are a token where that is asked for: one key in Vault, one key in the Secret", async () => {
    const recorded = await create({ orgs: [org("one", { auth: Auth.Token, token: "not-a-token" })] });
    assert.deepEqual(JSON.parse(unwrap(recorded.one("SecretV2").inputs.dataJson) as string), { token: "not-a-token" });
    const { target, data } = specOf(recorded.one("ExternalSecret").inputs) as {
      target: { name: string; template: { data: object } };
      data: object[];
    };
    assert.equal(target.name, "github-token");
    assert.deepEqual(target.template.data, { github_token: "{{ .token | trim }}" });
    assert.deepEqual(data, [{ secretKey: "token", remoteRef: { key: "one/credentials", property: "token" } }]);
    assert.equal(recorded.all("GitHubAppCredentials").length, 0);
    assert.equal(JSON.stringify(recorded.one("GitHubTokenCredentials").inputs).includes("not-a-token"), false);
  });

  it("are not looked for in Vault when a Secret or Azure Key Vault holds them, and then nothing of Vault's is made", async () => {
    const azureKeyVault = { url: "https://kv", tenantId: "t", clientId: "c", certificatePath: "/akv/cert" };
    const recorded = await create({
      orgs: [
        org("one", { githubConfigSecret: "own" }),
        org("two", { githubConfigSecret: "in-the-vault", azureKeyVault }),
      ],
    });
    assert.deepEqual(
      recorded.labels().filter((label) => /Vault|Secret|^Policy |Store|Mount|AuthBackend/.test(label)),
      [],
    );
    const specs = recorded.all("AutoscalingRunnerSet").map(({ inputs }) => specOf(inputs));
    assert.deepEqual(
      specs.map(({ githubConfigSecret, vaultConfig }) => [githubConfigSecret, vaultConfig !== undefined]),
      [
        ["own", false],
        ["in-the-vault", true],
      ],
    );
  });

  it("carry the labels and annotations that the set asks for, on ExternalSecret and Secret alike", async () => {
    const githubConfigSecret = { labels: { team: "ci" }, annotations: { note: "x" } };
    const runnerSets = [{ ...set("one-runners", "one"), resourceMeta: { githubConfigSecret } }];
    const recorded = await create({ orgs: [org("one", { runnerSets })] });
    const { metadata, spec } = recorded.one("ExternalSecret").inputs as {
      metadata: { labels: Record<string, string>; annotations: Record<string, string> };
      spec: { target: { template: { metadata: object } } };
    };
    assert.equal(metadata.labels.team, "ci");
    assert.deepEqual(metadata.annotations, { note: "x", "pulumi.com/waitFor": "condition=Ready" });
    assert.deepEqual(spec.target.template.metadata, githubConfigSecret);
  });
});

describe("The way of a platform's runners to GitHub", () => {
  const certificate = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";

  it("has a ConfigMap with the certificates and a Secret for each proxy with credentials, all before the set", async () => {
    const proxy = {
      http: { url: "http://proxy:1", vaultPath: "one/proxy" },
      https: { url: "http://proxy:2", vaultPath: "one/proxy" },
    };
    const githubServerTls = { certificate, runnerMountPath: "/usr/local/share/ca-certificates" };
    const recorded = await create({ apiServerAddress: "10.96.0.1", orgs: [org("one", { proxy, githubServerTls })] });
    const runnerSet = recorded.one("AutoscalingRunnerSet");
    const before = labelsOf(recorded.before(runnerSet));
    for (const label of [
      "ConfigMap arc-one-github-server-ca",
      "ExternalSecret arc-one-github-proxy-http",
      "ExternalSecret arc-one-github-proxy-https",
    ]) {
      assert.ok(before.includes(label), label);
    }
    assert.deepEqual(recorded.one("ConfigMap").inputs.data, { "ca.crt": certificate });
    assert.deepEqual(specOf(runnerSet.inputs).proxy, {
      http: { url: "http://proxy:1", credentialSecretRef: "github-proxy-http" },
      https: { url: "http://proxy:2", credentialSecretRef: "github-proxy-https" },
      noProxy: ["10.96.0.1"],
    });
    const { rules } = recorded.one("Role", "arc-one/one-runners-manager-role").inputs as { rules: object[] };
    assert.deepEqual(rules.at(-1), { apiGroups: [""], resources: ["configmaps"], verbs: ["get"] });
    assert.equal(rules.length, 7);
    const { policy } = recorded.one("Policy").inputs as { policy: string };
    assert.ok(policy.includes('path "secret/data/one/proxy"'), policy);
  });
});

describe("A controller with one namespace", () => {
  it("waits for that namespace, where one of its Roles is, and has nothing in the cluster as a whole", async () => {
    const recorded = await create({
      controller: { version: "0.14.2", watchSingleNamespace: "two" },
      orgs: [org("one"), org("two")],
    });
    const before = labelsOf(recorded.before(recorded.one("Deployment")));
    assert.ok(before.includes("Namespace arc-two"));
    assert.equal(before.includes("Namespace arc-one"), false);
    assert.equal(recorded.all("ClusterRole").length, 0);
    assert.equal(recorded.all("ClusterRoleBinding").length, 0);
  });
});

describe("An image of the controller that is not public", () => {
  const imagePull = { registry: "ghcr.io", username: "bot", vaultPath: "ci/registry", token: "t", controller: true };

  it("gets its credential before the controller starts, through a store that waits for the namespace alone", async () => {
    const recorded = await create({ imagePull });
    const deployment = recorded.one("Deployment");
    const before = labelsOf(recorded.before(deployment));
    assert.ok(before.includes("ExternalSecret arc-controller-pull-secret-external-secret"));
    assert.ok(before.includes("ClusterSecretStore arc-vault-access-store"));
    assert.ok(labelsOf(recorded.before(recorded.one("VaultAccess"))).includes("Namespace arc-controller-namespace"));
    const { template } = specOf(deployment.inputs) as {
      template: { spec: { imagePullSecrets: object[]; containers: { args: string[] }[] } };
    };
    assert.deepEqual(template.spec.imagePullSecrets, [{ name: "ghcr-pull-secret" }]);
    assert.ok(template.spec.containers[0]!.args.includes("--auto-scaler-image-pull-secrets=ghcr-pull-secret"));
    const { conditions } = specOf(recorded.one("ClusterSecretStore").inputs) as { conditions: object[] };
    assert.deepEqual(conditions, [{ namespaces: ["arc-systems", "one"] }]);
  });

  it("asks for nothing in the controller's namespace otherwise", async () => {
    const recorded = await create({ imagePull: { ...imagePull, controller: false } });
    assert.deepEqual(
      recorded.labels().filter((label) => label.startsWith("PullSecret ")),
      ["PullSecret arc-one-pull-secret"],
    );
  });
});
