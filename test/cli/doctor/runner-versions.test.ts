import assert from "node:assert/strict";
import type { Context } from "../../../cli/doctor/observation";
import type { RunnerSet } from "../../../cli/doctor/objects";
import { runnerVersions } from "../../../cli/doctor/runner-versions";
import type { RunnerImage } from "../../../stacks/config/runner-image";
import { settled, soundValues } from "../../support/checked-stack";

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const RELEASES = [
  { version: "2.337.0", published: "2026-08-26" },
  { version: "2.338.0", published: "2026-10-06" },
];
const IMAGE: RunnerImage = {
  image: "ghcr.io/acme/runner",
  runner: { version: "2.339.0", published: "2026-11-17", digest: digest("f") },
  builds: [{ digest: digest("a"), runner: "2.338.0", built: "2026-11-01", source: "0".repeat(64) }],
};

function seen(image: string, runnerImage?: RunnerImage) {
  const set = {
    metadata: { name: "acme-runners", namespace: "acme-runners" },
    spec: {
      githubConfigUrl: "https://github.com/acme",
      template: { spec: { containers: [{ name: "runner", image }] } },
    },
  } as RunnerSet;
  const context: Context = {
    now: new Date("2026-11-20T00:00:00Z"),
    config: settled(soundValues()),
    planned: [
      {
        apiVersion: "actions.github.com/v1alpha1",
        kind: "AutoscalingRunnerSet",
        namespace: "acme-runners",
        name: "acme-runners",
      },
    ] as Context["planned"],
    controllerNamespace: "arc-systems",
    ...(runnerImage ? { runnerImage } : {}),
  };
  return runnerVersions({ value: [set] }, context, RELEASES);
}

describe("What doctor knows of the runner in an image", () => {
  const image = `ghcr.io/acme/runner@${digest("a")}`;

  it("comes from the builds of the repository, and so does a release that the table does not have", () => {
    const found = seen(image, IMAGE);
    assert.ok("value" in found && !("inPart" in found));
    assert.deepEqual(
      [...found.value],
      [
        [
          "acme-runners/acme-runners",
          {
            image,
            support: {
              version: "2.338.0",
              isForgotten: false,
              successor: { version: "2.339.0", published: "2026-11-17" },
            },
          },
        ],
      ],
    );
  });

  it("is nothing where the digest is of no build", () => {
    const gap = (of: string) =>
      `whether GitHub still takes the runner is not known of ${of} (the tag names no version of it)`;
    for (const [of, own] of [
      [image, undefined],
      [`ghcr.io/acme/runner@${digest("b")}`, IMAGE],
    ] as const) {
      const found = seen(of, own);
      assert.ok("value" in found && "inPart" in found);
      assert.deepEqual([[...found.value], found.inPart], [[], gap(of)]);
    }
  });
});
