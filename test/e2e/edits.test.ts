import * as assert from "node:assert/strict";
import { existsSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { CustomObjectsApi, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { UpdateStrategy } from "../../components";
import { EditEffect } from "../../components/runners/edit-effect";
import { LISTENER_DIGEST } from "../../components/runners/listener-digest";
import type { Deployment, Run, Step } from "../../lab/engine";
import { type ControllerModel, JobState, type Tally, tallyOf, What } from "../../lab/models/controller";
import { LAB_ORGANIZATIONS } from "../../lab/organizations";
import { block, labSecrets, type StackFile } from "../../lab/stack-file";
import { arc, ROOT } from "../support/arc";
import { lab } from "./support/lab";
import { otherCluster, otherDeployment } from "./support/other-cluster";
import { told } from "./support/prod-steps";
import { SECRETS } from "./support/stack-files";

const { Nothing, ListenerRestarts, RunnersRoll, SetReregistered } = EditEffect;
const NAMESPACE = "edited";
const ORG = "kamify-ai";
const SET = `${NAMESPACE}/${NAMESPACE}-set`;
const RESOURCE = `arc-${ORG}/${NAMESPACE}-set`;
const DIGEST = `spec.template.metadata.annotations.${LISTENER_DIGEST}`;
const VALUES_HASH = 'metadata.annotations["actions.github.com/values-hash"]';
const SETS = { group: "actions.github.com", version: "v1alpha1", plural: "autoscalingrunnersets" } as const;

interface Edit {
  what: string;
  /** Fields of the set in the stack file, of its organisation, or the secrets. */
  set?: Record<string, unknown>;
  org?: Record<string, unknown>;
  secrets?: () => Record<string, string>;
  /** Under `immediate`. */
  effect: EditEffect;
  /** What the engine says is changed. */
  diffs: string[];
  /** The engine sees it only while it updates: a secret has its new version when it is written. */
  unforeseen?: boolean;
  /** Idle runners afterwards, where that is another number. */
  idle?: number;
}

/** Each is made on top of those before it. */
const EDITS: Edit[] = [
  {
    what: "a label of the set",
    set: { resourceMeta: { autoscalingRunnerSet: { labels: { team: "ci" } } } },
    effect: Nothing,
    diffs: ["metadata.labels.team"],
  },
  { what: "maxRunners", set: { maxRunners: 7 }, effect: ListenerRestarts, diffs: ["spec.maxRunners"] },
  { what: "minRunners", set: { minRunners: 2 }, effect: ListenerRestarts, diffs: ["spec.minRunners"], idle: 2 },
  {
    what: "the listener's metrics",
    set: { listener: { metrics: { preset: "full" } } },
    effect: ListenerRestarts,
    diffs: ["spec.listenerMetrics"],
  },
  {
    what: "the listener's pod",
    set: { listener: { metrics: { preset: "full" }, priorityClassName: "ci" } },
    effect: ListenerRestarts,
    diffs: ["spec.listenerTemplate"],
  },
  { what: "a rotated key", secrets: labSecrets, unforeseen: true, effect: ListenerRestarts, diffs: [VALUES_HASH] },
  {
    what: "the image",
    set: { runner: { image: "ghcr.io/yldm-tech/runner:0" } },
    effect: RunnersRoll,
    diffs: ["spec.template.spec.containers[0].image"],
  },
  {
    what: "the runner's resources",
    set: {
      runner: {
        image: "ghcr.io/yldm-tech/runner:0",
        resources: { requests: { cpu: "500m", memory: "1Gi" }, limits: { cpu: "4", memory: "4Gi" } },
      },
    },
    effect: RunnersRoll,
    diffs: ["spec.template.spec.containers[0].resources.requests.cpu"],
  },
  { what: "the runner group", set: { runnerGroup: "ci" }, effect: SetReregistered, diffs: ["spec.runnerGroup"] },
  {
    what: "the labels for runs-on",
    set: { labels: ["gpu"] },
    effect: SetReregistered,
    diffs: ["spec.runnerScaleSetLabels"],
  },
  {
    what: "the URL",
    org: { url: `https://github.com/${ORG}/tools` },
    effect: SetReregistered,
    diffs: ["spec.githubConfigUrl"],
  },
];

/** What the controller does for each effect with so many idle runners before and after. */
function happens(effect: EditEffect, before: number, after: number): Tally {
  if (effect === Nothing) return {};
  const listener = { [What.ListenerDeleted]: 1, [What.ListenerCreated]: 1 };
  if (effect === ListenerRestarts) {
    return { ...listener, ...(after > before ? { [What.RunnerCreated]: after - before } : {}) };
  }
  const runners = {
    [What.RunnerSetCreated]: 1,
    [What.RunnerSetDeleted]: 1,
    [What.RunnerRemoved]: before,
    [What.RunnerCreated]: after,
  };
  if (effect === RunnersRoll) return { ...listener, ...runners };
  return { ...listener, ...runners, [What.SetRemoved]: 1, [What.ScaleSetDeleted]: 1, [What.ScaleSetCreated]: 1 };
}

const INSTALLATIONS = LAB_ORGANIZATIONS[ORG]!.installations!;

describe("An edit of a runner set", function () {
  let stack: Deployment;
  let controllers: ControllerModel;
  let api: CustomObjectsApi;
  const start = { minRunners: 1, maxRunners: 6 };
  let fields: Record<string, unknown>;

  before(async () => {
    const { controlPlane, models } = await otherCluster();
    ({ controllers } = models);
    api = controlPlane.client.makeApiClient(CustomObjectsApi);
    // Runners of a repository take another permission than those of an organisation.
    lab().github.set(ORG, {
      runnerGroups: ["Default", "ci"],
      installations: INSTALLATIONS.map((each) => ({ ...each, administration: "write" as const })),
    });
    stack = await otherDeployment({ stack: "edited", namespaces: [NAMESPACE] });
  });
  after(async () => {
    sound(await stack.destroy());
    lab().github.set(ORG, { runnerGroups: ["Default"], installations: INSTALLATIONS });
  });

  const sound = ({ ok, errors, output }: Run) => assert.deepEqual([ok, errors], [true, []], output);

  /** Gives the one set of the stack file, and its organisation, other fields. */
  function change(set: Record<string, unknown>, org: Record<string, unknown> = {}): void {
    fields = { ...fields, ...set };
    stack.edit((config: StackFile) => {
      const [first] = config["arc:orgs"] as { runnerSets: Record<string, unknown>[] }[];
      const { name, namespace, vaultPath } = first!.runnerSets[0]!;
      return { ...config, "arc:orgs": [{ ...first, ...org, runnerSets: [{ name, namespace, vaultPath, ...fields }] }] };
    });
  }

  /** The stack with its first settings, and a controller of that strategy. */
  async function begin(updateStrategy: UpdateStrategy): Promise<void> {
    fields = {};
    await stack.setSecrets(SECRETS);
    stack.edit((config: StackFile) => ({
      ...config,
      "arc:controller": { ...block(config, "arc:controller"), updateStrategy },
    }));
    change(start, { url: `https://github.com/${ORG}` });
    sound(await stack.up());
    await controllers.settled();
  }

  /** Runs something and counts what the controller did for the set meanwhile and after. */
  async function counted(work: () => Promise<unknown>): Promise<Tally> {
    const from = controllers.events.length;
    await work();
    await controllers.settled();
    return tallyOf(controllers.events.slice(from).filter(({ set }) => set === SET));
  }

  const steps = ({ begun }: { begun: Step[] }) =>
    begun
      .filter(({ type }) => type.endsWith(":AutoscalingRunnerSet"))
      .map(told)
      .sort();
  const others = ({ begun }: { begun: Step[] }) =>
    begun
      .filter(({ type }) => type.startsWith("kubernetes:") && !type.endsWith(":AutoscalingRunnerSet"))
      .map(({ op, type }) => `${op} ${type.split(":").at(-1)}`);
  /** What the engine printed of sets, without the indentation of its log. */
  const lines = ({ output }: Run) =>
    [...new Set([...output.matchAll(/^ +(arc-\S+\/\S+: .*)$/gm)].map(([, line]) => line!))].sort();
  const scaleSet = () => controllers.scaleSets().find(({ name }) => SET.endsWith(name));

  /** The steps of an edit in place, or of a replacement that deletes first. */
  function expected(effect: EditEffect, diffs: string[]): string[] {
    const set = `AutoscalingRunnerSet ${RESOURCE}`;
    const changed = `${set} ${[...diffs].sort().join(" ")}`;
    if (effect !== SetReregistered) return [`update ${changed}`];
    return [`create-replacement ${changed}`, `delete-replaced ${set}`, `replace ${changed}`];
  }

  for (const strategy of Object.values(UpdateStrategy)) {
    describe(`under ${strategy}`, () => {
      let idle = start.minRunners;
      before(() => begin(strategy));

      for (const edit of EDITS) {
        const carried = strategy === UpdateStrategy.Eventual && edit.effect === ListenerRestarts;
        const effect = carried ? RunnersRoll : edit.effect;

        it(`of ${edit.what}: ${effect}`, async () => {
          const id = scaleSet()!.id;
          const before = idle;
          idle = edit.idle ?? idle;
          change(edit.set ?? {}, edit.org);
          if (edit.secrets) await stack.setSecrets(edit.secrets());

          const preview = await stack.preview();
          sound(preview);
          const tally = await counted(async () => {
            const up = await stack.up();
            sound(up);
            const digest = strategy === UpdateStrategy.Eventual && effect !== Nothing && !ownHash(edit) ? [DIGEST] : [];
            assert.deepEqual(steps(up), expected(effect, [...edit.diffs, ...digest]));
            // The operator reads Vault again, for the App's key and for the registry's token.
            assert.deepEqual(others(up), edit.secrets ? ["update ExternalSecret", "update ExternalSecret"] : []);
            assert.deepEqual(steps(preview), edit.unforeseen ? [] : steps(up));
          });

          const pause = strategy === UpdateStrategy.Eventual ? "; no new job until the running jobs have ended" : "";
          const told = !edit.unforeseen && [ListenerRestarts as string, RunnersRoll].includes(effect);
          assert.deepEqual(lines(preview), told ? [`${RESOURCE}: ${effect} (${edit.diffs.join(", ")})${pause}`] : []);
          assert.deepEqual(tally, happens(effect, before, idle));
          assert.equal(scaleSet()!.id === id, effect !== SetReregistered);
        });
      }

      it("leaves nothing to do, and `arc preview --against` the exported state finds the same", async () => {
        const preview = await stack.preview();
        assert.deepEqual([preview.errors, preview.begun.map(told)], [[], []]);
        const { changes } = await against();
        assert.deepEqual(changes, { sets: [["nothing"]], resources: [] });
      });

      it("of the image lets a running job end: the next job waits for it under eventual alone", async () => {
        const job = await controllers.assignJob(SET);
        const runner = { image: "ghcr.io/yldm-tech/runner:1" };
        change({ runner });
        const rolled = await counted(async () => sound(await stack.up()));
        const eventual = strategy === UpdateStrategy.Eventual;
        assert.deepEqual([rolled[What.ListenerDeleted], rolled[What.ListenerCreated]], [1, eventual ? undefined : 1]);
        assert.equal(job.state, JobState.Running);
        const ended = await counted(() => Promise.resolve(controllers.finishJob(job)));
        assert.equal(ended[What.ListenerCreated], eventual ? 1 : undefined);
        assert.deepEqual(
          [rolled[What.JobLost], ended[What.JobLost], job.state],
          [undefined, undefined, JobState.Finished],
        );
      });
    });
  }

  describe("that is stuck under eventual", () => {
    before(() => begin(UpdateStrategy.Eventual));

    it("by an edit of another's that leaves the pods alone, is revived by the next edit, of whatever field", async () => {
      const body = { spec: { maxRunners: 9 } };
      const fieldManager = "pulumi-kubernetes";
      const request = { ...SETS, namespace: NAMESPACE, name: `${NAMESPACE}-set`, fieldManager, body };
      const stuck = await counted(() =>
        api.patchNamespacedCustomObject(request, setHeaderOptions("Content-Type", PatchStrategy.MergePatch)),
      );
      assert.deepEqual(stuck, { [What.ListenerDeleted]: 1 });
      change({ maxRunners: 8 });
      const { [What.ListenerDeleted]: _gone, ...revived } = happens(RunnersRoll, 1, 1);
      assert.deepEqual(await counted(async () => sound(await stack.up())), revived);
    });

    it("with an outdated runner, is revived by the next update that changes its spec, and by no other", async () => {
      const runner = controllers.events.findLast(({ what, set }) => what === What.RunnerCreated && set === SET)!.name!;
      const outdated = await counted(() => Promise.resolve(controllers.exitRunner(SET, runner, 7)));
      assert.deepEqual([outdated[What.SetOutdated], outdated[What.ScaleSetDeleted]], [1, 1]);
      assert.equal(scaleSet(), undefined);
      assert.deepEqual(await counted(async () => sound(await stack.up())), {});
      change({ runner: { image: "ghcr.io/yldm-tech/runner:2" } });
      assert.deepEqual(await counted(async () => sound(await stack.up())), {
        [What.SetRevived]: 1,
        [What.ScaleSetCreated]: 1,
        [What.RunnerSetCreated]: 1,
        [What.ListenerCreated]: 1,
        [What.RunnerCreated]: 1,
      });
    });
  });

  /** What `bin/arc preview --against` says of the state that the engine exports. */
  async function against() {
    const index = path.join(stack.folder, "index.ts");
    if (!existsSync(index)) symlinkSync(path.join(ROOT, "index.ts"), index);
    const file = path.join(stack.folder, "state.json");
    writeFileSync(file, JSON.stringify(await stack.stack.exportStack()));
    const out = path.join(stack.folder, "out");
    const run = arc(["preview", "-s", "edited", "-C", stack.folder, "--out", out, "--against", file, "--json"]);
    assert.equal(run.status, 0, run.stderr + run.stdout);
    const { changes } = JSON.parse(run.stdout) as { changes: { sets: { effect: string }[]; resources: unknown[] } };
    return { changes: { sets: changes.sets.map(({ effect }) => [effect]), resources: changes.resources } };
  }
});

/** Fields that make other runners by themselves, so that the digest stays. */
function ownHash({ diffs }: Edit): boolean {
  return diffs.every((path) => /^spec\.(template|runnerGroup|githubConfigUrl)/.test(path));
}
