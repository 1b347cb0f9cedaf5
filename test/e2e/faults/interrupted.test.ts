import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import os from "node:os";
import type { ControlPlane } from "../../../lab/control-plane";
import type { Deployment, Run } from "../../../lab/engine";
import {
  deployedFaults,
  destroyFaults,
  FIRST_SET,
  faultsCluster,
  reasons,
  restoreStackFile,
  successful,
} from "../support/faults";
import { assertConverged, objectsOf, stateOf } from "../support/intact";

const AFTER_SIGINT = "faults-sigint";
const AFTER_SIGKILL = "faults-sigkill";
const AFTER_ANOTHER = "faults-another";

/** An `up` waits for an ExternalSecret that nobody makes ready. */
const WAITING = /ExternalSecret arc-\S+ creating \(0s\) \S/g;

describe("An up that is cut off", function () {
  let stack: Deployment;
  let controlPlane: ControlPlane;
  let clean: string[];
  before(async () => {
    stack = await deployedFaults();
    ({ controlPlane } = await faultsCluster());
    clean = await objectsOf(controlPlane);
  });
  after(async () => {
    await restoreStackFile(stack);
    await successful(stack.up());
  });

  /** The objects of the cluster when each of these sets has what the first one has. */
  function objectsWith(...sets: string[]): string[] {
    const copies = sets.flatMap((set) =>
      clean.filter((name) => name.includes(FIRST_SET)).map((name) => name.replaceAll(FIRST_SET, set)),
    );
    return [...clean, ...copies].sort();
  }

  describe("by the end of the API server", function () {
    it("fails with one error for each object that was on its way", async () => {
      await successful(destroyFaults());
      let crash: Promise<void> | undefined;
      const run = await stack.up({ onOutput: once(/ created \(/g, 12, () => (crash = controlPlane.crashApiServer())) });
      await crash;
      await controlPlane.restartApiServer();
      const told = reasons(run);
      assert.ok(told.length > 0 && run.seconds < 60, run.output);
      for (const error of told)
        assert.match(error, /ECONNREFUSED|ECONNRESET|socket hang up|connection (refused|reset)|EOF/);
      assert.deepEqual(stateOf(stack).pending, []);
    });

    it("is finished by the next one, with every object there once", async () => {
      await resumed();
      await assertConverged(stack);
      assert.deepEqual(await objectsOf(controlPlane), clean);
    });
  });

  describe("by Ctrl-C", function () {
    it("lets the operations that have begun come to their end", async () => {
      await restoreStackFile(stack, [FIRST_SET, AFTER_SIGINT]);
      const interrupt = new AbortController();
      const run = await stack.up({
        signal: interrupt.signal,
        onOutput: once(/ created \(/g, 4, () => interrupt.abort()),
      });
      const told = reasons(run);
      assert.ok(told.length > 0, run.output);
      for (const error of told) assert.match(error, /cancell?ed|aborted/);
      assert.match(
        run.output,
        /^\^C received; cancelling\. If you would like to terminate immediately, press \^C again\.$/m,
      );
      assert.deepEqual(stateOf(stack).pending, []);
    });

    it("is finished by the next one", async () => {
      await resumed();
      await assertConverged(stack);
      assert.deepEqual(await objectsOf(controlPlane), objectsWith(AFTER_SIGINT));
    });
  });

  describe("by the end of the CLI itself", function () {
    let killed: number;

    it("leaves what was on its way as pending, and the stack locked", async () => {
      await restoreStackFile(stack, [FIRST_SET, AFTER_SIGINT, AFTER_SIGKILL]);
      // Without the operator no ExternalSecret gets ready before the kill.
      const operator = operatorOf(controlPlane);
      process.kill(operator, "SIGSTOP");
      const run = await stack.up({ onOutput: once(WAITING, 1, () => (killed = killCli())) });
      process.kill(operator, "SIGCONT");
      assert.equal(run.ok, false);
      const { pending } = stateOf(stack);
      assert.ok(pending.some((operation) => operation.endsWith("-external-secret")));
    });

    it("lets nobody else in until `pulumi cancel`, and says who holds the lock", async () => {
      const { output } = await stack.up();
      const [lock, holder, ...more] = output.trim().split("\n");
      assert.equal(
        lock,
        "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.",
      );
      assert.ok(
        holder!.includes(`: created by ${os.userInfo().username}@${os.hostname()} (pid ${killed}) at `),
        holder,
      );
      assert.deepEqual(more, []);
      await stack.stack.cancel();
    });

    it("is finished by one that takes over what is there", async () => {
      const interrupted = await stack.up();
      assert.match(
        interrupted.output,
        /warning: Attempting to deploy or update resources with \d pending operations? from previous deployment\./,
      );
      assert.match(interrupted.output, /-external-secret, interrupted while creating$/m);
      for (const told of reasons(interrupted)) assert.match(told, /" already exists$/m);
      await takingOver(() => successful(stack.up()));
      await stack.withProgram(
        (automation) => automation.refresh({ clearPendingCreates: true }),
        () => {},
      );
      await successful(stack.up());
      assert.deepEqual(stateOf(stack).pending, []);
      await assertConverged(stack);
      assert.deepEqual(await objectsOf(controlPlane), objectsWith(AFTER_SIGINT, AFTER_SIGKILL));
    });
  });

  describe("by another one that has begun", function () {
    it("is refused, and the first one is not disturbed", async () => {
      await restoreStackFile(stack, [FIRST_SET, AFTER_ANOTHER]);
      const operator = operatorOf(controlPlane);
      process.kill(operator, "SIGSTOP");
      let second: Promise<Run> | undefined;
      const first = await stack.up({
        onOutput: once(WAITING, 1, () => {
          second = stack.up().finally(() => process.kill(operator, "SIGCONT"));
        }),
      });
      assert.deepEqual(first.errors, [], first.output);
      assert.match((await second!).output, /^error: the stack is currently locked by 1 lock\(s\)\./);
      await assertConverged(stack);
      assert.deepEqual(await objectsOf(controlPlane), objectsWith(AFTER_ANOTHER));
    });
  });

  /** The next `up`. Objects whose creation was answered by nobody are there, and only taking them over goes on. */
  async function resumed(): Promise<void> {
    const run = await stack.up();
    if (run.ok) return;
    for (const told of reasons(run)) assert.match(told, /already exists/);
    await takingOver(() => successful(stack.up()));
    await successful(stack.up());
  }
});

/** The process that makes ExternalSecrets ready; without it an `up` waits for them. */
function operatorOf({ kubeconfig }: ControlPlane): number {
  return childProcess((args) => /\/external-secrets /.test(args) && args.includes(kubeconfig));
}

/** What lets creates take over what is there: also the fields that the interrupted create has left under another manager. */
const TAKE_OVER = ["PULUMI_K8S_UPSERT_EXISTING_OBJECTS", "PULUMI_K8S_ENABLE_PATCH_FORCE"];

/** Runs the program with that in its environment. */
async function takingOver<T>(action: () => Promise<T>): Promise<T> {
  for (const variable of TAKE_OVER) process.env[variable] = "true";
  try {
    return await action();
  } finally {
    for (const variable of TAKE_OVER) delete process.env[variable];
  }
}

/** What is to be done, once, when the output has shown this so many times. */
function once(shown: RegExp, times: number, action: () => void): (text: string) => void {
  let output = "";
  let done = false;
  return (text) => {
    output += text;
    if (done || (output.match(shown)?.length ?? 0) < times) return;
    done = true;
    action();
  };
}

/** Ends the CLI that this process runs, as the system does when memory is short. Answers its id. */
function killCli(): number {
  const cli = childProcess((args) => /\/pulumi up /.test(args));
  process.kill(cli, "SIGKILL");
  return cli;
}

/** The id of a process that this one has started. */
function childProcess(matches: (args: string) => boolean): number {
  const processes = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  const found = processes
    .split("\n")
    .map((line) => /^ *(\d+) +(\d+) (.*)$/.exec(line) ?? [])
    .find(([, , parent, args]) => Number(parent) === process.pid && matches(args!));
  assert.ok(found, "the process runs");
  return Number(found[1]);
}
