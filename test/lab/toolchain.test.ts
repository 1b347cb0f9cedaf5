import * as assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { prepareToolchain } from "../../lab/toolchain";
import { PROMTOOL, TOOLS } from "../../lab/toolchain/tools";
import { versionIn } from "../../lab/toolchain/installed";

const tool = (name: string) => TOOLS.find((each) => each.name === name)!;

/** A `go` that notes its calls and "builds" a file, so that the builder is tested without a compiler. */
const FAKE_GO = `#!/bin/sh
echo "$PWD $*" >> "$GO_CALLS"
case "$1" in
  env) echo "go$GO_VERSION"; echo "local" ;;
  list) echo "$GO_MODULE" ;;
  build)
    echo "go: downloading example.com/a v1.0.0" >&2
    echo "example.com/a" >&2
    if [ -n "$GO_FAILS" ]; then echo "./a.go:1: $GO_FAILS" >&2; exit 1; fi
    echo "example.com/b/c.d" >&2
    sleep 0.3
    while [ "$1" != "-o" ]; do shift; done
    echo built > "$2" ;;
esac
`;

describe("The lab's toolchain", () => {
  let folder: string;
  let env: NodeJS.ProcessEnv;
  const told: string[] = [];
  const progress = {
    during: async <T>(text: string, work: (say: (detail: string) => void) => Promise<T>): Promise<T> => {
      told.push(text);
      return work((detail) => told.push(detail));
    },
  };

  beforeEach(() => {
    told.length = 0;
    folder = mkdtempSync(path.join(os.tmpdir(), "arc-toolchain-"));
    program("bin", "go", FAKE_GO);
    env = {
      PATH: `${path.join(folder, "bin")}:/usr/bin:/bin`,
      LAB_CACHE_DIR: path.join(folder, "cache"),
      GO_CALLS: path.join(folder, "calls"),
      GO_VERSION: "1.26.1",
    };
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function program(where: string, name: string, text: string): void {
    mkdirSync(path.join(folder, where), { recursive: true });
    writeFileSync(path.join(folder, where, name), text);
    chmodSync(path.join(folder, where, name), 0o755);
  }
  const builds = () =>
    (existsSync(env.GO_CALLS!) ? readFileSync(env.GO_CALLS!, "utf8") : "")
      .split("\n")
      .filter((call) => /^\S+ build/.test(call));

  it("takes an installed program of a fitting version and builds nothing", async () => {
    program("bin", "etcd", "#!/bin/sh\necho 'etcd Version: 3.5.21'; echo 'Go Version: go1.23.7'\n");
    const { etcd } = await prepareToolchain(progress, env, [tool("etcd")]);
    assert.deepEqual(etcd, {
      path: path.join(folder, "bin", "etcd"),
      version: "3.5.21",
      assets: path.join(folder, "bin"),
      source: "installed",
    });
    assert.deepEqual(builds(), []);
  });

  it("prefers KUBEBUILDER_ASSETS, passes over a version that does not fit and a program that fails", async () => {
    program("assets", "kube-apiserver", "#!/bin/sh\nexit 1\n");
    program("bin", "kube-apiserver", "#!/bin/sh\necho 'Kubernetes v1.33.0'\n");
    program("old", "etcd", "#!/bin/sh\necho 'etcd Version: 3.4.0'\n");
    program("assets", "etcd", "#!/bin/sh\necho 'etcd Version: 3.6.1'\n");
    env.KUBEBUILDER_ASSETS = path.join(folder, "assets");
    env.PATH = `${path.join(folder, "old")}:${env.PATH}`;
    const ready = await prepareToolchain(progress, env, [tool("kube-apiserver"), tool("etcd")]);
    assert.equal(ready["kube-apiserver"].path, path.join(folder, "bin", "kube-apiserver"));
    assert.equal(ready.etcd.path, path.join(folder, "assets", "etcd"));
  });

  it("builds what is missing once, says which of how many, and finds it again", async () => {
    const { etcd } = await prepareToolchain(progress, env, [tool("etcd")]);
    assert.equal(readFileSync(etcd.path, "utf8"), "built\n");
    assert.deepEqual([etcd.version, etcd.source], ["3.6.4", "built"]);
    assert.deepEqual(told, ["Building etcd 3.6.4, 1 of 1", "1 packages compiled", "2 packages compiled"]);
    const [call] = builds();
    assert.match(
      call!,
      /\/source build -v -trimpath -buildvcs=false -ldflags -s -w -o \S+ go\.etcd\.io\/etcd\/server\/v3$/,
    );
    await prepareToolchain(progress, env, [tool("etcd")]);
    assert.equal(builds().length, 1);
  });

  it("gives the program its version as a release has it", async () => {
    await prepareToolchain(progress, env, [tool("pulumi")]);
    assert.match(builds()[0]!, /-X github\.com\/pulumi\/pulumi\/sdk\/v3\/go\/common\/version\.Version=3\.246\.0/);
  });

  it("leaves out what a tool does not need by its tags, and builds promtool for nothing but its own tests", async () => {
    await prepareToolchain(progress, env, [PROMTOOL]);
    assert.match(
      builds()[0]!,
      /version\.Version=3\.13\.5 -tags remove_all_sd -o \S+ github\.com\/prometheus\/prometheus\/cmd\/promtool$/,
    );
    assert.equal(TOOLS.includes(PROMTOOL), false);
  });

  it("builds once for two callers at the same time", async () => {
    const both = await Promise.all([1, 2].map(() => prepareToolchain(progress, env, [tool("etcd")])));
    assert.equal(both[0]!.etcd.path, both[1]!.etcd.path);
    assert.equal(builds().length, 1);
  });

  it("leaves nothing behind of a build that failed, and says what the compiler said", async () => {
    env.GO_FAILS = "undefined: x";
    await assert.rejects(prepareToolchain(progress, env, [tool("etcd")]), {
      message: "etcd 3.6.4 could not be built:\n./a.go:1: undefined: x",
    });
    assert.deepEqual(readdirSync(env.LAB_CACHE_DIR!), []);
  });

  it("keeps the files of the module that are needed beside the program", async () => {
    const eso = tool("external-secrets");
    env.GO_MODULE = path.join(folder, "module");
    mkdirSync(path.join(env.GO_MODULE, eso.assets!.folder), { recursive: true });
    for (const file of eso.assets!.files) writeFileSync(path.join(env.GO_MODULE, eso.assets!.folder, file), file);
    const ready = await prepareToolchain(progress, env, [eso]);
    assert.deepEqual(readdirSync(ready["external-secrets"].assets).sort(), [
      "external-secrets",
      "external-secrets.io_clustersecretstores.yaml",
      "external-secrets.io_externalsecrets.yaml",
      "external-secrets.io_secretstores.yaml",
    ]);
  });

  it("names the Go version that is missing and the way around it", async () => {
    env.GO_VERSION = "1.22.3";
    await assert.rejects(prepareToolchain(progress, env, [tool("kube-apiserver")]), {
      message: [
        "Go 1.24.0 or newer is needed to build kube-apiserver 1.34.4 (lab/toolchain/kube/go.mod).",
        "  found: Go 1.22.3",
        "  fix: install Go 1.24.0 (https://go.dev/dl/), or put kube-apiserver >=1.30.0 <2 on PATH",
      ].join("\n"),
    });
    env.PATH = path.join(folder, "empty");
    await assert.rejects(prepareToolchain(progress, env, [tool("vault")]), /found: no go on PATH/);
    assert.deepEqual(builds(), []);
  });

  it("reads versions as the programs print them", () => {
    assert.equal(versionIn("v3.246.0\n"), "3.246.0");
    assert.equal(versionIn("Kubernetes v1.34.4\n"), "1.34.4");
    assert.equal(versionIn("etcd Version: 3.6.4\nGit SHA: x\nGo Version: go1.24.5\n"), "3.6.4");
    assert.equal(versionIn("Vault v1.21.0 (abc), built 2025-10-21\n"), "1.21.0");
    assert.equal(versionIn("no number"), undefined);
  });
});
