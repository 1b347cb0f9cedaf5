import * as assert from "node:assert/strict";
import {
  ContainerMode,
  DockerMode,
  type OrganizationArgs,
  PodSecurityLevel,
  type RunnerPlatformArgs,
  type RunnerSetArgs,
} from "../../../components";
import { Auth } from "../../../components/platform/args";
import { missingArgs, vaultPathsOf } from "../../../components/platform/credentials";
import { podSecurityOf, tenantsOf } from "../../../components/platform/tenant-sets";

const set = (name: string, namespace: string, more: Partial<RunnerSetArgs> = {}): RunnerSetArgs => ({
  name,
  namespace,
  vaultPath: `${namespace}/github-app`,
  maxRunners: 4,
  runner: { image: "runner:1", resources: {}, containerMode: ContainerMode.None },
  ...more,
});
const withDocker = (name: string) =>
  set(name, "a", { runner: { image: "runner:1", resources: {}, docker: { mode: DockerMode.Sidecar } } });
const tenant = (...runnerSets: RunnerSetArgs[]) => tenantsOf({ name: "acme", runnerSets })[0]!;

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

  it("takes the one quota and the one Pod Security level of a namespace from whichever of its sets has it", () => {
    const own = { quota: { pods: "9" }, podSecurity: PodSecurityLevel.Restricted };
    for (const sets of [
      [set("one", "a", own), set("two", "a")],
      [set("one", "a"), set("two", "a", own)],
    ]) {
      const { quota, podSecurity } = tenant(...sets);
      assert.deepEqual({ quota, podSecurity }, own);
    }
  });
});

describe("podSecurityOf", () => {
  const levelOf = (...sets: RunnerSetArgs[]) => podSecurityOf(tenant(...sets));

  it("is privileged where any set has a Docker daemon, and baseline where none has", () => {
    assert.equal(levelOf(set("one", "a")), "baseline");
    assert.equal(levelOf(withDocker("one")), "privileged");
    assert.equal(levelOf(set("one", "a"), withDocker("two")), "privileged");
  });

  it("is privileged with a daemon as a native sidecar, which is the default, and with a rootless one", () => {
    for (const docker of [{}, { rootless: true }])
      assert.equal(levelOf(set("one", "a", { runner: { image: "runner:1", resources: {}, docker } })), "privileged");
  });

  it("follows from the finished pod, a patch of it included", () => {
    const podTemplate = { spec: { volumes: [{ name: "host", hostPath: { path: "/" } }] } };
    const { runner } = set("one", "a");
    assert.equal(levelOf(set("one", "a", { runner: { ...runner, podTemplate } })), "privileged");
  });

  it("is the one that is asked for, at whichever set", () => {
    const restricted = { podSecurity: "restricted" } as const;
    assert.equal(levelOf(set("one", "a"), { ...withDocker("two"), ...restricted }), "restricted");
    assert.equal(levelOf(set("one", "a", { podSecurity: "privileged" })), "privileged");
  });
});

const IMAGE_PULL = { registry: "ghcr.io", username: "acme-bot", vaultPath: "acme/registry" };
const ORG: OrganizationArgs = { name: "acme", installationId: "44556677", runnerSets: [set("one", "a")] };
const ARGS: RunnerPlatformArgs = {
  controller: { version: "0.14.2" },
  vault: { connection: { server: "https://vault.example.org:8200" } },
  orgs: [ORG],
};
const ofOrg = (org: Partial<OrganizationArgs>, more: Partial<RunnerPlatformArgs> = {}): RunnerPlatformArgs => ({
  ...ARGS,
  ...more,
  orgs: [{ ...ORG, ...org }],
});

describe("missingArgs", () => {
  it("names all that is needed to write to Vault, at once", () => {
    assert.deepEqual(missingArgs({ ...ARGS, imagePull: IMAGE_PULL }), [
      "`githubApp` is needed to write its credentials to Vault",
      "`imagePull.token` is needed to write the registry token to Vault",
    ]);
    assert.deepEqual(missingArgs({ ...ARGS, githubApp: { appId: "1" } }), [
      "`githubApp.privateKey` is needed to write the credentials to Vault",
    ]);
    assert.deepEqual(missingArgs(ofOrg({ githubApp: "second" })), [
      "`githubApps.second` is needed to write its credentials to Vault",
    ]);
    assert.deepEqual(missingArgs(ofOrg({ auth: Auth.Token })), [
      "`token` of the organisation acme is needed to write it to Vault",
    ]);
  });

  it("names nothing when all is there, or when Vault or somebody else holds it already", () => {
    const app = { appId: "1", privateKey: "k" };
    assert.deepEqual(missingArgs({ ...ARGS, githubApp: app }), []);
    assert.deepEqual(missingArgs(ofOrg({ githubApp: "second" }, { githubApps: { second: app } })), []);
    assert.deepEqual(missingArgs(ofOrg({ auth: Auth.Token, token: "t" })), []);
    assert.deepEqual(missingArgs(ofOrg({ githubConfigSecret: "own" })), []);
    assert.deepEqual(missingArgs({ ...ARGS, vault: { ...ARGS.vault!, manage: false }, imagePull: IMAGE_PULL }), []);
  });
});

describe("vaultPathsOf", () => {
  it("lists what a namespace's ExternalSecrets read, each path once, and no path of credentials that are elsewhere", () => {
    const proxy = {
      http: { url: "http://proxy:1", vaultPath: "acme/proxy" },
      https: { url: "http://proxy:1", vaultPath: "acme/proxy" },
    };
    const paths = (org: Partial<OrganizationArgs>, more: Partial<RunnerPlatformArgs> = {}) => {
      const args = ofOrg(org, more);
      return vaultPathsOf(tenant(set("one", "a")), args.orgs[0]!, args);
    };
    assert.deepEqual(paths({ proxy }, { imagePull: IMAGE_PULL }), ["a/github-app", "acme/registry", "acme/proxy"]);
    assert.deepEqual(paths({ githubConfigSecret: "own", proxy }), ["acme/proxy"]);
    assert.deepEqual(paths({ githubConfigSecret: "own" }), []);
  });
});
