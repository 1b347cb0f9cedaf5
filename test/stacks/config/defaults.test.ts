import assert from "node:assert/strict";
import { parseStack } from "../../../stacks/config/parse";
import { settled, stackValues } from "../../support/checked-stack";

const MINIMAL = {
  controller: { version: "0.14.2" },
  orgs: [{ name: "acme", runnerSets: [{ name: "acme-runners" }] }],
};

describe("A stack file with a version, one organisation and one set", () => {
  it("settles every other setting to its documented default.", () => {
    const { settings, problems } = parseStack(MINIMAL);
    assert.deepEqual(problems, []);
    assert.deepEqual(settings, {
      controller: {
        version: "0.14.2",
        namespace: "arc-systems",
        imageRepository: "ghcr.io/actions/gha-runner-scale-set-controller",
        updateStrategy: "immediate",
        nodeSelector: {},
        resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "500m", memory: "512Mi" } },
        crds: { source: "embedded" },
      },
      githubApp: { installationLookup: "none" },
      vault: {
        server: "https://vault.vault.svc:8200",
        mount: "secret",
        createMount: false,
        manage: true,
        store: "vault-backend",
        storeScope: "shared",
        createStore: true,
        auth: { mount: "kubernetes", serviceAccount: "external-secrets", namespace: "external-secrets" },
        refreshInterval: "1h",
      },
      runner: {
        image: "ghcr.io/actions/actions-runner:latest",
        resources: { requests: { cpu: "250m", memory: "1Gi" }, limits: { cpu: "4", memory: "4Gi" } },
        docker: { resources: { requests: { cpu: "100m", memory: "512Mi" }, limits: { cpu: "2", memory: "2Gi" } } },
        maxRunners: 10,
      },
      secretStore: { kind: "vault" },
      schedule: { image: "registry.k8s.io/kubectl:v1.34.4", timeZone: "Etc/UTC" },
      orgs: [{ name: "acme", auth: "app", runnerSets: [{ name: "acme-runners", minRunners: 0 }] }],
      tenant: {
        createNamespaces: true,
        denyIngress: true,
        containerDefaults: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "1", memory: "1Gi" } },
      },
      kubernetes: {},
      protect: { runnerSets: false, controller: false },
      checks: { off: [] },
    });
  });

  it("has a namespace and a Vault path that follow from the set's name.", () => {
    const [set] = settled(MINIMAL).sets;
    assert.equal(set!.args.namespace, "acme-runners");
    assert.equal(set!.args.vaultPath, "acme-runners/github-app");
  });

  it("has with another store an entry that follows from it without a '/', which not every provider takes.", () => {
    const secretStore = { kind: "SecretStore", name: "aws" };
    const { settings, sets } = settled({ ...MINIMAL, secretStore });
    assert.deepEqual(settings.secretStore, { ...secretStore, refreshInterval: "1h" });
    assert.equal(sets[0]!.args.vaultPath, "acme-runners-github-app");
  });

  it("reads an empty object like an absent one.", () => {
    const empty = { githubApp: {}, vault: {}, runner: {}, tenant: {}, kubernetes: {}, checks: {} };
    assert.deepEqual(parseStack({ ...MINIMAL, ...empty }), parseStack(MINIMAL));
  });

  it("keeps compact as the detail of CRDs from a release or a directory.", () => {
    const crds = (source: object) =>
      parseStack({ ...MINIMAL, controller: { version: "0.14.2", crds: source } }).settings!.controller.crds;
    assert.deepEqual(crds({ source: "release" }), { source: "release", detail: "compact" });
    assert.deepEqual(crds({ source: "directory", directory: "crds" }), {
      source: "directory",
      directory: "crds",
      detail: "compact",
    });
    assert.deepEqual(crds({ source: "preinstalled" }), { source: "preinstalled" });
  });
});

describe("Parsed settings", () => {
  it("are frozen, every object and list of them, and so are their defaults.", () => {
    const thawed = (value: unknown, path: string): string[] =>
      value === null || typeof value !== "object"
        ? []
        : [
            ...(Object.isFrozen(value) ? [] : [path]),
            ...Object.entries(value).flatMap(([key, field]) => thawed(field, `${path}.${key}`)),
          ];
    for (const values of [MINIMAL, stackValues("prod")]) {
      assert.deepEqual(thawed(parseStack(values).settings, "settings"), []);
    }
  });

  it("leave the raw values as they were, thawed and unchanged.", () => {
    const values = { ...structuredClone(MINIMAL), orgs: "none" };
    const before = structuredClone(values);
    parseStack(values);
    assert.deepEqual(values, before);
    assert.equal(Object.isFrozen(values.controller), false);
  });

  it("of a refused file are the frozen remainder, with no settings that could be deployed.", () => {
    const { settings, remainder } = parseStack({ ...MINIMAL, vault: { manage: "yes" } });
    assert.equal(settings, undefined);
    assert.equal(remainder!.settings.vault.manage, true);
    assert.ok(Object.isFrozen(remainder!.settings.vault));
    assert.deepEqual(remainder!.spoiled, [["vault", "manage"]]);
  });
});
