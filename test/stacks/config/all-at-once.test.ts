import assert from "node:assert/strict";
import { runChecks } from "../../../stacks/checks";
import { checkStack } from "../../../stacks/config/load";
import { parseStack } from "../../../stacks/config/parse";
import { brief, check, settled, soundValues, type Values } from "../../support/checked-stack";

/** A file in which every concern has a finding, and reading it finds nothing. */
const FLAWED: Values = {
  controller: { version: "0.14.2", namespace: "arc-systems", updateStrategy: "eventual", logLevel: "info" },
  githubApp: { installationLookup: "none", owner: "acme" },
  vault: { mount: "kv", manage: true, refreshInterval: "1h" },
  imagePull: { username: "acme", vaultPath: "kv/acme/token", registry: "ghcr.io" },
  tenant: { containerDefaults: { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "1", memory: "1Gi" } } },
  runner: {
    image: "ghcr.io/acme/runner:latest",
    resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "500m" } },
    docker: { mode: "sidecar", image: "docker:dind", resources: { limits: { cpu: "1", memory: "1Gi" } } },
    maxRunners: 4,
    churn: 2,
    activeDeadlineSeconds: 3600,
    initContainers: [{ name: "init", image: "busybox:1", restartPolicy: "OnFailure", args: "sleep" }],
    volumes: [
      { name: "cache", emptyDir: {} },
      { name: "cache", emptyDir: {} },
    ],
  },
  orgs: [
    {
      name: "acme",
      runnerSets: [
        {
          name: "one",
          namespace: "shared",
          minRunners: 9,
          schedules: [{ cron: "0 7 * * 1-5", minRunners: 1 }],
          quota: { pods: 8, "limits.memory": "64Gi" },
        },
        { name: "two", namespace: "shared", maxRunners: 5, vaultPath: "kv/two", quota: { pods: 9 } },
        { name: "one", namespace: "shared" },
        { name: "three", namespace: "arc-systems", quota: { pods: 5 }, runner: { image: "a:b", maxRunners: 4 } },
      ],
    },
    { name: "other", installationId: "12", runnerSets: [{ name: "four", namespace: "shared" }] },
    { name: "acme", installationId: "13", runnerSets: [{ name: "one", namespace: "elsewhere" }] },
  ],
  checks: { off: [{ id: "images/pinned", reason: "a typing error" }] },
};
const FOUND = brief(check(FLAWED, {}));

/** Every place in a value. */
function placesOf(value: unknown, path: PropertyKey[] = []): PropertyKey[][] {
  if (value === null || typeof value !== "object") return [path];
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value);
  return [path, ...[...keys].flatMap((key) => placesOf(value[key as keyof typeof value], [...path, key]))];
}

type Holder = Record<PropertyKey, unknown>;

/** A copy of the flawed file in which `alter` has changed one place. */
function altered(path: PropertyKey[], alter: (holder: Holder, key: PropertyKey) => void): Values {
  const copy = structuredClone(FLAWED);
  const holder = path.slice(0, -1).reduce<Holder>((value, part) => value[part] as Holder, copy);
  alter(holder, path.at(-1)!);
  return copy;
}

/** None of them is a legitimate other value: an object takes no object's place, nor a list a list's. */
const WRONG = [5.5, null, []];
const replaced = (before: unknown, value: unknown) =>
  value !== null && typeof value === "object" && Array.isArray(before) === Array.isArray(value) && isObject(before)
    ? 5.5
    : value;
const isObject = (value: unknown) => value !== null && typeof value === "object";

const ALTERATIONS: Record<string, (holder: Holder, key: PropertyKey) => void> = {
  ...Object.fromEntries(
    WRONG.map((value) => [
      `is ${JSON.stringify(value)}`,
      (holder: Holder, key: PropertyKey) => {
        holder[key] = replaced(holder[key], value);
      },
    ]),
  ),
  "is misspelt": (holder, key) => {
    if (Array.isArray(holder)) return;
    holder[`${String(key)}x`] = holder[key];
    delete holder[key];
  },
};

describe("A file with many problems", () => {
  it("gets all of them at once: what cannot be read, and what the checks find in the rest.", () => {
    const values: Values = {
      ...soundValues(),
      controller: { version: "v0.14.2", namespace: "arc-systems", updateStrategy: "eventul" },
      githubApp: { appId: 123456, installationLookup: "tokn" },
      vault: { manag: true, store: "Vault" },
      runer: {},
      runner: { ...soundValues().runner, maxRunners: "12", image: "Runner:1" },
      orgs: [
        { name: "acme", runnerSets: [{ name: "a", namespace: "arc-systems" }, { name: "b".repeat(46) }] },
        { name: "Acme Inc", runnerSets: [{ name: "c", vaultPath: "secret/c" }, { namespace: "d" }] },
        { name: "other" },
      ],
      checks: { off: [{ id: "images/pined", reason: "none" }, { id: "pod/rules" }] },
    };
    assert.deepEqual(brief(check(values, {})), [
      "config/invalid arc:controller.version",
      "config/invalid arc:controller.updateStrategy",
      "config/invalid arc:githubApp.appId",
      "config/invalid arc:githubApp.installationLookup",
      "config/invalid arc:vault.store",
      "config/unknown-key arc:vault.manag",
      "config/invalid arc:runner.image",
      "config/invalid arc:runner.maxRunners",
      "config/invalid arc:orgs[0].runnerSets[1].name",
      "config/invalid arc:orgs[1].name",
      "config/missing arc:orgs[1].runnerSets[1].name",
      "config/missing arc:orgs[2].runnerSets",
      "config/missing arc:checks.off[1].reason",
      "config/unknown-key arc:runer",
      "config/unknown-check arc:checks.off[0].id",
      "names/controller-namespace arc:orgs[0].runnerSets[0].namespace",
      "credentials/vault-path arc:orgs[1].runnerSets[0].vaultPath",
    ]);
  });

  it("is never sound: there is no configuration to deploy.", () => {
    const { config, diagnostics } = checkStack({ values: FLAWED, secrets: {} });
    assert.equal(config, undefined);
    assert.deepEqual(brief(diagnostics), [
      "config/unknown-check arc:checks.off[0].id",
      "names/duplicate-set arc:orgs[0].runnerSets[2].name",
      "names/duplicate-scale-set arc:orgs[2].runnerSets[0].name",
      "names/shared-namespace arc:orgs[0].runnerSets[1].namespace",
      "names/shared-namespace arc:orgs[1].runnerSets[0].namespace",
      "names/controller-namespace arc:orgs[0].runnerSets[3].namespace",
      "capacity/min-max arc:orgs[0].runnerSets[0].minRunners",
      "capacity/ceiling arc:orgs[0].runnerSets[0].maxRunners",
      "capacity/ceiling arc:orgs[0].runnerSets[1].maxRunners",
      "capacity/ceiling arc:orgs[0].runnerSets[2].maxRunners",
      "capacity/ceiling arc:orgs[1].runnerSets[0].maxRunners",
      "capacity/quota-conflict arc:orgs[0].runnerSets[1].quota",
      "credentials/app-id arc:githubApp.appId",
      "credentials/installation arc:orgs[0].installationId",
      "credentials/vault-path arc:orgs[0].runnerSets[1].vaultPath",
      "credentials/vault-path arc:imagePull.vaultPath",
      "credentials/missing-secret arc:githubAppPrivateKey",
      "credentials/missing-secret arc:imagePullToken",
      "pod/init-restart-policy arc:runner.initContainers[0].restartPolicy",
      "pod/rules arc:runner.volumes[1].name",
      "pod/rules arc:runner.resources.requests.cpu",
      "pod/schema arc:runner.initContainers[0].args",
      "pod/resources arc:runner.resources",
      "pod/resources arc:runner.initContainers[0].resources",
      "capacity/headroom arc:orgs[0].runnerSets[3].runner.maxRunners",
      "schedule/eventual arc:orgs[0].runnerSets[0].schedules",
      "images/unpinned arc:runner.image",
      "images/unpinned arc:runner.docker.image",
      "images/unpinned arc:orgs[0].runnerSets[3].runner.image",
    ]);
  });
});

describe("A part that cannot be read", () => {
  const places = placesOf(FLAWED).filter((path) => path.length > 0);
  const isConfig = (line: string) => /^config\/(invalid|missing|unknown-key) /.test(line);

  it("brings no finding about: the rest is checked, and all that is said of it is true of the whole file too.", function () {
    this.timeout(20_000);
    const known = new Set(FOUND);
    let refused = 0;
    for (const path of places) {
      for (const [how, alter] of Object.entries(ALTERATIONS)) {
        const values = altered(path, alter);
        const lines = brief(check(values, {}));
        if (!lines.some(isConfig)) continue;
        refused++;
        assert.notEqual(parseStack(values).remainder, undefined, `${path.map(String).join(".")} ${how}`);
        const untrue = lines.filter((line) => !isConfig(line) && !known.has(line));
        assert.deepEqual(untrue, [], `${path.map(String).join(".")} ${how}`);
      }
    }
    assert.ok(refused > 300, `${refused} refused files were tried`);
  });

  it("hides no finding that does not depend on it.", () => {
    const harmless: PropertyKey[][] = [
      ["controller", "logLevel"],
      ["githubApp", "owner"],
      ["vault", "refreshInterval"],
      ["imagePull", "registry"],
      ["runner", "activeDeadlineSeconds"],
      ["network"],
    ];
    for (const path of harmless) {
      const lines = brief(check(altered(path, ALTERATIONS["is 5.5"]!), {}));
      const lost = FOUND.filter((line) => !lines.includes(line));
      // The token is needed for imagePull, which is not known as a whole.
      const expected = path[0] === "imagePull" ? ["credentials/missing-secret arc:imagePullToken"] : [];
      assert.deepEqual(lost, expected, path.join("."));
    }
  });

  it("hides nothing either when it decided what is allowed beside it.", () => {
    const controller = { ...(FLAWED.controller as Values), crds: { source: "dir", directory: "crds", detail: "full" } };
    assert.deepEqual(brief(check({ ...FLAWED, controller }, {})), [
      "config/invalid arc:controller.crds.source",
      ...FOUND,
    ]);
  });

  it("hides nothing when it is an unknown key, whatever its name.", () => {
    for (const key of ["controller", "orgs", "name", "initContainers", "network"]) {
      const vault = { ...(FLAWED.vault as Values), [key]: 1 };
      const lines = brief(check({ ...FLAWED, vault }, {}));
      assert.deepEqual(lines, [`config/unknown-key arc:vault.${key}`, ...FOUND]);
    }
  });

  it("hides what follows from it, and only that.", () => {
    const lost = (path: PropertyKey[], how: string) => {
      const lines = brief(check(altered(path, ALTERATIONS[how]!), {}));
      return FOUND.filter((line) => !lines.includes(line));
    };
    assert.deepEqual(lost(["vault", "manage"], "is 5.5"), [
      "credentials/app-id arc:githubApp.appId",
      "credentials/installation arc:orgs[0].installationId",
      "credentials/missing-secret arc:githubAppPrivateKey",
      "credentials/missing-secret arc:imagePullToken",
    ]);
    assert.deepEqual(lost(["controller", "updateStrategy"], "is misspelt"), [
      "schedule/eventual arc:orgs[0].runnerSets[0].schedules",
    ]);
    assert.deepEqual(lost(["orgs", 0, "runnerSets", 3, "runner", "image"], "is 5.5"), [
      "images/unpinned arc:orgs[0].runnerSets[3].runner.image",
    ]);
    assert.deepEqual(lost(["orgs", 0, "runnerSets", 1, "maxRunners"], "is 5.5"), [
      "capacity/ceiling arc:orgs[0].runnerSets[0].maxRunners",
      "capacity/ceiling arc:orgs[0].runnerSets[1].maxRunners",
      "capacity/ceiling arc:orgs[0].runnerSets[2].maxRunners",
      "capacity/ceiling arc:orgs[1].runnerSets[0].maxRunners",
    ]);
  });

  it("hides every finding whose check looks at it, wherever the finding stands.", () => {
    const config = settled(structuredClone({ ...FLAWED, checks: {} }));
    const lines = brief(runChecks({ config, secrets: {} }));
    /** Ids of the findings that are gone while a place is spoiled, each with its number. */
    const gone = (...place: PropertyKey[]) => {
      const left = brief(runChecks({ config, secrets: {} }, [place]));
      const ids = lines.filter((line) => !left.includes(line)).map((line) => line.split(" ")[0]!);
      return [...new Set(ids)].map((id) => `${id} ${ids.filter((each) => each === id).length}`);
    };
    const capacity = ["capacity/ceiling 4", "pod/resources 2", "capacity/headroom 1"];
    const podAndCapacity = [
      "capacity/ceiling 4",
      "pod/init-restart-policy 1",
      "pod/rules 2",
      "pod/schema 1",
      "pod/resources 2",
      "capacity/headroom 1",
    ];
    assert.deepEqual(gone("tenant", "containerDefaults"), capacity);
    assert.deepEqual(gone("controller", "updateStrategy"), ["schedule/eventual 1"]);
    assert.deepEqual(gone("controller", "namespace"), ["names/controller-namespace 1"]);
    assert.deepEqual(gone("githubApp", "installationLookup"), ["credentials/installation 1"]);
    assert.deepEqual(gone("vault", "mount"), ["credentials/vault-path 2"]);
    assert.deepEqual(gone("vault", "manage"), [
      "credentials/app-id 1",
      "credentials/installation 1",
      "credentials/missing-secret 2",
    ]);
    assert.deepEqual(gone("imagePull"), ["credentials/vault-path 1", "credentials/missing-secret 1"]);
    // The set in this place may be in any of the namespaces.
    assert.deepEqual(gone("orgs", 2, "runnerSets", 0, "namespace"), [
      "names/duplicate-scale-set 1",
      "names/shared-namespace 2",
      ...capacity,
    ]);
    assert.deepEqual(gone("runner", "resources"), podAndCapacity);
    assert.deepEqual(gone("runner", "docker", "mode"), [...podAndCapacity, "images/unpinned 1"]);
    assert.deepEqual(gone("runner", "maxRunners"), ["capacity/min-max 1", "capacity/ceiling 4", "capacity/headroom 1"]);
    assert.deepEqual(gone("runner", "churn"), ["capacity/headroom 1"]);
  });
});
