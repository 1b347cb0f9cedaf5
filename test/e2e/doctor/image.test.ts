import * as assert from "node:assert/strict";
import { assertFindings, diagnosed, stopWorldCluster } from "./support/cases";
import { aRunner, statusOf } from "./support/runners";
import { ACME, GLOBEX } from "./support/stack";
import type { World } from "./support/world";

after(stopWorldCluster);

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const IMAGE = `ghcr.io/actions/actions-runner:2.337.1@${digest("1")}`;

/** The stack's runner, with what has come after it. */
function releases(world: World, successor: number, endsIn?: number): void {
  world.runnerReleases = [
    {
      version: "2.337.1",
      published: world.day(90),
      ...(endsIn === undefined ? {} : { endsAt: world.ago(-endsIn * 86_400) }),
    },
    { version: "2.338.0", published: world.day(successor) },
  ];
}

const OUTDATED = { id: "image/outdated", harm: "may break" } as const;

describe("Doctor, about the age of runners", () => {
  it("tells that GitHub has stopped a version, and when", async () => {
    let end = "";
    const diagnosis = await diagnosed((world) => {
      releases(world, 60, -3);
      end = world.day(3);
    });
    const finding = (set: string) => ({
      id: "image/deprecated",
      harm: "takes no jobs" as const,
      set,
      what: `GitHub takes no runner 2.337.1 any more, and ${set} has it`,
      evidence: [`image ${IMAGE}`, `GitHub stopped 2.337.1 on ${end}`],
      fix: [`# build or choose an image with a newer runner for ${set} (arc:runner.image), then:`, "pulumi up"],
    });
    assertFindings(diagnosis, [finding(ACME), finding(GLOBEX)]);
  });

  it("knows that a version before all that are known is too old", async () => {
    const diagnosis = await diagnosed((world) => {
      world.runnerReleases = [{ version: "2.338.0", published: world.day(5) }];
    });
    const evidence = ["2.337.1 is older than 2.338.0"];
    assertFindings(diagnosis, [
      { id: "image/deprecated", set: ACME, evidence },
      { id: "image/deprecated", set: GLOBEX, evidence },
    ]);
  });

  it("warns when the end that GitHub has named comes near, and not before", async () => {
    let end = "";
    const near = await diagnosed((world) => {
      releases(world, 60, 20);
      end = world.day(-20);
    });
    const what = (set: string) => `The runner 2.337.1 of ${set} is behind: GitHub stops it on ${end}, in 20 days`;
    assertFindings(near, [
      { ...OUTDATED, set: ACME, what: what(ACME) },
      { ...OUTDATED, set: GLOBEX, what: what(GLOBEX) },
    ]);
    assertFindings(await diagnosed((world) => releases(world, 60, 22)), []);
  });

  it("warns twenty days after a successor, while GitHub has named no end, and not before", async () => {
    let published = "";
    const diagnosis = await diagnosed((world) => {
      releases(world, 20);
      published = world.day(20);
    });
    const finding = (set: string) => ({
      ...OUTDATED,
      set,
      what: `The runner 2.337.1 of ${set} is behind: its successor is there for 20 days, and GitHub may stop it in 10 days`,
      evidence: [`image ${IMAGE}`, `2.338.0 was published on ${published}`],
    });
    assertFindings(diagnosis, [finding(ACME), finding(GLOBEX)]);
    assertFindings(await diagnosed((world) => releases(world, 19)), []);
  });

  it("says that it can be any day, after thirty", async () => {
    const diagnosis = await diagnosed((world) => releases(world, 31));
    const what = (set: string) =>
      `The runner 2.337.1 of ${set} is behind: its successor is there for 31 days, and GitHub may stop it any day`;
    assertFindings(diagnosis, [
      { ...OUTDATED, set: ACME, what: what(ACME) },
      { ...OUTDATED, set: GLOBEX, what: what(GLOBEX) },
    ]);
  });

  it("leaves it to the set to say that GitHub has turned its runners away", async () => {
    const diagnosis = await diagnosed((world) => {
      releases(world, 60, -3);
      for (const set of [ACME, GLOBEX]) world.get("AutoscalingRunnerSet", set).status!.phase = "Outdated";
    });
    assert.deepEqual(
      diagnosis.findings.filter(({ id }) => id.startsWith("image/")),
      [],
    );
  });

  it("keeps quiet of the newest release, however old, and says when it is not sure of that", async () => {
    const newest = await diagnosed((world) => {
      world.runnerReleases = [{ version: "2.337.1", published: world.day(29) }];
    });
    assertFindings(newest, []);
    assert.equal(unknownOf(newest), undefined);
    let published = "";
    const old = await diagnosed((world) => {
      published = world.day(31);
      world.runnerReleases = [{ version: "2.337.1", published }];
    });
    assertFindings(old, []);
    assert.equal(
      unknownOf(old),
      `whether GitHub still takes the runner is not known of ${IMAGE} (2.337.1 of ${published} is the newest that is known here)`,
    );
  });

  it("says what it cannot know: a release that is not in its list, a tag that is no version of the runner", async () => {
    const unlisted = await diagnosed((world) => {
      world.runnerReleases = [
        { version: "2.337.0", published: world.day(90) },
        { version: "2.338.0", published: world.day(60) },
      ];
    });
    assertFindings(unlisted, []);
    assert.equal(
      unknownOf(unlisted),
      `whether GitHub still takes the runner is not known of ${IMAGE} (2.337.1 is not among the releases that are known here)`,
    );
    const other = await diagnosed((world) => {
      releases(world, 60, -3);
      for (const set of [ACME, GLOBEX]) setImage(world, set, "runner", "ghcr.io/acme/ci:7");
    });
    assertFindings(other, []);
    assert.equal(
      unknownOf(other),
      "whether GitHub still takes the runner is not known of ghcr.io/acme/ci:7 (the tag names no version of it)",
    );
  });

  it("keeps quiet of a GitHub Enterprise Server, which turns no version away", async () => {
    const diagnosis = await diagnosed((world) => {
      releases(world, 60, -3);
      for (const set of [ACME, GLOBEX]) {
        world.get("AutoscalingRunnerSet", set).spec!.githubConfigUrl = "https://github.example.com/acme";
      }
    });
    assert.deepEqual(
      diagnosis.findings.filter(({ id }) => id.startsWith("image/")),
      [],
    );
    assert.equal(unknownOf(diagnosis), undefined);
  });
});

function unknownOf({ unknown }: Awaited<ReturnType<typeof diagnosed>>): string | undefined {
  return unknown.find(({ source }) => source === "runnerVersions")?.why;
}

function setImage(world: World, set: string, container: string, image: string): void {
  const { spec } = world.get("AutoscalingRunnerSet", set).spec!.template as {
    spec: Record<"containers" | "initContainers", { name: string; image: string }[]>;
  };
  [...spec.initContainers, ...spec.containers].find(({ name }) => name === container)!.image = image;
}

describe("Doctor, about images without a version", () => {
  it("names each of a set once, the daemon's too", async () => {
    const diagnosis = await diagnosed((world) => {
      setImage(world, ACME, "runner", "ghcr.io/acme/ci:latest");
      setImage(world, ACME, "init-dind-externals", "ghcr.io/acme/ci:latest");
      setImage(world, ACME, "dind", "docker:dind");
      setImage(world, GLOBEX, "dind", "docker:29-dind");
    });
    assertFindings(diagnosis, [
      {
        id: "image/unpinned",
        set: ACME,
        harm: "may break",
        what: "acme-ci/acme-runners uses images that name no version: ghcr.io/acme/ci:latest, docker:dind",
        evidence: ["image ghcr.io/acme/ci:latest", "image docker:dind"],
        fix: ["# name a version or a digest (arc:runner.image, arc:runner.docker.image), then:", "pulumi up"],
      },
    ]);
  });
});

describe("Doctor, about images that have changed under their name", () => {
  /** Two runners with an image by its tag, each with its copy of it. */
  function copies(world: World, image: string, ...digits: string[]): void {
    for (const [index, digit] of digits.entries()) {
      const made = aRunner(world, ACME, `aaaa${index}`);
      const { containers } = made.pod.spec as { containers: { name: string; image: string }[] };
      containers.find(({ name }) => name === "runner")!.image = image;
      const imageID = digit.length > 1 ? digit : `ghcr.io/actions/actions-runner@${digest(digit)}`;
      Object.assign(statusOf(made, "runner"), { image, imageID });
    }
  }

  it("tells which runners have which", async () => {
    const diagnosis = await diagnosed((world) => {
      copies(world, "ghcr.io/actions/actions-runner:2.337.1", "a", "b", "b");
    });
    assertFindings(diagnosis, [
      {
        id: "image/moved",
        set: ACME,
        harm: "may break",
        what: "Runners of acme-ci/acme-runners have different images under the name ghcr.io/actions/actions-runner:2.337.1",
        evidence: [
          `${digest("a")}: acme-runners-x7k2p-runner-aaaa0`,
          `${digest("b")}: acme-runners-x7k2p-runner-aaaa1, acme-runners-x7k2p-runner-aaaa2`,
        ],
        fix: ["# pin the image by its digest (arc:runner.image, arc:runner.docker.image), then:", "pulumi up"],
      },
    ]);
  });

  it("tells that instead of only that the tag may move", async () => {
    const diagnosis = await diagnosed((world) => {
      setImage(world, ACME, "runner", "ghcr.io/acme/ci:latest");
      copies(world, "ghcr.io/acme/ci:latest", "a", "b");
    });
    assertFindings(diagnosis, [{ id: "image/moved", set: ACME }]);
  });

  it("keeps quiet of nodes with different processors, each of which has its own part of an image", async () => {
    const diagnosis = await diagnosed((world) => {
      copies(world, "ghcr.io/actions/actions-runner:2.337.1", "a", "b");
      for (const [index, architecture] of ["amd64", "arm64"].entries()) {
        const name = `node-${architecture}`;
        world.add({ apiVersion: "v1", kind: "Node", metadata: { name }, status: { nodeInfo: { architecture } } });
        world.get("Pod", `acme-ci/acme-runners-x7k2p-runner-aaaa${index}`).spec!.nodeName = name;
      }
    });
    assertFindings(diagnosis, []);
  });

  it("tells the same of two nodes alike", async () => {
    const diagnosis = await diagnosed((world) => {
      copies(world, "ghcr.io/actions/actions-runner:2.337.1", "a", "b");
      for (const index of [0, 1]) {
        const name = `node-arm-${index}`;
        const status = { nodeInfo: { architecture: "arm64" } };
        world.add({ apiVersion: "v1", kind: "Node", metadata: { name }, status });
        world.get("Pod", `acme-ci/acme-runners-x7k2p-runner-aaaa${index}`).spec!.nodeName = name;
      }
    });
    assertFindings(diagnosis, [{ id: "image/moved", set: ACME }]);
  });

  it("keeps quiet while a roll replaces one image by another, and of what a build on the node is called", async () => {
    const diagnosis = await diagnosed((world) => {
      copies(world, "ghcr.io/actions/actions-runner:2.336.0", "a");
      const made = aRunner(world, ACME, "bbbbb");
      Object.assign(statusOf(made, "runner"), { imageID: digest("c") });
    });
    assertFindings(diagnosis, []);
  });

  it("keeps quiet of the images that workflows choose", async () => {
    const diagnosis = await diagnosed((world) => {
      copies(world, "ghcr.io/acme/build:latest", "a");
      const { metadata, ...pod } = structuredClone(world.get("Pod", "acme-ci/acme-runners-x7k2p-runner-aaaa0"));
      const job = { ...metadata, name: `${metadata.name}-workflow`, labels: { "runner-pod": metadata.name } };
      const statuses = pod.status!.containerStatuses as { imageID: string }[];
      statuses[0]!.imageID = `ghcr.io/acme/build@${digest("b")}`;
      world.add({ ...pod, metadata: job });
    });
    assertFindings(diagnosis, []);
  });
});
