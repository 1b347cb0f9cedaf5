import * as assert from "node:assert/strict";
import { ContainerMode, type OrganizationArgs, RunnerPlatform, type RunnerPlatformArgs } from "../../../components";
import { Auth } from "../../../components/platform/args";
import { missingArgs } from "../../../components/platform/credentials";
import {
  defaultPath,
  needsValues,
  SecretStoreKind,
  storeRef,
  writesToVault,
} from "../../../components/platform/secret-store";
import { labelsOf, record } from "../../support/recorder";
import { secretPaths, unwrap } from "../../support/secrets";

const KEY = "not a key";
const org = (name: string, more: Partial<OrganizationArgs> = {}): OrganizationArgs => ({
  name,
  installationId: "44556677",
  runnerSets: [
    {
      name: `${name}-runners`,
      namespace: name,
      minRunners: 1,
      maxRunners: 2,
      runner: { image: "runner:1", resources: {}, containerMode: ContainerMode.None },
    },
  ],
  ...more,
});
const REGISTRY = { registry: "ghcr.io", username: "bot" };
const BY_NAME: RunnerPlatformArgs = {
  controller: { version: "0.14.2" },
  secretStore: { kind: SecretStoreKind.ClusterSecretStore, name: "aws", refreshInterval: "15m" },
  imagePull: { ...REGISTRY, vaultPath: "registry", controller: true },
  orgs: [org("one"), org("two", { auth: Auth.Token })],
};
const NONE: RunnerPlatformArgs = {
  controller: { version: "0.14.2" },
  secretStore: { kind: SecretStoreKind.None },
  githubApp: { appId: "123456", privateKey: KEY },
  imagePull: { ...REGISTRY, token: "registry-token", controller: true },
  orgs: [org("one"), org("two", { auth: Auth.Token, token: "not-a-token" })],
};
const create = (args: RunnerPlatformArgs) => record(() => void new RunnerPlatform("arc", args));
const ofVaultOrStores =
  /^(SecretV2|Policy|AuthBackendRole|Mount|VaultAccess|TenantVaultAccess|ClusterSecretStore|SecretStore) /;

interface ExternalSecret {
  metadata: { namespace: string; name: string };
  spec: { refreshInterval: string; secretStoreRef: object; data: { remoteRef: { key: string } }[] };
}

describe("A store that somebody else made", () => {
  it("is named by each ExternalSecret, and nothing is made of Vault or of a store", async () => {
    for (const kind of [SecretStoreKind.ClusterSecretStore, SecretStoreKind.SecretStore]) {
      const recorded = await create({ ...BY_NAME, secretStore: { ...BY_NAME.secretStore!, kind } });
      assert.deepEqual(
        recorded.labels().filter((label) => ofVaultOrStores.test(label) || label.startsWith("Secret ")),
        [],
      );
      const found = recorded.all("ExternalSecret").map(({ inputs }) => {
        const { metadata, spec } = inputs as unknown as ExternalSecret;
        assert.deepEqual([spec.secretStoreRef, spec.refreshInterval], [{ name: "aws", kind }, "15m"]);
        return `${metadata.namespace}/${metadata.name} ${spec.data[0]!.remoteRef.key}`;
      });
      assert.deepEqual(found.sort(), [
        "arc-systems/ghcr-pull-secret registry",
        "one/ghcr-pull-secret registry",
        "one/github-token one-github-app",
        "two/ghcr-pull-secret registry",
        "two/github-token two-github-pat",
      ]);
    }
  });

  it("is read again every hour when nobody says otherwise", async () => {
    const recorded = await create({ ...BY_NAME, secretStore: { kind: SecretStoreKind.SecretStore, name: "aws" } });
    for (const { inputs } of recorded.all("ExternalSecret")) {
      assert.equal((inputs as unknown as ExternalSecret).spec.refreshInterval, "1h");
    }
  });
});

describe("A platform without a store", () => {
  it("makes a Secret for each purpose in each namespace, with the values that are given", async () => {
    const proxy = { https: { url: "http://proxy:1", username: "runner", password: "pw" } };
    const recorded = await create({ ...NONE, orgs: [org("one", { proxy }), NONE.orgs[1]!] });
    assert.deepEqual(
      recorded.labels().filter((label) => ofVaultOrStores.test(label) || label.startsWith("ExternalSecret ")),
      [],
    );
    const secrets = recorded.all("Secret").map(({ name, inputs }) => {
      assert.deepEqual(secretPaths(inputs), ["data"], name);
      const { metadata, type, data } = unwrap(inputs) as {
        metadata: { namespace: string; name: string };
        type: string;
        data: Record<string, string>;
      };
      const clear = Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]);
      return [name, `${metadata.namespace}/${metadata.name}`, type, Object.fromEntries(clear)];
    });
    const auth = Buffer.from("bot:registry-token").toString("base64");
    const registry = {
      ".dockerconfigjson": `{"auths":{"ghcr.io":{"username":"bot","password":"registry-token","auth":"${auth}"}}}`,
    };
    const registryIn = (name: string, namespace: string) => [
      `${name}-registry-credentials`,
      `${namespace}/registry-credentials`,
      "kubernetes.io/dockerconfigjson",
      registry,
    ];
    const app = {
      github_app_id: "123456",
      github_app_installation_id: "44556677",
      github_app_private_key: `${KEY}\n`,
    };
    assert.deepEqual(secrets, [
      registryIn("arc-controller", "arc-systems"),
      ["arc-one-github-credentials", "one/github-credentials", "Opaque", app],
      [
        "arc-one-github-proxy-https-credentials",
        "one/github-proxy-https-credentials",
        "Opaque",
        { username: "runner", password: "pw" },
      ],
      registryIn("arc-one", "one"),
      ["arc-two-github-credentials", "two/github-credentials", "Opaque", { github_token: "not-a-token" }],
      registryIn("arc-two", "two"),
    ]);
  });

  it("has each set name its Secrets, and wait for them", async () => {
    const proxy = { https: { url: "http://proxy:1", username: "runner", password: "pw" } };
    const recorded = await create({ ...NONE, orgs: [org("one", { proxy })] });
    const set = recorded.one("AutoscalingRunnerSet");
    const { spec } = set.inputs as {
      spec: { githubConfigSecret: string; proxy: object; template: { spec: { imagePullSecrets: object[] } } };
    };
    assert.equal(spec.githubConfigSecret, "github-credentials");
    assert.deepEqual(spec.template.spec.imagePullSecrets, [{ name: "registry-credentials" }]);
    assert.deepEqual(spec.proxy, {
      https: { url: "http://proxy:1", credentialSecretRef: "github-proxy-https-credentials" },
    });
    assert.deepEqual(secretPaths(set.inputs), []);
    const before = labelsOf(recorded.before(set));
    for (const secret of ["github-credentials", "github-proxy-https-credentials", "registry-credentials"]) {
      assert.ok(before.includes(`Secret arc-one-${secret}`), secret);
    }
    const deployment = recorded.one("Deployment");
    assert.ok(labelsOf(recorded.before(deployment)).includes("Secret arc-controller-registry-credentials"));
    const { imagePullSecrets } = (deployment.inputs as { spec: { template: { spec: { imagePullSecrets: object[] } } } })
      .spec.template.spec;
    assert.deepEqual(imagePullSecrets, [{ name: "registry-credentials" }]);
  });

  it("restarts the listeners with another key, of the organisations that have it alone, and with no other secret", async () => {
    const hashes = async (args: RunnerPlatformArgs) => {
      const sets = (await create(args)).all("AutoscalingRunnerSet");
      return sets.map(({ inputs }) => {
        const { annotations } = inputs.metadata as { annotations: Record<string, string> };
        return annotations["actions.github.com/values-hash"];
      });
    };
    const [one, two] = await hashes(NONE);
    const [otherOne, otherTwo] = await hashes({ ...NONE, githubApp: { appId: "123456", privateKey: "another" } });
    assert.notEqual(otherOne, one);
    assert.equal(otherTwo, two);
    assert.deepEqual(await hashes({ ...NONE, imagePull: { ...NONE.imagePull!, token: "another" } }), [one, two]);
    assert.deepEqual(await hashes(NONE), [one, two]);
  });

  it("makes no Secret for an organisation that has its own, and none for a registry that is public", async () => {
    const { imagePull: _imagePull, ...args } = NONE;
    const recorded = await create({ ...args, orgs: [org("one", { githubConfigSecret: "own" })] });
    assert.deepEqual(recorded.all("Secret"), []);
  });
});

describe("What a platform needs for its store", () => {
  it("is all named at once, in the words of the store", () => {
    const { githubApp: _app, ...without } = NONE;
    const proxy = { http: { url: "http://proxy:1", username: "runner" } };
    assert.deepEqual(missingArgs({ ...without, imagePull: REGISTRY, orgs: [org("one", { proxy })] }), [
      "`githubApp` is needed to make a Secret of its credentials",
      "`imagePull.token` is needed to make a Secret of the registry token",
      "`proxy.http.password` of the organisation one is needed to make a Secret of it",
    ]);
    assert.deepEqual(
      missingArgs({ ...BY_NAME, secretStore: { kind: SecretStoreKind.SecretStore }, imagePull: REGISTRY }),
      [
        "`secretStore.name` is needed to read the credentials",
        "`imagePull.vaultPath` is needed to find the registry token",
      ],
    );
    const { secretStore: _store, imagePull: _imagePull, ...vault } = BY_NAME;
    assert.deepEqual(missingArgs({ ...vault, orgs: [org("one", { githubConfigSecret: "own" })] }), [
      "`vault` is needed to read the credentials, or another kind of `secretStore`",
    ]);
  });

  it("is nothing but the name where somebody else fills the store, and no Vault where Secrets are made", () => {
    assert.deepEqual(missingArgs(BY_NAME), []);
    assert.deepEqual(missingArgs(NONE), []);
  });
});

describe("The kind of a store", () => {
  const choice = (kind?: SecretStoreKind, manage?: boolean) => ({
    ...(kind ? { secretStore: { kind } } : {}),
    ...(manage === undefined ? {} : { vault: { manage } }),
  });

  it("says whether Vault is written to, and whether values have to be known", () => {
    const table = [
      [choice(), true, true],
      [choice("vault", true), true, true],
      [choice("vault", false), false, false],
      // What arc:vault says means nothing then.
      [choice("ClusterSecretStore", true), false, false],
      [choice("SecretStore"), false, false],
      [choice("none", true), false, true],
    ] as const;
    for (const [each, writes, needs] of table) {
      assert.deepEqual([writesToVault(each), needsValues(each)], [writes, needs], JSON.stringify(each));
    }
  });

  it("decides the name that a path has when nobody gives one: with a '-' where a provider may know no '/'", () => {
    assert.equal(defaultPath("acme", Auth.App, choice()), "acme/github-app");
    assert.equal(defaultPath("acme", Auth.Token, choice("vault")), "acme/github-pat");
    assert.equal(defaultPath("acme", undefined, choice("SecretStore")), "acme-github-app");
    assert.equal(defaultPath("acme", Auth.Token, choice("ClusterSecretStore")), "acme-github-pat");
  });

  it("is of Vault the store that its connection names", () => {
    const vault = { connection: { server: "https://vault.example.org:8200", storeName: "mine" } };
    assert.deepEqual(storeRef({ ...NONE, secretStore: {}, vault }), { name: "mine", kind: "ClusterSecretStore" });
    assert.equal(storeRef(NONE), undefined);
  });
});
