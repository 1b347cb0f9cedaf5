import assert from "node:assert/strict";
import { brief, check, found, soundValues, type Values, withSets } from "../../support/checked-stack";

/** What is said of one value in an otherwise sound file. */
const invalid = (values: Values) => found("config/invalid", { ...soundValues(), ...values });
const missing = (values: Values) => found("config/missing", { ...soundValues(), ...values });
const controller = (fields: Values): Values => ({ controller: { version: "0.14.2", ...fields } });
const answer = (path: string, message: string, allowed: string, fix?: string) => [
  { severity: "error", path, message, allowed, ...(fix ? { fix } : {}) },
];

describe("An id that YAML reads as a number", () => {
  it("is to be put in quotes, as the fix shows it.", () => {
    assert.deepEqual(
      invalid({ githubApp: { appId: 123456, installationLookup: "token" } }),
      answer(
        "arc:githubApp.appId",
        "123456 is a number, not a string",
        'digits in quotes ("123456"), or a client id ("Iv23…")',
        'put it in quotes: "123456"',
      ),
    );
    assert.deepEqual(
      invalid({ orgs: [{ name: "acme", installationId: 44556677, runnerSets: [{ name: "a" }] }] }),
      answer(
        "arc:orgs[0].installationId",
        "44556677 is a number, not a string",
        'digits in quotes, for example "44556677"',
        'put it in quotes: "44556677"',
      ),
    );
  });

  it("is not written out in the fix when its digits are lost already.", () => {
    const [problem] = invalid({
      orgs: [{ name: "acme", installationId: 2 ** 60, runnerSets: [{ name: "a" }] }],
    });
    assert.equal(problem!.fix, "put it in quotes, as it is to be read");
  });
});

describe("A value of the wrong type", () => {
  it("gets the answer of its field where quotes alone would not mend it.", () => {
    assert.deepEqual(
      invalid(controller({ version: 0.14 })),
      answer(
        "arc:controller.version",
        "0.14 is not an ARC release",
        "major.minor.patch without a 'v', for example 0.14.2",
        "name a release of gha-runner-scale-set; the controller deletes every set whose version it cannot read",
      ),
    );
  });

  it("is to be put in quotes where a label reads as a boolean or a number.", () => {
    const labels = "up to 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends";
    assert.deepEqual(invalid(controller({ nodeSelector: { cicd: true, "kernel.version": 1.3, pool: 4 } })), [
      ...answer(
        "arc:controller.nodeSelector.cicd",
        "true is a boolean, not a string",
        labels,
        'put it in quotes: "true"',
      ),
      ...answer(
        'arc:controller.nodeSelector["kernel.version"]',
        "1.3 is a number, not a string",
        labels,
        "put it in quotes, as it is to be read",
      ),
      ...answer("arc:controller.nodeSelector.pool", "4 is a number, not a string", labels, 'put it in quotes: "4"'),
    ]);
  });

  it("is to lose its quotes where a number or a boolean belongs.", () => {
    assert.deepEqual(
      invalid(withSets({ name: "a", minRunners: "2" })),
      answer(
        "arc:orgs[0].runnerSets[0].minRunners",
        '"2" is a string, not a whole number',
        "a whole number",
        "remove the quotes: 2",
      ),
    );
    assert.deepEqual(
      invalid({ vault: { manage: "false" } }),
      answer("arc:vault.manage", '"false" is a string, not true or false', "true or false", "remove the quotes: false"),
    );
    assert.deepEqual(
      invalid({ vault: { manage: "off" } }),
      answer("arc:vault.manage", '"off" is a string, not true or false', "true or false"),
    );
  });

  it("is named by its kind where it is an object or a list.", () => {
    assert.deepEqual(invalid({ vault: ["secret"] }), answer("arc:vault", "[…] is a list, not an object", "an object"));
    assert.deepEqual(invalid({ orgs: { acme: {} } }), answer("arc:orgs", "{…} is an object, not a list", "a list"));
    assert.deepEqual(
      invalid({ vault: { store: {} } }),
      answer(
        "arc:vault.store",
        "{} is an object, not a string",
        "1 to 63 lower-case letters, digits and '-', starting and ending with a letter or digit (DNS-1123)",
      ),
    );
    assert.deepEqual(
      invalid({ kubernetes: { context: ["a"] } }),
      answer("arc:kubernetes.context", "[…] is a list, not a string", "a string"),
    );
  });

  it("is a quantity neither as a boolean nor as a list.", () => {
    const allowed = 'a number, 0 or more, with an optional suffix: "250m", "2", "512Mi", "24Gi"';
    assert.deepEqual(
      invalid(withSets({ name: "a", quota: { pods: true, cpu: ["1"], memory: Number.POSITIVE_INFINITY } })),
      [
        ...answer("arc:orgs[0].runnerSets[0].quota.pods", "true is not a Kubernetes quantity", allowed),
        ...answer("arc:orgs[0].runnerSets[0].quota.cpu", "[…] is a list, not a quantity", allowed),
        ...answer("arc:orgs[0].runnerSets[0].quota.memory", "Infinity is not a Kubernetes quantity", allowed),
      ],
    );
  });

  it("is empty where YAML has a key and nothing behind it.", () => {
    const dns = "1 to 63 lower-case letters, digits and '-', starting and ending with a letter or digit (DNS-1123)";
    assert.deepEqual(invalid(controller({ namespace: null })), answer("arc:controller.namespace", "is empty", dns));
    assert.deepEqual(invalid({ vault: null }), answer("arc:vault", "is empty", "an object"));
    assert.deepEqual(
      invalid(controller({ updateStrategy: null })),
      answer("arc:controller.updateStrategy", "is empty", "immediate, eventual"),
    );
  });
});

describe("A number out of bounds", () => {
  it("gets the bound.", () => {
    const set = "arc:orgs[0].runnerSets[0]";
    assert.deepEqual(invalid(withSets({ name: "a", minRunners: -1 })), [
      ...answer(`${set}.minRunners`, "-1 is too small", "at least 0"),
    ]);
    assert.deepEqual(invalid(withSets({ name: "a", maxRunners: 2147483648 })), [
      ...answer(`${set}.maxRunners`, "2147483648 is too large", "at most 2147483647"),
    ]);
    assert.deepEqual(invalid({ runner: { activeDeadlineSeconds: 0 } }), [
      ...answer("arc:runner.activeDeadlineSeconds", "0 is too small", "at least 1"),
    ]);
  });

  it("is one problem, also when it breaks two bounds.", () => {
    assert.deepEqual(invalid(withSets({ name: "a", maxRunners: 1e20 })), [
      ...answer("arc:orgs[0].runnerSets[0].maxRunners", "100000000000000000000 is too large", "at most 2147483647"),
    ]);
  });

  it("is no whole number with a fraction.", () => {
    assert.deepEqual(invalid(withSets({ name: "a", maxRunners: 1.5 })), [
      ...answer("arc:orgs[0].runnerSets[0].maxRunners", "1.5 is a number, not a whole number", "a whole number"),
    ]);
  });

  it("is a list without entries, where one is needed.", () => {
    assert.deepEqual(invalid({ orgs: [] }), answer("arc:orgs", "[] is too short", "entries: at least 1"));
    assert.deepEqual(invalid(withSets()), answer("arc:orgs[0].runnerSets", "[] is too short", "entries: at least 1"));
  });

  it("is a text without characters.", () => {
    assert.deepEqual(
      invalid({ kubernetes: { context: "" } }),
      answer("arc:kubernetes.context", '"" is too short', "characters: at least 1"),
    );
  });
});

describe("A choice", () => {
  it("gets the list of what there is, and a guess.", () => {
    assert.deepEqual(
      invalid(controller({ updateStrategy: "Eventual" })),
      answer(
        "arc:controller.updateStrategy",
        '"Eventual" is not allowed',
        "immediate, eventual",
        'did you mean "eventual"?',
      ),
    );
    assert.deepEqual(
      invalid(controller({ logLevel: "warning" })),
      answer("arc:controller.logLevel", '"warning" is not allowed', "debug, info, warn, error"),
    );
    assert.deepEqual(
      invalid({ vault: { storeScope: "shard" } }),
      answer("arc:vault.storeScope", '"shard" is not allowed', "shared, namespace", 'did you mean "shared"?'),
    );
    assert.deepEqual(
      invalid({ runner: { docker: { mode: "sidekar" } } }),
      answer(
        "arc:runner.docker.mode",
        '"sidekar" is not allowed',
        "native-sidecar, sidecar",
        'did you mean "sidecar"?',
      ),
    );
    assert.deepEqual(
      invalid({ githubApp: { appId: "1", installationLookup: "owner" } }),
      answer("arc:githubApp.installationLookup", '"owner" is not allowed', "app, token, none"),
    );
  });

  it("of the CRDs' source is made before their other keys are read.", () => {
    const sources = "embedded, preinstalled, release, directory";
    const at = "arc:controller.crds.source";
    assert.deepEqual(
      invalid(controller({ crds: { source: "embeded", detail: "full" } })),
      answer(at, '"embeded" is not allowed', sources, 'did you mean "embedded"?'),
    );
    assert.deepEqual(invalid(controller({ crds: { source: 1 } })), answer(at, "1 is not allowed", sources));
    assert.deepEqual(missing(controller({ crds: {} })), answer(at, "is missing", sources));
    assert.deepEqual(
      invalid(controller({ crds: "embedded" })),
      answer("arc:controller.crds", '"embedded" is a string, not an object', "an object"),
    );
  });
});

describe("A key with a wrong name where the keys are names of resources or labels", () => {
  it("is refused with the value's path and a guess.", () => {
    const allowed = "cpu, memory, ephemeral-storage, hugepages-<size>, or a name with a '/' as in nvidia.com/gpu";
    assert.deepEqual(
      invalid({ runner: { resources: { limits: { Memory: "1Gi" } } } }),
      answer(
        "arc:runner.resources.limits.Memory",
        '"Memory" is not a resource of a container',
        allowed,
        'did you mean "memory"?',
      ),
    );
    const [quota] = invalid(withSets({ name: "a", quota: { "request.memory": "1Gi" } }));
    assert.equal(quota!.path, 'arc:orgs[0].runnerSets[0].quota["request.memory"]');
    assert.equal(quota!.message, '"request.memory" is not a resource that a quota counts');
    assert.equal(quota!.fix, 'did you mean "requests.memory"?');
    assert.deepEqual(
      invalid(controller({ nodeSelector: { "node role": "cicd" } })),
      answer(
        'arc:controller.nodeSelector["node role"]',
        '"node role" is not the key of a label',
        "up to 63 letters, digits, '-', '_' and '.', also after a domain and '/'; as in example.com/pool",
      ),
    );
  });

  it("is refused in the resources of an init container too, whose other fields are free.", () => {
    const resources = { limits: { cpu: "1 core", gpu: 1 }, claims: [{ name: "a" }] };
    assert.deepEqual(
      brief(check({ ...soundValues(), runner: { initContainers: [{ name: "a", image: "b:1", resources }] } })).slice(
        0,
        2,
      ),
      [
        "config/invalid arc:runner.initContainers[0].resources.limits.cpu",
        "config/invalid arc:runner.initContainers[0].resources.limits.gpu",
      ],
    );
  });
});

describe("What is missing", () => {
  it("is named with what belongs there.", () => {
    assert.deepEqual(
      missing({ controller: {} }),
      answer("arc:controller.version", "is missing", "major.minor.patch without a 'v', for example 0.14.2"),
    );
    assert.deepEqual(missing({ imagePull: {} }), [
      ...answer("arc:imagePull.username", "is missing", "a name without spaces and ':'"),
      ...answer(
        "arc:imagePull.vaultPath",
        "is missing",
        "names divided by '/', without the mount, without 'data/' and without '/' at either end",
      ),
    ]);
    assert.deepEqual(
      missing({ checks: { off: [{ id: "images/unpinned" }] } }),
      answer("arc:checks.off[0].reason", "is missing", "a string"),
    );
  });

  it("is the version and the organisations in an empty stack file; what credentials they would need is not known then.", () => {
    assert.deepEqual(brief(check({}, {})), ["config/missing arc:controller", "config/missing arc:orgs"]);
  });
});
