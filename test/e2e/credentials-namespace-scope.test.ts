import * as assert from "node:assert/strict";
import { CoreV1Api, CustomObjectsApi, type KubeConfig } from "@kubernetes/client-node";
import type { Cluster } from "../../lab/cluster";
import type { Deployment } from "../../lab/engine";
import { lab } from "./support/lab";
import { appPath, otherCluster, otherDeployment } from "./support/other-cluster";
import { SECRETS } from "./support/stack-files";
import { logIn, readKv, statusOf } from "./support/vault-logins";

const NAMESPACES = ["scoped-one", "scoped-two"] as const;
const STACK = "scoped";

const STORES = { group: "external-secrets.io", version: "v1" };

describe("A stack with a store in each namespace (storeScope: namespace)", function () {
  let cluster: Cluster;
  let client: KubeConfig;
  let deployment: Deployment;
  before(async () => {
    cluster = await otherCluster();
    client = cluster.controlPlane.client;
    const vault = { storeScope: "namespace" };
    deployment = await otherDeployment({ stack: STACK, namespaces: [...NAMESPACES], vault });
    await deployment.setSecrets(SECRETS);
    const { errors, output } = await deployment.up();
    assert.deepEqual(errors, [], output);
  });
  after(async () => {
    const { errors } = await deployment.destroy();
    assert.deepEqual(errors, []);
  });

  const role = (namespace: string) => `arc-${namespace}`;
  const account = (namespace: string) => ({ namespace, name: "vault-auth" });

  it("has no store that namespaces share", async () => {
    const stores = client.makeApiClient(CustomObjectsApi);
    const shared = (await stores.listClusterCustomObject({ ...STORES, plural: "clustersecretstores" })) as Items;
    assert.deepEqual(shared.items, []);
    const own = (await stores.listCustomObjectForAllNamespaces({ ...STORES, plural: "secretstores" })) as Items;
    const kubernetes = (namespace: string) => ({
      mountPath: cluster.authMount,
      role: role(namespace),
      serviceAccountRef: { name: "vault-auth" },
    });
    assert.deepEqual(
      own.items.map(({ metadata, spec }) => [metadata.namespace, metadata.name, spec.provider.vault.auth.kubernetes]),
      NAMESPACES.map((namespace) => [namespace, "vault-backend", kubernetes(namespace)]),
    );
  });

  for (const namespace of NAMESPACES) {
    it(`gives ${namespace} its credentials through the account of its own namespace`, async () => {
      const core = client.makeApiClient(CoreV1Api);
      const { data } = await core.readNamespacedSecret({ name: "github-token", namespace });
      const { github_app_private_key: key, github_app_installation_id: installation } = data!;
      assert.equal(Buffer.from(key!, "base64").toString(), SECRETS["arc:githubAppPrivateKey"]);
      assert.equal(Buffer.from(installation!, "base64").toString(), "41000002");
      await core.readNamespacedSecret({ name: "ghcr-pull-secret", namespace });
    });
  }

  it("lets a namespace's login read its own paths and no other's", async () => {
    for (const [own, other] of [NAMESPACES, [...NAMESPACES].reverse()] as [string, string][]) {
      const { token, policies } = await logIn(client, account(own), cluster.authMount, role(own));
      assert.deepEqual(policies, [role(own), "default"]);
      const { private_key: key } = await readKv(appPath(own), token);
      assert.equal(key, SECRETS["arc:githubAppPrivateKey"]);
      const found: Record<string, number> = {};
      for (const path of [`${STACK}/github-token`, appPath(other), "github-runner/github-app"]) {
        found[path] = await statusOf("GET", `secret/data/${path}`, token);
      }
      assert.deepEqual(found, {
        [`${STACK}/github-token`]: 200,
        [appPath(other)]: 403,
        "github-runner/github-app": 403,
      });
      assert.equal(await statusOf("POST", `secret/data/${appPath(own)}`, token, { data: {} }), 403);
    }
  });

  it("lets no account of another namespace, of another name or of another cluster log in with a namespace's role", async () => {
    const refused = { status: 403 };
    const [one, two] = NAMESPACES;
    await assert.rejects(logIn(client, account(two), cluster.authMount, role(one)), refused);
    await assert.rejects(logIn(client, { namespace: one, name: "default" }, cluster.authMount, role(one)), refused);
    const operator = { namespace: "external-secrets", name: "external-secrets" };
    await assert.rejects(logIn(client, operator, cluster.authMount, role(one)), refused);
    // The role lies at this cluster's mount, and Vault asks this cluster's API server about the token.
    const foreign = lab().cluster.controlPlane.client;
    await assert.rejects(logIn(foreign, operator, cluster.authMount, role(one)), refused);
  });

  it("leaves nothing in Vault when it is destroyed", async () => {
    const { errors } = await deployment.destroy();
    assert.deepEqual(errors, []);
    const status = (path: string) => statusOf("GET", path, lab().vault.rootToken);
    for (const namespace of NAMESPACES) {
      assert.equal(await status(`auth/${cluster.authMount}/role/${role(namespace)}`), 404);
      assert.equal(await status(`sys/policies/acl/${role(namespace)}`), 404);
      assert.equal(await status(`secret/data/${appPath(namespace)}`), 404);
    }
  });
});

interface Items {
  items: {
    metadata: { name: string; namespace: string };
    spec: { provider: { vault: { auth: { kubernetes: object } } } };
  }[];
}
