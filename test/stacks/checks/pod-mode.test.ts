import assert from "node:assert/strict";
import { brief, check, found, type Values, withSets } from "../../support/checked-stack";

const RUNNER = { image: "r:1", docker: { image: "d:1" } };
const CLAIM = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };

const values = (runner: Values, ...sets: Values[]): Values => ({
  ...withSets(...(sets.length ? sets : [{ name: "a" }])),
  runner: { ...RUNNER, ...runner },
});
const OWN = "arc:orgs[0].runnerSets[0].runner";

describe("pod/work-volume", () => {
  const ID = "pod/work-volume";
  const finding = (path: string) => ({
    severity: "error",
    path,
    message:
      "containerMode kubernetes has no work volume, which the runner and the pods of its jobs share: " +
      "kubernetes.workVolumeClaim is missing, and no volume is named work",
    allowed: "kubernetes.workVolumeClaim, a volume named work, or containerMode kubernetes-novolume",
    fix: "give kubernetes.workVolumeClaim the spec of a claim: accessModes, storageClassName and resources.requests.storage",
  });

  it("refuses container mode kubernetes without a claim and without a volume named work, and says nothing else.", () => {
    assert.deepEqual(check(values({ containerMode: "kubernetes" })), [
      { id: ID, ...finding("arc:runner.containerMode") },
    ]);
    assert.deepEqual(found(ID, values({}, { name: "a", runner: { containerMode: "kubernetes" } })), [
      finding(`${OWN}.containerMode`),
    ]);
  });

  it("takes a claim, a volume of the user's, a volume of a patch, and the mode that needs none.", () => {
    const volumes = [{ name: "work", emptyDir: {} }];
    for (const runner of [
      { containerMode: "kubernetes", kubernetes: { workVolumeClaim: CLAIM } },
      { containerMode: "kubernetes", volumes },
      { containerMode: "kubernetes", podTemplate: { spec: { volumes } } },
      { containerMode: "kubernetes-novolume" },
      { containerMode: "none" },
    ])
      assert.deepEqual(check(values(runner)), [], JSON.stringify(runner));
  });
});

describe("pod/mode-options", () => {
  const ID = "pod/mode-options";
  const finding = (path: string, mode: string, part: string, modes: string) => ({
    severity: "warning",
    path,
    message: `does nothing in containerMode ${mode}`,
    allowed: `${part} with containerMode ${modes}`,
    fix: `remove it, or set containerMode to ${modes}`,
  });
  const KUBERNETES = "kubernetes or kubernetes-novolume";

  it("warns of a set's docker without a daemon, and of its kubernetes in another mode.", () => {
    const sets = [
      { name: "a", runner: { containerMode: "none", docker: { mtu: 1400 }, kubernetes: { hookPath: "/h" } } },
      { name: "b", runner: { kubernetes: { workVolumeClaim: CLAIM } } },
    ];
    assert.deepEqual(found(ID, values({}, ...sets)), [
      finding(`${OWN}.docker`, "none", "docker", "dind"),
      finding(`${OWN}.kubernetes`, "none", "kubernetes", KUBERNETES),
      finding("arc:orgs[0].runnerSets[1].runner.kubernetes", "dind", "kubernetes", KUBERNETES),
    ]);
  });

  it("warns of a claim in the mode without a volume.", () => {
    const runner = { containerMode: "kubernetes-novolume", kubernetes: { workVolumeClaim: CLAIM, hookPath: "/h" } };
    assert.deepEqual(found(ID, values({}, { name: "a", runner })), [
      finding(`${OWN}.kubernetes.workVolumeClaim`, "kubernetes-novolume", "kubernetes.workVolumeClaim", "kubernetes"),
    ]);
  });

  it("warns of a size's options once no set of the size reads them.", () => {
    const sizes = { big: { docker: { mtu: 1400 } } };
    const none = { name: "a", size: "big", runner: { containerMode: "none" } };
    assert.deepEqual(found(ID, { ...values({}, none), sizes }), [
      finding("arc:sizes.big.docker", "none", "docker", "dind"),
    ]);
    assert.deepEqual(found(ID, { ...values({}, none, { name: "b", size: "big" }), sizes }), []);
  });

  it("is silent about the shared runner's, which is for any set, about empty ones and about those that are read.", () => {
    const shared = { kubernetes: { workVolumeClaim: CLAIM } };
    const sets = [
      { name: "a", runner: { containerMode: "none", docker: {}, kubernetes: {} } },
      { name: "b", runner: { docker: { mtu: 1400 } } },
      { name: "c", runner: { containerMode: "kubernetes", kubernetes: { hookPath: "/h" } } },
    ];
    assert.deepEqual(check(values(shared, ...sets)), []);
  });
});

describe("pod/service-account", () => {
  const ID = "pod/service-account";
  const additionalRoleRules = [{ apiGroups: [""], resources: ["pods"], verbs: ["watch"] }];
  const runner = {
    containerMode: "kubernetes-novolume",
    serviceAccountName: "mine",
    kubernetes: { additionalRoleRules },
  };

  it("warns of rules that are granted to nobody.", () => {
    assert.deepEqual(check(values(runner)), [
      {
        id: ID,
        severity: "warning",
        path: "arc:runner.kubernetes.additionalRoleRules",
        message:
          "is granted to nobody: the runners have the ServiceAccount mine of your own, and no Role is made for it",
        allowed: "additionalRoleRules without serviceAccountName",
        fix: "grant the rules to your ServiceAccount yourself and remove them here, or remove serviceAccountName",
      },
    ]);
  });

  it("is silent with one of the two, and in a mode that has no Role at all.", () => {
    const { serviceAccountName, kubernetes, ...mode } = runner;
    assert.deepEqual(brief(check(values({ ...mode, kubernetes }))), []);
    assert.deepEqual(brief(check(values({ ...mode, serviceAccountName }))), []);
    assert.deepEqual(
      brief(check(values({ ...mode, serviceAccountName, kubernetes: { additionalRoleRules: [] } }))),
      [],
    );
    assert.deepEqual(brief(check(values({ serviceAccountName, kubernetes }))), []);
  });
});
