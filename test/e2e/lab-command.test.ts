import * as assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { printedTable } from "../../lab/printed-table";
import { lab } from "./support/lab";

const ROOT = path.join(__dirname, "..", "..");

describe("make lab", () => {
  let child: ChildProcess;
  let printed = "";
  let ended: Promise<number | null>;
  /** A cluster that the shell means in which the command is run. */
  const elsewhere = () => lab().cluster.controlPlane;

  before(async () => {
    child = spawn(process.execPath, ["--require", "ts-node/register/transpile-only", "lab/main.ts"], {
      cwd: ROOT,
      env: { ...process.env, KUBECONFIG: elsewhere().kubeconfig, FORCE_COLOR: "", NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    ended = new Promise((resolve) => child.once("exit", resolve));
    await new Promise<void>((resolve) => {
      for (const stream of [child.stdout!, child.stderr!]) {
        stream.on("data", (text: Buffer) => {
          printed += text.toString();
          if (printed.includes("logs are in")) resolve();
        });
      }
      void ended.then(() => resolve());
    });
  });
  after(() => child.kill("SIGKILL"));

  it("deploys the stack local and says what to use it with", async () => {
    assert.match(printed, /^Pulumi works with (the official plugins|the lab's stand-ins)/m);
    assert.match(printed, /^ {4}\+ 42 created$/m);
    const [header, row] = printed.slice(printed.indexOf("kubectl get autoscalingrunnersets -A")).split("\n").slice(2);
    assert.match(header!, /^ {2}NAMESPACE +NAME +MINIMUM RUNNERS +MAXIMUM RUNNERS +CURRENT RUNNERS +PHASE /);
    assert.match(row!, /^ {2}local-runners +local-runners +0 +2 +0 +Running /);
    const kubeconfig = /export KUBECONFIG=(\S+)/.exec(printed)![1]!;
    const client = new KubeConfig();
    client.loadFromFile(kubeconfig);
    const { rows } = await printedTable(client, "/apis/actions.github.com/v1alpha1/autoscalingrunnersets");
    assert.deepEqual(
      rows.map(([namespace, name]) => [namespace, name]),
      [["local-runners", "local-runners"]],
    );
    assert.equal((await fetch(`${/export VAULT_ADDR=(\S+)/.exec(printed)![1]}/v1/sys/health`)).status, 200);
  });

  it("leaves the cluster alone that KUBECONFIG names", async () => {
    const { items } = await elsewhere().client.makeApiClient(CoreV1Api).listNamespace();
    assert.deepEqual(
      items.filter(({ metadata }) => metadata!.name === "local-runners"),
      [],
    );
  });

  it("prints no secret", () => {
    assert.doesNotMatch(printed, /hvs\.|ghp_|PRIVATE KEY-----\n/);
  });

  it("stops everything at Ctrl-C and leaves nothing behind", async () => {
    const folder = path.dirname(/logs are in (\S+)\./.exec(printed)![1]!);
    const vault = /export VAULT_ADDR=(\S+)/.exec(printed)![1]!;
    child.kill("SIGINT");
    assert.equal(await ended, 0, printed.slice(-500));
    assert.equal(existsSync(folder), false);
    await assert.rejects(fetch(`${vault}/v1/sys/health`));
  });
});
