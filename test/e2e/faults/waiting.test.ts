import * as assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "../../../lab/cluster";
import type { Deployment } from "../../../lab/engine";
import { runControllers, SET_FINALIZER } from "../../../lab/models/controller";
import type { Loop } from "../../../lab/models/every";
import { block } from "../../../lab/stack-file";
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
import { lab } from "../support/lab";
import { notReady, waitUntilSynced } from "../support/synced";

describe("What never comes", function () {
  let stack: Deployment;
  let cluster: Cluster;
  let controllers: Loop | undefined;
  before(async () => {
    stack = await deployedFaults();
    cluster = await faultsCluster();
  });
  after(() => controllers?.stop());

  describe("a secret that was deleted from Vault by hand", function () {
    it("fails the up that waits for it, in bounded time and with ESO's own reason", async () => {
      await lab().vault.request("DELETE", `secret/metadata/${FIRST_SET}/github-app`);
      for (const end = Date.now() + 30_000; Date.now() < end; await sleep(250)) {
        if ((await notReady(cluster.controlPlane, "externalsecrets")).length) break;
      }
      stack.edit((config) => ({ ...config, "arc:vault": { ...block(config, "arc:vault"), refreshInterval: "6s" } }));
      const run = await stack.up();
      const [told, ...more] = reasons(run);
      assert.deepEqual(more, []);
      assert.ok(
        told!.includes(`"${FIRST_SET}/github-token" failed to fully initialize or become live: timed out`),
        told,
      );
      assert.ok(told!.includes("SecretSyncedError: could not get secret data from provider"), told);
      assert.ok(run.seconds < 60, String(run.seconds));
    });

    it("is written again after a refresh", async () => {
      await successful(stack.refresh());
      await successful(stack.up());
      await assertConverged(stack);
      await waitUntilSynced(cluster.controlPlane);
    });
  });

  describe("a controller that clears the set's finalizer", function () {
    it("is waited for as long as the set's deletion may take, and the error names the finalizer", async () => {
      await restoreStackFile(stack);
      await cluster.models.controllers.stop();
      const run = await destroyFaults();
      const [told, ...more] = reasons(run);
      assert.deepEqual(more, []);
      // The garbage collector's own finalizer is there as long as the set's EphemeralRunnerSet is.
      assert.ok(told!.includes(`${FIRST_SET}/${FIRST_SET}`) && told!.includes(`(${SET_FINALIZER}, foreground`), told);
      assert.ok(run.seconds < 60, String(run.seconds));
    });

    it("lets the destroy come to its end when it is back", async () => {
      controllers = runControllers(cluster.controlPlane.client);
      const { done } = await successful(destroyFaults());
      assert.ok(done.length);
      assert.deepEqual(stateOf(stack), { resources: {}, pending: [] });
      const left = (await objectsOf(cluster.controlPlane)).filter((name) =>
        /faults|arc-systems|vault-backend/.test(name),
      );
      assert.deepEqual(left, []);
    });
  });
});
