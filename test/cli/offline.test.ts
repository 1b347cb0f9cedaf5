import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { evaluateProgram } from "../../cli/offline/evaluate";
import { withLeanRuntime } from "../../cli/offline/lean-runtime";
import { OfflineMonitor } from "../../cli/offline/monitor";
import { quietly } from "../../cli/offline/quietly";
import { readStackFile } from "../../cli/stack-file";
import program from "../../index";
import { ROOT } from "../support/arc";

const ANSWERS = {
  "github:index/getOrganizationAppInstallations:getOrganizationAppInstallations": {
    installations: [
      {
        id: 1,
        appId: "123456",
        clientId: "",
        appSlug: "",
        suspended: false,
        permissions: { organization_self_hosted_runners: "write" },
      },
    ],
  },
};

/** The plan in an order of its own: registrations arrive as their promises resolve. */
function comparable({ resources }: { resources: OfflineMonitor["resources"] }) {
  return resources
    .map(({ dependencies, ...resource }) => ({ ...resource, dependencies: [...dependencies].sort() }))
    .sort((a, b) => (a.urn < b.urn ? -1 : 1));
}

describe("The offline evaluation", function () {
  this.timeout(30_000);

  it("plans the same with the lean runtime as with the SDK's own", async () => {
    const lean = await evaluateProgram(ROOT, "prod", readStackFile(ROOT, "prod"));
    // The configuration of that run is still set.
    const plain = new OfflineMonitor("arc", "prod", ANSWERS);
    await quietly(async () => {
      await plain.install();
      await program();
      await pulumi.runtime.disconnect();
    });
    assert.equal(lean.resources.length, 73);
    assert.deepEqual(comparable(lean), comparable(plain));
  });

  it("evaluates one stack after the other without a trace of the first in the second", async () => {
    const first = await evaluateProgram(ROOT, "staging", readStackFile(ROOT, "staging"));
    await evaluateProgram(ROOT, "prod", readStackFile(ROOT, "prod"));
    const again = await evaluateProgram(ROOT, "staging", readStackFile(ROOT, "staging"));
    assert.deepEqual(comparable(again), comparable(first));
    assert.deepEqual(again.outputs, first.outputs);
  });

  it("puts everything back that the lean runtime replaces, also when the work fails", async () => {
    const debuggable = require("@pulumi/pulumi/runtime/debuggable") as { debuggablePromise: unknown };
    const rpc = require("@pulumi/pulumi/runtime/rpc") as { transferProperties: unknown };
    const before = [debuggable.debuggablePromise, rpc.transferProperties, pulumi.mergeOptions, Error.prepareStackTrace];
    const during: unknown[] = [];
    const work = async () => {
      during.push(debuggable.debuggablePromise, rpc.transferProperties, pulumi.mergeOptions, Error.prepareStackTrace);
      throw new Error("on purpose");
    };
    await assert.rejects(withLeanRuntime(work), /on purpose/);
    const after = [debuggable.debuggablePromise, rpc.transferProperties, pulumi.mergeOptions, Error.prepareStackTrace];
    assert.deepEqual(after, before);
    assert.equal(during.filter((replacement, index) => replacement !== before[index]).length, 4);
  });
});
