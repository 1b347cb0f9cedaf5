import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { CoreV1Api, CustomObjectsApi } from "@kubernetes/client-node";
import type { Deployment } from "../../lab/engine";
import { labSecrets } from "../../lab/stack-file";
import { deployedProd } from "./support/deployed";
import { lab } from "./support/lab";
import { observed, stepsOf } from "./support/observed";
import { type Places, assertHidden, filesBelow, findSecrets } from "./support/secret-search";
import { SECRETS } from "./support/stack-files";

const ROOT = path.join(__dirname, "..", "..");

describe("Secrets of the deployed prod", function () {
  const rotated = labSecrets();
  let prod: Deployment;
  let secrets: Record<string, string>;
  before(async () => {
    prod = await deployedProd();
    const { env, cluster } = lab();
    secrets = {
      "the App's key": SECRETS["arc:githubAppPrivateKey"],
      "the registry's token": SECRETS["arc:imagePullToken"],
      "the App's next key": rotated["arc:githubAppPrivateKey"],
      "the registry's next token": rotated["arc:imagePullToken"],
      "the token for GitHub": env.GITHUB_TOKEN,
      "the token for Vault": env.VAULT_TOKEN,
      "the token for Kubernetes": cluster.controlPlane.client.getCurrentUser()!.token!,
    };
  });

  const assertNone = (places: Places) => assertHidden(secrets, places);

  it("are found by the search where they must be", async () => {
    const core = lab().cluster.controlPlane.client.makeApiClient(CoreV1Api);
    const { items } = await core.listNamespacedSecret({ namespace: "kamify-runner" });
    const places = {
      Secrets: JSON.stringify(items),
      // The registry's credentials are text in a base64 text in a base64 text.
      "docker config": Buffer.from(
        items.find(({ metadata }) => metadata!.name === "ghcr-pull-secret")!.data![".dockerconfigjson"]!,
        "base64",
      ).toString(),
      "decrypted state": JSON.stringify(await prod.stack.exportStack()),
      environment: JSON.stringify(prod.stack.workspace.envVars),
    };
    assert.deepEqual(findSecrets(secrets, places), [
      "Secrets: the App's key, in base64",
      "Secrets: the registry's token, in base64",
      "docker config: the registry's token, as it is",
      "docker config: the registry's token, in base64 behind one byte",
      "decrypted state: the App's key, one line of it",
      "decrypted state: the App's key, in JSON in JSON in JSON",
      "decrypted state: the registry's token, as it is",
      "environment: the token for GitHub, as it is",
      "environment: the token for Vault, as it is",
    ]);
  });

  it("are in no file of the state and in no stack file", () => {
    const places = { ...filesBelow(path.join(lab().folder, "state")), ...filesBelow(prod.folder) };
    assert.ok(prod.stateFile() in places, Object.keys(places).join("\n"));
    assertNone(places);
  });

  it("are in no file of the engine's own folder", () => {
    assertNone(filesBelow(path.join(lab().folder, "pulumi")));
  });

  it("are in no output of the stack", async () => {
    const outputs = await prod.stack.outputs();
    assert.deepEqual(Object.keys(outputs).sort(), ["controllerVersion", "runnerSets"]);
    assertNone({ outputs: JSON.stringify(outputs) });
  });

  it("are not shown by a preview with all differences, nor kept in its plan, when they are to change", async () => {
    const plan = path.join(lab().folder, "secrets-plan.json");
    await prod.setSecrets(rotated);
    try {
      const run = await observed("preview", (on) =>
        prod.withProgram((stack) => stack.preview({ ...on, diff: true, plan }), on.onOutput),
      );
      assert.equal(run.ok, true, run.output);
      assert.equal(stepsOf(run)["update vault:kv/secretV2:SecretV2"], 4);
      assert.match(run.output, /dataJson\s*: \[secret\]/);
      assertNone({ ...run.places, ...filesBelow(plan), ...filesBelow(prod.folder) });
    } finally {
      await prod.setSecrets(SECRETS);
    }
  });

  it("are not shown by a refresh and by an up that finds nothing to do", async () => {
    const refresh = await observed("refresh", (on) =>
      prod.withProgram((stack) => stack.refresh({ ...on, previewOnly: true }), on.onOutput),
    );
    assert.equal(refresh.ok, true, refresh.output);
    assertNone(refresh.places);
    const up = await observed("up", (on) => prod.withProgram((stack) => stack.up({ ...on, diff: true }), on.onOutput));
    assert.deepEqual(stepsOf(up), {}, up.output);
    assertNone(up.places);
  });

  it("are in no manifest that bin/arc preview writes for the same stack file, and not in what it prints", () => {
    const folder = path.join(lab().folder, "secrets-preview");
    mkdirSync(folder);
    for (const name of ["Pulumi.yaml", "Pulumi.prod.yaml"]) {
      copyFileSync(path.join(prod.folder, name), path.join(folder, name));
    }
    symlinkSync(path.join(ROOT, "index.ts"), path.join(folder, "index.ts"));
    const run = (...args: string[]) =>
      execFileSync(process.execPath, [path.join(ROOT, "bin", "arc"), "preview", "-C", folder, "--offline", ...args], {
        env: { ...process.env, ...lab().env },
        encoding: "utf8",
      });
    const printed = run("--resources", "--graph");
    assert.match(printed, /\d+ manifests in out\/prod/);
    const manifests = filesBelow(path.join(folder, "out"));
    assert.ok(Object.keys(manifests).length >= 40, Object.keys(manifests).join("\n"));
    assertNone({ ...manifests, printed, json: run("--json") });
  });

  it("are in the cluster in nothing but Secrets", async () => {
    const { client } = lab().cluster.controlPlane;
    const custom = client.makeApiClient(CustomObjectsApi);
    const kinds = [
      ["actions.github.com", "v1alpha1", "autoscalingrunnersets"],
      ["external-secrets.io", "v1", "externalsecrets"],
      ["external-secrets.io", "v1", "clustersecretstores"],
      ["apps", "v1", "deployments"],
      ["apps", "v1", "replicasets"],
    ] as const;
    const places: Places = {};
    for (const [group, version, plural] of kinds) {
      const list = (await custom.listClusterCustomObject({ group, version, plural })) as { items: object[] };
      assert.ok(list.items.length > 0, plural);
      places[plural] = JSON.stringify(list);
    }
    const core = client.makeApiClient(CoreV1Api);
    places.configmaps = JSON.stringify(await core.listConfigMapForAllNamespaces());
    places.events = JSON.stringify(await core.listEventForAllNamespaces());
    places.pods = JSON.stringify(await core.listPodForAllNamespaces());
    places.namespaces = JSON.stringify(await core.listNamespace());
    assertNone(places);
  });

  it("are in no log of the services and in nothing that was asked of GitHub", () => {
    const { folder, github } = lab();
    const logs = { ...filesBelow(path.join(folder, "logs")), ...filesBelow(path.join(folder, "cluster", "logs")) };
    const names = Object.keys(logs).map((file) => path.basename(file, ".log"));
    for (const name of ["external-secrets", "kube-apiserver", "kube-controller-manager", "vault"]) {
      assert.ok(names.includes(name), `no log of ${name}: ${names.join(", ")}`);
    }
    assertNone({ ...logs, "requests to GitHub": JSON.stringify(github.requests) });
  });
});
