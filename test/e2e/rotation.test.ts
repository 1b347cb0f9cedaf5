import * as assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { CoreV1Api, type KubeConfig } from "@kubernetes/client-node";
import type { Deployment, Run } from "../../lab/engine";
import { type ControllerModel, JobState, type Tally, tallyOf, What } from "../../lab/models/controller";
import { block, labSecrets, type StackFile } from "../../lab/stack-file";
import { assertConverged } from "./support/intact";
import { lab } from "./support/lab";
import { appPath, otherCluster, otherDeployment } from "./support/other-cluster";
import { told } from "./support/prod-steps";
import { findSecrets } from "./support/secret-search";
import { SECRETS } from "./support/stack-files";
import { tokenWith } from "./support/vault-logins";

const APP = "rotated-app";
const PAT = "rotated-pat";
const ENTERPRISE = "rotated-enterprise";
const RESTARTED: Tally = { [What.ListenerDeleted]: 1, [What.ListenerCreated]: 1 };
const VALUES_HASH = 'metadata.annotations["actions.github.com/values-hash"]';
const VERSION = "spec.target.template.templateFrom[0].literal";
const newToken = () => `ghp_${randomBytes(18).toString("hex")}`;

/** With this interval the operator reads nothing by itself while the suite runs. */
const SLOW = { refreshInterval: "24h" };

/** One organisation with the App and one enterprise with a token, each with an idle runner. */
function twoWays(config: StackFile): StackFile {
  const sets = (namespace: string) => [{ name: `${namespace}-set`, namespace, minRunners: 1, maxRunners: 4 }];
  return {
    ...config,
    "arc:controller": { ...block(config, "arc:controller"), updateStrategy: "immediate" },
    "arc:orgs": [
      { name: "kamify-ai", runnerSets: sets(APP) },
      {
        name: ENTERPRISE,
        url: `${lab().github.url}/enterprises/${ENTERPRISE}`,
        auth: "token",
        runnerSets: sets(PAT),
      },
    ],
  };
}

describe("A rotation", function () {
  let stack: Deployment;
  let client: KubeConfig;
  let controllers: ControllerModel;

  before(async () => {
    const { controlPlane, models } = await otherCluster();
    ({ client } = controlPlane);
    ({ controllers } = models);
  });

  const sound = ({ ok, errors, output }: Run) => assert.deepEqual([ok, errors], [true, []], output);
  const steps = ({ begun }: Run) =>
    begun
      .filter(({ type }) => !type.startsWith("arc:"))
      .map(told)
      .sort();

  /** Runs `pulumi up` and counts what the controller did for each set. */
  async function counted(): Promise<{ up: Run; app: Tally; pat: Tally }> {
    const from = controllers.events.length;
    const up = await stack.up();
    sound(up);
    await controllers.settled();
    const of = (namespace: string) =>
      tallyOf(controllers.events.slice(from).filter(({ set }) => set?.startsWith(`${namespace}/`)));
    return { up, app: of(APP), pat: of(PAT) };
  }

  async function secret(namespace: string, name: string) {
    const { data, metadata } = await client.makeApiClient(CoreV1Api).readNamespacedSecret({ namespace, name });
    const values = Object.fromEntries(
      Object.entries(data!).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]),
    );
    return { values, metadata: metadata! };
  }

  /** The version that the engine's own write of the set made: the API server counts all writes of a cluster in one row. */
  async function setWrittenAt(namespace: string): Promise<bigint> {
    const { deployment } = await stack.stack.exportStack();
    const { resources } = deployment as { resources: { type: string; outputs?: { metadata?: Metadata } }[] };
    const set = resources.find(
      ({ type, outputs }) => type.endsWith(":AutoscalingRunnerSet") && outputs?.metadata?.namespace === namespace,
    );
    return BigInt(set!.outputs!.metadata!.resourceVersion);
  }

  const secretWrittenAt = async (namespace: string) =>
    BigInt((await secret(namespace, "github-token")).metadata.resourceVersion!);

  /** Everything that the cluster's Secrets hold, in clear. */
  async function allSecrets(): Promise<Record<string, string>> {
    const { items } = await client.makeApiClient(CoreV1Api).listSecretForAllNamespaces();
    return Object.fromEntries(
      items.map(({ metadata, data = {} }) => [
        `${metadata!.namespace}/${metadata!.name}`,
        Object.values(data)
          .map((value) => Buffer.from(value, "base64").toString())
          .join("\n"),
      ]),
    );
  }

  describe("of what this program writes to Vault", () => {
    const values: Record<string, string> = {
      ...SECRETS,
      [`arc:githubTokens.${ENTERPRISE}`]: newToken(),
    };

    before(async () => {
      stack = await otherDeployment({ stack: "rotation", namespaces: [], vault: SLOW });
      stack.edit(twoWays);
      await stack.setSecrets(values);
      sound(await stack.up());
      await controllers.settled();
    });
    after(async () => sound(await stack.destroy()));

    /** Gives the stack another value of a secret; answers the one before. */
    async function rotate(key: string, value: string): Promise<string> {
      const before = values[key]!;
      values[key] = value;
      await stack.setSecrets({ [key]: value });
      return before;
    }

    it("leaves nothing to do when nothing is rotated", async () => {
      await assertConverged(stack);
    });

    it("of the App's key restarts the App's listener once, after its Secret has the new key, and no job is lost", async () => {
      const job = await controllers.assignJob(`${APP}/${APP}-set`);
      const key = labSecrets()["arc:githubAppPrivateKey"];
      const old = await rotate("arc:githubAppPrivateKey", key);
      const { up, app, pat } = await counted().finally(() => controllers.finishJob(job));
      assert.deepEqual(steps(up), [
        `update AutoscalingRunnerSet arc-kamify-ai/${APP}-set ${VALUES_HASH}`,
        `update ExternalSecret arc-${APP}-github-app-external-secret ${VERSION}`,
        `update SecretV2 secret/${appPath(APP)} dataJson`,
      ]);
      assert.deepEqual([app, pat], [RESTARTED, {}]);
      const { values: now, metadata } = await secret(APP, "github-token");
      assert.equal(now.github_app_private_key, key);
      assert.equal(metadata.annotations!["arc-runners/kv-version"], "2");
      assert.ok((await secretWrittenAt(APP)) < (await setWrittenAt(APP)), "the set was changed before its Secret");
      assert.deepEqual(findSecrets({ old }, await allSecrets()), []);
      await controllers.settled();
      assert.equal(job.state, JobState.Finished);
      await assertConverged(stack);
    });

    it("of a token restarts the listeners that use it once, after their Secret has the new one", async () => {
      const token = newToken();
      await rotate(`arc:githubTokens.${ENTERPRISE}`, token);
      const { up, app, pat } = await counted();
      assert.deepEqual(steps(up), [
        `update AutoscalingRunnerSet arc-${ENTERPRISE}/${PAT}-set ${VALUES_HASH}`,
        `update ExternalSecret arc-${PAT}-github-token-external-secret ${VERSION}`,
        `update SecretV2 secret/${PAT}/github-pat dataJson`,
      ]);
      assert.deepEqual([app, pat], [{}, RESTARTED]);
      assert.deepEqual((await secret(PAT, "github-token")).values, { github_token: token });
      assert.ok((await secretWrittenAt(PAT)) < (await setWrittenAt(PAT)), "the set was changed before its Secret");
    });

    it("of the registry's token is in every namespace when the update ends, and restarts nothing", async () => {
      const token = newToken();
      const old = await rotate("arc:imagePullToken", token);
      const { up, app, pat } = await counted();
      assert.deepEqual(steps(up), [
        `update ExternalSecret arc-${APP}-pull-secret-external-secret ${VERSION}`,
        `update ExternalSecret arc-${PAT}-pull-secret-external-secret ${VERSION}`,
        "update SecretV2 secret/rotation/github-token dataJson",
      ]);
      assert.deepEqual([app, pat], [{}, {}]);
      const found = findSecrets({ old, new: token }, await allSecrets());
      assert.deepEqual(
        [...new Set(found.map((each) => each.split(",")[0]))].sort(),
        [APP, PAT].map((namespace) => `${namespace}/ghcr-pull-secret: new`),
      );
    });
  });

  describe("of what others write to Vault", () => {
    const ROLE = "rotation-held";
    const PULL = "rotation-held/github-token";
    const app = { app_id: "123456", installation_id: "41000002", private_key: SECRETS["arc:githubAppPrivateKey"] };
    const write = (path: string, data: object) => lab().vault.request("POST", `secret/data/${path}`, { data });
    let authMount: string;

    before(async () => {
      ({ authMount } = await otherCluster());
      const auth = { mount: authMount, role: ROLE };
      stack = await otherDeployment({
        stack: "rotation-held",
        namespaces: [APP],
        vault: { ...SLOW, manage: false, auth },
      });
      stack.edit((config) => ({
        ...config,
        "arc:controller": { ...block(config, "arc:controller"), updateStrategy: "immediate" },
      }));
    });
    after(async () => {
      sound(await stack.destroy());
      for (const path of [appPath(APP), PULL]) await lab().vault.request("DELETE", `secret/metadata/${path}`);
    });

    it("is told in one error what Vault does not have yet", async () => {
      const { installation_id: _id, ...without } = app;
      await write(appPath(APP), without);
      const { ok, errors, output } = await stack.preview();
      assert.equal(ok, false);
      assert.equal(errors.length, 1, output);
      const [heading, ...problems] = errors[0]!.replace(/^error: |^Running program.*\n/gm, "").split("\n\n");
      assert.match(heading!, /Vault is not as the stack file needs it; nothing was changed\.$/);
      assert.deepEqual(
        problems.map((each) => each.trim().split("\n")[0]),
        [
          `secret/${appPath(APP)} in Vault has no installation_id; it has: "app_id", "private_key"`,
          `Vault has no KV v2 secret secret/${PULL}; the Secret that is made of it would never be there`,
          `Vault has no auth/${authMount}/role/${ROLE}, which External Secrets logs in with`,
        ],
      );
    });

    it("is taken as it is when it is all there", async () => {
      await write(appPath(APP), app);
      await write(PULL, { token: newToken() });
      const read = [appPath(APP), PULL].map((path) => `path "secret/data/${path}" { capabilities = ["read"] }`);
      await lab().vault.request("PUT", `sys/policies/acl/${ROLE}`, { policy: read.join("\n") });
      await lab().vault.request("POST", `auth/${authMount}/role/${ROLE}`, {
        bound_service_account_names: ["external-secrets"],
        bound_service_account_namespaces: ["external-secrets"],
        token_policies: [ROLE],
      });
      sound(await stack.up());
      await controllers.settled();
      await assertConverged(stack);
    });

    it("that is changed by hand restarts the listener once, at the next update, with the new key", async () => {
      const key = labSecrets()["arc:githubAppPrivateKey"];
      await write(appPath(APP), { ...app, private_key: key });
      const preview = await stack.preview();
      const { up, app: restarted } = await counted();
      assert.deepEqual(steps(up), [
        `update AutoscalingRunnerSet arc-kamify-ai/${APP}-set ${VALUES_HASH}`,
        `update ExternalSecret arc-${APP}-github-app-external-secret ${VERSION}`,
      ]);
      assert.deepEqual(steps(preview), steps(up));
      assert.deepEqual(restarted, RESTARTED);
      assert.equal((await secret(APP, "github-token")).values.github_app_private_key, key);
      assert.ok((await secretWrittenAt(APP)) < (await setWrittenAt(APP)), "the set was changed before its Secret");
    });

    it("is unknown to who may not ask Vault, and then nothing is changed", async () => {
      const { envVars } = stack.stack.workspace;
      const token = envVars.VAULT_TOKEN;
      envVars.VAULT_TOKEN = await tokenWith("of-nothing");
      try {
        const preview = await stack.preview();
        sound(preview);
        assert.deepEqual(steps(preview), []);
        assert.match(
          preview.output.replace(/\s+/g, " "),
          new RegExp(
            `Whether Vault has what the stack reads from it is unknown: with this VAULT_TOKEN it does not tell about secret/${appPath(APP)} \\(403\\)`,
          ),
        );
      } finally {
        envVars.VAULT_TOKEN = token!;
      }
    });
  });
});

interface Metadata {
  namespace: string;
  resourceVersion: string;
}
