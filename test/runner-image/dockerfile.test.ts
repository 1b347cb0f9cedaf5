import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { RUNNER_RELEASES } from "../../components/runners/runner-releases";
import { described, sourceOf } from "../../runner-image/bump";
import { ARCHITECTURES, pinsOf, withPins } from "../../runner-image/pins";
import { ROOT } from "../support/arc";
import { digest, Project } from "./support/project";

const DIR = path.join(ROOT, "runner-image");
const DOCKERFILE = readFileSync(path.join(DIR, "Dockerfile"), "utf8");

/** The instructions, without comments; continued lines are one. */
const INSTRUCTIONS = DOCKERFILE.replace(/^\s*#.*\n/gm, "")
  .replace(/\\\n/g, " ")
  .split("\n")
  .map((line) => line.trim().replace(/\s+/g, " "))
  .filter(Boolean)
  .map((line) => {
    const [name = "", ...words] = line.split(" ");
    return { name, words };
  });

const named = (name: string) => INSTRUCTIONS.filter((each) => each.name === name).map(({ words }) => words);
const lastStage = INSTRUCTIONS.slice(INSTRUCTIONS.map(({ name }) => name).lastIndexOf("FROM"));

describe("The Dockerfile of the runner image", () => {
  it("is of instructions that Docker has", () => {
    const known = ["FROM", "ADD", "ARG", "COPY", "LABEL", "RUN", "USER"];
    assert.deepEqual([...new Set(INSTRUCTIONS.map(({ name }) => name))].sort(), known.sort());
  });

  it("begins each stage with a digest or with a stage before it", () => {
    const stages: string[] = [];
    for (const [from = "", as, stage] of named("FROM")) {
      const known = ARCHITECTURES.map((architecture) => from.replace("${TARGETARCH}", architecture));
      const isStage = known.every((each) => stages.includes(each));
      assert.ok(isStage || /^[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}$/.test(from), from);
      assert.ok(as === undefined || (as === "AS" && stage), from);
      if (stage) stages.push(stage);
    }
    assert.equal(named("FROM").filter(([from]) => from!.includes("@")).length, 1);
  });

  it("names the runner that version.json names, one that is known here", () => {
    const { pins, image } = described(ROOT);
    assert.equal(image.runner.digest, pins.runner.digest);
    assert.equal(image.runner.version, pins.runner.version);
    assert.ok(
      named("LABEL")
        .flat()
        .includes(`org.opencontainers.image.base.name="ghcr.io/actions/actions-runner:${pins.runner.version}"`),
    );
    const known = RUNNER_RELEASES.find(({ version }) => version === image.runner.version);
    if (known) assert.equal(image.runner.published, known.published);
  });

  it("takes files from the network by their checksum alone, one for each processor", () => {
    const added = named("ADD");
    assert.equal(added.length, ARCHITECTURES.length);
    for (const [checksum = "", address = ""] of added) {
      assert.match(checksum, /^--checksum=sha256:[0-9a-f]{64}$/);
      assert.match(address, /^https:\/\/github\.com\/cli\/cli\/releases\/download\/v/);
    }
    for (const words of named("RUN")) assert.doesNotMatch(words.join(" "), /\b(curl|wget|pip|npm)\b/);
  });

  it("copies files that are there and that the build gets to see", () => {
    const seen = readFileSync(path.join(DIR, ".dockerignore"), "utf8").trim().split("\n");
    const copied = named("COPY").filter((words) => !words.some((word) => word.startsWith("--from=")));
    const sources = copied.map((words) => words.filter((word) => !word.startsWith("--")).slice(0, -1)).flat();
    assert.deepEqual(sources, ["docker.sh"]);
    assert.deepEqual(seen, ["*", ...sources.map((source) => `!${source}`)]);
    for (const source of sources) assert.ok(existsSync(path.join(DIR, source)), source);
  });

  it("puts the wrapper where PATH has it first, to be run by everybody", () => {
    assert.deepEqual(
      lastStage.filter(({ words }) => words.includes("docker.sh")),
      [{ name: "COPY", words: ["--chmod=0755", "docker.sh", "/usr/local/bin/docker"] }],
    );
    assert.match(readFileSync(path.join(DIR, "docker.sh"), "utf8"), /^real=\$\{REAL_DOCKER:-\/usr\/bin\/docker\}$/m);
    assert.equal(statSync(path.join(DIR, "docker.sh")).mode & 0o111, 0o111);
  });

  it("ends as the user runner, and leaves no lists of packages behind", () => {
    assert.deepEqual(
      lastStage.filter(({ name }) => name === "USER").map(({ words }) => words),
      [["root"], ["runner"]],
    );
    assert.deepEqual(lastStage.at(-1), { name: "USER", words: ["runner"] });
    for (const { name, words } of lastStage) {
      if (name !== "RUN" || !words.includes("apt-get")) continue;
      assert.match(
        words.join(" "),
        /^echo .* && apt-get update && .* && apt-get clean && rm -rf \/var\/lib\/apt\/lists\/\*$/,
      );
    }
  });
});

describe("The pins of the Dockerfile", () => {
  const OTHER = {
    runner: { version: "2.999.1", digest: digest("a") },
    gh: { version: "3.0.0", sha256: { amd64: "b".repeat(64), arm64: "c".repeat(64) } },
  };

  it("are written in each place, and nothing else is", () => {
    const other = withPins(DOCKERFILE, OTHER);
    assert.deepEqual(pinsOf(other), OTHER);
    assert.doesNotMatch(other, new RegExp(pinsOf(DOCKERFILE).runner.version.replaceAll(".", "\\.")));
    assert.doesNotMatch(other, new RegExp(pinsOf(DOCKERFILE).gh.version.replaceAll(".", "\\.")));
    assert.equal(withPins(other, pinsOf(DOCKERFILE)), DOCKERFILE);
    const differing = other.split("\n").filter((line, index) => line !== DOCKERFILE.split("\n")[index]);
    assert.equal(differing.length, 4);
  });

  it("must be there, with one release of gh", () => {
    assert.throws(() => pinsOf("FROM ubuntu"), { message: "the Dockerfile does not name its pins as expected" });
    const mixed = DOCKERFILE.replace(/v[\d.]+\/gh_[\d.]+_linux_arm64/, "v2.0.0/gh_2.0.0_linux_arm64");
    assert.throws(() => pinsOf(mixed), /^Error: the Dockerfile has more than one gh: \d+\.\d+\.\d+, 2\.0\.0$/);
  });

  it("must be those of version.json", () => {
    const project = new Project();
    try {
      project.image = { ...project.image, runner: { ...project.image.runner, version: "2.1.0" } };
      assert.throws(() => described(project.root), {
        message: `runner-image/Dockerfile is built from runner ${pinsOf(DOCKERFILE).runner.version}, runner-image/version.json says 2.1.0: give both the same version and digest`,
      });
    } finally {
      project.remove();
    }
  });

  it("are in what an image is built from, like the wrapper; version.json is not", () => {
    const project = new Project();
    try {
      const before = sourceOf(project.root);
      assert.equal(before, sourceOf(ROOT));
      project.image = { ...project.image, image: "ghcr.io/acme/other" };
      assert.equal(sourceOf(project.root), before);
      project.write("runner-image/docker.sh", `${project.read("runner-image/docker.sh")}\n`);
      const wrapper = sourceOf(project.root);
      assert.notEqual(wrapper, before);
      project.write("runner-image/Dockerfile", withPins(DOCKERFILE, OTHER));
      assert.notEqual(sourceOf(project.root), wrapper);
    } finally {
      project.remove();
    }
  });
});
