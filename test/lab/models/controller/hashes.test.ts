import * as assert from "node:assert/strict";
import {
  changeHash,
  fnv32a,
  listenerName,
  listenerSpecHash,
  runnerSetSpecHash,
  shortHash,
} from "../../../../lab/models/controller/hashes";
import type { AutoscalingRunnerSet } from "../../../../lab/models/controller/objects";
import { runnerSet } from "./objects";

const BUILD = "0.14.2";

/** For each field that a change puts in place: which of the three hashes move. */
function moved(change: (set: AutoscalingRunnerSet) => void): Record<string, boolean> {
  const [before, after] = [runnerSet(), runnerSet()];
  change(after);
  const hashes = { runners: runnerSetSpecHash, listener: listenerSpecHash, phase: changeHash };
  return Object.fromEntries(
    Object.entries(hashes).map(([name, hash]) => [name, hash(before, BUILD) !== hash(after, BUILD)]),
  );
}

describe("The model's hashes (facts 7.3, 7.6)", () => {
  const TABLE: [input: string, sum: number, short: string][] = [
    ["arc-runners@@https://github.com/my-org", 1260679726, "56b4bcfc"],
    ["arc-runners@default@https://github.com/my-org", 665863369, "bb9db77b"],
    ["arc-runners@@https://github.com/my-org/my-repo", 1611530728, "5b55974c"],
    ["default@@https://github.com/enterprises/acme", 1745390633, "5c897f4b"],
  ];
  for (const [input, sum, short] of TABLE) {
    it(`make ${short} of ${input}`, () => {
      assert.deepEqual([fnv32a(input), shortHash(input)], [sum, short]);
    });
  }

  it("name a listener after namespace, group and URL, and before 0.13.1 after the namespace alone", () => {
    const set = runnerSet();
    assert.equal(listenerName(set, BUILD), "my-set-56b4bcfc-listener");
    assert.equal(listenerName(set, "0.13.1"), "my-set-56b4bcfc-listener");
    assert.equal(listenerName(set, "0.13.0"), `my-set-${shortHash("arc-runners")}-listener`);
    set.spec.runnerGroup = "default";
    assert.equal(listenerName(set, BUILD), "my-set-bb9db77b-listener");
  });

  const ROLLS: Record<string, (set: AutoscalingRunnerSet) => void> = {
    githubConfigUrl: ({ spec }) => (spec.githubConfigUrl += "-2"),
    githubConfigSecret: ({ spec }) => (spec.githubConfigSecret = "other"),
    runnerGroup: ({ spec }) => (spec.runnerGroup = "group"),
    runnerScaleSetName: ({ spec }) => (spec.runnerScaleSetName = "other"),
    proxy: ({ spec }) => (spec.proxy = { noProxy: ["localhost"] }),
    githubServerTLS: ({ spec }) => (spec.githubServerTLS = { certificateFrom: {} }),
    template: ({ spec }) => (spec.template = { metadata: { annotations: { digest: "2" } } }),
  };
  for (const [field, change] of Object.entries(ROLLS)) {
    it(`all move with ${field}, which rolls the runners`, () => {
      assert.deepEqual(moved(change), { runners: true, listener: true, phase: true });
    });
  }

  const LISTENER_ONLY: Record<string, (set: AutoscalingRunnerSet) => void> = {
    minRunners: ({ spec }) => (spec.minRunners = 3),
    maxRunners: ({ spec }) => (spec.maxRunners = 3),
    vaultConfig: ({ spec }) => (spec.vaultConfig = { type: "azure_key_vault" }),
    listenerTemplate: ({ spec }) => (spec.listenerTemplate = { spec: {} }),
    listenerMetrics: ({ spec }) => (spec.listenerMetrics = { counters: {} }),
    ephemeralRunnerMetadata: ({ spec }) => (spec.ephemeralRunnerMetadata = { annotations: { a: "b" } }),
  };
  for (const [field, change] of Object.entries(LISTENER_ONLY)) {
    it(`leave the runners alone when ${field} changes, which concerns the listener`, () => {
      assert.deepEqual(moved(change), { runners: false, listener: true, phase: true });
    });
  }

  it("move for a label in the change hash alone, and for an annotation not at all", () => {
    const label = moved(({ metadata }) => (metadata.labels = { ...metadata.labels, team: "a" }));
    assert.deepEqual(label, { runners: false, listener: false, phase: true });
    const annotation = moved(({ metadata }) => (metadata.annotations = { "actions.github.com/values-hash": "2" }));
    assert.deepEqual(annotation, { runners: false, listener: false, phase: false });
  });

  it("differ between the minors, not between the patches of one (observed 3)", () => {
    const set = runnerSet();
    const [old, first, latest] = ["0.13.1", "0.14.0", "0.14.2"].map((build) => runnerSetSpecHash(set, build));
    assert.equal(first, latest);
    assert.notEqual(old, latest);
  });
});
