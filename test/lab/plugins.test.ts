import * as assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { choosePlugins, officialPlugins } from "../../lab/plugins";
import { Services } from "../../lab/services";

const version = (name: string) =>
  (JSON.parse(readFileSync(require.resolve(`@pulumi/${name}/package.json`), "utf8")) as { version: string }).version;

describe("The lab's plugins", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "arc-plugins-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const install = (where: string, name: string) => {
    mkdirSync(path.join(folder, where), { recursive: true });
    writeFileSync(path.join(folder, where, `pulumi-resource-${name}`), "", { mode: 0o755 });
    return path.join(folder, where);
  };

  it("are the official ones where they are installed in the versions of the SDKs", () => {
    const kubernetes = install(`plugins/resource-kubernetes-v${version("kubernetes")}`, "kubernetes");
    const vault = install(`plugins/resource-vault-v${version("vault")}`, "vault");
    install("plugins/resource-github-v1.0.0", "github");
    assert.deepEqual(officialPlugins({ PULUMI_HOME: folder }), { kubernetes, vault });
  });

  it("are those of LAB_PLUGIN_DIR, and no others, when it is set", () => {
    install(`plugins/resource-vault-v${version("vault")}`, "vault");
    const own = install("own", "github");
    assert.deepEqual(officialPlugins({ PULUMI_HOME: folder, LAB_PLUGIN_DIR: own }), { github: own });
  });

  it("start a stand-in for each that is missing, and say which are which", async () => {
    const own = install("own", "github");
    const services = new Services();
    try {
      const { official, description, env } = await choosePlugins(
        services,
        folder,
        {},
        { LAB_PLUGIN_DIR: own, PATH: "/bin" },
      );
      assert.deepEqual(official, ["github"]);
      assert.equal(
        description,
        "the official plugins for github, and the lab's stand-ins for kubernetes and vault, whose plugins are not installed",
      );
      assert.equal(env.PATH, `${own}:/bin`);
      assert.match(env.PULUMI_DEBUG_PROVIDERS!, /^kubernetes:\d+,vault:\d+$/);
    } finally {
      await services.stop();
    }
  }).timeout(60_000);

  it("need no stand-in when all three are there", async () => {
    for (const name of ["kubernetes", "vault", "github"]) install("own", name);
    const env = { LAB_PLUGIN_DIR: path.join(folder, "own"), PATH: "/bin" };
    const services = new Services();
    assert.deepEqual(await choosePlugins(services, folder, {}, env), {
      official: ["kubernetes", "vault", "github"],
      description: "the official plugins for kubernetes, vault and github",
      env: { PATH: `${env.LAB_PLUGIN_DIR}:/bin` },
    });
    await services.stop();
  });
});
