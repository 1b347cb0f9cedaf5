import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { type FakeGitHub, startGitHub } from "../../lab/github/fake";
import type { Failure, OrganizationArgs as FakeOrganization } from "../../lab/github/state";
import { Auth, type OrganizationArgs } from "../../components";
import { AppLookup, type AppSource } from "../../stacks/app-lookup";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const KEY = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
const PUBLIC_KEY = publicKey.export({ type: "spki", format: "pem" }).toString();
const OTHER_KEY = generateKeyPairSync("rsa", { modulusLength: 2048 })
  .privateKey.export({ type: "pkcs8", format: "pem" })
  .toString();
const RUNNERS = { id: 11, appId: 501, appSlug: "arc-runners" };
const SETS: OrganizationArgs["runnerSets"] = [];
const WRITE_ID = "or write the id into the file: installationId of acme in arc:orgs";

describe("The look-up by the App's own key", function () {
  this.timeout(20_000);
  let github: FakeGitHub;

  before(async () => {
    github = await startGitHub({ organizations: {}, tokens: [] });
    github.setAppKeys("501", [PUBLIC_KEY]);
    github.setAppKeys("502", [PUBLIC_KEY]);
  });
  beforeEach(() => {
    for (const login of ["acme", "globex"]) github.set(login, undefined);
    github.set("acme", { id: 7, installations: [RUNNERS], failure: undefined, formerly: [] });
    github.setClock(0);
    github.requests.length = 0;
  });
  after(() => github.stop());

  const source = (change: Partial<AppSource["settings"]["githubApp"]> = {}): AppSource => ({
    settings: { githubApp: { installationLookup: "app", appId: "501", apiUrl: github.apiUrl, ...change } },
    secrets: { githubAppPrivateKey: { text: KEY } },
  });
  const acme = (change: Partial<OrganizationArgs> = {}): OrganizationArgs => ({
    name: "acme",
    runnerSets: SETS,
    ...change,
  });
  const asked = () => github.requests.map(({ method, path, status }) => `${method} ${path} ${status}`);

  async function refusal(from: AppSource, org = acme()): Promise<string> {
    const error = await new AppLookup(from).installationId(org).then(
      (id) => assert.fail(`found ${id}`),
      (error: Error) => error,
    );
    const told = `${error.message}${error.stack}`;
    for (const line of KEY.trim().split("\n").slice(1, -1)) assert.ok(!told.includes(line), "the key is told");
    assert.doesNotMatch(told, /eyJ|ghs_/, "a token is told");
    return error.message;
  }

  it("finds the installation of an organisation by the App's id and its client id, and asks one question", async () => {
    for (const appId of ["501", "Iv23li00000000000501"]) {
      const lookup = new AppLookup(source({ appId }));
      assert.deepEqual(await Promise.all([lookup.installationId(acme()), lookup.installationId(acme())]), ["11", "11"]);
    }
    assert.deepEqual(asked(), Array(2).fill("GET /api/v3/orgs/acme/installation 200"));
  });

  it("finds that of a repository, which needs another permission", async () => {
    github.set("acme", { installations: [{ ...RUNNERS, selfHostedRunners: "none", administration: "write" }] });
    const app = acme({ githubConfigUrl: `${github.url}/acme/app` });
    assert.equal(await new AppLookup(source({ apiUrl: undefined })).installationId(app), "11");
    assert.deepEqual(asked(), ["GET /api/v3/repos/acme/app/installation 200"]);
    github.set("acme", { installations: [RUNNERS] });
    assert.equal(
      await refusal(source({ owner: "acme" }), app),
      "The installation 11 of the GitHub App (id 501) on acme lacks the permission administration: write (it has: none). " +
        `Set "Administration: Read and write" under ${github.url}/organizations/acme/settings/apps → Permissions → Repository, ` +
        "then accept the request in acme.",
    );
  });

  it("asks each organisation with the key of its own App", async () => {
    github.set("globex", { installations: [{ id: 12, appId: 502, appSlug: "partner" }] });
    const lookup = new AppLookup({
      settings: { ...source({ appId: "9" }).settings, githubApps: { partner: { appId: "502" } } },
      secrets: { "githubAppPrivateKeys.partner": { text: KEY } },
    });
    assert.equal(await lookup.installationId({ name: "globex", githubApp: "partner", runnerSets: SETS }), "12");
  });

  it("takes no installation that is suspended, may not manage runners, or is of an App with another slug", async () => {
    const installed = (change: object) => github.set("acme", { installations: [{ ...RUNNERS, ...change }] });
    installed({ suspended: true });
    assert.match(await refusal(source()), /^The installation 11 of the GitHub App \(id 501\) on acme is suspended\./);
    installed({ selfHostedRunners: "read" });
    assert.match(
      await refusal(source()),
      /lacks the permission organization_self_hosted_runners: write \(it has: read\)/,
    );
    installed({});
    assert.match(
      await refusal(source({ slug: "other" })),
      /^The GitHub App other \(id 501\) is not installed on the organisation acme\. Installed there: arc-runners \(501\)\./,
    );
  });

  it("says where the App is installed when it is not where it should be, and guesses the name", async () => {
    github.set("globex", { installations: [{ ...RUNNERS, id: 12 }] });
    const wrong = (name: string) => refusal(source({ owner: "acme" }), acme({ name }));
    assert.equal(
      await wrong("globx"),
      "The GitHub App (id 501) is not installed on the organisation globx. It is installed on: acme, globex. " +
        "Install it (https://github.com/organizations/acme/settings/apps → Install App → globx), " +
        "or correct the name in arc:orgs: did you mean globex?",
    );
    assert.match(await wrong("unrelated"), /It is installed on: acme, globex\. .* or correct the name in arc:orgs\.$/);
  });

  it("tells the new name of an organisation that has another now, and does not go on with the old one", async () => {
    github.set("acme", { formerly: ["acme-inc"] });
    assert.equal(
      await refusal(source(), acme({ name: "acme-inc" })),
      [
        "acme-inc has moved: GitHub knows it as one of acme",
        "  allowed: the name that it has now",
        "  fix: write acme for acme-inc in arc:orgs, in name and url",
      ].join("\n"),
    );
    assert.deepEqual(asked(), [
      "GET /api/v3/orgs/acme-inc/installation 301",
      "GET /api/v3/organizations/7/installation 200",
    ]);
  });

  it("allows for a clock that is wrong, by that of GitHub", async () => {
    for (const ahead of [-3600, 3600]) {
      github.setClock(ahead);
      assert.equal(await new AppLookup(source()).installationId(acme()), "11");
    }
    assert.deepEqual(
      asked().map((line) => line.slice(-3)),
      ["401", "200", "401", "200"],
    );
  });

  describe("tells a failure with what GitHub said and the fix for it:", () => {
    const failures: [title: string, failure: Failure, said: RegExp, allowed: string, fix: string][] = [
      [
        "no rights",
        { kind: "forbidden" },
        /403: Resource not accessible/,
        "an App that acme has not blocked or suspended",
        "ask an owner of acme",
      ],
      [
        "the rate limit",
        { kind: "rateLimit", seconds: 900 },
        /403: API rate limit/,
        "fewer requests",
        "wait 15 minutes",
      ],
      [
        "the secondary rate limit",
        { kind: "secondaryRateLimit", seconds: 30 },
        /429: You have exceeded a secondary/,
        "fewer requests",
        "wait 30 s",
      ],
      ...([500, 502, 503, 504] as const).map((status): (typeof failures)[number] => [
        `${status}`,
        { kind: "serverError", status },
        new RegExp(`${status}: `),
        "a GitHub that works",
        "run it again later; https://www.githubstatus.com tells more",
      ]),
    ];
    for (const [title, failure, said, allowed, fix] of failures) {
      it(title, async () => {
        github.set("acme", { failure } as FakeOrganization);
        const [first, ...rest] = (await refusal(source())).split("\n");
        assert.match(
          first!,
          /^The installation of the GitHub App \(id 501\) on acme could not be looked up: GitHub answered /,
        );
        assert.match(first!, said);
        assert.deepEqual(rest, [`  allowed: ${allowed}`, `  fix: ${fix}; ${WRITE_ID}`]);
      });
    }

    it("a key that is not this App's", async () => {
      const wrong = { ...source(), secrets: { githubAppPrivateKey: { text: OTHER_KEY } } };
      assert.equal(
        await refusal(wrong),
        [
          "The installation of the GitHub App (id 501) on acme could not be looked up: GitHub answered 401: A JSON web token could not be decoded",
          "  allowed: a private key of this GitHub App (id 501) that its settings page still lists",
          `  fix: compare arc:githubApp.appId with that page, or run: pulumi config set --secret arc:githubAppPrivateKey < private-key.pem; ${WRITE_ID}`,
        ].join("\n"),
      );
    });

    it("a key that is not set, of the App that the organisation names", async () => {
      const settings = { ...source().settings, githubApps: { partner: { appId: "502" } } };
      const message = await refusal({ ...source(), settings }, acme({ githubApp: "partner" }));
      assert.match(message, /could not be looked up: arc:githubAppPrivateKeys\.partner is not set$/m);
    });

    it("a connection that breaks, and nobody there", async () => {
      github.set("acme", { failure: { kind: "connectionReset" } });
      const broken = await refusal(source());
      assert.match(broken, /does not answer: (read ECONNRESET|other side closed)$/m);
      assert.match(broken, /^ {2}allowed: http:\/\/127\.0\.0\.1:\d+ can be reached from here$/m);
      assert.match(broken, /^ {2}fix: check the network, and arc:githubApp\.apiUrl; /m);
      assert.match(await refusal(source({ apiUrl: await nowhere() })), /does not answer: connect ECONNREFUSED/);
    });

    it("a proxy that Node.js does not use", async () => {
      process.env.HTTPS_PROXY = "http://user:hidden@proxy.example.org:3128";
      try {
        const message = await refusal(source({ apiUrl: await nowhere() }));
        assert.match(message, /fix: set NODE_USE_ENV_PROXY=1: /);
        assert.doesNotMatch(message, /hidden/);
      } finally {
        delete process.env.HTTPS_PROXY;
      }
    });

    it("no answer in time", async () => {
      github.set("acme", { delay: 2000 });
      const before = performance.now();
      const message = await refusal({ ...source(), limitMs: 100 });
      assert.ok(performance.now() - before < 1500);
      assert.match(message, /could not be looked up: http:\/\/127\.0\.0\.1:\d+ does not answer within 0\.1 s$/m);
    });
  });

  describe("says so when a server is not the API:", () => {
    let answer: http.RequestListener;
    let server: http.Server | https.Server;
    const listen = async (started: http.Server | https.Server, protocol: string) => {
      server = started;
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return `${protocol}://127.0.0.1:${(server.address() as AddressInfo).port}`;
    };
    afterEach(() => void server.close());

    it("pages and other people's JSON", async () => {
      const origin = await listen(
        http.createServer((request, response) => answer(request, response)),
        "http",
      );
      for (const [status, type, body] of [
        [200, "text/html", "<html>Sign in</html>"],
        [404, "text/html; charset=utf-8", "<html>Not here</html>"],
        [200, "application/json", "{}"],
        [200, "application/json", "null"],
      ] as const) {
        answer = (_request, response) => response.writeHead(status, { "content-type": type }).end(body);
        const lines = (await refusal(source({ apiUrl: origin }))).split("\n");
        assert.match(lines[0]!, new RegExp(`GitHub answered ${status}$`), body);
        assert.equal(
          lines[1],
          "  allowed: the base URL of GitHub's REST API, on a server of your own https://<host>/api/v3/",
        );
      }
    });

    it("one that sends on to another, which gets no token", async () => {
      const got: (string | undefined)[] = [];
      const origin = await listen(
        http.createServer(({ headers: { authorization, host } }, response) => {
          got.push(authorization && host);
          response.writeHead(308, { location: `http://localhost:${host!.split(":")[1]}/elsewhere` }).end();
        }),
        "http",
      );
      const message = await refusal(source({ apiUrl: origin }));
      assert.match(message, /GitHub answered 308$/m);
      assert.match(message, /fix: set arc:githubApp\.apiUrl to the one below http:\/\/localhost:\d+; /);
      assert.deepEqual(got, [new URL(origin).host]);
    });

    it("one whose certificate Node.js does not trust", async function () {
      const certificate = selfSigned();
      if (!certificate) return this.skip();
      const origin = await listen(
        https.createServer(certificate, (_request, response) => response.end()),
        "https",
      );
      const message = await refusal(source({ apiUrl: origin }));
      assert.match(message, /does not answer: self-signed certificate$/m);
      assert.match(
        message,
        /allowed: a certificate that Node\.js trusts\n {2}fix: name a file .* NODE_EXTRA_CA_CERTS; /,
      );
    });
  });

  describe("sees runner groups", () => {
    const groups = (org: OrganizationArgs, from = source()) => new AppLookup(from).get(org, "actions/runner-groups");

    it("with a token that may only read the runners, of the id in the file or the one that was found", async () => {
      for (const [org, questions] of [
        [acme({ installationId: "11" }), []],
        [acme(), ["GET /api/v3/orgs/acme/installation 200"]],
      ] as const) {
        github.requests.length = 0;
        const { code, body } = await groups(org);
        assert.deepEqual([code, (body as { total_count: number }).total_count], [200, 1]);
        assert.deepEqual(asked(), [
          ...questions,
          "POST /api/v3/app/installations/11/access_tokens 201",
          "GET /api/v3/orgs/acme/actions/runner-groups 200",
        ]);
      }
    });

    it("with the organisation's own token where it registers with one", async () => {
      const secrets = { "githubTokens.acme": { text: "ghp_unknown" } };
      assert.equal((await groups(acme({ auth: Auth.Token }), { ...source(), secrets })).code, 401);
      assert.deepEqual(asked(), ["GET /api/v3/orgs/acme/actions/runner-groups 401"]);
    });

    it("not where the permission is missing or the credentials are elsewhere, and says which", async () => {
      github.set("acme", { installations: [{ ...RUNNERS, selfHostedRunners: "none" }] });
      await assert.rejects(groups(acme({ installationId: "11" })), {
        message:
          "GitHub gives the App no token for it: 422 The permissions requested are not granted to this installation.",
      });
      await assert.rejects(groups(acme({ githubConfigSecret: "own" })), {
        message: "its credentials are not part of the stack file",
      });
    });
  });
});

/** An address where nobody listens any more. */
async function nowhere(): Promise<string> {
  const server = http.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

/** A certificate that nobody vouches for; Node.js can make none, so `undefined` where openssl is not installed. */
function selfSigned(): { key: Buffer; cert: Buffer } | undefined {
  const folder = mkdtempSync(path.join(os.tmpdir(), "arc-certificate-"));
  const [key, cert] = ["key.pem", "cert.pem"].map((name) => path.join(folder, name)) as [string, string];
  try {
    const options = ["-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "1"];
    execFileSync("openssl", ["req", "-x509", ...options, "-keyout", key, "-out", cert], { stdio: "ignore" });
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
