import * as assert from "node:assert/strict";
import { assertFindings, diagnosed, stopWorldCluster } from "./support/cases";
import { aRunner, bareRunner, failedRunner, type Made, onJob, quotaUse, statusOf } from "./support/runners";
import { ACME, GLOBEX } from "./support/stack";
import type { World } from "./support/world";

after(stopWorldCluster);

/** What no rule knows better: a controller before 0.12 gave up after five failures. */
const TOO_MANY = "Pod has failed to start more than 5 times: ";

describe("Doctor, about runners that failed for good", () => {
  it("tells what they cost of the set, and each reason once", async () => {
    const diagnosis = await diagnosed((world) => {
      for (const suffix of ["aaaaa", "bbbbb"]) {
        const { runner } = failedRunner(world, ACME, suffix, TOO_MANY);
        runner.status.reason = "TooManyPodFailures";
      }
    });
    assertFindings(diagnosis, [
      {
        id: "runner/failed",
        set: ACME,
        harm: "runs worse",
        what: "Runners of acme-ci/acme-runners failed for good: 2 of at most 10 runners are Failed",
        evidence: [
          "acme-runners-x7k2p-runner-aaaaa, acme-runners-x7k2p-runner-bbbbb: " +
            "TooManyPodFailures: Pod has failed to start more than 5 times: ",
        ],
        fix: ["kubectl -n acme-ci get ephemeralrunners", "bin/arc heal failed-runners --set acme-runners"],
      },
    ]);
  });

  it("says that a set whose places they hold all takes no jobs", async () => {
    const diagnosis = await diagnosed((world) => {
      world.get("AutoscalingRunnerSet", ACME).spec!.maxRunners = 1;
      world.get("AutoscalingListener", listenerOf(world, ACME)).spec!.maxRunners = 1;
      failedRunner(world, ACME, "aaaaa", TOO_MANY);
    });
    assertFindings(diagnosis, [
      {
        id: "runner/failed",
        set: ACME,
        harm: "takes no jobs",
        what: "Runners of acme-ci/acme-runners failed for good: all of at most 1 runner is Failed",
      },
    ]);
  });

  it("leaves out one that is on its way out already", async () => {
    const diagnosis = await diagnosed((world) => {
      failedRunner(world, ACME, "aaaaa", TOO_MANY).runner.deleting = true;
    });
    assertFindings(diagnosis, []);
  });
});

/** The pod is ready, and not for long. */
function startedLately(world: World, { pod }: Made): void {
  pod.status.conditions = [{ type: "Ready", status: "True", lastTransitionTime: world.ago(60) }];
}

describe("Doctor, about the runners of a set that is on its way out", () => {
  it("keeps quiet: they go with it", async () => {
    const diagnosis = await diagnosed((world) => {
      world.get("AutoscalingRunnerSet", ACME).deleting = true;
      failedRunner(world, ACME, "aaaaa", TOO_MANY);
      bareRunner(world, ACME, "bbbbb");
      aRunner(world, ACME, "ccccc");
      quotaUse(world, "acme-ci", { "limits.cpu": "96" });
      world.lookAfter(2400);
    });
    assert.deepEqual(
      diagnosis.findings.filter(({ id }) => /^(runner|quota)\//.test(id)),
      [],
    );
  });
});

function listenerOf(world: World, set: string): string {
  const [namespace, name] = set.split("/");
  const { metadata } = world
    .of("AutoscalingListener")
    .find(({ spec }) => spec!.autoscalingRunnerSetName === name && spec!.autoscalingRunnerSetNamespace === namespace)!;
  return `${metadata.namespace}/${metadata.name}`;
}

describe("Doctor, about runners whose pods fail again and again", () => {
  it("tells how often, what the last pod ended with, and that the set takes no jobs when it has no other", async () => {
    const diagnosis = await diagnosed((world) => {
      const made = aRunner(world, ACME, "aaaaa");
      const failures = { a: world.ago(400), b: world.ago(250), c: world.ago(130) };
      made.runner.status = { ...made.runner.status, ready: false, failures };
      const terminated = { exitCode: 1, reason: "Error", startedAt: world.ago(60), finishedAt: world.ago(10) };
      Object.assign(statusOf(made, "runner"), { ready: false, started: false, state: { terminated } });
      Object.assign(made.pod.status, { phase: "Failed", conditions: [{ type: "Ready", status: "False" }] });
    });
    assertFindings(diagnosis, [
      {
        id: "runner/failing",
        set: ACME,
        harm: "takes no jobs",
        what: "The pods of 1 runner of acme-ci/acme-runners fail again and again",
        evidence: ["acme-runners-x7k2p-runner-aaaaa: 3 pods failed within 15m, the last 2m ago; exit code 1 (Error)"],
        fix: [
          "kubectl -n acme-ci logs -f --prefix -c runner -l actions.github.com/scale-set-name=acme-runners",
          "kubectl -n acme-ci get events --field-selector involvedObject.name=acme-runners-x7k2p-runner-aaaaa",
        ],
      },
    ]);
  });

  it("says less of a set that has runners which work", async () => {
    const diagnosis = await diagnosed((world) => {
      const made = bareRunner(world, GLOBEX, "aaaaa");
      const failures = { a: world.ago(400), b: world.ago(250), c: world.ago(40) };
      Object.assign(made.runner.status, { failures, phase: "Running", ready: false });
    });
    assertFindings(diagnosis, [{ id: "runner/failing", set: GLOBEX, harm: "runs worse" }]);
  });

  it("keeps quiet of an idle runner that activeDeadlineSeconds ended every two hours", async () => {
    const diagnosis = await diagnosed((world) => {
      const made = aRunner(world, ACME, "aaaaa");
      made.runner.status.failures = {
        a: world.ago(18_000),
        b: world.ago(10_800),
        c: world.ago(3_600),
        d: world.ago(200),
      };
      startedLately(world, made);
    });
    assertFindings(diagnosis, []);
  });

  it("keeps quiet of one that failed twice, and of one that has a job after all", async () => {
    const diagnosis = await diagnosed((world) => {
      const twice = aRunner(world, ACME, "aaaaa");
      twice.runner.status.failures = { a: world.ago(300), b: world.ago(200) };
      startedLately(world, twice);
      const busy = aRunner(world, ACME, "bbbbb");
      busy.runner.status.failures = { a: world.ago(300), b: world.ago(280), c: world.ago(270) };
      startedLately(world, busy);
      onJob(busy);
    });
    assertFindings(diagnosis, []);
  });

  it("keeps quiet once a pod has been ready for longer than those before it lived", async () => {
    const diagnosis = await diagnosed((world) => {
      const { runner } = aRunner(world, ACME, "aaaaa");
      runner.status.failures = { a: world.ago(700), b: world.ago(650), c: world.ago(600) };
    });
    assertFindings(diagnosis, []);
  });
});

describe("Doctor, about runners without a pod", () => {
  it("names one that has been waiting for the controller", async () => {
    const diagnosis = await diagnosed((world) => {
      bareRunner(world, ACME, "aaaaa");
    });
    assertFindings(diagnosis, [
      {
        id: "runner/without-pod",
        set: ACME,
        harm: "takes no jobs",
        what: "1 runner of acme-ci/acme-runners has no pod",
        evidence: [/^acme-runners-x7k2p-runner-aaaaa: Pending, made \d+m ago, runner 7100 on GitHub$/],
        fix: [
          "kubectl -n arc-systems logs deployment/arc-gha-rs-controller -c manager --since=15m | grep acme-runners-x7k2p-runner-aaaaa",
        ],
      },
    ]);
  });

  it("says that GitHub has not registered one", async () => {
    const diagnosis = await diagnosed((world) => {
      bareRunner(world, ACME, "aaaaa", false);
    });
    assertFindings(diagnosis, [
      {
        id: "runner/without-pod",
        set: ACME,
        cause:
          "GitHub has not registered the runner (credentials, permissions or GitHub itself), " +
          "or the Secret for it cannot be made",
        evidence: [/: Pending, made \d+m ago, no runnerId$/],
      },
    ]);
  });

  it("keeps quiet of a new one, of one whose pod has just failed, and of one on its way out", async () => {
    const diagnosis = await diagnosed((world) => {
      const pausing = bareRunner(world, ACME, "aaaaa");
      Object.assign(pausing.runner.status, { phase: "Running", failures: { a: world.ago(60) } });
      bareRunner(world, ACME, "bbbbb").runner.deleting = true;
    });
    assertFindings(diagnosis, []);
    const young = await diagnosed((world) => {
      bareRunner(world, ACME, "aaaaa");
      world.lookAfter(200);
    });
    assertFindings(young, []);
  });

  it("leaves it to the controller's own rules when that is down", async () => {
    const diagnosis = await diagnosed((world) => {
      bareRunner(world, ACME, "aaaaa");
      const [deployment] = world.of("Deployment");
      Object.assign(deployment!.status!, { readyReplicas: 0, availableReplicas: 0 });
    });
    assertFindings(diagnosis, [{ id: "controller/not-ready" }]);
  });
});

describe("Doctor, about runners without a job", () => {
  it("names those that nobody asked for", async () => {
    const diagnosis = await diagnosed((world) => {
      aRunner(world, GLOBEX, "aaaaa");
      world.lookAfter(2400);
    });
    assertFindings(diagnosis, [
      {
        id: "runner/without-job",
        set: GLOBEX,
        harm: "runs worse",
        what: "1 runner of globex-ci/globex-runners runs without a job, and nobody asked for it",
        evidence: ["3 runners without a job, minRunners 2", /^globex-runners-x7k2p-runner-\w+: no job for (39|40)m$/],
      },
    ]);
    const [comment, command] = diagnosis.findings[0]!.fix;
    assert.equal(comment, "# GitHub lets none go that has a job, so no job is lost:");
    assert.match(
      command!,
      /^kubectl -n globex-ci delete ephemeralrunner globex-runners-x7k2p-runner-\w+ --wait=false$/,
    );
  });

  it("leaves it to the rules about listeners that nobody scales a set down", async () => {
    const diagnosis = await diagnosed((world) => {
      aRunner(world, ACME, "aaaaa");
      const listener = listenerOf(world, ACME);
      world.remove("AutoscalingListener", listener);
      world.remove("Pod", listener);
      world.lookAfter(2400);
    });
    assertFindings(diagnosis, [{ id: "listener/missing", set: ACME }]);
  });

  it("keeps quiet of minRunners, however long they wait, of a busy one, and of one that was made lately", async () => {
    const diagnosis = await diagnosed((world) => {
      onJob(aRunner(world, GLOBEX, "aaaaa"));
      world.lookAfter(6000);
    });
    assertFindings(diagnosis, []);
    const late = await diagnosed((world) => {
      aRunner(world, GLOBEX, "aaaaa");
      world.lookAfter(1200);
    });
    assertFindings(late, []);
  });
});
