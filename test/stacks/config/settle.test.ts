import assert from "node:assert/strict";
import { runnerPodArgs } from "../../../stacks/config/settle";
import { settled, soundValues, type Values, withSets } from "../../support/checked-stack";

const SHARED = {
  image: "shared:1",
  resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "2" } },
  docker: { mode: "sidecar", image: "dind:1", resources: { requests: { cpu: "100m" }, limits: { memory: "1Gi" } } },
  maxRunners: 8,
  activeDeadlineSeconds: 60,
  nodeSelector: { pool: "shared", arch: "amd64" },
  initContainers: [
    { name: "shared-a", image: "a:1" },
    { name: "shared-b", image: "b:1" },
  ],
  volumes: [{ name: "shared-v", emptyDir: {} }],
};
const { maxRunners: _maxRunners, ...SHARED_POD } = SHARED;

/** The runner of a set whose own part is `own`. */
function merged(own: Values, shared: Values = SHARED) {
  const values = { ...withSets({ name: "a", runner: own }), runner: shared };
  return settled(values).sets[0]!.args.runner;
}

describe("A set's own runner", () => {
  it("is the shared one where it says nothing.", () => {
    assert.deepEqual(merged({}), SHARED_POD);
  });

  it("replaces single values.", () => {
    assert.deepEqual(merged({ image: "own:1", activeDeadlineSeconds: 90 }), {
      ...SHARED_POD,
      image: "own:1",
      activeDeadlineSeconds: 90,
    });
  });

  it("merges resources field by field, requests and limits apart.", () => {
    assert.deepEqual(merged({ resources: { requests: { memory: "4Gi" }, limits: { memory: "8Gi" } } }).resources, {
      requests: { cpu: "1", memory: "4Gi" },
      limits: { cpu: "2", memory: "8Gi" },
    });
    assert.deepEqual(merged({ resources: { requests: {} } }).resources, SHARED.resources);
  });

  it("merges docker field by field, its resources too.", () => {
    assert.deepEqual(merged({ docker: { image: "own-dind:1", resources: { limits: { cpu: "3" } } } }).docker, {
      mode: "sidecar",
      image: "own-dind:1",
      resources: { requests: { cpu: "100m" }, limits: { memory: "1Gi", cpu: "3" } },
    });
    assert.deepEqual(merged({ docker: { connection: "socket" } }).docker, { ...SHARED.docker, connection: "socket" });
  });

  it("replaces lists as a whole, also by nothing, and merges labels.", () => {
    const own = { initContainers: [{ name: "own", image: "o:1" }], volumes: [], nodeSelector: { pool: "own" } };
    const runner = merged(own);
    assert.deepEqual(runner.initContainers, own.initContainers);
    assert.deepEqual(runner.volumes, []);
    assert.deepEqual(runner.nodeSelector, { ...SHARED.nodeSelector, pool: "own" });
  });

  it("has a size between the shared runner and its own.", () => {
    const sizes = {
      small: { resources: { limits: { cpu: "1" } }, docker: { image: "small-dind:1" }, maxRunners: 3 },
      large: { resources: { limits: { cpu: "16" } }, nodeSelector: { pool: "large" } },
    };
    const sized = (size: string, runner: Values = {}) =>
      settled({ ...withSets({ name: "a", size, runner }), runner: SHARED, sizes }).sets[0]!.args;
    assert.deepEqual(sized("large").runner, {
      ...SHARED_POD,
      resources: { ...SHARED.resources, limits: { cpu: "16" } },
      nodeSelector: { ...SHARED.nodeSelector, pool: "large" },
    });
    assert.equal(sized("small").runner.docker!.image, "small-dind:1");
    assert.equal(sized("small", { docker: { image: "own-dind:1" } }).runner.docker!.image, "own-dind:1");
    assert.equal(sized("small").maxRunners, 3);
    assert.equal(sized("small", { maxRunners: 4 }).maxRunners, 4);
  });

  it("leaves no field where neither has one.", () => {
    const bare = { containerMode: "none", image: "a:1", resources: {}, docker: { image: "b:1", resources: {} } };
    assert.deepEqual(merged({}, bare), bare);
  });

  it("changes neither the shared runner nor that of other sets.", () => {
    const { sets, settings } = settled({
      ...withSets({ name: "a", runner: { resources: { limits: { cpu: "9" } } } }, { name: "b" }),
      runner: SHARED,
    });
    assert.deepEqual(sets[1]!.args.runner, SHARED_POD);
    assert.deepEqual(runnerPodArgs(settings.runner, {}), SHARED_POD);
  });
});

describe("A settled set", () => {
  const maxRunners = (set: Values, runner: Values = {}) =>
    settled({ ...withSets({ name: "a", ...set }), runner }).sets[0]!.args.maxRunners;

  it("has its own maxRunners, then that of its runner, then the shared one, then 10.", () => {
    assert.equal(maxRunners({ maxRunners: 1, runner: { maxRunners: 2 } }, { maxRunners: 3 }), 1);
    assert.equal(maxRunners({ runner: { maxRunners: 2 } }, { maxRunners: 3 }), 2);
    assert.equal(maxRunners({}, { maxRunners: 3 }), 3);
    assert.equal(maxRunners({}), 10);
    assert.equal(maxRunners({ maxRunners: 0 }, { maxRunners: 3 }), 0);
  });

  it("has a churn of a quarter of maxRunners, rounded up, unless one is given.", () => {
    const churn = (set: Values, runner: Values = {}) =>
      settled({ ...withSets({ name: "a", ...set }), runner }).sets[0]!.churn;
    assert.deepEqual(
      [0, 1, 4, 5, 12, 13].map((max) => churn({ maxRunners: max })),
      [0, 1, 1, 2, 3, 4],
    );
    assert.equal(churn({ maxRunners: 12 }, { churn: 7 }), 7);
    assert.equal(churn({ maxRunners: 12, runner: { churn: 0 } }, { churn: 7 }), 0);
  });

  it("has the namespace, the Vault path, the group and the quota that it names.", () => {
    const set = { name: "a", namespace: "n", vaultPath: "v/p", runnerGroup: "g", quota: { pods: 3 }, minRunners: 1 };
    const { runner: _runner, ...args } = settled(withSets(set)).sets[0]!.args;
    assert.deepEqual(args, { ...set, quota: { pods: "3" }, maxRunners: 10 });
    assert.equal(settled(withSets({ name: "a", namespace: "n" })).sets[0]!.args.vaultPath, "n/github-app");
  });

  it("has the cluster's id in its name, and a path in Vault that says what is there.", () => {
    const values = { ...withSets({ name: "a", runnerScaleSetName: "Own_Name" }), kubernetes: { clusterId: "eu1" } };
    const { name, runnerScaleSetName, namespace } = settled(values).sets[0]!.args;
    assert.deepEqual(
      { name, runnerScaleSetName, namespace },
      { name: "a-eu1", runnerScaleSetName: "Own_Name", namespace: "a" },
    );
    const orgs = [{ name: "x", auth: "token", runnerSets: [{ name: "a" }] }];
    assert.equal(settled({ ...soundValues(), orgs }).sets[0]!.args.vaultPath, "a/github-pat");
  });

  it("has listener and metadata of all sets with its own laid upon them, and none where nobody says anything.", () => {
    const values = {
      ...withSets({
        name: "a",
        listener: { nodeSelector: { b: "2" } },
        resourceMeta: { managerRole: { labels: { x: "2" } } },
      }),
      listener: { nodeSelector: { a: "1" } },
      resourceMeta: { managerRole: { labels: { x: "1", y: "1" } } },
    };
    const { listener, resourceMeta } = settled(values).sets[0]!.args;
    assert.deepEqual(listener, { nodeSelector: { a: "1", b: "2" } });
    assert.deepEqual(resourceMeta, { managerRole: { labels: { x: "2", y: "1" } } });
    assert.deepEqual(Object.keys(settled(withSets({ name: "a" })).sets[0]!.args).sort(), [
      ...["maxRunners", "minRunners", "name", "namespace", "runner", "vaultPath"],
    ]);
  });

  it("gives an organisation the proxy of all with its own laid upon it, and its certificates.", () => {
    const orgs = [
      {
        name: "x",
        proxy: { noProxy: ["b"] },
        githubServerTLS: { certificateFrom: { configMapKeyRef: { name: "ca", key: "k" } }, runnerMountPath: "/c" },
        runnerSets: [{ name: "a" }],
      },
    ];
    const proxy = { https: { url: "http://proxy:1" }, noProxy: ["a"] };
    const [org] = settled({ ...soundValues(), proxy, orgs }).orgs;
    assert.deepEqual(org!.proxy, { ...proxy, noProxy: ["b"] });
    assert.deepEqual(org!.githubServerTls, { configMapKeyRef: { name: "ca", key: "k" }, runnerMountPath: "/c" });
  });

  it("knows where it stands in the file, whose order is kept.", () => {
    const orgs = [
      { name: "x", runnerSets: [{ name: "a" }, { name: "b" }] },
      { name: "y", url: "https://github.com/y/repo", installationId: "7", runnerSets: [{ name: "c" }] },
    ];
    const { sets, orgs: args } = settled({ ...soundValues(), orgs });
    assert.deepEqual(
      sets.map(({ path, args: { name } }) => [path.join("."), name]),
      [
        ["orgs.0.runnerSets.0", "a"],
        ["orgs.0.runnerSets.1", "b"],
        ["orgs.1.runnerSets.0", "c"],
      ],
    );
    assert.deepEqual(
      args.map(({ runnerSets, ...org }) => ({ ...org, sets: runnerSets.length })),
      [
        { name: "x", auth: "app", sets: 2 },
        { name: "y", auth: "app", githubConfigUrl: "https://github.com/y/repo", installationId: "7", sets: 1 },
      ],
    );
    assert.equal(args[1]!.runnerSets[0], sets[2]!.args);
  });
});
