import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { unknown } from "@pulumi/pulumi/output";
import { MetricsPreset, RunnerScaleSet, type RunnerScaleSetArgs, UpdateStrategy } from "../../../components";
import { record } from "../../support/recorder";

const { Eventual, Immediate } = UpdateStrategy;
const EVENING = { cron: "0 19 * * 1-5", minRunners: 0 };
const MORNING = { cron: "0 7 * * 1-5", minRunners: 4 };
const ARGS: RunnerScaleSetArgs = {
  scaleSetName: "acme-runners",
  namespace: "acme",
  githubConfigUrl: "https://github.com/acme",
  minRunners: 2,
  maxRunners: 5,
  runner: { image: "runner:1", resources: {} },
  controllerVersion: "0.14.2",
  controllerUpdateStrategy: Eventual,
};
/** What goes over the wire for a value that is not known yet. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
type Args = Partial<RunnerScaleSetArgs>;

/** The spec of a set as the engine gets it. */
async function specOf(args: Args = {}) {
  const recorded = await record(() => void new RunnerScaleSet("set", { ...ARGS, ...args }));
  return recorded.one("AutoscalingRunnerSet").inputs.spec as Spec;
}
interface Spec {
  template: { metadata: { annotations: Record<string, string> } };
}
const annotationsOf = async (args?: Args) => (await specOf(args)).template.metadata.annotations;
const digestOf = async (args?: Args) => (await annotationsOf(args)).listenerDigest;

describe("The digest of what the listener depends on", () => {
  let digest: string | undefined;
  before(async () => {
    digest = await digestOf();
  });

  it("is a short annotation of the runner pods, and all else of the set is as without it", async () => {
    assert.match(digest!, /^[0-9a-f]{16}$/);
    const { listenerDigest: _listenerDigest, ...annotations } = await annotationsOf();
    const spec = await specOf();
    assert.deepEqual(
      { ...spec, template: { ...spec.template, metadata: { annotations } } },
      await specOf({ controllerUpdateStrategy: Immediate }),
    );
  });

  it("is there under eventual, with idle runners now or by a schedule, and nowhere else", async () => {
    const has = async (args: Args) => "listenerDigest" in (await annotationsOf(args));
    assert.equal(await has({}), true);
    assert.equal(await has({ minRunners: 0, schedules: [EVENING, MORNING] }), true);
    assert.equal(await has({ minRunners: 0, schedules: [EVENING] }), false);
    assert.equal(await has({ minRunners: 0 }), false);
    assert.equal(await has({ controllerUpdateStrategy: Immediate }), false);
    assert.equal(await has({ controllerUpdateStrategy: Immediate, minRunners: 0, schedules: [MORNING] }), false);
  });

  it("goes with the last idle runner and comes with the first: both edits change the pod template", async () => {
    assert.equal(await digestOf({ minRunners: 0 }), undefined);
    assert.notEqual(await digestOf({ minRunners: 1 }), undefined);
  });

  const listener: Record<string, Args> = {
    minRunners: { minRunners: 3 },
    maxRunners: { maxRunners: 6 },
    "the listener's pod": { listener: { priorityClassName: "high" } },
    "the listener's metrics": { listener: { metrics: { preset: MetricsPreset.Full } } },
    "the metadata of what the controller makes": { resourceMeta: { listenerRole: { labels: { team: "ci" } } } },
    "the Azure Key Vault": {
      azureKeyVault: { url: "https://v", tenantId: "t", clientId: "c", certificatePath: "/c" },
    },
    "the labels for runs-on": { runnerScaleSetLabels: ["gpu"] },
    "the version of the credentials": { githubConfigSecretVersion: pulumi.output("2") },
    "the version of the certificates": {
      githubServerTls: { configMapKeyRef: { name: "ca", key: "ca.crt" }, version: "2" },
    },
    "the release of the controller": { controllerVersion: "0.14.3" },
  };
  for (const [what, args] of Object.entries(listener)) {
    it(`changes with ${what}`, async () => {
      assert.notEqual(await digestOf(args), digest);
    });
  }

  it("stays with all that makes another EphemeralRunnerSet by itself, and with the labels of the set", async () => {
    const runners: Args[] = [
      { runner: { image: "runner:2", resources: {} } },
      { githubConfigUrl: "https://github.com/other" },
      { githubConfigSecret: "other" },
      { runnerGroup: "ci" },
      { runnerScaleSetName: "acme_runners" },
      { proxy: { https: { url: "http://proxy:1" } } },
      { githubServerTls: { configMapKeyRef: { name: "ca", key: "ca.crt" } } },
      { resourceMeta: { all: { labels: { team: "ci" } } } },
    ];
    for (const args of runners) assert.equal(await digestOf(args), digest);
  });

  it("leaves minRunners out of a set with schedules: those change it, and an annotation of their own", async () => {
    const scheduled = (args: Args) => digestOf({ schedules: [MORNING], ...args });
    assert.equal(await scheduled({ minRunners: 3 }), await scheduled({ minRunners: 0 }));
    assert.notEqual(await scheduled({ maxRunners: 6 }), await scheduled({}));
  });
});

describe("While the version of the credentials is not known", () => {
  it("the digest alone is not known, and the rest of the spec can be read", async () => {
    const spec = await specOf({ githubConfigSecretVersion: pulumi.output(unknown) as pulumi.Output<string> });
    const { listenerDigest, ...annotations } = spec.template.metadata.annotations;
    assert.equal(listenerDigest, UNKNOWN);
    assert.equal(
      JSON.stringify({ ...spec, template: { ...spec.template, metadata: { annotations } } }).includes(UNKNOWN),
      false,
    );
  });
});
