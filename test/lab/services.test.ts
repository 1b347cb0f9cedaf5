import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePorts, Services, tellingLines } from "../../lab/services";

const LISTEN = (port: number) =>
  `require("node:http").createServer((q, a) => a.end("ok")).listen(${port}, "127.0.0.1");`;
const DEAF = `process.on("SIGTERM", () => {});`;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("The lab's services", () => {
  let folder: string;
  let services: Services;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "arc-services-"));
    services = new Services(undefined, 1);
  });
  afterEach(async () => {
    await services.stop();
    rmSync(folder, { recursive: true });
  });

  const start = (name: string, code: string, ready: () => Promise<boolean>, limit = 10) =>
    services.start({ name, command: process.execPath, args: ["-e", code], logs: folder, ready, limit });
  const answers = (port: number) => async () => (await fetch(`http://127.0.0.1:${port}`)).ok;

  it("are there when start answers, and gone when stop has", async () => {
    const [port] = await freePorts(1);
    const service = await start("web", LISTEN(port!), answers(port!));
    assert.equal(await (await fetch(`http://127.0.0.1:${port}`)).text(), "ok");
    await service.stop();
    assert.equal(isAlive(service.pid), false);
    await assert.rejects(fetch(`http://127.0.0.1:${port}`));
  });

  it("tell with the end of their log why they did not start", async () => {
    const code = `console.log("I0102 fine"); console.error("E0102 listen: address already in use"); process.exit(3)`;
    await assert.rejects(
      start("api", code, async () => false),
      {
        message:
          `api did not start: it ended with exit status 3. The end of ${path.join(folder, "api.log")}:\n` +
          "  E0102 listen: address already in use",
      },
    );
  });

  it("are ended when they do not answer within their limit", async () => {
    await assert.rejects(
      start("mute", `console.log("up", process.pid); setInterval(() => {}, 1000)`, async () => false, 0.5),
      /^Error: mute did not start: it did not answer within 0\.5 s\. The end of .*mute\.log:\n {2}up \d+$/,
    );
    const pid = Number(/up (\d+)/.exec(tellingLines(path.join(folder, "mute.log")))![1]);
    assert.equal(isAlive(pid), false);
  });

  it("say so when the program is not there", async () => {
    await assert.rejects(
      services.start({ name: "x", command: "/no/such", args: [], logs: folder, ready: async () => true, limit: 1 }),
      /x did not start: it could not be started: spawn \/no\/such ENOENT/,
    );
  });

  it("stop in the opposite order of their start, also one that ignores the request", async () => {
    const file = path.join(folder, "order");
    const last = `process.on("SIGTERM", () => { require("fs").appendFileSync(${JSON.stringify(file)}, process.argv[1]); process.exit() });`;
    const ready = (port: number) => answers(port);
    const pids: number[] = [];
    for (const [name, code] of [
      ["first", last],
      ["deaf", DEAF],
      ["third", last],
    ] as const) {
      const [port] = await freePorts(1);
      const command = ["-e", code + LISTEN(port!), name];
      const options = { name, command: process.execPath, args: command, logs: folder, ready: ready(port!), limit: 10 };
      pids.push((await services.start(options)).pid);
    }
    writeFileSync(file, "");
    await services.stop();
    assert.deepEqual(pids.map(isAlive), [false, false, false]);
    assert.equal(readFileSync(file, "utf8"), "thirdfirst");
  });

  it("end with the lab, even when it is killed, and its folder with it", async () => {
    const script = `
      const { Services } = require(${JSON.stringify(path.resolve(__dirname, "../../lab/services"))});
      new Services(${JSON.stringify(path.join(folder, "lab"))}).start({ name: "child", command: process.execPath, args: ["-e", "setInterval(() => {}, 1000)"],
        logs: ${JSON.stringify(folder)}, ready: async () => true, limit: 5 }).then(({ pid }) => console.log(pid));
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ["--require", "ts-node/register/transpile-only", "-e", script]);
    const pid = await new Promise<number>((resolve) => {
      parent.stdout.once("data", (text) => resolve(Number(text)));
    });
    assert.equal(isAlive(pid), true);
    mkdirSync(path.join(folder, "lab"));
    parent.kill("SIGKILL");
    const left = () => [isAlive(pid), existsSync(path.join(folder, "lab"))];
    for (let tries = 0; left().some(Boolean) && tries < 100; tries++) await sleep(100);
    assert.deepEqual(left(), [false, false]);
  });

  it("get ports that differ and that nothing listens on", async () => {
    const ports = await freePorts(8);
    assert.equal(new Set(ports).size, 8);
    for (const port of ports) {
      await assert.rejects(
        new Promise((resolve, reject) => connect(port, "127.0.0.1").once("connect", resolve).once("error", reject)),
        /ECONNREFUSED/,
      );
    }
  });
});
