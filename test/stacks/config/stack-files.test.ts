import assert from "node:assert/strict";
import { settled, stackValues } from "../../support/checked-stack";

const RUNNER = {
  image: "ghcr.io/yldm-tech/actions-runner-with-gh:latest",
  resources: { requests: { cpu: "250m", memory: "1Gi" }, limits: { cpu: "4", memory: "4Gi" } },
  docker: {
    mode: "sidecar",
    image: "docker:dind",
    resources: { requests: { cpu: "100m", memory: "512Mi" }, limits: { cpu: "2", memory: "2Gi" } },
  },
  activeDeadlineSeconds: 7200,
};
const CONTROLLER_DEFAULTS = {
  namespace: "arc-systems",
  imageRepository: "ghcr.io/actions/gha-runner-scale-set-controller",
  resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "500m", memory: "512Mi" } },
  crds: { source: "embedded" },
};
const VAULT_DEFAULTS = {
  mount: "secret",
  createMount: false,
  manage: true,
  store: "vault-backend",
  storeScope: "shared",
  createStore: true,
  auth: { mount: "kubernetes", serviceAccount: "external-secrets", namespace: "external-secrets" },
  refreshInterval: "1h",
};
const TENANT_DEFAULTS = {
  createNamespaces: true,
  denyIngress: true,
  containerDefaults: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "1", memory: "1Gi" } },
};

describe("The stack file of prod", () => {
  const config = settled(stackValues("prod"));

  it("settles to the seed system's three sets, value for value.", () => {
    const sets = config.sets.map(({ path, org, args, churn }) => ({ path, org: org.name, args, churn }));
    assert.deepEqual(sets, [
      {
        path: ["orgs", 0, "runnerSets", 0],
        org: "yldm-tech",
        args: {
          name: "yldm-backend-runners",
          namespace: "github-runner",
          vaultPath: "github-runner/github-app",
          minRunners: 2,
          maxRunners: 12,
          quota: {
            pods: "25",
            "requests.cpu": "10",
            "requests.memory": "24Gi",
            "limits.cpu": "96",
            "limits.memory": "96Gi",
          },
          runner: RUNNER,
        },
        churn: 3,
      },
      {
        path: ["orgs", 1, "runnerSets", 0],
        org: "kamify-ai",
        args: {
          name: "kamify-backend-runners",
          namespace: "kamify-runner",
          vaultPath: "kamify-runner/github-app",
          minRunners: 0,
          maxRunners: 12,
          runner: RUNNER,
        },
        churn: 3,
      },
      {
        path: ["orgs", 2, "runnerSets", 0],
        org: "everyapi-ai",
        args: {
          name: "everyapi-backend-runners",
          namespace: "everyapi-runner",
          vaultPath: "everyapi-runner/github-app",
          minRunners: 0,
          maxRunners: 12,
          runner: RUNNER,
        },
        churn: 3,
      },
    ]);
  });

  it("gives the components its organisations with those same sets, and nothing that was not written.", () => {
    assert.deepEqual(
      config.orgs,
      config.sets.map(({ org, args }) => ({ name: org.name, auth: "app", runnerSets: [args] })),
    );
  });

  it("settles to exactly these settings besides.", () => {
    const { orgs: _orgs, runner, ...settings } = config.settings;
    assert.deepEqual(settings, {
      controller: {
        version: "0.14.2",
        ...CONTROLLER_DEFAULTS,
        nodeSelector: { "node-role": "cicd" },
        updateStrategy: "eventual",
      },
      githubApp: { appId: "123456", owner: "yldm-tech", installationLookup: "token" },
      vault: { server: "https://vault.vault.svc:8200", ...VAULT_DEFAULTS },
      imagePull: {
        registry: "ghcr.io",
        username: "yldm-tech",
        vaultPath: "github-runner/github-token",
        property: "token",
        controller: false,
      },
      tenant: TENANT_DEFAULTS,
      kubernetes: {},
      protect: { runnerSets: false, controller: false },
      secretStore: { kind: "vault" },
      schedule: { image: "registry.k8s.io/kubectl:v1.34.4", timeZone: "Etc/UTC" },
      checks: { off: [] },
    });
    assert.deepEqual(runner, { ...RUNNER, maxRunners: 12 });
  });
});

describe("The stack file of staging", () => {
  it("settles to one small set of the same image.", () => {
    const { settings, sets } = settled(stackValues("staging"));
    assert.deepEqual(
      sets.map(({ args, churn }) => ({ args, churn })),
      [
        {
          args: {
            name: "yldm-staging-runners",
            namespace: "github-runner-staging",
            vaultPath: "github-runner-staging/github-app",
            minRunners: 0,
            maxRunners: 3,
            quota: {
              pods: "8",
              "requests.cpu": "2",
              "requests.memory": "8Gi",
              "limits.cpu": "20",
              "limits.memory": "20Gi",
            },
            runner: {
              ...RUNNER,
              resources: { requests: { cpu: "250m", memory: "1Gi" }, limits: { cpu: "2", memory: "2Gi" } },
              activeDeadlineSeconds: 3600,
            },
          },
          churn: 1,
        },
      ],
    );
    assert.deepEqual(settings.controller, {
      version: "0.14.2",
      ...CONTROLLER_DEFAULTS,
      nodeSelector: { "node-role": "cicd" },
      updateStrategy: "immediate",
    });
    assert.deepEqual(settings.vault, { server: "https://vault.vault.svc:8200", ...VAULT_DEFAULTS });
  });
});

describe("The stack file of local", () => {
  it("settles to one set whose GitHub and Vault are on this machine.", () => {
    const { settings, orgs, sets } = settled(stackValues("local"));
    assert.deepEqual(orgs, [
      {
        name: "local-org",
        auth: "app",
        githubConfigUrl: "http://127.0.0.1:8088/local-org",
        runnerSets: [
          {
            name: "local-runners",
            namespace: "local-runners",
            vaultPath: "local-runners/github-app",
            minRunners: 0,
            maxRunners: 2,
            quota: { pods: "6", "requests.memory": "8Gi", "limits.memory": "24Gi" },
            runner: {
              ...RUNNER,
              image: "ghcr.io/actions/actions-runner:2.338.0",
              docker: { resources: RUNNER.docker.resources, image: "docker:28-dind" },
              activeDeadlineSeconds: 600,
            },
          },
        ],
      },
    ]);
    assert.equal(sets[0]!.churn, 1);
    assert.deepEqual(settings.githubApp, {
      appId: "1001",
      slug: "arc-local",
      owner: "local-org",
      installationLookup: "token",
      apiUrl: "http://127.0.0.1:8088/api/v3/",
    });
    assert.deepEqual(settings.vault, {
      server: "http://127.0.0.1:8200",
      address: "http://127.0.0.1:8200",
      ...VAULT_DEFAULTS,
      refreshInterval: "15s",
    });
  });
});
