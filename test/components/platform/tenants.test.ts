import * as assert from "node:assert/strict";
import { DockerMode, type OrganizationArgs, type RunnerPlatformArgs, type RunnerSetArgs } from "../../../components";
import { missingArgs } from "../../../components/platform/shared-access";
import { podSecurityOf, tenantsOf } from "../../../components/platform/tenant-sets";

const set = (name: string, namespace: string, more: Partial<RunnerSetArgs> = {}): RunnerSetArgs => ({
  name,
  namespace,
  vaultPath: `${namespace}/github-app`,
  maxRunners: 4,
  runner: { image: "runner:1", resources: {}, docker: { mode: DockerMode.None } },
  ...more,
});
const withDocker = (name: string) =>
  set(name, "a", { runner: { image: "runner:1", resources: {}, docker: { mode: DockerMode.Sidecar } } });

describe("tenantsOf", () => {
  it("gathers the sets of each namespace, in the order in which the namespaces first appear", () => {
    const [one, two, three] = [set("one", "b"), set("two", "a"), set("three", "b")];
    const org: OrganizationArgs = { name: "acme", runnerSets: [one, two, three] };
    assert.deepEqual(
      tenantsOf(org).map(({ namespace, vaultPath, sets }) => ({ namespace, vaultPath, sets })),
      [
        { namespace: "b", vaultPath: "b/github-app", sets: [one, three] },
        { namespace: "a", vaultPath: "a/github-app", sets: [two] },
      ],
    );
  });

  it("takes the one quota of a namespace from whichever of its sets has it", () => {
    const quota = { pods: "9" };
    for (const runnerSets of [
      [set("one", "a", { quota }), set("two", "a")],
      [set("one", "a"), set("two", "a", { quota })],
    ]) {
      assert.deepEqual(
        tenantsOf({ name: "acme", runnerSets }).map((tenant) => tenant.quota),
        [quota],
      );
    }
  });
});

describe("podSecurityOf", () => {
  it("is privileged where any set has a dind sidecar, and baseline where none has", () => {
    assert.equal(podSecurityOf([set("one", "a")]), "baseline");
    assert.equal(podSecurityOf([withDocker("one")]), "privileged");
    assert.equal(podSecurityOf([set("one", "a"), withDocker("two")]), "privileged");
  });
});

describe("missingArgs", () => {
  const args = (more: Partial<RunnerPlatformArgs> = {}): RunnerPlatformArgs => ({
    controller: { version: "0.14.2" },
    vault: { connection: { server: "https://vault.example.org:8200" } },
    orgs: [],
    ...more,
  });
  const imagePull = { registry: "ghcr.io", username: "acme-bot", vaultPath: "acme/registry" };
  const unmanaged = { connection: { server: "https://vault.example.org:8200" }, manage: false };

  it("names all that is needed to write to Vault, at once", () => {
    assert.deepEqual(missingArgs(args({ imagePull })), [
      "`githubApp` is needed to write its credentials to Vault",
      "`imagePull.token` is needed to write the registry token to Vault",
    ]);
    assert.deepEqual(missingArgs(args({ githubApp: { appId: "1" }, imagePull: { ...imagePull, token: "t" } })), [
      "`githubApp.privateKey` is needed to write the credentials to Vault",
    ]);
  });

  it("names nothing when all is there, or when Vault holds it already", () => {
    assert.deepEqual(missingArgs(args({ githubApp: { appId: "1", privateKey: "k" } })), []);
    assert.deepEqual(missingArgs(args({ vault: unmanaged, imagePull })), []);
  });
});
