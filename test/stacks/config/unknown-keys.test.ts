import assert from "node:assert/strict";
import { controller } from "../../../stacks/config/schema-controller";
import { check, found, PRIVATE_KEY, soundValues, type Values, withSets } from "../../support/checked-stack";

const ID = "config/unknown-key";
const TOP =
  "controller, githubApp, githubApps, secretStore, vault, imagePull, proxy, listener, resourceMeta, observability, runner, sizes, schedule, orgs, tenant, " +
  "kubernetes, protect, checks, extends, githubAppPrivateKey, imagePullToken, githubAppPrivateKeys, githubTokens, proxyPasswords";
const CONTROLLER = Object.keys(controller.shape).join(", ");
const SET =
  "name, runnerScaleSetName, namespace, size, minRunners, maxRunners, runnerGroup, labels, vaultPath, quota, podSecurity, " +
  "schedules, listener, resourceMeta, alerts, runner";
const DOCKER =
  "mode, connection, rootless, image, imagePullPolicy, resources, mtu, registryMirrors, insecureRegistries, extraArgs, " +
  "storageDriver, storage, groupId, waitSeconds, copyExternals, env, initResources";

/** The one answer to a key that resembles nothing, or `guess`. */
const unknown = (path: string, key: string, allowed: string, guess?: string) => ({
  severity: "error",
  path,
  message: `"${key}" is not a key that the stack file knows here`,
  allowed,
  fix: guess ? `did you mean "${guess}"?` : "remove it",
});

const withCrds = (crds: Values): Values => ({ ...soundValues(), controller: { version: "0.14.2", crds } });

describe("A key that the stack file does not know", () => {
  it("is refused at the top level, with a guess of what was meant.", () => {
    assert.deepEqual(found(ID, { ...soundValues(), runers: {}, network: {} }), [
      unknown("arc:runers", "runers", TOP, "runner"),
      unknown("arc:network", "network", TOP),
    ]);
  });

  it("is refused inside an object, however deep.", () => {
    const values = { ...soundValues(), controller: { version: "0.14.2", Namespace: "arc", network: 2 } };
    assert.deepEqual(found(ID, values), [
      unknown("arc:controller.Namespace", "Namespace", CONTROLLER, "namespace"),
      unknown("arc:controller.network", "network", CONTROLLER),
    ]);
    const runner = { docker: { resources: { request: { cpu: "1" } } } };
    assert.deepEqual(found(ID, { ...soundValues(), runner }), [
      unknown("arc:runner.docker.resources.request", "request", "requests, limits", "requests"),
    ]);
  });

  it("is refused in an entry of a list, whose index is part of the path.", () => {
    const values = withSets(
      { name: "a" },
      { name: "b", minRunner: 1, network: [], max: 4, runner: { docker: { img: "" } } },
    );
    assert.deepEqual(found(ID, values), [
      unknown("arc:orgs[0].runnerSets[1].runner.docker.img", "img", DOCKER, "image"),
      unknown("arc:orgs[0].runnerSets[1].minRunner", "minRunner", SET, "minRunners"),
      unknown("arc:orgs[0].runnerSets[1].network", "network", SET),
      // Not near, but the only key that begins so.
      unknown("arc:orgs[0].runnerSets[1].max", "max", SET, "maxRunners"),
    ]);
  });

  it("is written in brackets and quotes where it is no plain word.", () => {
    assert.deepEqual(
      found(ID, { ...soundValues(), vault: { "max runners": 1, 'a"b': 2 } }).map(({ path }) => path),
      ['arc:vault["max runners"]', 'arc:vault["a\\"b"]'],
    );
  });

  it("is refused among the CRDs with the keys of the source that is given.", () => {
    assert.deepEqual(found(ID, withCrds({ source: "release", detial: "full" })), [
      unknown("arc:controller.crds.detial", "detial", "source, detail", "detail"),
    ]);
    assert.deepEqual(found(ID, withCrds({ source: "directory", directory: "crds", dir: "crds" })), [
      unknown("arc:controller.crds.dir", "dir", "source, directory, detail", "directory"),
    ]);
  });

  it("is told apart from a key of the CRDs that goes with another source.", () => {
    assert.deepEqual(found(ID, withCrds({ source: "embedded", detail: "full" })), [
      {
        severity: "error",
        path: "arc:controller.crds.detail",
        message: 'is not a key that goes with source "embedded"',
        allowed: "source",
        fix: "remove it",
      },
    ]);
  });

  it("does no harm with a name that JavaScript objects have by themselves.", () => {
    const values = JSON.parse(
      '{"constructor":1,"__proto__":2,"toString":3,"vault":{"hasOwnProperty":4,"__proto__":5}}',
    );
    assert.deepEqual(
      found(ID, { ...soundValues(), ...values, vault: values.vault })
        .map(({ path }) => path)
        .sort(),
      ["arc:__proto__", "arc:constructor", "arc:toString", "arc:vault.__proto__", "arc:vault.hasOwnProperty"],
    );
  });
});

describe("A secret that stands in the wrong place", () => {
  const misplaced = (path: string, key: string) => ({
    severity: "error",
    path,
    message:
      "is a secret in the wrong place: secrets are flat keys of their own, inside an object they would hide all of it",
    fix: `remove it here and run: pulumi config set --secret arc:${key}`,
  });
  const hidden = "correct-horse-battery-staple";

  it("is sent to its flat key when it is the App's private key.", () => {
    for (const key of ["privateKey", "private_key", "key", "pem"]) {
      const githubApp = { appId: "1", installationLookup: "token", [key]: PRIVATE_KEY };
      assert.deepEqual(check({ ...soundValues(), githubApp }), [
        { id: ID, ...misplaced(`arc:githubApp.${key}`, "githubAppPrivateKey") },
      ]);
    }
  });

  it("is sent to its flat key when it is the registry's token.", () => {
    for (const key of ["token", "password", "accessToken"]) {
      const imagePull = { username: "acme", vaultPath: "acme/token", [key]: hidden };
      assert.deepEqual(check({ ...soundValues(), imagePull }), [
        { id: ID, ...misplaced(`arc:imagePull.${key}`, "imagePullToken") },
      ]);
    }
  });

  it("is sent to its entry when it is one of several Apps' or an organisation's token.", () => {
    const values = {
      ...soundValues(),
      githubApps: { second: { appId: "2", privateKey: PRIVATE_KEY } },
      orgs: [{ name: "acme", auth: "token", token: hidden, runnerSets: [{ name: "a" }] }],
    };
    const entry = (path: string, key: string) => ({
      ...misplaced(path, key),
      fix: `remove it here and run: pulumi config set --secret --path arc:${key}`,
    });
    assert.deepEqual(check(values), [
      { id: ID, ...entry("arc:githubApps.second.privateKey", "githubAppPrivateKeys.second") },
      { id: ID, ...entry("arc:orgs[0].token", "githubTokens.acme") },
    ]);
  });

  it("is not said to be missing besides.", () => {
    const githubApp = { appId: "1", installationLookup: "token", privateKey: PRIVATE_KEY };
    assert.deepEqual(
      check({ ...soundValues(), githubApp }, {}).map(({ id }) => id),
      [ID],
    );
  });

  it("is guessed at when its flat key is misspelt, and is not said to be missing either.", () => {
    const values = {
      ...soundValues(),
      imagePull: { username: "acme", vaultPath: "acme/token" },
      imagePullTokn: hidden,
    };
    assert.deepEqual(check(values, { githubAppPrivateKey: { text: PRIVATE_KEY } }), [
      { id: ID, ...unknown("arc:imagePullTokn", "imagePullTokn", TOP, "imagePullToken") },
    ]);
  });

  it("is repeated by no message, wherever it stands.", () => {
    const places: Values[] = [
      { githubAppPrivatKey: hidden },
      { secret: hidden },
      { githubApp: { privateKey: hidden } },
      { githubApp: { auth: { key: hidden } } },
      { githubApp: [{ privateKey: hidden }] },
      { imagePull: { token: hidden, credentials: { password: hidden } } },
      { imagePull: { username: { password: hidden } } },
      { vault: { auth: { token: hidden }, mount: [hidden] } },
      { runner: { initContainers: [{ name: "a", image: "b:1", env: { TOKEN: hidden } }] } },
      { orgs: { acme: { token: hidden } } },
    ];
    for (const place of places) {
      const text = JSON.stringify(check({ ...soundValues(), ...place }));
      assert.match(text, /"error"/);
      assert.ok(!text.includes(hidden), text);
    }
  });

  it("is recognised as a value, and then hidden, where any text is quoted.", () => {
    const secrets = [
      PRIVATE_KEY,
      Buffer.from(PRIVATE_KEY).toString("base64"),
      `ghp_${"a1".repeat(18)}`,
      `github_pat_${"a1".repeat(18)}`,
      "hvs.CAESIexample",
    ];
    for (const secret of secrets) {
      const values = {
        ...soundValues(),
        githubApp: secret,
        vault: { store: secret, storeScope: secret, manage: secret },
      };
      const messages = found("config/invalid", values).map(({ path, message }) => `${path} ${message}`);
      assert.deepEqual(messages, [
        "arc:githubApp [hidden] is a string, not an object",
        "arc:vault.manage [hidden] is a string, not true or false",
        "arc:vault.store [hidden] is not the name of a Kubernetes object",
        "arc:vault.storeScope [hidden] is not allowed",
      ]);
    }
  });
});
