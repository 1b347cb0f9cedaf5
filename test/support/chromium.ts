import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { pathToFileURL } from "node:url";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
/** A page shows letters only with a font. */
const PACKAGES = ["chromium", "fonts-dejavu-core"];

/** A browser, or the running test is skipped and says why. On CI's machines it is installed. */
export function requireChromium(test: Mocha.Context): string {
  if (process.env.CI && !installed() && installable()) install();
  const browser = installed();
  if (browser) return browser;
  console.log("      skipped: no Chromium on PATH; on Debian: apt-get install chromium fonts-dejavu-core");
  return test.skip();
}

function installed(): string | undefined {
  return NAMES.find((name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0);
}

function installable(): boolean {
  return process.getuid?.() === 0 && spawnSync("apt-get", ["--version"], { stdio: "ignore" }).status === 0;
}

/** Without a mirror the test is skipped like anywhere else. */
function install(): void {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const aptGet = (...args: string[]) =>
    execFileSync("apt-get", ["-y", "-qq", ...args], { env, stdio: "ignore", timeout: 240_000 });
  try {
    aptGet("update");
    aptGet("install", "--no-install-recommends", ...PACKAGES);
  } catch (error) {
    console.log(`      ${(error as Error).message}`);
  }
}

type Fields = Record<string, unknown>;
type Listener = (params: Fields) => void;

/** What a page did while it was open. */
export interface Behaviour {
  /** Errors and warnings, refusals of the content security policy among them. */
  messages: string[];
  /** Addresses that it asked for, its own not. */
  requests: string[];
}

export interface View {
  width: number;
  height: number;
  scheme: "light" | "dark";
  /** @default - true */
  scripts?: boolean;
  /** @default - screen */
  media?: "screen" | "print";
}

/** Headless Chromium, spoken to in its DevTools protocol over two pipes. */
export class Chromium {
  private readonly waiting = new Map<number, { resolve(result: Fields): void; reject(error: Error): void }>();
  private readonly listeners = new Map<string, Listener[]>();
  private sent = 0;
  private constructor(
    private readonly child: ChildProcess,
    private readonly profile: string,
  ) {
    let text = "";
    (child.stdio[4] as Readable).setEncoding("utf8").on("data", (chunk: string) => {
      const messages = `${text}${chunk}`.split("\0");
      text = messages.pop()!;
      for (const message of messages) this.receive(JSON.parse(message) as Message);
    });
    child.on("exit", (code) => {
      for (const { reject } of this.waiting.values()) reject(new Error(`Chromium ended with ${code}`));
    });
  }

  static start(browser: string): Chromium {
    const profile = mkdtempSync(path.join(tmpdir(), "arc-chromium-"));
    const root = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
    const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];
    const args = [
      "--headless",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--remote-debugging-pipe",
      ...quiet,
      ...root,
    ];
    const child = spawn(browser, [...args, `--user-data-dir=${profile}`], {
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    });
    return new Chromium(child, profile);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    await this.send("Browser.close").catch(() => undefined);
    await ended;
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Opens a file as a reader with such a screen would, and hands it to `work`. */
  async open<T>(file: string, view: View, work: (page: Page) => Promise<T>): Promise<T> {
    const { targetId } = await this.send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page(this, sessionId as string);
    try {
      await page.load(pathToFileURL(file).href, view);
      return await work(page);
    } finally {
      await this.send("Target.closeTarget", { targetId });
    }
  }

  send(method: string, params: Fields = {}, sessionId?: string): Promise<Fields> {
    const id = ++this.sent;
    (this.child.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }

  on(sessionId: string, method: string, listener: Listener): void {
    const key = `${sessionId} ${method}`;
    this.listeners.set(key, [...(this.listeners.get(key) ?? []), listener]);
  }

  private receive({ id, method, params = {}, sessionId, result, error }: Message): void {
    if (id === undefined) {
      for (const listener of this.listeners.get(`${sessionId} ${method}`) ?? []) listener(params);
      return;
    }
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (error) waiting?.reject(new Error(error.message));
    else waiting?.resolve(result ?? {});
  }
}

interface Message {
  id?: number;
  method?: string;
  params?: Fields;
  sessionId?: string;
  result?: Fields;
  error?: { message: string };
}

/** One open page. */
export class Page {
  readonly behaviour: Behaviour = { messages: [], requests: [] };

  constructor(
    private readonly browser: Chromium,
    private readonly session: string,
  ) {}

  async load(url: string, { width, height, scheme, scripts = true, media = "screen" }: View): Promise<void> {
    this.on("Log.entryAdded", ({ entry }) => this.behaviour.messages.push((entry as { text: string }).text));
    this.on("Runtime.consoleAPICalled", (call) => this.behaviour.messages.push(JSON.stringify(call.args)));
    this.on("Runtime.exceptionThrown", (thrown) => this.behaviour.messages.push(JSON.stringify(thrown)));
    this.on("Network.requestWillBeSent", ({ request }) => {
      const asked = (request as { url: string }).url;
      if (asked !== url && !asked.startsWith("data:")) this.behaviour.requests.push(asked);
    });
    for (const domain of ["Page", "Log", "Runtime", "Network"]) await this.send(`${domain}.enable`);
    await this.send("Emulation.setScriptExecutionDisabled", { value: !scripts });
    await this.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: width < 600 });
    await this.send("Emulation.setScrollbarsHidden", { hidden: true });
    const features = [{ name: "prefers-color-scheme", value: scheme }];
    await this.send("Emulation.setEmulatedMedia", { media: media === "print" ? media : "", features });
    const loaded = new Promise<void>((resolve) => this.on("Page.loadEventFired", () => resolve()));
    await this.send("Page.navigate", { url });
    await loaded;
  }

  /** The value of an expression in the page; it must be JSON. */
  async evaluate<T>(expression: string): Promise<T> {
    const told = await this.send("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
    if (told.exceptionDetails) throw new Error(JSON.stringify(told.exceptionDetails));
    return (told.result as { value: T }).value;
  }

  /** What an assistive technology is told that each thing is. */
  async roles(): Promise<string[]> {
    const { nodes } = await this.send("Accessibility.getFullAXTree");
    return (nodes as { ignored: boolean; role?: { value: string } }[]).flatMap(({ ignored, role }) =>
      ignored || !role ? [] : [role.value],
    );
  }

  /** Writes a picture of the whole page, or of its upper part. */
  async screenshot(file: string, height?: number): Promise<void> {
    const [width, whole] = await this.evaluate<[number, number]>("[innerWidth, document.documentElement.scrollHeight]");
    const clip = { x: 0, y: 0, width, height: height ?? whole, scale: 1 };
    const { data } = await this.send("Page.captureScreenshot", { clip, captureBeyondViewport: true });
    writeFileSync(file, Buffer.from(data as string, "base64"));
  }

  private send(method: string, params?: Fields): Promise<Fields> {
    return this.browser.send(method, params, this.session);
  }

  private on(method: string, listener: Listener): void {
    this.browser.on(this.session, method, listener);
  }
}
