import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { type Server, createServer } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface ServiceOptions {
  name: string;
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  /** Folder of its log. */
  logs: string;
  /** Whether it answers. A throw means not yet. */
  ready: () => Promise<boolean>;
  /** Seconds that it may take to answer. */
  limit: number;
}

/** A program that the lab runs in the background. */
export interface Service {
  name: string;
  pid: number;
  log: string;
  /** Asks it to end, and makes it end when it does not. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
}

/** Starts programs and ends every one of them, in the opposite order, whatever happens to the lab. */
export class Services {
  private readonly running: Service[] = [];
  private readonly reaper: ChildProcess;
  private stopping = false;

  /**
   * @param folder is removed when the lab is gone.
   * @param stopSeconds between the request to end and the kill.
   */
  constructor(
    folder?: string,
    private readonly stopSeconds = 2,
  ) {
    // A group of its own: a terminal's Ctrl-C must not end it before the lab is done.
    this.reaper = spawn(process.execPath, [path.join(__dirname, "reaper.js"), ...(folder ? [folder] : [])], {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
    });
    this.reaper.unref();
    (this.reaper.stdin as unknown as { unref(): void }).unref();
  }

  /**
   * Starts a program and waits until it answers.
   *
   * @throws {Error} when it ends or does not answer in time, with the last lines of its log that tell why.
   */
  async start(options: ServiceOptions): Promise<Service> {
    if (this.stopping) throw new Error(`${options.name} did not start: the lab is being stopped`);
    const log = path.join(options.logs, `${options.name}.log`);
    const file = openSync(log, "a");
    // Groups of their own, so that Ctrl-C lets the lab stop them in order.
    const child = spawn(options.command, options.args, {
      env: options.env ?? process.env,
      // A standard input that stays open as long as the lab lives: the stand-ins end with it.
      stdio: ["pipe", file, file],
      detached: true,
    });
    closeSync(file);
    const ended = new Promise<string>((resolve) => {
      child.once("error", (error) => resolve(`it could not be started: ${error.message}`));
      child.once("exit", (code, signal) => resolve(`it ended with ${signal ?? `exit status ${code}`}`));
    });
    if (child.pid === undefined) throw new Error(`${options.name} did not start: ${await ended}`);
    const service = this.service(options.name, child.pid, log, ended);
    await this.answering(options, service, ended);
    return service;
  }

  async stop(): Promise<void> {
    this.stopping = true;
    for (const service of [...this.running].reverse()) await service.stop();
    this.reaper.stdin?.end();
  }

  private service(name: string, pid: number, log: string, ended: Promise<string>): Service {
    const end = async (signal: NodeJS.Signals) => {
      signalTo(pid, signal);
      const finished = await Promise.race([
        ended.then(() => true),
        sleep(this.stopSeconds * 1000, false, { ref: false }),
      ]);
      if (!finished) signalTo(pid, "SIGKILL");
      await ended;
    };
    const service = { name, pid, log, stop: () => end("SIGTERM"), kill: () => end("SIGKILL") };
    this.running.push(service);
    this.reaper.stdin?.write(`${pid}\n`);
    void ended.then(() => {
      this.running.splice(this.running.indexOf(service), 1);
      this.reaper.stdin?.write(`-${pid}\n`);
    });
    return service;
  }

  private async answering(options: ServiceOptions, service: Service, ended: Promise<string>): Promise<void> {
    let end: string | undefined;
    void ended.then((how) => {
      end = how;
    });
    for (const deadline = Date.now() + options.limit * 1000; !end && Date.now() < deadline; await sleep(100)) {
      if (await options.ready().catch(() => false)) return;
    }
    const why = end ?? `it did not answer within ${options.limit} s`;
    await service.kill();
    throw new Error(`${options.name} did not start: ${why}. The end of ${service.log}:\n${tellingLines(service.log)}`);
  }
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}

/** The last lines of a log that tell of something wrong, else simply the last ones. */
export function tellingLines(log: string, count = 8): string {
  const lines = readFileSync(log, "utf8").split("\n").filter(Boolean);
  // Kubernetes' logs start errors with E or F and the date; the others name the level.
  const telling = lines.filter((line) => /^[EF]\d{4} |error|fatal|panic|denied|in use/i.test(line));
  return (telling.length ? telling : lines)
    .slice(-count)
    .map((line) => `  ${line}`)
    .join("\n");
}

/** Ports of 127.0.0.1 that nothing listens on, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listening));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function listening(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject).listen(0, "127.0.0.1", () => resolve(server));
  });
}
