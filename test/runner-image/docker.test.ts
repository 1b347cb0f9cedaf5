import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import * as fc from "fast-check";
import { BOOLEAN_FLAGS, COMPOSE_FLAGS, COMPOSE_RUN_FLAGS, GLOBAL_FLAGS, LINES, VALUE_FLAGS } from "./docker-lines";
import { RecordingDocker } from "./support/recording-docker";

const SHELLS = ["dash", "bash"].filter((shell) => spawnSync(shell, ["-c", ":"]).status === 0);
const NO_GPU = "docker: this runner has no GPU, left out:";

describe("The docker of the runner image", () => {
  let docker: RecordingDocker;
  before(() => (docker = new RecordingDocker()));
  after(() => docker.remove());

  const assertPassed = (given: string[], expected: string[], shell?: string) =>
    assert.deepEqual(docker.passedOn(given, shell), expected, `${shell ?? "as it is"}: docker ${given.join(" ")}`);

  for (const [title, lines] of Object.entries(LINES)) {
    it(title, () => {
      for (const [given, expected = given] of lines) assertPassed(given.split(" "), expected.split(" "));
    });
  }

  it("does the same in each shell that can be its /bin/sh", () => {
    assert.ok(SHELLS.length > 0);
    for (const shell of SHELLS) {
      for (const [given, expected = given] of Object.values(LINES).flat()) {
        assertPassed(given.split(" "), expected.split(" "), shell);
      }
    }
  });

  it("knows each flag of run and create that takes the next word as its value", () => {
    for (const flag of VALUE_FLAGS) {
      assertPassed(["run", flag, "--gpus=all", "--gpus=all", "i"], ["run", flag, "--gpus=all", "i"]);
      if (flag.startsWith("--")) assertPassed(["create", `${flag}=x`, "--gpus=all", "i"], ["create", `${flag}=x`, "i"]);
      else assertPassed(["create", `-it${flag[1]}x`, "--gpus=all", "i"], ["create", `-it${flag[1]}x`, "i"]);
    }
  });

  it("knows that the other flags of run and create take none", () => {
    for (const flag of BOOLEAN_FLAGS) assertPassed(["run", flag, "--gpus", "all", "i"], ["run", flag, "i"]);
  });

  it("finds the command after docker's own flags and those of compose", () => {
    const kinds = [
      [GLOBAL_FLAGS, [], ["run"]],
      [COMPOSE_FLAGS, ["compose"], ["run"]],
      [COMPOSE_RUN_FLAGS, ["compose", "run"], []],
    ] as const;
    for (const [flags, before, after] of kinds) {
      for (const flag of flags.valued) {
        assertPassed([...before, flag, "run", ...after, "--gpus=1", "i"], [...before, flag, "run", ...after, "i"]);
      }
      for (const flag of flags.plain) {
        assertPassed([...before, flag, ...after, "--gpus=1", "i"], [...before, flag, ...after, "i"]);
      }
    }
  });

  it("hands on empty words, blanks, line ends, quotes and what a shell would expand", () => {
    const odd = [
      "",
      " ",
      "a b",
      "\n",
      "a\n\n",
      "'",
      '"',
      "$HOME",
      "`id`",
      "$(id)",
      "*",
      "\\",
      "\\n",
      "~",
      "!",
      "ä€🙂",
      "\u0081",
    ];
    assertPassed(["run", "-e", "", "i", ...odd], ["run", "-e", "", "i", ...odd]);
    for (const word of odd) {
      assertPassed(
        ["run", "--label", word, "--gpus", word, "-i", "i", word],
        ["run", "--label", word, "-i", "i", word],
      );
    }
    assertPassed(["run", "", "--gpus", "all"], ["run", "", "--gpus", "all"]);
    assertPassed([], []);
    assertPassed([""], [""]);
  });

  it("hands on bytes that are no text", () => {
    const script = `docker run -e "$(printf '\\201\\210\\377\\300')" --gpus all i "$(printf '\\351\\n\\200.')"`;
    assert.equal(spawnSync("sh", ["-c", script], { env: docker.environment() }).status, 0);
    const bytes = (...each: number[]) => Buffer.from(each);
    const expected = ["run", "-e", bytes(0x81, 0x88, 0xff, 0xc0), "i", bytes(0xe9, 0x0a, 0x80, 0x2e)];
    assert.deepEqual(
      docker.recorded(),
      expected.map((word) => Buffer.from(word as string)),
    );
  });

  it("hands on a thousand words", () => {
    const words = Array.from({ length: 1000 }, (_, index) => `--env=V${index}=--gpus`);
    assertPassed(["run", ...words, "--gpus=all", "i"], ["run", ...words, "i"]);
  });

  it("says on the error output what it left out, and nothing otherwise", () => {
    const said = (...words: string[]) => {
      const { stdout, stderr } = docker.run(words);
      docker.recorded();
      assert.equal(stdout.toString(), "");
      return stderr.toString();
    };
    assert.equal(said("run", "--gpus", "all", "--rm", "--device=/dev/nvidia0", "i"), `${NO_GPU} --gpus --device\n`);
    assert.equal(said("run", "--rm", "--device=/dev/fuse", "i", "--gpus", "all"), "");
    assert.equal(said("ps"), "");
  });

  it("ends as docker ends", () => {
    for (const code of [0, 1, 125, 126, 127, 137, 255]) {
      assert.equal(docker.run(["run", "--gpus=all", "i"], { FAKE: "exit", CODE: String(code) }).status, code);
      docker.recorded();
    }
  });

  it("hands on what comes in, and what docker writes", () => {
    const input = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 31) % 256));
    const { stdout } = docker.run(["run", "-i", "--gpus", "all", "i"], { FAKE: "cat" }, input);
    assert.ok(stdout.equals(input));
    docker.recorded();
  });

  for (const [signal, code] of [
    ["SIGTERM", 43],
    ["SIGINT", 42],
  ] as const) {
    it(`is docker itself by then, so that ${signal} reaches it`, async () => {
      const child = docker.start(["run", "--gpus=all", "i"], { FAKE: "wait" });
      const said: string[] = [];
      child.stdout.on("data", (data: Buffer) => said.push(data.toString()));
      await once(child.stdout, "data");
      child.kill(signal);
      assert.deepEqual(await once(child, "close"), [code, null]);
      assert.equal(said.join(""), `ready\ntold ${signal.slice(3)}\n`);
      docker.recorded();
    });
  }

  it("does not call itself, and says so when there is no other docker", () => {
    const own = spawnSync("sh", ["-c", "command -v docker"], { env: docker.environment() }).stdout.toString().trim();
    const again = docker.run(["ps"], { REAL_DOCKER: own });
    assert.equal(again.stderr.toString(), `docker: ${own} is this wrapper itself, and not the real docker\n`);
    assert.equal(again.status, 126);
    const none = docker.run(["ps"], { REAL_DOCKER: "/nowhere/docker" });
    assert.match(none.stderr.toString(), /\/nowhere\/docker/);
    assert.equal(none.status, 127);
  });

  it("hands on any command line without GPUs byte for byte", () => {
    const plain = [
      "run",
      "create",
      "container",
      "compose",
      "--",
      "-",
      "",
      "-it",
      "-e",
      "-v",
      "--rm",
      "--device",
      "--name",
    ];
    const word = fc.oneof(fc.constantFrom(...plain), fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }));
    const harmless = word.filter((each) => !/[\0\ud800-\udfff]|gpus|nvidia/.test(each));
    fc.assert(
      fc.property(fc.array(harmless, { maxLength: 12 }), (words) => assert.deepEqual(docker.passedOn(words), words)),
      { numRuns: 60 },
    );
  });

  it("leaves out flags of GPUs wherever they stand before the image, and nothing else", () => {
    const kept = fc.constantFrom(
      ["--rm"],
      ["-it"],
      ["-e", "--gpus=1"],
      ["-v/dev/nvidia0:/x"],
      ["--device", "/dev/fuse"],
      ["-p80:80"],
    );
    const gone = fc.constantFrom(
      ["--gpus=all"],
      ["--gpus", "--rm"],
      ["--device=/dev/nvidiactl"],
      ["--device", "/dev/nvidia0:/x:r"],
    );
    const part = fc.oneof(
      kept.map((words) => ({ words, stays: true })),
      gone.map((words) => ({ words, stays: false })),
    );
    const tail = fc.constantFrom([], ["--gpus", "all"], ["sh", "-c", "--device=/dev/nvidia0"]);
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), tail, (parts, command) => {
        const given = ["run", ...parts.flatMap(({ words }) => words), "i", ...command];
        const expected = parts.filter(({ stays }) => stays).flatMap(({ words }) => words);
        assert.deepEqual(docker.passedOn(given), ["run", ...expected, "i", ...command]);
      }),
      { numRuns: 60 },
    );
  });
});
