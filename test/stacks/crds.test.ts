import * as assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { compactCrd } from "../../components/controller/crds";
import { embeddedCrds } from "../../components/controller/embedded-crds";
import { ARC_RELEASES, CRD_FILES, type CrdFile, crdFileName, crdUrl } from "../../components/controller/releases";
import { type CrdSource, loadCrds, releaseCrdsCached } from "../../stacks/crds";
import { described, failure, fileOf, knowRelease, never, serve, VERSION } from "../support/crd-release";
import { requireOfficialCrds } from "../support/shared";

const RELEASE: CrdSource = { source: "release", detail: "full" };

describe("loadCrds", () => {
  let root: string;
  let cacheDir: string;

  knowRelease();
  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), "arc-crds-"));
    cacheDir = path.join(root, "cache");
  });
  afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

  const cached = (plural: CrdFile, version = VERSION) => path.join(cacheDir, "crds", version, crdFileName(plural));
  const cacheFiles = () => fs.readdirSync(path.join(cacheDir, "crds", VERSION)).sort();

  describe("from embedded and preinstalled", () => {
    it("gives this package's own CRDs as JSON without network or disk", async () => {
      const texts = await loadCrds({ source: "embedded" }, "0.14.2", { cacheDir, fetch: never });
      assert.deepEqual(
        texts.map((text) => JSON.parse(text)),
        embeddedCrds(),
      );
      assert.equal(fs.existsSync(cacheDir), false);
    });

    it("gives embedded CRDs for a version that is not known", async () => {
      assert.equal((await loadCrds({ source: "embedded" }, "0.99.0", { fetch: never })).length, 4);
    });

    it("gives nothing for preinstalled CRDs", async () => {
      assert.deepEqual(await loadCrds({ source: "preinstalled" }, "0.14.2", { cacheDir, fetch: never }), []);
    });
  });

  describe("from a release", () => {
    it("fetches each official file once, and gives JSON in the order of CRD_FILES", async () => {
      const { fetch, urls } = serve();
      const texts = await loadCrds(RELEASE, VERSION, { cacheDir, fetch });
      assert.deepEqual(
        texts.map((text) => JSON.parse(text)),
        described,
      );
      assert.deepEqual(
        urls.sort(),
        CRD_FILES.map((plural) => crdUrl(VERSION, plural)),
      );
    });

    it("keeps the order of CRD_FILES when the first file arrives last", async () => {
      const late = () =>
        new Promise<Response>((resolve) => setTimeout(() => resolve(new Response(fileOf("autoscalinglisteners"))), 30));
      const { fetch } = serve({ autoscalinglisteners: late });
      const texts = await loadCrds(RELEASE, VERSION, { cacheDir, fetch });
      assert.deepEqual(
        texts.map((text) => JSON.parse(text).metadata.name),
        CRD_FILES.map((plural) => `${plural}.actions.github.com`),
      );
    });

    it("drops descriptions for detail compact and keeps them for full", async () => {
      const { fetch } = serve();
      const compact = await loadCrds({ source: "release", detail: "compact" }, VERSION, { cacheDir, fetch });
      const full = await loadCrds(RELEASE, VERSION, { cacheDir, fetch });
      assert.deepEqual(
        compact.map((text) => JSON.parse(text)),
        described.map(compactCrd),
      );
      assert.equal(compact.filter((text) => text.includes("for readers")).length, 0);
      assert.equal(full.filter((text) => text.includes("for readers")).length, 4);
    });

    it("fetches nothing when all four files are cached, and the texts are the same", async () => {
      const first = await loadCrds(RELEASE, VERSION, { cacheDir, fetch: serve().fetch });
      assert.deepEqual(await loadCrds(RELEASE, VERSION, { cacheDir, fetch: never }), first);
    });

    it("fetches a corrupt cache file again, only that one, and mends it", async () => {
      const first = await loadCrds(RELEASE, VERSION, { cacheDir, fetch: serve().fetch });
      fs.truncateSync(cached("ephemeralrunners"), 100);
      const { fetch, urls } = serve();
      assert.deepEqual(await loadCrds(RELEASE, VERSION, { cacheDir, fetch }), first);
      assert.deepEqual(urls, [crdUrl(VERSION, "ephemeralrunners")]);
      assert.equal(fs.readFileSync(cached("ephemeralrunners"), "utf8"), fileOf("ephemeralrunners"));
    });

    it("serves two loads at once from one empty cache and leaves four whole files and nothing else", async () => {
      const { fetch, urls } = serve();
      const load = () => loadCrds(RELEASE, VERSION, { cacheDir, fetch });
      const [one, two] = await Promise.all([load(), load()]);
      assert.deepEqual(one, two);
      assert.equal(urls.length, 8);
      assert.deepEqual(cacheFiles(), CRD_FILES.map(crdFileName));
      for (const plural of CRD_FILES) assert.equal(fs.readFileSync(cached(plural), "utf8"), fileOf(plural));
    });

    it("works without a cache that can be written", async () => {
      fs.writeFileSync(cacheDir, "a file where the directory should be");
      const { fetch, urls } = serve();
      assert.equal((await loadCrds(RELEASE, VERSION, { cacheDir, fetch })).length, 4);
      assert.equal(urls.length, 4);
    });

    it("leaves no temporary file behind when the rename fails", async () => {
      fs.mkdirSync(path.join(cached("ephemeralrunners"), "in-the-way"), { recursive: true });
      assert.equal((await loadCrds(RELEASE, VERSION, { cacheDir, fetch: serve().fetch })).length, 4);
      assert.deepEqual(cacheFiles(), CRD_FILES.map(crdFileName));
    });

    it("refuses a file with another SHA-256 and does not cache it", async () => {
      const { fetch } = serve({ ephemeralrunners: () => new Response(`${fileOf("ephemeralrunners")}# changed\n`) });
      const error = await failure(loadCrds(RELEASE, VERSION, { cacheDir, fetch }));
      const found = createHash("sha256")
        .update(`${fileOf("ephemeralrunners")}# changed\n`)
        .digest("hex");
      const expected = ARC_RELEASES[VERSION]?.crdSha256.ephemeralrunners;
      const url = crdUrl(VERSION, "ephemeralrunners");
      assert.deepEqual(error.problems, [
        `${url}: not the file that was released: its sha256 is ${found}, expected ${expected}`,
      ]);
      assert.deepEqual(cacheFiles(), CRD_FILES.filter((plural) => plural !== "ephemeralrunners").map(crdFileName));
    });

    it("reports every file that fails, each with its address and reason, and how to go on", async () => {
      const refused = () => {
        throw new TypeError("fetch failed", { cause: new Error("getaddrinfo ENOTFOUND raw.example") });
      };
      const { fetch, urls } = serve({
        autoscalinglisteners: () => new Response("404: Not Found", { status: 404, statusText: "Not Found" }),
        autoscalingrunnersets: refused,
        ephemeralrunnersets: () => new Response("", { status: 503 }),
      });
      const error = await failure(loadCrds(RELEASE, VERSION, { cacheDir, fetch }));
      assert.equal(urls.length, 4);
      assert.equal(
        error.message,
        [
          "arc:controller.crds: could not load 3 of the 4 official CRD files of ARC 99.0.0",
          `  - ${crdUrl(VERSION, "autoscalinglisteners")}: HTTP 404 Not Found`,
          `  - ${crdUrl(VERSION, "autoscalingrunnersets")}: fetch failed (getaddrinfo ENOTFOUND raw.example)`,
          `  - ${crdUrl(VERSION, "ephemeralrunnersets")}: HTTP 503`,
          "Fix: set arc:controller.crds to { source: embedded }, which needs no network, or put the four files in a directory and set { source: directory, directory: <path> }",
        ].join("\n"),
      );
    });

    it("keeps the good files of a failed load, so that the next one fetches only the rest", async () => {
      const broken = serve({ ephemeralrunners: () => new Response("", { status: 500 }) });
      await failure(loadCrds(RELEASE, VERSION, { cacheDir, fetch: broken.fetch }));
      const { fetch, urls } = serve();
      await loadCrds(RELEASE, VERSION, { cacheDir, fetch });
      assert.deepEqual(urls, [crdUrl(VERSION, "ephemeralrunners")]);
    });

    it("gives up on a server that stalls in the middle of a file", async () => {
      const server = http.createServer((_request, response) => response.writeHead(200).write("apiVersion: "));
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const stalled = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      try {
        const toServer: typeof fetch = (_url, init) => fetch(stalled, init);
        const error = await failure(loadCrds(RELEASE, VERSION, { cacheDir, fetch: toServer, timeoutMs: 200 }));
        assert.deepEqual(
          error.problems,
          CRD_FILES.map((plural) => `${crdUrl(VERSION, plural)}: not complete after 0.2 s`),
        );
      } finally {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    });

    it("refuses a version that it has no digests for, and names the known ones and the other sources", async () => {
      const error = await failure(loadCrds(RELEASE, "0.15.0", { cacheDir, fetch: never }));
      assert.match(error.message, /^arc:controller\.crds: no official CRDs are known for ARC 0\.15\.0;/);
      assert.match(error.message, /knows the CRDs of 0\.12\.1, 0\.13\.0, 0\.13\.1, 0\.14\.0, 0\.14\.1, 0\.14\.2\n/);
      for (const source of ["embedded", "directory", "preinstalled"]) {
        assert.ok(error.message.includes(`{ source: ${source}`), source);
      }
    });

    it("takes the official files of 0.14.2 and gives less than 100 kB for detail compact", async function () {
      const directory = requireOfficialCrds(this);
      const fromDisk: typeof fetch = async (url) =>
        new Response(fs.readFileSync(path.join(directory, path.basename(String(url)))));
      const compact: CrdSource = { source: "release", detail: "compact" };
      const texts = await loadCrds(compact, "0.14.2", { cacheDir, fetch: fromDisk });
      assert.deepEqual(
        texts.map((text) => JSON.parse(text).metadata.name),
        CRD_FILES.map((plural) => `${plural}.actions.github.com`),
      );
      assert.ok(texts.join("").length < 100_000);
    });
  });

  describe("from the default cache", () => {
    const { XDG_CACHE_HOME, HOME } = process.env;
    afterEach(() => {
      for (const [name, value] of Object.entries({ XDG_CACHE_HOME, HOME })) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    });

    const places: [title: string, xdg: string | undefined, under: string][] = [
      ["$XDG_CACHE_HOME/arc-runners", "xdg", "xdg"],
      ["~/.cache/arc-runners when XDG_CACHE_HOME is not set", undefined, "home/.cache"],
      ["~/.cache/arc-runners when XDG_CACHE_HOME is relative", "./relative", "home/.cache"],
    ];
    for (const [title, xdg, under] of places) {
      it(`is ${title}`, async () => {
        process.env.HOME = path.join(root, "home");
        if (xdg === undefined) delete process.env.XDG_CACHE_HOME;
        else process.env.XDG_CACHE_HOME = xdg.startsWith(".") ? xdg : path.join(root, xdg);
        await loadCrds(RELEASE, VERSION, { fetch: serve().fetch });
        const files = fs.readdirSync(path.join(root, under, "arc-runners", "crds", VERSION));
        assert.deepEqual(files.sort(), CRD_FILES.map(crdFileName));
        assert.equal(await releaseCrdsCached(VERSION), true);
      });
    }
  });

  describe("releaseCrdsCached", () => {
    it("is true only while all four files are there and intact", async () => {
      assert.equal(await releaseCrdsCached(VERSION, cacheDir), false);
      await loadCrds(RELEASE, VERSION, { cacheDir, fetch: serve().fetch });
      assert.equal(await releaseCrdsCached(VERSION, cacheDir), true);
      fs.appendFileSync(cached("autoscalinglisteners"), " ");
      assert.equal(await releaseCrdsCached(VERSION, cacheDir), false);
    });

    it("is false for a version that is not known", async () => {
      assert.equal(await releaseCrdsCached("0.15.0", cacheDir), false);
    });
  });
});
