import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { evaluateProgram } from "../../cli/offline/evaluate";
import { withLeanRuntime } from "../../cli/offline/lean-runtime";
import { OfflineMonitor } from "../../cli/offline/monitor";
import { quietly } from "../../cli/offline/quietly";
import { readStackFile } from "../../cli/stack-file";
import { CREDENTIALS_DIGEST } from "../../components/credentials/plain-secret";
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

  it("takes the digest of credentials that nobody knows here from the state, and sets follow from it", async () => {
    const raw = readStackFile(ROOT, "prod");
    const { vault: _vault, ...values } = raw.values;
    const plan = async (digest?: string) => {
      const metadata = { annotations: digest === undefined ? {} : { [CREDENTIALS_DIGEST]: digest } };
      const none = { ...raw, values: { ...values, secretStore: { kind: "none" } } };
      const { resources } = await evaluateProgram(ROOT, "prod", none, () => ({ metadata }));
      const annotations = (kind: string) =>
        resources
          .filter(({ type }) => type.endsWith(`:${kind}`))
          .map(({ inputs }) => (inputs.metadata as { annotations?: Record<string, string> }).annotations ?? {});
      return {
        digests: annotations("Secret").flatMap((each) => each[CREDENTIALS_DIGEST] ?? []),
        hashes: annotations("AutoscalingRunnerSet").map((each) => each["actions.github.com/values-hash"]),
      };
    };
    const [one, again, two, fresh] = [await plan("one"), await plan("one"), await plan("two"), await plan()];
    assert.deepEqual(one.digests, ["one", "one", "one"]);
    assert.deepEqual(again.hashes, one.hashes);
    for (const [index, hash] of one.hashes.entries()) assert.notEqual(two.hashes[index], hash);
    assert.deepEqual(fresh.digests, ["[secret]", "[secret]", "[secret]"]);
  });

  it("plans the same whoever looks up the installations, and asks nobody", async () => {
    const byOwner = readStackFile(ROOT, "prod");
    const byApp = readStackFile(ROOT, "prod");
    // Nobody listens there: to ask would be to fail.
    Object.assign(byApp.values.githubApp as object, { installationLookup: "app", apiUrl: "http://127.0.0.1:1/" });
    const [first, second] = [await evaluateProgram(ROOT, "prod", byOwner), await evaluateProgram(ROOT, "prod", byApp)];
    const withoutGitHub = (planned: ReturnType<typeof comparable>) =>
      planned.filter(({ type }) => type !== "pulumi:providers:github");
    assert.deepEqual(withoutGitHub(comparable(second)), withoutGitHub(comparable(first)));
    assert.equal(first.resources.length - second.resources.length, 3);
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
