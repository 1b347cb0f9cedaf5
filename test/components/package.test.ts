import * as assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../support/arc";

const { stage, sources } = require("../../components/stage.js") as {
  stage: (target: string) => void;
  sources: () => string[];
};
const run = promisify(execFile);
const TSC = require.resolve("typescript/bin/tsc");
const MODULES = path.join(ROOT, "node_modules");

/** What the package has besides its TypeScript and what is compiled of it. */
const FURTHER = ["CHANGELOG.md", "LICENSE", "PulumiPlugin.yaml", "README.md", "package.json", "tsconfig.json"];
/** Bytes that whoever installs the package loads; it has 240 kB now. */
const MOST_PACKED = 400_000;

const SECRET =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{20}|\bgh[opsu]_[A-Za-z0-9]{30}|\bhvs\.[A-Za-z0-9]{20}/;

/** A program of somebody who has installed the package: what it must accept, and what it must not. */
const PROGRAM = `
import { ContainerMode, RunnerPlatform, RunnerScaleSet } from "arc";
import * as pulumi from "@pulumi/pulumi";

const runner = { containerMode: ContainerMode.None, image: "example.org/runner:1.2.3", resources: {} };
const registered: string[] = [];
pulumi.runtime.setMocks({
  newResource: ({ type, name, inputs }) => {
    registered.push(type);
    return { id: name, state: { ...inputs, metadata: { ...inputs.metadata, version: "1" } } };
  },
  call: () => ({}),
});
// Pulumi's mocks know no resource hooks (docs/components.md).
const { getMonitor } = pulumi.runtime as unknown as { getMonitor(): Record<string, unknown> };
getMonitor().registerResourceHook = (_hook: unknown, done: (error: null, answer: object) => void) => done(null, {});
const platform = new RunnerPlatform("arc", {
  controller: { version: "0.14.2" },
  githubApp: { appId: "1", privateKey: "not-a-key" },
  vault: { connection: { server: "https://vault.example.org:8200" } },
  orgs: [{ name: "acme", installationId: "2", runnerSets: [
    { name: "set", namespace: "runners", vaultPath: "runners/github-app", maxRunners: 4, runner },
  ] }],
});
// @ts-expect-error: a number is wanted
export const wrong = () => new RunnerScaleSet("wrong", { maxRunners: "four" });
platform.runnerSets.apply((sets) => setTimeout(() => {
  console.log(JSON.stringify({ runsOn: sets.map(({ runsOn }) => runsOn), registered: registered.sort() }));
}, 500));
`;

describe("The npm package of the components", function () {
  this.timeout(300_000); // TypeScript compiles all of them, and then reads what it made of them.

  let folder: string;
  let packed: { filename: string; size: number; files: { path: string; size: number }[] };
  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), "arc-package-"));
    const staged = path.join(folder, "staged");
    stage(staged);
    const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: staged });
    [packed] = JSON.parse(stdout) as [typeof packed];
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("holds each source, what is compiled of it, and the files that go with them: nothing else", () => {
    const compiled = sources().map((source) => path.join("dist", source.replace(/\.ts$/, "")));
    const expected = [...sources(), ...compiled.flatMap((file) => [`${file}.js`, `${file}.d.ts`]), ...FURTHER];
    assert.deepEqual(packed.files.map((file) => file.path).sort(), expected.sort());
    assert.ok(sources().length > 80 && sources().includes("index.ts"));
    assert.deepEqual(
      sources().filter((file) => /test|\.d\.ts$/.test(file)),
      [],
    );
  });

  it("is small, and holds no secret", () => {
    assert.ok(packed.size < MOST_PACKED, `${packed.size} bytes`);
    const found = packed.files.filter((file) =>
      SECRET.test(readFileSync(path.join(folder, "staged", file.path), "utf8")),
    );
    assert.deepEqual(found, []);
  });

  it("may be published as it is staged, and not as it lies in the repository", () => {
    const manifest = (of: string) => JSON.parse(readFileSync(path.join(of, "package.json"), "utf8")) as Manifest;
    const { private: kept, main, ...own } = manifest(path.join(ROOT, "components"));
    const staged = manifest(path.join(folder, "staged"));
    assert.deepEqual([kept, main], [true, "index.ts"]);
    assert.deepEqual(staged, { ...own, main: "dist/index.js", types: "dist/index.d.ts" });
  });

  it("brings the compiler that Pulumi runs its sources with: without one it takes a TypeScript of 2020, which cannot read them", () => {
    const dependencies = ({ dependencies }: Manifest) => dependencies;
    const read = (file: string) => dependencies(JSON.parse(readFileSync(path.join(ROOT, file), "utf8")) as Manifest);
    const own = read("components/package.json");
    assert.ok(own.typescript && own["ts-node"]);
    // Both are what the program itself runs with.
    const program = read("package.json");
    for (const [name, version] of Object.entries(own)) assert.equal(version, program[name], name);
  });

  it("serves a program in TypeScript: its types are checked, and it builds the platform", async () => {
    const consumer = path.join(folder, "consumer");
    install(consumer);
    await run("tar", [
      "-xzf",
      path.join(folder, packed.filename),
      "-C",
      path.join(consumer, "node_modules", "arc"),
      "--strip-components=1",
    ]);
    writeFileSync(path.join(consumer, "index.ts"), PROGRAM);
    const options = ["--module", "nodenext", "--target", "es2022", "--strict", "--skipLibCheck", "--types", "node"];
    await run(process.execPath, [TSC, ...options, "index.ts"], { cwd: consumer }).catch((error: { stdout: string }) =>
      assert.fail(error.stdout),
    );
    const { stdout } = await run(process.execPath, ["index.js"], { cwd: consumer });
    const { runsOn, registered } = JSON.parse(stdout) as { runsOn: string[]; registered: string[] };
    assert.deepEqual(runsOn, ["set"]);
    for (const type of ["arc:index:RunnerPlatform", "kubernetes:actions.github.com/v1alpha1:AutoscalingRunnerSet"]) {
      assert.equal(registered.filter((each) => each === type).length, 1, type);
    }
  });
});

interface Manifest {
  private?: boolean;
  main?: string;
  dependencies: Record<string, string>;
}

/** A project whose node_modules has all that ours has, without a network, and an empty folder for the package. */
function install(project: string): void {
  const modules = path.join(project, "node_modules");
  mkdirSync(path.join(modules, "arc"), { recursive: true });
  for (const name of readdirSync(MODULES)) {
    if (!/^(\.|arc)/.test(name)) symlinkSync(path.join(MODULES, name), path.join(modules, name));
  }
  writeFileSync(path.join(project, "package.json"), JSON.stringify({ name: "consumer", private: true }));
}
