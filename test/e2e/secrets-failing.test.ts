import * as assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import path from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { Deployment } from "../../lab/engine";
import { block, labSecrets } from "../../lab/stack-file";
import { lab } from "./support/lab";
import { type Observed, errorsOf, observed, stepsOf } from "./support/observed";
import { appPath, otherCluster, otherDeployment } from "./support/other-cluster";
import { assertHidden, filesBelow, findSecrets } from "./support/secret-search";
import { readKv } from "./support/vault-logins";

const NAMESPACE = "failing-runner";

describe("Secrets of a stack whose first runs fail", function () {
  const values = labSecrets();
  const next = labSecrets();
  const passphrase = randomBytes(18).toString("hex");
  let deployment: Deployment;
  let secrets: Record<string, string>;
  before(async () => {
    const { controlPlane } = await otherCluster();
    const env = { PULUMI_CONFIG_PASSPHRASE: passphrase };
    deployment = await otherDeployment({ stack: "failing", namespaces: [NAMESPACE], env });
    await deployment.setSecrets(values);
    secrets = {
      "the App's key": values["arc:githubAppPrivateKey"],
      "the registry's token": values["arc:imagePullToken"],
      "the App's next key": next["arc:githubAppPrivateKey"],
      "the registry's next token": next["arc:imagePullToken"],
      "the token for GitHub": lab().env.GITHUB_TOKEN,
      "the token for Vault": lab().env.VAULT_TOKEN,
      "the token for Kubernetes": controlPlane.client.getCurrentUser()!.token!,
      "the passphrase": passphrase,
    };
  });
  after(async () => {
    const { errors } = await deployment.destroy();
    assert.deepEqual(errors, []);
  });

  const up = (title: string, onEvent?: (event: EngineEvent) => void) =>
    observed(title, (on) => deployment.withProgram((stack) => stack.up({ ...on, diff: true }), on.onOutput), onEvent);

  /** Neither what the run let out nor what it left on disk shows a secret. */
  const assertNone = ({ places }: Observed) => {
    const { folder, github } = lab();
    const folders = ["state", "pulumi", "logs", path.join("other", "logs")].map((name) => path.join(folder, name));
    const files = [...folders, deployment.folder].map(filesBelow);
    const found = Object.assign({}, ...files, places, { "requests to GitHub": JSON.stringify(github.requests) });
    assert.ok(deployment.stateFile() in found);
    assertHidden(secrets, found);
  };

  const setMount = (mount: string) =>
    deployment.edit((config) => ({ ...config, "arc:vault": { ...block(config, "arc:vault"), mount } }));

  it("stay hidden when Vault has no KV engine at the mount", async () => {
    setMount("nowhere");
    const run = await up("up with a wrong mount");
    assert.equal(run.ok, false);
    assert.match(errorsOf(run).join("\n"), /nowhere\/data\//);
    assertNone(run);
  });

  it("stay hidden when Vault is sealed while it is written to", async () => {
    setMount("secret");
    let sealing: Promise<void> | undefined;
    const run = await up("up with Vault sealed", ({ resOutputsEvent }) => {
      if (resOutputsEvent?.metadata.type.startsWith("vault:")) sealing ??= lab().vault.seal();
    });
    await sealing;
    await lab().vault.unseal();
    assert.ok(sealing, "no resource of Vault was made");
    assert.equal(run.ok, false);
    assert.match(errorsOf(run).join("\n"), /Vault is sealed/);
    assertNone(run);
  });

  it("stay hidden in the run that then succeeds", async () => {
    const run = await up("up at last");
    assert.deepEqual(errorsOf(run), []);
    assertNone(run);
    assert.deepEqual(await readKv(appPath(NAMESPACE)), {
      app_id: "123456",
      installation_id: "41000002",
      private_key: values["arc:githubAppPrivateKey"],
    });
  });

  it("stay hidden when they change", async () => {
    await deployment.setSecrets(next);
    const run = await up("up with the next secrets");
    assert.equal(run.ok, true, run.output);
    assert.equal(stepsOf(run)["update vault:kv/secretV2:SecretV2"], 2);
    assertNone(run);
    assert.equal((await readKv(appPath(NAMESPACE))).private_key, next["arc:githubAppPrivateKey"]);
    const state = { state: JSON.stringify(await deployment.stack.exportStack()) };
    assert.deepEqual(findSecrets(secrets, state), [
      "state: the App's next key, one line of it",
      "state: the App's next key, in JSON in JSON in JSON",
      "state: the registry's next token, as it is",
    ]);
  });

  it("stay hidden in a refresh and in the destruction", async () => {
    const refresh = await observed("refresh", (on) =>
      deployment.withProgram((stack) => stack.refresh(on), on.onOutput),
    );
    assert.equal(refresh.ok, true, refresh.output);
    assertNone(refresh);
    const destroy = await observed("destroy", (on) =>
      deployment.withProgram((stack) => stack.destroy(on), on.onOutput),
    );
    assert.equal(destroy.ok, true, destroy.output);
    assertNone(destroy);
  });
});
