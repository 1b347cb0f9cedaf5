import * as assert from "node:assert/strict";
import { CoreV1Api, CustomObjectsApi, type KubeConfig, type V1Secret } from "@kubernetes/client-node";
import { deployedProd } from "./support/deployed";
import { lab } from "./support/lab";
import { eventually } from "./support/runner-pods";
import { SECRETS } from "./support/stack-files";
import { logIn, readKv, statusOf, tokenWith } from "./support/vault-logins";

const PRIVATE_KEY = SECRETS["arc:githubAppPrivateKey"];
const PULL_TOKEN = SECRETS["arc:imagePullToken"];

/** Each tenant's namespace, and the App's installation on its organisation. */
const TENANTS: Record<string, string> = {
  "github-runner": "41000001",
  "kamify-runner": "41000002",
  "everyapi-runner": "41000003",
};

/** What a login is tried on. */
const REQUESTS = [
  "GET secret/data/github-runner/github-app",
  "GET secret/data/github-runner/github-token",
  "GET secret/data/kamify-runner/github-app",
  "GET secret/data/everyapi-runner/github-app",
  "GET secret/data/another/github-app",
  "GET secret/data/github-runner/another",
  "GET secret/data/github-runner",
  "GET secret/metadata/github-runner/github-app",
  "LIST secret/metadata/",
  "LIST secret/metadata/github-runner",
  "POST secret/data/github-runner/github-app",
  "DELETE secret/data/github-runner/github-app",
  "DELETE secret/metadata/github-runner/github-app",
  "GET sys/mounts",
  "GET sys/policies/acl/arc-github-runner",
  "GET auth/kubernetes/role/arc-external-secrets",
  "POST auth/token/create",
];

describe("Credentials of the deployed prod, from the real Vault through External Secrets", function () {
  let client: KubeConfig;
  let core: CoreV1Api;
  before(async () => {
    await deployedProd();
    client = lab().cluster.controlPlane.client;
    core = client.makeApiClient(CoreV1Api);
  });

  it("has in Vault exactly what the stack gave", async () => {
    const found: Record<string, unknown> = {};
    for (const folder of ["", ...Object.keys(TENANTS)]) {
      const { body } = await lab().vault.request("LIST", `secret/metadata/${folder}`);
      for (const key of (body.data as { keys: string[] }).keys.filter((each) => !each.endsWith("/"))) {
        const path = `${folder}/${key}`;
        found[path] = await readKv(path);
      }
    }
    const app = (installation: string) => ({
      app_id: "123456",
      installation_id: installation,
      private_key: PRIVATE_KEY,
    });
    assert.deepEqual(found, {
      "github-runner/github-app": app("41000001"),
      "github-runner/github-token": { token: PULL_TOKEN },
      "kamify-runner/github-app": app("41000002"),
      "everyapi-runner/github-app": app("41000003"),
    });
  });

  for (const [namespace, installation] of Object.entries(TENANTS)) {
    it(`gives ${namespace} the App's credentials, byte for byte`, async () => {
      const secret = await core.readNamespacedSecret({ name: "github-token", namespace });
      assert.equal(secret.type, "Opaque");
      assert.deepEqual(clear(secret), {
        github_app_id: "123456",
        github_app_installation_id: installation,
        github_app_private_key: PRIVATE_KEY,
      });
      await assertOwned(client, secret);
    });

    it(`gives ${namespace} the registry's credentials in the form of a docker config`, async () => {
      const secret = await core.readNamespacedSecret({ name: "ghcr-pull-secret", namespace });
      assert.equal(secret.type, "kubernetes.io/dockerconfigjson");
      const { ".dockerconfigjson": config, ...rest } = clear(secret);
      assert.deepEqual(rest, {});
      const auth = Buffer.from(`yldm-tech:${PULL_TOKEN}`).toString("base64");
      assert.deepEqual(JSON.parse(config!), {
        auths: { "ghcr.io": { username: "yldm-tech", password: PULL_TOKEN, auth } },
      });
      await assertOwned(client, secret);
    });
  }

  it("keeps the private key a PEM block of whole lines with one newline at its end", async () => {
    const secret = await core.readNamespacedSecret({ name: "github-token", namespace: "kamify-runner" });
    const lines = clear(secret).github_app_private_key!.split("\n");
    assert.equal(lines.shift(), "-----BEGIN RSA PRIVATE KEY-----");
    assert.equal(lines.pop(), "");
    assert.equal(lines.pop(), "-----END RSA PRIVATE KEY-----");
    assert.ok(lines.length > 20 && lines.every((line) => /^[A-Za-z0-9+/=]{1,64}$/.test(line)), lines.join("\n"));
  });

  it("brings a value that changed in Vault to the Secret within the refresh interval", async () => {
    const path = "everyapi-runner/github-app";
    const data = await readKv(path);
    const installation = async () => {
      const secret = await core.readNamespacedSecret({ name: "github-token", namespace: "everyapi-runner" });
      return clear(secret).github_app_installation_id;
    };
    const write = (changed: object) => lab().vault.request("POST", `secret/data/${path}`, { data: changed });
    try {
      await write({ ...data, installation_id: " 41999999\n" });
      // The interval is 5 s; what is more leaves the machine time.
      await eventually(async () => (await installation()) === "41999999", "the new id arrives, trimmed", 20);
    } finally {
      // Without its history, so that the version is the one that the stack wrote.
      await lab().vault.request("DELETE", `secret/metadata/${path}`);
      await write(data);
    }
    await eventually(async () => (await installation()) === "41000003", "the former id is back", 20);
  });

  it("lets the operator read the tenants' paths in Vault and the registry token's, and do nothing else", async () => {
    const operator = { namespace: "external-secrets", name: "external-secrets" };
    const { token, policies, seconds } = await logIn(client, operator, "kubernetes", "arc-external-secrets");
    assert.deepEqual(
      { policies, seconds },
      { policies: ["arc-everyapi-runner", "arc-github-runner", "arc-kamify-runner", "default"], seconds: 600 },
    );
    assert.deepEqual(await answers(token, REQUESTS), {
      "GET secret/data/github-runner/github-app": 200,
      "GET secret/data/github-runner/github-token": 200,
      "GET secret/data/kamify-runner/github-app": 200,
      "GET secret/data/everyapi-runner/github-app": 200,
      "GET secret/data/another/github-app": 403,
      "GET secret/data/github-runner/another": 403,
      "GET secret/data/github-runner": 403,
      "GET secret/metadata/github-runner/github-app": 403,
      "LIST secret/metadata/": 403,
      "LIST secret/metadata/github-runner": 403,
      "POST secret/data/github-runner/github-app": 403,
      "DELETE secret/data/github-runner/github-app": 403,
      "DELETE secret/metadata/github-runner/github-app": 403,
      "GET sys/mounts": 403,
      "GET sys/policies/acl/arc-github-runner": 403,
      "GET auth/kubernetes/role/arc-external-secrets": 403,
      "POST auth/token/create": 403,
    });
  });

  it("bounds a tenant's policy to the tenant's own paths", async () => {
    const token = await tokenWith("arc-kamify-runner");
    assert.deepEqual(await answers(token, REQUESTS.slice(0, 9)), {
      "GET secret/data/github-runner/github-app": 403,
      "GET secret/data/github-runner/github-token": 200,
      "GET secret/data/kamify-runner/github-app": 200,
      "GET secret/data/everyapi-runner/github-app": 403,
      "GET secret/data/another/github-app": 403,
      "GET secret/data/github-runner/another": 403,
      "GET secret/data/github-runner": 403,
      "GET secret/metadata/github-runner/github-app": 403,
      "LIST secret/metadata/": 403,
    });
  });

  it("lets no other ServiceAccount log in with the operator's role", async () => {
    const accounts = [
      { namespace: "external-secrets", name: "default" },
      { namespace: "github-runner", name: "yldm-backend-runners-gha-rs-no-permission" },
      { namespace: "arc-systems", name: "arc-gha-rs-controller" },
    ];
    for (const account of accounts) {
      await assert.rejects(logIn(client, account, "kubernetes", "arc-external-secrets"), { status: 403 });
    }
  });
});

async function answers(token: string, requests: string[]): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const request of requests) {
    const [method, path] = request.split(" ") as [string, string];
    const body = method === "POST" ? { data: {} } : undefined;
    found[request] = await statusOf(method, path, token, body);
  }
  return found;
}

function clear({ data = {} }: V1Secret): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]),
  );
}

/** The Secret belongs to the ExternalSecret of its own name, and says that the operator made it. */
async function assertOwned(client: KubeConfig, { metadata }: V1Secret): Promise<void> {
  const { name, namespace, ownerReferences, labels } = metadata!;
  const external = (await client.makeApiClient(CustomObjectsApi).getNamespacedCustomObject({
    ...{ group: "external-secrets.io", version: "v1", plural: "externalsecrets" },
    ...{ namespace: namespace!, name: name! },
  })) as { metadata: { uid: string } };
  const { uid } = external.metadata;
  const kind = { apiVersion: "external-secrets.io/v1", kind: "ExternalSecret", name, uid };
  const owners = ownerReferences!.map((owner) => ({ ...owner }));
  assert.deepEqual(owners, [{ ...kind, controller: true, blockOwnerDeletion: true }]);
  const { "reconcile.external-secrets.io/created-by": createdBy, ...others } = labels!;
  assert.match(createdBy!, /^[0-9a-f]{56}$/);
  assert.deepEqual(others, { "reconcile.external-secrets.io/managed": "true" });
}
