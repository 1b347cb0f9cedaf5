import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Newest, newest, type Sources } from "../../runner-image/newest";
import { digest } from "./support/project";

const PINS = {
  runner: { version: "2.338.0", digest: digest("1") },
  gh: { version: "2.102.0", sha256: { amd64: "2".repeat(64), arm64: "3".repeat(64) } },
};
const RUNNER = { version: "2.338.0", published: "2026-10-06", digest: digest("1") };
const INDEX = "application/vnd.oci.image.index.v1+json";

const runnerAt = (tag: string) => ({ tag_name: tag, published_at: "2026-11-20T10:00:00Z" });
const CHECKSUMS = [
  `${"8".repeat(64)}  gh_2.103.0_linux_amd64.deb`,
  `${"a".repeat(64)}  gh_2.103.0_linux_amd64.tar.gz`,
  `${"b".repeat(64)}  gh_2.103.0_linux_arm64.tar.gz`,
].join("\n");

/** What GitHub and its registry answer: JSON, a text, or headers; what is not named is not there. */
type Answers = Record<string, object | string>;

const ANSWERS: Answers = {
  "GET /repos/actions/runner/releases/latest": runnerAt("v2.339.0"),
  "GET /repos/cli/cli/releases/latest": runnerAt("v2.103.0"),
  "GET /cli/cli/releases/download/v2.103.0/gh_2.103.0_checksums.txt": `${CHECKSUMS}\n`,
  "GET /token?service=ghcr.io&scope=repository:actions/actions-runner:pull": { token: "for-everybody" },
  "HEAD /v2/actions/actions-runner/manifests/2.339.0": { "content-type": INDEX, "docker-content-digest": digest("9") },
  "HEAD /v2/actions/actions-runner/manifests/2.338.0": { "content-type": INDEX, "docker-content-digest": digest("1") },
};

describe("The newest releases", () => {
  let server: Server;
  let sources: Sources;
  let answers: Answers;
  let asked: Map<string, IncomingHttpHeaders>;

  before(async () => {
    server = createServer(({ method, url, headers }, response) => {
      const key = `${method} ${url}`;
      asked.set(key, headers);
      const answer = answers[key];
      if (answer === undefined) response.writeHead(404).end();
      else if (method === "HEAD") response.writeHead(200, answer as Record<string, string>).end();
      else response.end(typeof answer === "string" ? answer : JSON.stringify(answer));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const here = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    sources = { api: here, github: here, registry: here, token: "to-read" };
  });
  beforeEach(() => {
    answers = { ...ANSWERS };
    asked = new Map();
  });
  after(() => void server.close());

  const found = (): Promise<Newest> => newest(PINS, RUNNER, sources);

  it("are taken with the day, the digest of all processors and the checksums of the release", async () => {
    assert.deepEqual(await found(), {
      runner: { version: "2.339.0", published: "2026-11-20", digest: digest("9") },
      gh: { version: "2.103.0", sha256: { amd64: "a".repeat(64), arm64: "b".repeat(64) } },
    });
  });

  it("are asked for by the token of the job at GitHub's API, and by the one for everybody at the registry", async () => {
    await found();
    const authorizations = [...asked]
      .map(([key, { authorization }]) => `${key.split("?")[0]}: ${authorization}`)
      .sort();
    assert.deepEqual(authorizations, [
      "GET /cli/cli/releases/download/v2.103.0/gh_2.103.0_checksums.txt: undefined",
      "GET /repos/actions/runner/releases/latest: Bearer to-read",
      "GET /repos/cli/cli/releases/latest: Bearer to-read",
      "GET /token: undefined",
      "HEAD /v2/actions/actions-runner/manifests/2.339.0: Bearer for-everybody",
    ]);
  });

  it("leave what is there when there is nothing newer, or only something older", async () => {
    answers["GET /repos/cli/cli/releases/latest"] = runnerAt("v2.102.0");
    answers["GET /repos/actions/runner/releases/latest"] = runnerAt("v2.338.0");
    assert.deepEqual(await found(), { runner: RUNNER, gh: PINS.gh });
    answers["GET /repos/cli/cli/releases/latest"] = runnerAt("v2.99.0");
    answers["GET /repos/actions/runner/releases/latest"] = runnerAt("v2.99.0");
    assert.deepEqual(await found(), { runner: RUNNER, gh: PINS.gh });
  });

  it("take another digest of the same version: GitHub has built it anew", async () => {
    answers["GET /repos/actions/runner/releases/latest"] = runnerAt("v2.338.0");
    answers["HEAD /v2/actions/actions-runner/manifests/2.338.0"] = {
      "content-type": INDEX,
      "docker-content-digest": digest("5"),
    };
    assert.deepEqual((await found()).runner, { ...RUNNER, digest: digest("5") });
  });

  it("wait for the image of a release that has none yet", async () => {
    delete answers["HEAD /v2/actions/actions-runner/manifests/2.339.0"];
    assert.deepEqual((await found()).runner, RUNNER);
  });

  it("are refused when an answer is not what it should be", async () => {
    const cases: [key: string, answer: object | string | undefined, message: RegExp][] = [
      ["GET /repos/actions/runner/releases/latest", runnerAt("v2.339.0-rc1"), /latest names no version and day$/],
      ["GET /repos/actions/runner/releases/latest", undefined, /latest answers 404$/],
      [
        "GET /cli/cli/releases/download/v2.103.0/gh_2.103.0_checksums.txt",
        CHECKSUMS.replace(/\n.*arm64.*/, ""),
        /has no checksum of gh_2\.103\.0_linux_arm64\.tar\.gz$/,
      ],
      [
        "HEAD /v2/actions/actions-runner/manifests/2.339.0",
        { "content-type": "application/vnd.oci.image.manifest.v1+json", "docker-content-digest": digest("9") },
        /is no image for several processors$/,
      ],
      [
        "HEAD /v2/actions/actions-runner/manifests/2.339.0",
        { "content-type": INDEX, "docker-content-digest": "sha256:1" },
        /is no image for several processors$/,
      ],
    ];
    for (const [key, answer, message] of cases) {
      answers = { ...ANSWERS };
      if (answer === undefined) delete answers[key];
      else answers[key] = answer;
      await assert.rejects(found(), { message }, key);
    }
  });
});
