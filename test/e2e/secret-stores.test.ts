import * as assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import path from "node:path";
import { CoreV1Api, CustomObjectsApi, type KubeConfig } from "@kubernetes/client-node";
import { parse } from "yaml";
import type { Deployment, Step } from "../../lab/engine";
import { labSecrets, type StackFile } from "../../lab/stack-file";
import { blocksOf, readPage } from "../support/page";
import { create, namespaces } from "./support/installed";
import { lab } from "./support/lab";
import { observed } from "./support/observed";
import { otherCluster, otherDeployment } from "./support/other-cluster";
import { told } from "./support/prod-steps";
import { ask } from "./support/raw";
import { eventually } from "./support/runner-pods";
import { assertHidden, filesBelow } from "./support/secret-search";
import { SECRETS } from "./support/stack-files";

const STACK = "stores";
const NAMESPACE = "stores-one";
const SETS = { group: "actions.github.com", version: "v1alpha1", plural: "autoscalingrunnersets" } as const;
const STORES = { group: "external-secrets.io", version: "v1", plural: "clustersecretstores" } as const;
const PROXY_PASSWORD = randomBytes(12).toString("hex");
const FIRST = SECRETS["arc:githubAppPrivateKey"];
const NEXT = labSecrets()["arc:githubAppPrivateKey"];
const TOKEN = SECRETS["arc:imagePullToken"];

/** No Vault for the program, which needs none. */
const NO_VAULT = { VAULT_ADDR: "", VAULT_TOKEN: "" };

describe("The stores of docs/credentials.md", () => {
  it("are such as External Secrets' own CRD takes, for AWS, Google Cloud and Azure", async () => {
    const stores = blocksOf(readPage("docs/credentials.md"))
      .filter(({ language, text }) => language === "yml" && text.includes("ClusterSecretStore"))
      .map(({ text }) => parse(text) as { spec: { provider: object } });
    const { client } = (await otherCluster()).controlPlane;
    for (const body of stores) {
      // Strict: a field that the kind does not know is refused, and what it needs is asked for.
      const query = { dryRun: "All", fieldValidation: "Strict" };
      await ask(client, { method: "POST", path: "/apis/external-secrets.io/v1/clustersecretstores", query, body });
    }
    assert.deepEqual(
      stores.flatMap(({ spec }) => Object.keys(spec.provider)),
      ["aws", "gcpsm", "azurekv"],
    );
  });
});

describe("A stack without Vault", function () {
  let client: KubeConfig;
  let deployment: Deployment;

  before(async () => {
    const { controlPlane } = await otherCluster();
    ({ client } = controlPlane);
    await create(client, [...namespaces("external-secrets"), ...foreignStore()], "somebody");
    const put = (name: string, data: object) => lab().vault.request("POST", `secret/data/${name}`, { data });
    await put(`${NAMESPACE}-github-app`, { app_id: "123456", installation_id: "41000002", private_key: FIRST });
    await put("stores-registry", { token: TOKEN });
    deployment = await otherDeployment({ stack: STACK, namespaces: [], env: NO_VAULT });
    deployment.edit((config) => stores(config, { kind: "ClusterSecretStore", name: "foreign", refreshInterval: "5s" }));
    const { errors, output } = await deployment.up();
    assert.deepEqual(errors, [], output);
  });
  after(async () => {
    const { errors } = await deployment.destroy();
    assert.deepEqual(errors, []);
    for (const name of [`${NAMESPACE}-github-app`, "stores-registry"]) {
      await lab().vault.request("DELETE", `secret/metadata/${name}`);
    }
    await client.makeApiClient(CustomObjectsApi).deleteClusterCustomObject({ ...STORES, name: "foreign" });
  });

  const secret = async (name: string) => {
    const found = await client.makeApiClient(CoreV1Api).readNamespacedSecret({ namespace: NAMESPACE, name });
    const text = (value: string) => Buffer.from(value, "base64").toString();
    return Object.fromEntries(Object.entries(found.data!).map(([key, value]) => [key, text(value)]));
  };
  const setNow = async () =>
    (await client
      .makeApiClient(CustomObjectsApi)
      .getNamespacedCustomObject({ ...SETS, namespace: NAMESPACE, name: `${NAMESPACE}-set` })) as RunnerSet;
  const quiet = async () => {
    const { begun, errors } = await deployment.preview();
    assert.deepEqual([errors, begun.map(told)], [[], []]);
  };
  const types = async () => {
    const { deployment: state } = await deployment.stack.exportStack();
    return (state as { resources: { type: string }[] }).resources.map(({ type }) => type);
  };

  it("reads a store that somebody else made, and makes nothing of Vault", async () => {
    assert.deepEqual(await secret("github-token"), app(FIRST));
    assert.ok(".dockerconfigjson" in (await secret("ghcr-pull-secret")));
    assert.deepEqual(
      (await types()).filter((type) => /vault|SecretStore/i.test(type)),
      [],
    );
    await quiet();
  });

  it("has the Secret follow the store by the operator alone", async () => {
    const data = { app_id: "123456", installation_id: "41000002", private_key: NEXT };
    await lab().vault.request("POST", `secret/data/${NAMESPACE}-github-app`, { data });
    await eventually(
      async () => (await secret("github-token")).github_app_private_key === NEXT,
      "the key of the store",
      20,
    );
  });

  it("goes over to no store at all in one step: the set has its new Secrets before the former ones go", async () => {
    deployment.edit((config) => stores(config, { kind: "none" }));
    await deployment.setSecrets({
      "arc:githubAppPrivateKey": FIRST,
      "arc:imagePullToken": TOKEN,
      "arc:proxyPasswords.runner": PROXY_PASSWORD,
    });
    const { begun, done, errors, output } = await deployment.up();
    assert.deepEqual(errors, [], output);
    const objects = (steps: Step[]) => steps.filter(({ type }) => type.startsWith("kubernetes:")).map(told);
    assert.deepEqual(
      objects(begun)
        .filter((step) => /^(create|delete) /.test(step))
        .sort(),
      [
        "create Secret arc-stores-one-github-credentials",
        "create Secret arc-stores-one-github-proxy-https-credentials",
        "create Secret arc-stores-one-registry-credentials",
        "delete ExternalSecret arc-stores-one-github-app-external-secret",
        "delete ExternalSecret arc-stores-one-pull-secret-external-secret",
      ],
    );
    const place = (step: RegExp) => objects(done).findIndex((each) => step.test(each));
    const update = place(/^update AutoscalingRunnerSet /);
    assert.ok(place(/^create Secret .*github-credentials/) < update);
    assert.ok(update < place(/^delete ExternalSecret .*github-app/));
    assert.deepEqual(await secret("github-credentials"), app(FIRST));
    assert.deepEqual(await secret("github-proxy-https-credentials"), { username: "runner", password: PROXY_PASSWORD });
    const auth = Buffer.from(`yldm-tech:${TOKEN}`).toString("base64");
    assert.deepEqual(JSON.parse((await secret("registry-credentials"))[".dockerconfigjson"]!), {
      auths: { "ghcr.io": { username: "yldm-tech", password: TOKEN, auth } },
    });
    const { spec } = await setNow();
    assert.equal(spec.githubConfigSecret, "github-credentials");
    assert.deepEqual(spec.template.spec.imagePullSecrets, [{ name: "registry-credentials" }]);
    assert.equal(spec.proxy.https.credentialSecretRef, "github-proxy-https-credentials");
    await quiet();
  });

  it("shows and keeps no value in clear, also when one is to change", async () => {
    const secrets = { "the key": FIRST, "the next key": NEXT, "the token": TOKEN, "the password": PROXY_PASSWORD };
    await deployment.setSecrets({ "arc:githubAppPrivateKey": NEXT });
    const run = await observed("preview", (on) =>
      deployment.withProgram((stack) => stack.preview({ ...on, diff: true }), on.onOutput),
    );
    assert.equal(run.ok, true, run.output);
    assert.match(run.output, /github_app_private_key: \[secret\] => \[secret\]/);
    // The SDK's own debug messages have each input; the engine hides there what the stack has as a secret, not its base64.
    const told = Object.entries(run.places).filter(([place]) => !place.startsWith("debug "));
    assertHidden(secrets, {
      ...Object.fromEntries(told),
      ...filesBelow(path.join(lab().folder, "state")),
      ...filesBelow(deployment.folder),
      set: JSON.stringify(await setNow()),
    });
  });

  it("brings another key by `up`: the Secret changes in place, and the set's digest with it, once", async () => {
    const core = client.makeApiClient(CoreV1Api);
    const uid = async () =>
      (await core.readNamespacedSecret({ namespace: NAMESPACE, name: "github-credentials" })).metadata!.uid;
    const [before, former] = [await uid(), await setNow()];
    await deployment.setSecrets({ "arc:githubAppPrivateKey": NEXT });
    const { begun, errors } = await deployment.up();
    assert.deepEqual(errors, []);
    const steps = begun.filter(({ type }) => type.startsWith("kubernetes:")).map(({ op, name }) => `${op} ${name}`);
    assert.deepEqual(steps, ["update arc-stores-one-github-credentials", "update arc-kamify-ai/stores-one-set"]);
    assert.deepEqual([await uid(), await secret("github-credentials")], [before, app(NEXT)]);
    const set = await setNow();
    assert.equal(set.metadata.uid, former.metadata.uid);
    assert.notEqual(hashOf(set), hashOf(former));
    await quiet();
  });
});

function app(key: string) {
  return { github_app_id: "123456", github_app_installation_id: "41000002", github_app_private_key: key };
}

function hashOf({ metadata }: RunnerSet): string {
  const hash = metadata.annotations["actions.github.com/values-hash"];
  assert.match(hash ?? "", /^[0-9a-f]{63}$/);
  return hash!;
}

/** A store of the lab's Vault that the stack knows nothing of but its name. */
function foreignStore() {
  const tokenSecretRef = { name: "foreign-token", namespace: "external-secrets", key: "token" };
  const { address, rootToken } = lab().vault;
  return [
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "foreign-token", namespace: "external-secrets" },
      stringData: { token: rootToken },
    },
    {
      apiVersion: "external-secrets.io/v1",
      kind: "ClusterSecretStore",
      metadata: { name: "foreign" },
      spec: {
        conditions: [{ namespaces: [NAMESPACE] }],
        provider: { vault: { server: address, path: "secret", version: "v2", auth: { tokenSecretRef } } },
      },
    },
  ];
}

function stores(
  { "arc:vault": _vault, ...config }: StackFile,
  store: { kind: string; [field: string]: string },
): StackFile {
  const none = store.kind === "none";
  const { vaultPath: _path, ...registry } = config["arc:imagePull"] as Record<string, unknown>;
  const https = { url: "http://proxy.example.org:3128", ...(none ? { username: "runner" } : {}) };
  return {
    ...config,
    "arc:secretStore": store,
    "arc:imagePull": none ? registry : { ...registry, vaultPath: "stores-registry" },
    "arc:orgs": [
      {
        name: "kamify-ai",
        proxy: { https },
        runnerSets: [{ name: `${NAMESPACE}-set`, namespace: NAMESPACE, minRunners: 1 }],
      },
    ],
  };
}

interface RunnerSet {
  metadata: { uid: string; annotations: Record<string, string> };
  spec: {
    githubConfigSecret: string;
    proxy: { https: { credentialSecretRef?: string } };
    template: { spec: { imagePullSecrets: { name: string }[] } };
  };
}
