import assert from "node:assert/strict";
import { bump, described, sourceOf, writeNewest } from "../../runner-image/bump";
import { planOf } from "../../runner-image/plan";
import { pullRequestText } from "../../runner-image/pull-request";
import type { RunnerImage } from "../../stacks/config/runner-image";
import { digest, Project } from "./support/project";

const STACK = "config:\n  arc:runner: { image: ghcr.io/acme/runner:latest } # ours\n";
const OTHER = "config:\n  arc:runner: { image: ghcr.io/actions/actions-runner:2.338.0 }\n";

describe("A build that is taken", () => {
  let project: Project;
  beforeEach(() => {
    project = new Project({ "Pulumi.prod.yaml": STACK, "Pulumi.other.yaml": OTHER });
    project.image = { ...project.image, image: "ghcr.io/acme/runner" };
  });
  afterEach(() => project.remove());

  it("is noted in version.json, and goes to the stacks that use the image and to no other", () => {
    const { runner } = project.image;
    const after = `ghcr.io/acme/runner:${runner.version}@${digest("a")}`;
    assert.deepEqual(bump(project.root, digest("a"), "2026-11-22"), [
      { file: "Pulumi.prod.yaml", line: 2, before: "ghcr.io/acme/runner:latest", after },
    ]);
    assert.equal(project.read("Pulumi.prod.yaml"), STACK.replace("ghcr.io/acme/runner:latest", after));
    assert.equal(project.read("Pulumi.other.yaml"), OTHER);
    assert.deepEqual(project.image, {
      image: "ghcr.io/acme/runner",
      runner,
      builds: [{ digest: digest("a"), runner: runner.version, built: "2026-11-22", source: sourceOf(project.root) }],
    });
    assert.match(project.read("runner-image/version.json"), /^\{\n {2}"image": "ghcr\.io\/acme\/runner",\n[^]*\}\n$/);
  });

  it("is the first of those that are remembered, of which there are thirty at most, each once", () => {
    const old = (index: number) => ({
      digest: `sha256:${index.toString(16).padStart(64, "0")}`,
      runner: "2.337.0",
      built: "2026-01-01",
      source: "0".repeat(64),
    });
    project.image = { ...project.image, builds: Array.from({ length: 30 }, (_, index) => old(index)) };
    bump(project.root, old(3).digest, "2026-11-22");
    assert.deepEqual(
      project.image.builds.map((build) => build.digest),
      [3, 0, 1, 2, ...Array.from({ length: 26 }, (_, index) => index + 4)].map((index) => old(index).digest),
    );
    bump(project.root, digest("a"), "2026-11-29");
    assert.equal(project.image.builds.length, 30);
    assert.deepEqual(
      project.image.builds.slice(0, 2).map((build) => build.digest),
      [digest("a"), old(3).digest],
    );
    assert.deepEqual(project.image.builds.at(-1), old(28));
  });

  it("leaves everything as it is when something is wrong", () => {
    const files = ["runner-image/version.json", "Pulumi.prod.yaml"];
    const before = files.map((file) => project.read(file));
    assert.throws(() => bump(project.root, "latest", "2026-11-22"), /builds\[0\]\.digest is not a digest/);
    assert.throws(() => bump(project.root, digest("a"), "today"), /builds\[0\]\.built is not a day/);
    project.write("Pulumi.other.yaml", "config: [");
    assert.throws(() => bump(project.root, digest("a"), "2026-11-22"), /Pulumi\.other\.yaml is not YAML/);
    assert.deepEqual(
      files.map((file) => project.read(file)),
      before,
    );
  });

  it("is told in a pull request, with what changes and how to see that the signature is good", () => {
    const { runner } = project.image;
    const changes = bump(project.root, digest("a"), "2026-11-22");
    const text = pullRequestText(project.image, changes);
    const name = `ghcr.io/acme/runner:${runner.version}@${digest("a")}`;
    assert.equal(
      text,
      [
        `A build of the runner image with runner ${runner.version} and the packages of 2026-11-22. Its scan found nothing that stops it, and it is signed.`,
        `\`${name}\``,
        "Stacks that get it:",
        "| where | before |\n| --- | --- |\n| `Pulumi.prod.yaml:2` | `ghcr.io/acme/runner:latest` |",
        "Idle runners of these stacks are made anew when it is deployed; running jobs end on the image that they have.",
        `The signature: \`cosign verify ghcr.io/acme/runner@${digest("a")} --certificate-oidc-issuer https://token.actions.githubusercontent.com --certificate-identity-regexp '/\\.github/workflows/build-runner-image\\.yml@'\``,
        "",
      ].join("\n\n"),
    );
    bump(project.root, digest("b"), "2026-11-29");
    assert.match(pullRequestText(project.image, []), new RegExp(`after runner ${runner.version} of 2026-11-22`));
    assert.match(
      pullRequestText(project.image, []),
      /No stack file names `ghcr\.io\/acme\/runner`, so no stack changes\./,
    );
    assert.throws(() => pullRequestText({ ...project.image, builds: [] }, []), /no build to tell of/);
  });

  it("can be of newer releases, which then stand in both files", () => {
    const runner = { version: "2.999.0", published: "2030-01-01", digest: digest("c") };
    const gh = { version: "3.0.0", sha256: { amd64: "d".repeat(64), arm64: "e".repeat(64) } };
    writeNewest(project.root, described(project.root), { runner, gh });
    const { pins, image } = described(project.root);
    assert.deepEqual(image, { image: "ghcr.io/acme/runner", runner, builds: [] });
    assert.deepEqual(pins, { runner: { version: "2.999.0", digest: digest("c") }, gh });
  });
});

describe("Whether there is something to build", () => {
  const build = { digest: digest("a"), runner: "2.338.0", built: "2026-11-22", source: "1".repeat(64) };
  const image: RunnerImage = {
    image: "ghcr.io/acme-inc/runner",
    runner: { version: "2.338.0", published: "2026-10-06", digest: digest("f") },
    builds: [build, { ...build, digest: digest("b"), source: "2".repeat(64) }],
  };
  const by = (event: string, source: string, owner = "Acme-Inc") => planOf(image, source, { event, owner });

  it("is always so each week and by hand, for the packages of the day", () => {
    assert.deepEqual(by("schedule", build.source), { build: true });
    assert.deepEqual(by("workflow_dispatch", build.source), { build: true });
  });

  it("is so for a change, unless the last build was made of it", () => {
    assert.deepEqual(by("push", "2".repeat(64)), { build: true });
    assert.deepEqual(by("push", build.source), {
      build: false,
      because: `what is here was built on 2026-11-22 already: ${digest("a")}`,
    });
    assert.deepEqual(planOf({ ...image, builds: [] }, build.source, { event: "push", owner: "acme-inc" }), {
      build: true,
    });
  });

  it("is never so for an image of somebody else, as in a copy of the repository", () => {
    for (const owner of ["somebody", "acme", "acme-inc-2"]) {
      assert.deepEqual(by("schedule", build.source, owner), {
        build: false,
        because: `ghcr.io/acme-inc/runner is not of ghcr.io/${owner}/: name an image of your own in runner-image/version.json`,
      });
    }
  });
});
