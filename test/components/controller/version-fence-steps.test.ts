import * as assert from "node:assert/strict";
import {
  fence,
  type FenceCluster,
  type FenceSettings,
  surveyed,
} from "../../../components/controller/version-fence-steps";
import type { FencedSet } from "../../../components/controller/version-fence";
import { listenerName } from "../../../components/controller/version-fence-listeners";
import { answer, ClusterDouble, sets } from "../../support/fence-double";

const SETTINGS: FenceSettings = {
  controller: "arc-systems/arc-gha-rs-controller",
  to: "0.14.2",
  timeoutSeconds: 0.05,
  pollMilliseconds: 1,
};

/** Runs the fence and answers what it told. */
async function run(cluster: FenceCluster, settings: Partial<FenceSettings> = {}): Promise<string[]> {
  const told: string[] = [];
  const all = { ...SETTINGS, ...settings };
  await fence(cluster, all, await surveyed(cluster, all), { info: (text) => told.push(text), progress: () => {} });
  return told;
}

describe("The version fence", () => {
  it("stops the controller, waits for its pods, and only then relabels every set", async () => {
    const cluster = new ClusterDouble(sets(2));
    const [plan, summary, ...more] = await run(cluster);
    assert.deepEqual(cluster.done, [
      "scale 0",
      "pods",
      "pods",
      "relabel team/set-0 0.14.2",
      "relabel team/set-1 0.14.2",
    ]);
    assert.match(plan!, /^upgrade 0\.13\.1 → 0\.14\.2: 2 sets kept\n/);
    assert.match(summary!, /^2 sets relabelled in \d+\.\d s; the controller 0\.14\.2 may start$/);
    assert.deepEqual(more, []);
    assert.equal(cluster.deployment!.replicas, 0);
  });

  it("reads every page of the sets and patches at most 16 at once", async () => {
    const cluster = new ClusterDouble(sets(250));
    await run(cluster);
    assert.deepEqual([...new Set(cluster.found.map(({ version }) => version))], ["0.14.2"]);
    assert.equal(cluster.done.filter((request) => request.startsWith("relabel")).length, 250);
    assert.equal(cluster.mostAtOnce, 16);
  });

  it("leaves the sets of other namespaces alone when the controller watches one", async () => {
    const cluster = new ClusterDouble([...sets(1), { namespace: "other", name: "foreign", version: "0.13.1" }]);
    await run(cluster, { watched: "team" });
    assert.deepEqual(cluster.done.slice(3), ["relabel team/set-0 0.14.2"]);
  });

  it("relabels a set that came while the controller was stopping, and lets one go that went", async () => {
    const cluster = new ClusterDouble(sets(2));
    const pods = cluster.pods.bind(cluster);
    cluster.pods = async () => {
      if (cluster.found.length === 2) cluster.found.push({ namespace: "team", name: "late", version: "0.13.1" });
      return pods();
    };
    cluster.failures["relabel team/set-1 0.14.2"] = [answer(404, "not found")];
    await run(cluster);
    assert.deepEqual(cluster.done.slice(3), ["relabel team/set-0 0.14.2", "relabel team/late 0.14.2"]);
  });

  it("tries again after a conflict, and after an API server that has trouble for a moment", async () => {
    const cluster = new ClusterDouble(sets(1));
    cluster.failures["relabel team/set-0 0.14.2"] = [answer(409, "modified"), answer("ECONNRESET", "socket hang up")];
    await run(cluster);
    assert.equal(cluster.found[0]!.version, "0.14.2");
  });

  it("goes on where a run was cut off: a stopped controller is not scaled, a relabelled set not patched", async () => {
    const cluster = new ClusterDouble([...sets(1, "0.14.2"), { namespace: "team", name: "left", version: "0.13.1" }]);
    Object.assign(cluster.deployment!, { replicas: 0 });
    cluster.podsLinger = 0;
    await run(cluster);
    assert.deepEqual(cluster.done, ["pods", "relabel team/left 0.14.2"]);
    assert.equal((await surveyed(cluster, SETTINGS)).plan.relabelled.length, 0);
  });

  it("deletes the listeners whose names the new release does not compute", async () => {
    const [set] = sets(1, "0.13.0") as [FencedSet];
    const [old, now] = [listenerName(set, "0.13.0"), listenerName(set, "0.14.2")];
    const cluster = new ClusterDouble(
      [set],
      [old, now].map((name) => ({ name, setNamespace: "team" })),
    );
    cluster.deployment!.image = "r/controller:0.13.0";
    const [, summary] = await run(cluster);
    assert.deepEqual(cluster.done.slice(3), ["relabel team/set-0 0.14.2", `delete ${old}`]);
    assert.match(summary!, /^1 set relabelled, 1 orphan listener deleted in /);
  });

  it("knows the release of an image without a tag from the Deployment's label", async () => {
    const cluster = new ClusterDouble(sets(1));
    Object.assign(cluster.deployment!, { image: "r/controller@sha256:0", version: "0.13.1" });
    assert.match((await surveyed(cluster, SETTINGS)).plan.text, /^upgrade 0\.13\.1 → 0\.14\.2/);
  });
});

describe("What the version fence tells meanwhile", () => {
  it("is what it waits for, and every fifty sets how far it is", async () => {
    const cluster = new ClusterDouble(sets(120));
    const told: string[] = [];
    const report = { info: () => {}, progress: (text: string) => told.push(text) };
    await fence(cluster, SETTINGS, await surveyed(cluster, SETTINGS), report);
    assert.deepEqual(
      told.map((text) => text.replace(/\d\.\d s/, "n s")),
      [
        "stopping the controller arc-systems/arc-gha-rs-controller",
        "waiting for the end of controller-1",
        "the controller stopped in n s",
        "50 of 120 sets relabelled",
        "100 of 120 sets relabelled",
      ],
    );
  });
});

describe("The version fence, when it cannot", () => {
  it("starts the controller again when its pods do not end, and has changed no set", async () => {
    const cluster = new ClusterDouble(sets(2));
    Object.assign(cluster.deployment!, { replicas: 2 });
    cluster.podsLinger = Infinity;
    await assert.rejects(run(cluster), {
      message:
        "The controller's pods did not end within 0.05 s: controller-1. " +
        "Nothing was changed, and arc-systems/arc-gha-rs-controller has 2 replicas as before. " +
        "See what keeps the pods (`kubectl describe pod`), such as a node that is gone, or raise `versionFence.timeoutSeconds`.",
    });
    assert.deepEqual(
      cluster.done.filter((request) => request !== "pods"),
      ["scale 0", "scale 2"],
    );
  });

  it("leaves a Deployment that somebody else has taken on in the meantime as it is", async () => {
    const cluster = new ClusterDouble(sets(1));
    cluster.podsLinger = Infinity;
    const pods = cluster.pods.bind(cluster);
    cluster.pods = async () => {
      cluster.deployment!.image = "r/controller:0.14.2";
      return pods();
    };
    await assert.rejects(run(cluster), /did not end within/);
    assert.equal(cluster.done.includes("scale 1"), false);
  });

  it("keeps the controller stopped when a set cannot be relabelled, has tried all others, and says how to go on", async () => {
    const cluster = new ClusterDouble(sets(3));
    const refused = answer(403, 'admission webhook "labels" denied the request');
    cluster.failures["relabel team/set-0 0.14.2"] = [refused];
    cluster.failures["relabel team/set-1 0.14.2"] = [refused];
    await assert.rejects(run(cluster), {
      message:
        "The controller arc-systems/arc-gha-rs-controller is stopped, and not all is ready for 0.14.2: " +
        'team/set-0: admission webhook "labels" denied the request (and 1 more like it). ' +
        "No set was deleted and no job disturbed. Run `pulumi up` again: it goes on from here.",
    });
    assert.deepEqual(
      cluster.found.map(({ version }) => version),
      ["0.13.1", "0.13.1", "0.14.2"],
    );
    assert.equal(cluster.deployment!.replicas, 0);
  });

  it("gives up on a conflict that does not end", async () => {
    const cluster = new ClusterDouble(sets(1));
    cluster.failures["scale 0"] = Array.from({ length: 6 }, () => answer(409, "modified"));
    await assert.rejects(run(cluster), /^Error: modified$/);
    assert.deepEqual(cluster.done, []);
  });

  it("touches nothing in a cluster whose controller is not the one of the state, or has none", async () => {
    const cluster = new ClusterDouble(sets(1));
    const told = (what: string, action: string) => ({
      name: "Error",
      message:
        `${what}: the version fence looks at another cluster, or somebody has ${action}. ` +
        "Give `versionFence.kubeconfig` and `versionFence.context` what the Kubernetes provider has, or run `pulumi refresh`.",
    });
    await assert.rejects(
      surveyed(cluster, { ...SETTINGS, uid: "uid-2" }),
      told("The Deployment arc-systems/arc-gha-rs-controller is not the one of this stack", "made it anew"),
    );
    cluster.deployment = undefined;
    await assert.rejects(
      surveyed(cluster, SETTINGS),
      told("There is no Deployment arc-systems/arc-gha-rs-controller", "deleted it"),
    );
    assert.deepEqual(cluster.done, []);
  });
});
