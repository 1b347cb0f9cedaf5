import assert from "node:assert/strict";
import { brief, check, found, soundValues, type Values, withSets } from "../../support/checked-stack";

const withOrgs = (...orgs: Values[]): Values => ({ ...soundValues(), orgs });

describe("names/duplicate-set", () => {
  const id = "names/duplicate-set";
  const finding = (path: string, first: string) => ({
    severity: "error",
    path,
    message: `"runners" is in namespace n twice; the first is ${first}`,
    allowed: "each name once in a namespace",
    fix: "rename one, or put it into a namespace of its own",
  });

  it("refuses a name that its namespace has already, in whichever organisation.", () => {
    const set = { name: "runners", namespace: "n" };
    assert.deepEqual(found(id, withSets(set, { name: "others", namespace: "n" }, set)), [
      finding("arc:orgs[0].runnerSets[2].name", "arc:orgs[0].runnerSets[0]"),
    ]);
    assert.deepEqual(found(id, withOrgs({ name: "a", runnerSets: [set] }, { name: "b", runnerSets: [set] })), [
      finding("arc:orgs[1].runnerSets[0].name", "arc:orgs[0].runnerSets[0]"),
    ]);
  });

  it("names the first set also for the third.", () => {
    const set = { name: "runners", namespace: "n" };
    assert.deepEqual(found(id, withSets(set, set, set)), [
      finding("arc:orgs[0].runnerSets[1].name", "arc:orgs[0].runnerSets[0]"),
      finding("arc:orgs[0].runnerSets[2].name", "arc:orgs[0].runnerSets[0]"),
    ]);
  });

  it("is silent about one name in two namespaces and two names in one.", () => {
    const values = withOrgs(
      {
        name: "a",
        runnerSets: [
          { name: "x", namespace: "n" },
          { name: "y", namespace: "n" },
        ],
      },
      { name: "b", runnerSets: [{ name: "x", namespace: "m" }] },
    );
    assert.deepEqual(brief(check(values)), []);
  });
});

describe("names/duplicate-scale-set", () => {
  const id = "names/duplicate-scale-set";
  const finding = (path: string, group: string) => ({
    severity: "error",
    path,
    message:
      `"runners" is a scale set of acme's runner group ${group} already ` +
      "(arc:orgs[0].runnerSets[0]); both would fight for one message session on GitHub",
    allowed: "each name once in an organisation's runner group",
    fix: "rename one, or give it another runnerGroup",
  });
  const sets = (first: Values, second: Values) =>
    withSets({ name: "runners", namespace: "a", ...first }, { name: "runners", namespace: "b", ...second });

  it("refuses the same name in the same group, though the namespaces differ.", () => {
    assert.deepEqual(found(id, sets({}, {})), [finding("arc:orgs[0].runnerSets[1].name", "default")]);
    assert.deepEqual(found(id, sets({ runnerGroup: "Build" }, { runnerGroup: "build" })), [
      finding("arc:orgs[0].runnerSets[1].name", "build"),
    ]);
  });

  it("takes GitHub's own name for the default group, and its URL for the organisation's default.", () => {
    assert.deepEqual(found(id, sets({ runnerGroup: "Default" }, {})), [
      finding("arc:orgs[0].runnerSets[1].name", "default"),
    ]);
    const values = withOrgs(
      { name: "acme", runnerSets: [{ name: "runners", namespace: "a" }] },
      { name: "acme", url: "https://github.com/acme", runnerSets: [{ name: "runners", namespace: "b" }] },
    );
    assert.deepEqual(found(id, values), [finding("arc:orgs[1].runnerSets[0].name", "default")]);
  });

  it("refuses it in two entries of one organisation, whatever their case.", () => {
    const values = withOrgs(
      { name: "acme", runnerSets: [{ name: "runners", namespace: "a" }] },
      { name: "Acme", runnerSets: [{ name: "runners", namespace: "b" }] },
    );
    assert.deepEqual(
      found(id, values).map(({ path }) => path),
      ["arc:orgs[1].runnerSets[0].name"],
    );
  });

  it("is silent about another group, another organisation and another URL.", () => {
    assert.deepEqual(found(id, sets({ runnerGroup: "a" }, { runnerGroup: "b" })), []);
    assert.deepEqual(found(id, sets({}, { runnerGroup: "b" })), []);
    const entry = (name: string, namespace: string, url?: string) => ({
      name,
      ...(url ? { url } : {}),
      runnerSets: [{ name: "runners", namespace }],
    });
    assert.deepEqual(found(id, withOrgs(entry("acme", "a"), entry("other", "b"))), []);
    assert.deepEqual(found(id, withOrgs(entry("acme", "a"), entry("acme", "b", "https://github.com/acme/repo"))), []);
  });

  it("leaves two sets of one namespace to the check of the namespace.", () => {
    assert.deepEqual(found(id, sets({}, { namespace: "a" })), []);
  });
});

describe("names/shared-namespace", () => {
  const id = "names/shared-namespace";
  const finding = (path: string, reason: string) => ({
    severity: "error",
    path: `${path}.namespace`,
    message: `namespace n belongs to arc:orgs[0].runnerSets[0] with ${reason}; a namespace has one Secret with credentials`,
    allowed: "sets of one organisation with one vaultPath",
    fix: "give the set a namespace of its own",
  });
  const set = (name: string, more: Values = {}) => ({ name, namespace: "n", ...more });

  it("refuses a set of another organisation, and of another entry for the same one.", () => {
    const two = (second: string) =>
      withOrgs({ name: "acme", runnerSets: [set("a")] }, { name: second, runnerSets: [set("b")] });
    assert.deepEqual(found(id, two("other")), [finding("arc:orgs[1].runnerSets[0]", "another organisation (acme)")]);
    assert.deepEqual(found(id, two("acme")), [finding("arc:orgs[1].runnerSets[0]", "another entry of arc:orgs")]);
  });

  it("refuses a set with another Vault path.", () => {
    assert.deepEqual(found(id, withSets(set("a"), set("b", { vaultPath: "other/app" }))), [
      finding("arc:orgs[0].runnerSets[1]", "another vaultPath"),
    ]);
  });

  it("is silent about sets of one organisation with the same Vault path, written out or not.", () => {
    assert.deepEqual(check(withSets(set("a"), set("b", { vaultPath: "n/github-app" }), set("c"))), []);
  });
});

describe("names/shared-vault-path", () => {
  const id = "names/shared-vault-path";
  const finding = (path: string, what: string, of: string, namespace: string) => ({
    severity: "error",
    path: `${path}.vaultPath`,
    message: `"ci/app" is written for ${what} already (${of}); one would overwrite the other`,
    allowed: "a path of its own for each namespace and for the registry token",
    fix: `leave vaultPath out for "${namespace}/github-app", or set arc:vault.manage to false and fill Vault yourself`,
  });
  const set = (name: string, more: Values = {}) => ({ name, vaultPath: "ci/app", ...more });

  it("refuses one path for two namespaces, of one organisation as of two.", () => {
    const first = "arc:orgs[0].runnerSets[0]";
    assert.deepEqual(found(id, withSets(set("a"), set("b"))), [
      finding("arc:orgs[0].runnerSets[1]", "namespace a", first, "b"),
    ]);
    assert.deepEqual(
      found(id, withOrgs({ name: "acme", runnerSets: [set("a")] }, { name: "other", runnerSets: [set("b")] })),
      [finding("arc:orgs[1].runnerSets[0]", "namespace a", first, "b")],
    );
  });

  it("refuses the path of the registry token.", () => {
    const values = { ...withSets(set("a")), imagePull: { username: "u", vaultPath: "ci/app" } };
    assert.deepEqual(found(id, values), [
      finding("arc:orgs[0].runnerSets[0]", "the registry token", "arc:imagePull.vaultPath", "a"),
    ]);
  });

  it("is silent about sets that share a namespace, and when somebody else fills Vault.", () => {
    assert.deepEqual(found(id, withSets(set("a", { namespace: "n" }), set("b", { namespace: "n" }))), []);
    assert.deepEqual(found(id, { ...withSets(set("a"), set("b")), vault: { manage: false } }), []);
  });
});

describe("names/controller-namespace", () => {
  const id = "names/controller-namespace";
  const finding = (namespace: string) => [
    {
      severity: "error",
      path: "arc:orgs[0].runnerSets[0].namespace",
      message: `${namespace} is the controller's namespace; the listeners there hold the credentials of all organisations`,
      allowed: `any namespace but ${namespace}`,
      fix: "give the set a namespace of its own",
    },
  ];

  it("refuses a set beside the controller, also by its name alone.", () => {
    assert.deepEqual(found(id, withSets({ name: "a", namespace: "arc-systems" })), finding("arc-systems"));
    assert.deepEqual(found(id, withSets({ name: "arc-systems" })), finding("arc-systems"));
  });

  it("follows the controller to another namespace.", () => {
    const values = (namespace: string) => ({
      ...withSets({ name: "a", namespace: "arc-systems" }),
      controller: { version: "0.14.2", namespace },
    });
    assert.deepEqual(found(id, values("elsewhere")), []);
    assert.deepEqual(
      found(id, { ...values("own"), orgs: [{ name: "acme", runnerSets: [{ name: "own" }] }] }),
      finding("own"),
    );
  });
});

describe("names/too-long", () => {
  const id = "names/too-long";
  const values = (name: string) => ({ ...withSets({ name }), kubernetes: { clusterId: "eu1" } });

  it("counts the id of the cluster, which is part of the name.", () => {
    const name = "a".repeat(42);
    assert.deepEqual(found(id, values(name)), [
      {
        severity: "error",
        path: "arc:orgs[0].runnerSets[0].name",
        message: `with arc:kubernetes.clusterId the set is called "${name}-eu1", 46 characters`,
        allowed: 'at most 45 characters together with "-eu1"',
        fix: "shorten the name or arc:kubernetes.clusterId; workflows name it in runs-on",
      },
    ]);
  });

  it("is silent with 45 characters, and without an id.", () => {
    assert.deepEqual(found(id, values("a".repeat(41))), []);
    assert.deepEqual(found(id, withSets({ name: "a".repeat(45) })), []);
  });
});

describe("names/duplicate-scale-set, with a name of its own on GitHub", () => {
  it("compares what runs-on names.", () => {
    const sets = (second: object) =>
      found(
        "names/duplicate-scale-set",
        withSets({ name: "a", namespace: "one" }, { name: "b", namespace: "two", ...second }),
      ).map(({ path }) => path);
    assert.deepEqual(sets({ runnerScaleSetName: "A" }), ["arc:orgs[0].runnerSets[1].name"]);
    assert.deepEqual(sets({}), []);
  });
});
