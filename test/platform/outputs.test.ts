import * as assert from "node:assert/strict";
import type { Recorded } from "../support/recorder";
import { recordProd, recordStack, type StackOutputs } from "../support/stack-program";

describe("The outputs of a stack", () => {
  it("tell for prod the release, the names for runs-on and the ceiling of the one quota", async () => {
    const prod = await recordProd();
    const outputs = {
      controllerVersion: "0.14.2",
      runnerSets: [
        {
          org: "yldm-tech",
          name: "yldm-backend-runners",
          namespace: "github-runner",
          runsOn: "yldm-backend-runners",
          githubUrl: "https://github.com/yldm-tech",
          minRunners: 2,
          maxRunners: 12,
          quotaCeiling: 16,
        },
        {
          org: "kamify-ai",
          name: "kamify-backend-runners",
          namespace: "kamify-runner",
          runsOn: "kamify-backend-runners",
          githubUrl: "https://github.com/kamify-ai",
          minRunners: 0,
          maxRunners: 12,
        },
        {
          org: "everyapi-ai",
          name: "everyapi-backend-runners",
          namespace: "everyapi-runner",
          runsOn: "everyapi-backend-runners",
          githubUrl: "https://github.com/everyapi-ai",
          minRunners: 0,
          maxRunners: 12,
        },
      ],
    };
    assert.deepEqual(prod.result, outputs);
    assert.deepEqual(prod.outputsOf("RunnerPlatform"), outputs);
  });

  it("tell a set's own address where the organisation is not on github.com", async () => {
    const { result } = await recordStack("local");
    assert.deepEqual(result.runnerSets, [
      {
        org: "local-org",
        name: "local-runners",
        namespace: "local-runners",
        runsOn: "local-runners",
        githubUrl: "http://127.0.0.1:8088/local-org",
        minRunners: 0,
        maxRunners: 2,
        quotaCeiling: 4,
      },
    ]);
  });

  it("count what the other sets of a namespace may take before a set's own ceiling", async () => {
    const { result } = await recordProd({
      change: (values) => {
        const [org] = values.orgs as unknown as { runnerSets: Record<string, unknown>[] }[];
        org!.runnerSets = [
          { ...org!.runnerSets[0], maxRunners: 10 },
          { name: "yldm-extra", namespace: "github-runner", vaultPath: "github-runner/github-app", maxRunners: 4 },
        ];
      },
    });
    assert.deepEqual(
      result.runnerSets.map(({ name, quotaCeiling }) => [name, quotaCeiling]),
      [
        ["yldm-backend-runners", 12],
        ["yldm-extra", 6],
        ["kamify-backend-runners", undefined],
        ["everyapi-backend-runners", undefined],
      ],
    );
  });
});

describe("The values-hash of prod", () => {
  /** The hash of each set, by the set's name. */
  const hashes = (recorded: Recorded<StackOutputs>) =>
    Object.fromEntries(
      recorded.all("AutoscalingRunnerSet").map(({ name, inputs }) => {
        const { annotations } = inputs.metadata as { annotations: Record<string, string> };
        assert.deepEqual(Object.keys(annotations), ["actions.github.com/values-hash"]);
        return [name, annotations["actions.github.com/values-hash"]!] as const;
      }),
    );
  let original: Record<string, string>;
  before(async () => {
    original = hashes(await recordProd());
  });
  const changed = (after: Record<string, string>) =>
    Object.keys(original).filter((name) => original[name] !== after[name]);
  const ALL = [
    "arc-everyapi-ai/everyapi-backend-runners",
    "arc-kamify-ai/kamify-backend-runners",
    "arc-yldm-tech/yldm-backend-runners",
  ];

  it("is 63 hex digits on each of the three sets", () => {
    assert.deepEqual(Object.keys(original), ALL);
    for (const hash of Object.values(original)) assert.match(hash, /^[0-9a-f]{63}$/);
  });

  it("changes with the version of the credentials in Vault, so that listeners read them again", async () => {
    assert.deepEqual(changed(hashes(await recordProd({ kvVersion: "2" }))), ALL);
  });

  it("changes with the release of the controller", async () => {
    const upgraded = await recordProd({
      change: ({ controller }) => {
        controller!.version = "0.14.1";
      },
    });
    assert.deepEqual(changed(hashes(upgraded)), ALL);
  });

  it("does not change with maxRunners, which the controller follows by itself", async () => {
    const grown = await recordProd({
      change: ({ runner }) => {
        runner!.maxRunners = 13;
      },
    });
    assert.deepEqual(changed(hashes(grown)), []);
    assert.deepEqual(
      grown.all("AutoscalingRunnerSet").map(({ inputs }) => (inputs.spec as { maxRunners: number }).maxRunners),
      [13, 13, 13],
    );
  });

  it("follows no version that is not written from here", async () => {
    const unmanaged = (kvVersion: string) =>
      recordProd({
        kvVersion,
        change: ({ vault }) => {
          vault!.manage = false;
        },
      });
    assert.deepEqual(hashes(await unmanaged("1")), hashes(await unmanaged("2")));
  });
});
