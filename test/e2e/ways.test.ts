import * as assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { rootCertificates } from "node:tls";
import { CoreV1Api, CustomObjectsApi, type KubeConfig, PolicyV1Api } from "@kubernetes/client-node";
import type { Deployment } from "../../lab/engine";
import { type StackFile, block, labSecrets } from "../../lab/stack-file";
import { accessOf } from "./support/accounts";
import { nothingChanges } from "./support/intact";
import { lab } from "./support/lab";
import { otherCluster, otherDeployment } from "./support/other-cluster";
import { told } from "./support/prod-steps";
import { SECRETS } from "./support/stack-files";
import { statusOf } from "./support/vault-logins";

const SETS = { group: "actions.github.com", version: "v1alpha1", plural: "autoscalingrunnersets" } as const;
const CONTROLLER = { namespace: "arc-systems", name: "arc-gha-rs-controller" };
const PROXY_PASSWORD = randomBytes(12).toString("hex");
const TOKEN = `ghp_${randomBytes(18).toString("hex")}`;
const CERTIFICATE = `${rootCertificates[0]}\n`;
const SECOND_KEY = labSecrets()["arc:githubAppPrivateKey"];
const OTHERS = { "arc:githubAppPrivateKeys.second": SECOND_KEY, "arc:githubTokens.ways-enterprise": TOKEN };

describe("A stack that reaches GitHub in every way", function () {
  let client: KubeConfig;
  let controlPlane: Awaited<ReturnType<typeof otherCluster>>["controlPlane"];
  let deployment: Deployment;

  before(async () => {
    ({ controlPlane } = await otherCluster());
    ({ client } = controlPlane);
    lab().github.set("ways-app", {
      installations: [{ id: 43000001, appId: 777, appSlug: "second-app" }],
      runnerGroups: ["Default", "CI Linux"],
    });
    const proxy = { data: { username: "runner", password: PROXY_PASSWORD } };
    await lab().vault.request("POST", "secret/data/ways/proxy", proxy);
    deployment = await otherDeployment({ stack: "ways", namespaces: [] });
    deployment.edit(ways);
    await deployment.setSecrets({ ...SECRETS, ...OTHERS });
    const { errors, output } = await deployment.up();
    assert.deepEqual(errors, [], output);
  });
  after(async () => {
    const { errors } = await deployment.destroy();
    assert.deepEqual(errors, []);
    lab().github.set("ways-app", undefined);
  });

  const secret = async (namespace: string, name: string) => {
    const { data } = await client.makeApiClient(CoreV1Api).readNamespacedSecret({ namespace, name });
    return Object.fromEntries(
      Object.entries(data!).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]),
    );
  };
  const setIn = async (namespace: string, name: string) =>
    (await client.makeApiClient(CustomObjectsApi).getNamespacedCustomObject({ ...SETS, namespace, name })) as RunnerSet;

  it("is complete: the next preview has nothing to do", async () => {
    const { begun, errors } = await deployment.preview();
    assert.deepEqual([errors, begun.map(told)], [[], []]);
  });

  it("gives each namespace the credentials of its organisation: another App's, a token, or none where a Secret is there", async () => {
    assert.deepEqual(await secret("ways-app", "github-token"), {
      github_app_id: "777",
      github_app_installation_id: "43000001",
      github_app_private_key: SECOND_KEY,
    });
    assert.deepEqual(await secret("ways-enterprise", "github-token"), { github_token: TOKEN });
    await assert.rejects(secret("ways-own", "github-token"), { code: 404 });
    const { spec } = await setIn("ways-own", "ways-own-eu1");
    assert.equal(spec.githubConfigSecret, "my-secret");
  });

  it("puts the API server's own address among what the proxy leaves alone, and the proxy's credentials beside the set", async () => {
    const core = client.makeApiClient(CoreV1Api);
    const { spec: service } = await core.readNamespacedService({ namespace: "default", name: "kubernetes" });
    const { spec } = await setIn("ways-app", "ways-app-eu1");
    assert.deepEqual(spec.proxy, {
      https: { url: "http://proxy.example.org:3128", credentialSecretRef: "github-proxy-https" },
      noProxy: [".svc", service!.clusterIP],
    });
    assert.match(service!.clusterIP!, /^\d+\.\d+\.\d+\.\d+$/);
    assert.deepEqual(await secret("ways-app", "github-proxy-https"), { username: "runner", password: PROXY_PASSWORD });
  });

  it("mounts the server's certificates into the runners, and lets the controller read them there alone", async () => {
    const core = client.makeApiClient(CoreV1Api);
    const { data } = await core.readNamespacedConfigMap({ namespace: "ways-enterprise", name: "github-server-ca" });
    assert.deepEqual(data, { "ca.crt": CERTIFICATE });
    const { spec } = await setIn("ways-enterprise", "ways-enterprise-eu1");
    assert.deepEqual(spec.githubServerTLS, {
      certificateFrom: { configMapKeyRef: { name: "github-server-ca", key: "ca.crt" } },
    });
    const env = spec.template.spec.containers[0]!.env.find(({ name }) => name === "NODE_EXTRA_CA_CERTS");
    assert.equal(env?.value, "/usr/local/share/ca-certificates/ca.crt");
    for (const [namespace, allowed] of [
      ["ways-enterprise", { configmaps: "get" }],
      ["ways-app", {}],
    ] as const) {
      assert.deepEqual(await accessOf(client, CONTROLLER, namespace, { configmaps: ["get"] }), allowed);
    }
  });

  it("lets the runners of mode kubernetes make the jobs' pods in their namespace, and those of other modes nothing", async () => {
    const questions = {
      pods: ["get", "list", "create", "delete"],
      "jobs.batch": ["get", "list", "create", "delete"],
      secrets: ["get", "list", "create", "delete"],
      "pods/exec": ["get", "create"],
      "pods/log": ["get", "list", "watch"],
      persistentvolumeclaims: ["create"],
    };
    const kubernetes = { namespace: "ways-enterprise", name: "ways-enterprise-eu1-gha-rs-kube-mode" };
    const { persistentvolumeclaims: _own, ...all } = questions;
    assert.deepEqual(
      await accessOf(client, kubernetes, "ways-enterprise", questions),
      Object.fromEntries(
        Object.entries({ ...all, persistentvolumeclaims: ["create"] }).map(([kind, verbs]) => [kind, verbs.join(" ")]),
      ),
    );
    assert.deepEqual(await accessOf(client, kubernetes, "ways-app", questions), {});
    const plain = { namespace: "ways-app", name: "ways-app-eu1-gha-rs-no-permission" };
    assert.deepEqual(await accessOf(client, plain, "ways-app", questions), {});
  });

  it("runs two controllers, keeps one, and pulls their image with the registry's credential", async () => {
    const { spec } = await client
      .makeApiClient(PolicyV1Api)
      .readNamespacedPodDisruptionBudget({ namespace: CONTROLLER.namespace, name: CONTROLLER.name });
    assert.equal(spec!.minAvailable, 1);
    const { items } = await client.makeApiClient(CoreV1Api).listNamespacedPod({ namespace: CONTROLLER.namespace });
    assert.equal(items.length, 2);
    for (const pod of items) {
      assert.deepEqual(
        pod.spec!.imagePullSecrets!.map(({ name }) => name),
        ["ghcr-pull-secret"],
      );
    }
    assert.ok(".dockerconfigjson" in (await secret(CONTROLLER.namespace, "ghcr-pull-secret")));
  });

  it("refuses a runner group that the organisation does not have, and changes nothing", async () => {
    deployment.edit((config) => withOrg(config, "ways-app", { runnerGroup: "CI Linus" }));
    await nothingChanges(deployment, controlPlane, async () => {
      const { errors } = await deployment.up();
      assert.equal(errors.length, 1, errors.join("\n"));
      assert.match(errors[0]!, /The runner group "CI Linus" of ways-app-eu1 is not one of ways-app's/);
      assert.match(errors[0]!, /fix: did you mean "CI Linux"\?/);
    });
    deployment.edit(ways);
    await deployment.setSecrets({ ...SECRETS, ...OTHERS });
  });

  it("replaces a set whose labels change, the old one first: GitHub reads them when a set is made and never again", async () => {
    const before = await setIn("ways-app", "ways-app-eu1");
    deployment.edit((config) => withOrg(config, "ways-app", { labels: ["gpu"] }));
    const { begun, errors } = await deployment.up();
    assert.deepEqual(errors, []);
    assert.deepEqual(begun.map(told), [
      "update RunnerScaleSet arc-ways-app/ways-app-eu1",
      "delete-replaced AutoscalingRunnerSet arc-ways-app/ways-app-eu1",
      "replace AutoscalingRunnerSet arc-ways-app/ways-app-eu1 spec.runnerScaleSetLabels",
      "create-replacement AutoscalingRunnerSet arc-ways-app/ways-app-eu1 spec.runnerScaleSetLabels",
    ]);
    const after = await setIn("ways-app", "ways-app-eu1");
    assert.deepEqual(after.spec.runnerScaleSetLabels, ["gpu"]);
    assert.notEqual(after.metadata.uid, before.metadata.uid);
  });

  it("leaves nothing in Vault but what it did not write", async () => {
    const { errors } = await deployment.destroy();
    assert.deepEqual(errors, []);
    const status = (path: string) => statusOf("GET", `secret/data/${path}`, lab().vault.rootToken);
    assert.equal(await status("ways-app/github-app"), 404);
    assert.equal(await status("ways-enterprise/github-pat"), 404);
    assert.equal(await status("ways/proxy"), 200);
  });
});

/** The stack file: one organisation for each way. */
function ways(config: StackFile): StackFile {
  const { url } = lab().github;
  const sets = (name: string, fields: object = {}) => [{ name, namespace: name, ...fields }];
  const kubernetes = {
    workVolumeClaim: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: "fast",
      resources: { requests: { storage: "1Gi" } },
    },
    additionalRoleRules: [{ apiGroups: [""], resources: ["persistentvolumeclaims"], verbs: ["create"] }],
  };
  return {
    ...config,
    "arc:controller": { ...block(config, "arc:controller"), replicas: 2 },
    "arc:kubernetes": { ...block(config, "arc:kubernetes"), clusterId: "eu1" },
    "arc:imagePull": { ...block(config, "arc:imagePull"), controller: true },
    "arc:githubApps": { second: { appId: "777" } },
    "arc:orgs": [
      {
        name: "ways-app",
        url: `${url}/ways-app`,
        githubApp: "second",
        proxy: { https: { url: "http://proxy.example.org:3128", vaultPath: "ways/proxy" }, noProxy: [".svc"] },
        runnerSets: sets("ways-app", { runnerGroup: "ci linux" }),
      },
      {
        name: "ways-enterprise",
        url: `${url}/enterprises/ways-enterprise`,
        auth: "token",
        githubServerTLS: { certificate: CERTIFICATE, runnerMountPath: "/usr/local/share/ca-certificates" },
        runnerSets: sets("ways-enterprise", { runner: { containerMode: "kubernetes", kubernetes } }),
      },
      { name: "ways-own", url: `${url}/ways-own`, githubConfigSecret: "my-secret", runnerSets: sets("ways-own") },
    ],
  };
}

/** The stack file with other fields of an organisation's one set. */
function withOrg(config: StackFile, name: string, fields: object): StackFile {
  const orgs = config["arc:orgs"] as { name: string; runnerSets: object[] }[];
  return {
    ...config,
    "arc:orgs": orgs.map((org) =>
      org.name === name ? { ...org, runnerSets: org.runnerSets.map((set) => ({ ...set, ...fields })) } : org,
    ),
  };
}

interface RunnerSet {
  metadata: { uid: string };
  spec: {
    githubConfigSecret: string;
    githubServerTLS?: object;
    proxy?: object;
    runnerScaleSetLabels?: string[];
    template: { spec: { containers: { env: { name: string; value?: string }[] }[] } };
  };
}
