import * as assert from "node:assert/strict";
import { parseStack } from "../../stacks/config/parse";
import type { StackSettings } from "../../stacks/config/schema";
import { platformArgs } from "../../stacks/platform";
import type { Fields } from "../support/recorder";

const orgs = [{ name: "acme", runnerSets: [{ name: "acme-runners" }] }];

function settingsOf(values: Fields): StackSettings {
  const { settings, problems } = parseStack({ controller: { version: "0.14.2" }, orgs, ...values });
  assert.deepEqual(problems, []);
  return settings!;
}

describe("platformArgs", () => {
  it("hands every setting of the stack file on to the components", () => {
    const controller = {
      version: "0.14.1",
      namespace: "ci-system",
      imageRepository: "mirror.example.org/arc",
      updateStrategy: "eventual",
      nodeSelector: { "node-role": "cicd" },
      resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "2", memory: "2Gi" } },
      logLevel: "warn",
      logFormat: "json",
    };
    const imagePull = {
      registry: "r.example.org",
      username: "bot",
      vaultPath: "acme/registry",
      property: "password",
      controller: true,
    };
    const containerDefaults = { requests: { cpu: "10m" }, limits: { memory: "1Gi" } };
    const settings = settingsOf({
      controller: { ...controller, crds: { source: "preinstalled" } },
      githubApp: { appId: "123456", slug: "acme-app", owner: "acme", installationLookup: "token" },
      vault: {
        server: "https://vault.example.org:8200",
        address: "https://vault.example.org",
        mount: "kv",
        createMount: true,
        manage: true,
        store: "runners",
        storeScope: "namespace",
        createStore: false,
        auth: { mount: "k8s/ci", serviceAccount: "eso", namespace: "eso-system", role: "ci", audience: "vault" },
        refreshInterval: "15m",
      },
      imagePull,
      githubApps: { second: { appId: "654321", slug: "second-app" }, third: {} },
      tenant: { createNamespaces: false, denyIngress: false, containerDefaults },
      schedule: { image: "mirror.example.org/kubectl:1", timeZone: "Europe/Berlin" },
      protect: { runnerSets: true },
    });
    assert.deepEqual(platformArgs(settings), {
      controller,
      githubApp: { appId: "123456", appSlug: "acme-app" },
      githubApps: { second: { appId: "654321", appSlug: "second-app" } },
      vault: {
        connection: {
          server: "https://vault.example.org:8200",
          mount: "kv",
          storeName: "runners",
          authMount: "k8s/ci",
          role: "ci",
          audience: "vault",
        },
        manage: true,
        createMount: true,
        createStore: false,
        storeScope: "namespace",
        operatorServiceAccount: "eso",
        operatorNamespace: "eso-system",
        refreshInterval: "15m",
      },
      imagePull,
      containerDefaults,
      denyIngress: false,
      createNamespaces: false,
      scheduler: { image: "mirror.example.org/kubectl:1", timeZone: "Europe/Berlin" },
      protect: { runnerSets: true, controller: false },
    });
  });

  it("hands on another store in place of Vault, and no store at all", () => {
    const other = { kind: "ClusterSecretStore", name: "aws", refreshInterval: "15m" };
    for (const secretStore of [other, { kind: "none" }]) {
      const args = platformArgs(settingsOf({ secretStore }));
      assert.deepEqual([args.secretStore, args.vault], [secretStore, undefined]);
    }
  });

  it("leaves out what the stack file does not have: App, slug, audience, registry, log arguments", () => {
    assert.deepEqual(platformArgs(settingsOf({ vault: { manage: false } })), {
      controller: {
        version: "0.14.2",
        namespace: "arc-systems",
        imageRepository: "ghcr.io/actions/gha-runner-scale-set-controller",
        updateStrategy: "immediate",
        nodeSelector: {},
        resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "500m", memory: "512Mi" } },
      },
      vault: {
        connection: {
          server: "https://vault.vault.svc:8200",
          mount: "secret",
          storeName: "vault-backend",
          authMount: "kubernetes",
        },
        manage: false,
        createMount: false,
        createStore: true,
        storeScope: "shared",
        operatorServiceAccount: "external-secrets",
        operatorNamespace: "external-secrets",
        refreshInterval: "1h",
      },
      containerDefaults: {
        requests: { cpu: "100m", memory: "128Mi" },
        limits: { cpu: "1", memory: "1Gi" },
      },
      denyIngress: true,
      createNamespaces: true,
      scheduler: { image: "registry.k8s.io/kubectl:v1.34.4", timeZone: "Etc/UTC" },
      protect: { runnerSets: false, controller: false },
    });
  });

  it("passes the App without slug on as an id alone", () => {
    const { githubApp } = platformArgs(settingsOf({ githubApp: { appId: "Iv23abc" } }));
    assert.deepEqual(githubApp, { appId: "Iv23abc" });
  });

  it("hands on what the stack file says of the version fence, beside the cluster", () => {
    const controller = { version: "0.14.2", versionFence: { enabled: false, timeoutSeconds: 30 } };
    assert.deepEqual(
      platformArgs(settingsOf({ controller, kubernetes: { context: "prod" } })).controller.versionFence,
      {
        ...controller.versionFence,
        context: "prod",
      },
    );
  });

  it("lets the version fence ask the cluster that the provider writes to", () => {
    const fenceOf = (kubernetes: Fields) => platformArgs(settingsOf({ kubernetes })).controller.versionFence;
    const cluster = { context: "prod", kubeconfig: "~/.kube/prod" };
    assert.deepEqual(fenceOf({ ...cluster, clusterId: "eu" }), cluster);
    assert.deepEqual(fenceOf({ context: "prod" }), { context: "prod" });
    assert.equal(fenceOf({}), undefined);
  });
});
