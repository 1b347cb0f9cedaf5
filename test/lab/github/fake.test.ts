import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { type FakeGitHub, type GitHubOptions, startGitHub } from "../../../lab/github/fake";

const RUNNERS = { id: 11, appId: 501, appSlug: "arc-runners" };
const AUTHORIZED = { authorization: "Bearer ghp_test" };

describe("The fake GitHub", () => {
  let github: FakeGitHub;

  async function start(options: Partial<GitHubOptions> = {}): Promise<void> {
    github = await startGitHub({ organizations: { acme: { id: 7, installations: [RUNNERS] } }, ...options });
  }

  async function get(path: string, headers: Record<string, string> = AUTHORIZED, method = "GET") {
    const answer = await fetch(`${github.apiUrl}${path}`, { headers, method });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> };
  }

  afterEach(() => github.stop());

  it("lists an organisation's installations in GitHub's shape, with and without the prefix", async () => {
    await start();
    const { status, headers, body } = await get("/orgs/ACME/installations");
    assert.equal(status, 200);
    assert.equal(headers.get("link"), null);
    assert.equal(headers.get("x-github-enterprise-version"), "3.19.0");
    assert.equal(body.total_count, 1);
    const [installation] = body.installations as Record<string, unknown>[];
    const { account, ...rest } = installation!;
    assert.equal((account as Record<string, unknown>).login, "acme");
    assert.deepEqual(rest, {
      id: 11,
      client_id: "Iv23li00000000000501",
      repository_selection: "all",
      access_tokens_url: `${github.apiUrl}/app/installations/11/access_tokens`,
      repositories_url: `${github.apiUrl}/installation/repositories`,
      html_url: `${github.url}/organizations/acme/settings/installations/11`,
      app_id: 501,
      app_slug: "arc-runners",
      target_id: 7,
      target_type: "Organization",
      permissions: { metadata: "read", organization_self_hosted_runners: "write" },
      events: [],
      created_at: "2026-01-05T09:00:00.000Z",
      updated_at: "2026-01-05T09:00:00.000Z",
      single_file_name: null,
      has_multiple_single_files: false,
      single_file_paths: [],
      suspended_by: null,
      suspended_at: null,
    });
    const plain = await fetch(`${github.url}/orgs/acme/installations`, { headers: AUTHORIZED });
    assert.deepEqual(await plain.json(), body);
  });

  it("pages with a Link header that names the organisation by its id", async () => {
    await start({ organizations: { acme: { id: 7, installations: [1, 2, 3].map((id) => ({ ...RUNNERS, id })) } } });
    const second = await get("/orgs/acme/installations?per_page=1&page=2");
    const url = `${github.apiUrl}/organizations/7/installations?per_page=1&page=`;
    assert.equal(
      second.headers.get("link"),
      `<${url}1>; rel="prev", <${url}3>; rel="next", <${url}3>; rel="last", <${url}1>; rel="first"`,
    );
    const third = await get("/organizations/7/installations?per_page=1&page=3");
    assert.equal(third.body.total_count, 3);
    assert.deepEqual(
      (third.body.installations as { id: number }[]).map(({ id }) => id),
      [3],
    );
  });

  it("says what is suspended and what is not granted", async () => {
    await start({
      organizations: {
        acme: {
          installations: [
            { ...RUNNERS, suspended: true, selfHostedRunners: "read" },
            { ...RUNNERS, id: 12, selfHostedRunners: "none" },
          ],
        },
      },
    });
    const [suspended, lacking] = (await get("/orgs/acme/installations")).body.installations as Record<
      string,
      unknown
    >[];
    assert.equal(suspended!.suspended_at, "2026-02-01T10:00:00Z");
    assert.equal((suspended!.suspended_by as { login: string }).login, "octocat");
    assert.deepEqual(suspended!.permissions, { metadata: "read", organization_self_hosted_runners: "read" });
    assert.deepEqual(lacking!.permissions, { metadata: "read" });
  });

  it("answers 401 without a token and to a token that it does not know, and 404 about what is not there", async () => {
    await start({ tokens: ["ghp_good"] });
    const documentation_url = "https://docs.github.com/rest/orgs/orgs#list-app-installations-for-an-organization";
    const anonymous = await get("/orgs/acme/installations", {});
    assert.deepEqual(anonymous.body, { message: "Requires authentication", documentation_url, status: "401" });
    const wrong = await get("/orgs/acme", { authorization: "token ghp_bad" });
    assert.equal(wrong.status, 401);
    assert.deepEqual(wrong.body, {
      message: "Bad credentials",
      documentation_url: "https://docs.github.com/rest",
      status: "401",
    });
    const missing = await get("/orgs/nobody/installations", { authorization: "token ghp_good" });
    assert.deepEqual(missing.body, { message: "Not Found", documentation_url, status: "404" });
  });

  it("answers about the App only to a JSON web token", async () => {
    await start();
    const jwt = { authorization: `Bearer e30.${Buffer.from('{"iss":"501"}').toString("base64url")}.c2ln` };
    const plain = await get("/orgs/acme/installation");
    assert.equal(plain.status, 401);
    assert.equal(plain.body.message, "A JSON web token could not be decoded");
    assert.equal((await get("/orgs/acme/installation", jwt)).body.id, 11);
    assert.deepEqual(
      [(await get("/app", jwt)).body].map(({ id, slug, installations_count }) => [id, slug, installations_count]),
      [[501, "arc-runners", 1]],
    );
    const token = await get("/app/installations/11/access_tokens", jwt, "POST");
    assert.equal(token.status, 201);
    github.set("acme", { installations: [{ ...RUNNERS, suspended: true }] });
    const suspended = await get("/app/installations/11/access_tokens", jwt, "POST");
    assert.deepEqual([suspended.status, suspended.body.message], [403, "This installation has been suspended"]);
  });

  describe("that knows an App's key", () => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const other = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const jwt = (claims: object = {}, key = privateKey) => {
      const now = Math.floor(Date.now() / 1000);
      const content = `${part({ alg: "RS256" })}.${part({ iss: "501", iat: now - 30, exp: now + 570, ...claims })}`;
      return `${content}.${sign("RSA-SHA256", Buffer.from(content), key).toString("base64url")}`;
    };
    const asked = async (token: string) => {
      const { status, body } = await get("/orgs/acme/installation", { authorization: `Bearer ${token}` });
      return [status, body.message ?? body.id];
    };

    it("believes it by that key alone, under its id and its client id", async () => {
      await start();
      assert.deepEqual(await asked(jwt({}, other.privateKey)), [200, 11]);
      github.setAppKeys("501", [pem]);
      assert.deepEqual(await asked(jwt()), [200, 11]);
      assert.deepEqual(await asked(jwt({ iss: "Iv23li00000000000501" })), [200, 11]);
      for (const iss of ["501", "Iv23li00000000000501"]) {
        assert.deepEqual(await asked(jwt({ iss }, other.privateKey)), [401, "A JSON web token could not be decoded"]);
      }
      github.setAppKeys("501", []);
      assert.equal((await asked(jwt()))[0], 401);
    });

    it("looks at its clock", async () => {
      await start();
      github.setAppKeys("501", [pem]);
      github.setClock(-3600);
      assert.match(String((await asked(jwt()))[1]), /^'Issued at' claim \('iat'\) must be an Integer/);
      github.setClock(3600);
      const { headers } = await get("/meta");
      const ahead = Date.parse(headers.get("date")!) - Date.now();
      assert.ok(ahead > 3_595_000 && ahead <= 3_600_000, `${ahead}`);
      assert.match(String((await asked(jwt()))[1]), /^'Expiration time' claim \('exp'\) must be a numeric value/);
      github.setClock(0);
      const tooLong = jwt({ exp: Math.floor(Date.now() / 1000) + 700 });
      assert.equal((await asked(tooLong))[1], "'Expiration time' claim ('exp') is too far in the future");
    });
  });

  it("tells an App where it is installed, and sends on who asks for a name of before", async () => {
    const selected = { ...RUNNERS, id: 12, repositorySelection: "selected" as const, repositories: ["app"] };
    await start({
      organizations: {
        acme: { id: 7, installations: [RUNNERS], formerly: ["acme-inc"] },
        globex: { installations: [selected] },
      },
    });
    const authorization = `Bearer e30.${Buffer.from('{"iss":"501"}').toString("base64url")}.c2ln`;
    const { body } = await get("/app/installations", { authorization });
    assert.deepEqual(
      (body as unknown as { id: number; account: { login: string } }[]).map(({ id, account }) => [id, account.login]),
      [
        [11, "acme"],
        [12, "globex"],
      ],
    );
    const moved = await fetch(`${github.apiUrl}/orgs/Acme-Inc/installation`, {
      headers: { authorization },
      redirect: "manual",
    });
    const target = `${github.apiUrl}/organizations/7/installation`;
    assert.deepEqual([moved.status, moved.headers.get("location")], [301, target]);
    assert.equal((await get("/organizations/7/installation", { authorization })).body.id, 11);
    const statuses = ["acme/any", "globex/app", "globex/other"].map(
      async (repository) => (await get(`/repos/${repository}/installation`, { authorization })).status,
    );
    assert.deepEqual(await Promise.all(statuses), [200, 200, 404]);
  });

  it("tells the App about one installation, and gives it tokens of what is granted and no more", async () => {
    await start({ organizations: { acme: { installations: [{ ...RUNNERS, selfHostedRunners: "none" }] } } });
    const authorization = `Bearer e30.${Buffer.from('{"iss":"501"}').toString("base64url")}.c2ln`;
    const one = await get("/app/installations/11", { authorization });
    assert.deepEqual([one.status, one.body.id, one.body.permissions], [200, 11, { metadata: "read" }]);
    assert.equal((await get("/app/installations/12", { authorization })).status, 404);
    const ask = (permissions: object) =>
      fetch(`${github.apiUrl}/app/installations/11/access_tokens`, {
        method: "POST",
        headers: { authorization },
        body: JSON.stringify({ permissions }),
      });
    const refused = await ask({ organization_self_hosted_runners: "read" });
    const { message } = (await refused.json()) as { message: string };
    assert.deepEqual(
      [refused.status, message],
      [422, "The permissions requested are not granted to this installation."],
    );
    const { token } = (await (await ask({ metadata: "read" })).json()) as { token: string };
    assert.equal((await get("/rate_limit", { authorization: `Bearer ${token}` })).status, 200);
  });

  it("lists runner groups with who may use them, and counts their repositories", async () => {
    const ci = { name: "ci", visibility: "selected" as const, repositories: 2 };
    await start({ organizations: { acme: { runnerGroups: ["Default", ci] } } });
    const { runner_groups } = (await get("/orgs/acme/actions/runner-groups")).body as {
      runner_groups: { name: string; visibility: string; default: boolean }[];
    };
    assert.deepEqual(
      runner_groups.map(({ name, visibility, default: isDefault }) => [name, visibility, isDefault]),
      [
        ["Default", "all", true],
        ["ci", "selected", false],
      ],
    );
    assert.equal((await get("/orgs/acme/actions/runner-groups/2/repositories")).body.total_count, 2);
  });

  it("has as many requests left as it is told", async () => {
    await start();
    github.leave(7);
    const { body } = await get("/rate_limit");
    assert.deepEqual((body.rate as { remaining: number; limit: number }).remaining, 6);
  });

  it("fails as it is told, for as many answers as it is told", async () => {
    await start();
    github.set("acme", { failure: { kind: "rateLimit", seconds: 60, times: 1 } });
    const limited = await get("/orgs/acme/installations");
    assert.equal(limited.status, 403);
    assert.equal(limited.headers.get("x-ratelimit-remaining"), "0");
    const wait = Number(limited.headers.get("x-ratelimit-reset")) - Date.now() / 1000;
    assert.ok(wait > 58 && wait < 62, `${wait}`);
    assert.match(String(limited.body.message), /^API rate limit exceeded for user ID 1\./);
    assert.equal((await get("/orgs/acme/installations")).status, 200);

    github.set("acme", { failure: { kind: "secondaryRateLimit", seconds: 30 } });
    const secondary = await get("/orgs/acme");
    assert.deepEqual([secondary.status, secondary.headers.get("retry-after")], [429, "30"]);
    assert.match(String(secondary.body.documentation_url), /#about-secondary-rate-limits$/);

    github.set("acme", { failure: { kind: "serverError", status: 502 } });
    assert.equal((await get("/orgs/acme")).status, 502);
    github.set("acme", { failure: { kind: "connectionReset" } });
    await assert.rejects(get("/orgs/acme"), /fetch failed/);
    github.set("acme", { failure: undefined });
    assert.equal((await get("/orgs/acme")).status, 200);
  });

  it("hides from those who are no owners the installations, not the organisation", async () => {
    await start();
    github.set("acme", { failure: { kind: "forbidden" } });
    assert.equal((await get("/orgs/acme")).status, 200);
    const forbidden = await get("/orgs/acme/installations");
    assert.deepEqual(
      [forbidden.status, forbidden.body.message],
      [403, "Resource not accessible by personal access token"],
    );
  });

  it("takes its time when it is told to", async () => {
    await start({ organizations: { acme: { delay: 80 } } });
    const before = Date.now();
    await get("/orgs/acme");
    assert.ok(Date.now() - before >= 79);
  });

  it("keeps which requests it got, and no token", async () => {
    await start();
    await get("/meta", {});
    await get("/user");
    await get("/users/acme");
    await get("/rate_limit");
    github.set("acme", undefined);
    await get("/orgs/acme");
    assert.deepEqual(
      github.requests.map(({ method, path, tokenSent, status }) => `${method} ${path} ${tokenSent} ${status}`),
      [
        "GET /api/v3/meta false 200",
        "GET /api/v3/user true 200",
        "GET /api/v3/users/acme true 200",
        "GET /api/v3/rate_limit true 200",
        "GET /api/v3/orgs/acme true 404",
      ],
    );
    assert.doesNotMatch(JSON.stringify(github.requests), /ghp_test/);
  });
});
