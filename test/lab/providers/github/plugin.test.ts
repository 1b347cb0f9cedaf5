import assert from "node:assert/strict";
import { type FakeGitHub, startGitHub } from "../../../../lab/github/fake";
import type { OrganizationArgs } from "../../../../lab/github/state";
import type { Call, Properties } from "../../../../lab/providers/plugin";
import { createGitHubPlugin } from "../../../../lab/providers/github/plugin";

const TOKEN = "github:index/getOrganizationAppInstallations:getOrganizationAppInstallations";
const VARIABLES = ["GITHUB_TOKEN", "GITHUB_OWNER", "GITHUB_ORGANIZATION", "GITHUB_BASE_URL", "GITHUB_MAX_PER_PAGE"];

describe("The stand-in of the GitHub plugin", () => {
  const plugin = createGitHubPlugin({ timeout: 1000, rateLimit: 1500 });
  const kept = Object.fromEntries(VARIABLES.map((name) => [name, process.env[name]]));
  let github: FakeGitHub;

  beforeEach(async () => {
    for (const name of VARIABLES) delete process.env[name];
    github = await startGitHub({ organizations: {}, tokens: ["ghp_good"] });
  });

  afterEach(async () => {
    await github.stop();
    for (const name of VARIABLES) {
      if (kept[name] === undefined) delete process.env[name];
      else process.env[name] = kept[name];
    }
  });

  const configure = (args: Properties = {}) =>
    plugin.configure(
      { baseUrl: `${github.url}/`, owner: "acme", token: "ghp_good", retryDelayMs: "5", ...args },
      () => {},
    );
  const lookUp = async (organization: OrganizationArgs, args: Properties = {}) => {
    github.set("acme", organization);
    return (await configure(args)).invoke(TOKEN, {});
  };
  const paths = () => github.requests.map(({ path }) => path);

  it("lists the installations with the SDK's names", async () => {
    const installations = [{ id: 11, appId: 501, appSlug: "arc-runners", suspended: true }];
    assert.deepEqual(await lookUp({ id: 7, installations }), {
      id: "acme",
      installations: [
        {
          appId: 501,
          appSlug: "arc-runners",
          clientId: "Iv23li00000000000501",
          createdAt: "2026-01-05T09:00:00Z",
          events: [],
          id: 11,
          permissions: { metadata: "read", organization_self_hosted_runners: "write" },
          repositorySelection: "all",
          singleFilePaths: [],
          suspended: true,
          targetId: 7,
          targetType: "Organization",
          updatedAt: "2026-01-05T09:00:00Z",
        },
      ],
    });
    assert.deepEqual(paths(), ["/api/v3/orgs/acme", "/api/v3/orgs/acme/installations?per_page=100"]);
  });

  it("reads every page", async () => {
    const installations = [1, 2, 3, 4, 5].map((id) => ({ id, appId: 500 + id, appSlug: `app-${id}` }));
    const { installations: found } = await lookUp({ installations }, { maxPerPage: "2" });
    assert.deepEqual(
      (found as { id: number }[]).map(({ id }) => id),
      [1, 2, 3, 4, 5],
    );
    assert.deepEqual(paths().slice(1), [
      "/api/v3/orgs/acme/installations?per_page=2",
      "/api/v3/orgs/acme/installations?page=2&per_page=2",
      "/api/v3/orgs/acme/installations?page=3&per_page=2",
    ]);
  });

  it("takes what is left out from the environment, and GITHUB_OWNER even before the argument", async () => {
    process.env.GITHUB_OWNER = "other";
    process.env.GITHUB_TOKEN = "ghp_good";
    process.env.GITHUB_BASE_URL = `${github.url}/api/v3/`;
    github.set("other", { installations: [] });
    const provider = await configure({ token: undefined, baseUrl: undefined });
    assert.deepEqual(await provider.invoke(TOKEN, {}), {
      id: "other",
      installations: [],
    });
  });

  it("asks for the token's user when there is no owner", async () => {
    await configure({ owner: undefined });
    assert.deepEqual(paths(), ["/api/v3/user"]);
  });

  it("finds out a bad token at its configuration", async () => {
    github.set("acme", {});
    await assert.rejects(configure({ token: "ghp_bad" }), {
      message: `failed to lookup organization "acme": GET ${github.apiUrl}/orgs/acme: 401 Bad credentials []`,
    });
  });

  it("words GitHub's refusals as go-github does", async () => {
    const at = `${github.apiUrl}/orgs/acme/installations?per_page=100`;
    const failed = (text: string) => ({ message: `invoking ${TOKEN}: 1 error occurred:\n\t* GET ${at}: ${text}\n\n` });
    await assert.rejects(
      lookUp({ failure: { kind: "forbidden" } }),
      failed("403 Resource not accessible by personal access token []"),
    );
    await assert.rejects(lookUp({ failure: { kind: "notFound", on: "installations" } }), failed("404 Not Found []"));
    github.set("acme", undefined);
    const provider = await configure();
    await assert.rejects(provider.invoke(TOKEN, {}), failed("404 Not Found []"));
  });

  it("tries server errors again, three times", async () => {
    await lookUp({ failure: { kind: "serverError", status: 503, times: 3, on: "installations" } });
    assert.equal(github.requests.length, 1 + 4);
    await assert.rejects(
      lookUp({ failure: { kind: "serverError", status: 502, on: "installations" } }),
      /: 502 Server Error \[\]\n\n$/,
    );
    assert.equal(github.requests.length, 1 + 4 + 1 + 4);
  });

  it("tries a connection that breaks again, and says so in the end", async () => {
    await assert.rejects(lookUp({ failure: { kind: "connectionReset" } }, { maxRetries: "1" }), {
      message:
        `failed to lookup organization "acme": Get "${github.apiUrl}/orgs/acme": ` +
        `read tcp ${new URL(github.url).host}: read: connection reset by peer`,
    });
    assert.equal(github.requests.length, 2);
    await assert.rejects(lookUp({ failure: undefined, delay: 1500 }, { maxRetries: "0" }), {
      message:
        `failed to lookup organization "acme": Get "${github.apiUrl}/orgs/acme": ` +
        "context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
    });
  });

  it("waits a short rate limit out and gives up at a long one", async () => {
    await lookUp({ failure: { kind: "secondaryRateLimit", seconds: 1, times: 1, on: "installations" } });
    assert.equal(github.requests.length, 3);
    await assert.rejects(
      lookUp({ failure: { kind: "rateLimit", seconds: 1800 } }),
      /: 403 API rate limit exceeded for user ID 1\. .* \[rate reset in (30m00s|30m01s|29m59s)\]$/,
    );
    await assert.rejects(
      lookUp({ failure: { kind: "secondaryRateLimit", seconds: 90 } }),
      /: 429 You have exceeded a secondary rate limit\. .* \[retry after 1m30s\]$/,
    );
  });

  it("says that nothing listens", async () => {
    await github.stop();
    await assert.rejects(configure({ maxRetries: "0" }), {
      message:
        `failed to lookup organization "acme": Get "${github.apiUrl}/orgs/acme": ` +
        `dial tcp ${new URL(github.url).host}: connect: connection refused`,
    });
    github = await startGitHub({ organizations: {} });
  });

  it("has no resources and no other function", async () => {
    github.set("acme", {});
    const provider = await configure();
    const call = { type: "github:index/repository:Repository" } as Call;
    await assert.rejects(provider.check(call as never), {
      message:
        "The stand-in of pulumi-resource-github has no resources, and github:index/repository:Repository is one.",
    });
    await assert.rejects(provider.invoke("github:index/getUser:getUser", {}), {
      message: "The stand-in of pulumi-resource-github has no function github:index/getUser:getUser.",
    });
  });

  it("takes the addresses of GitHub's own hosts as they are", async () => {
    await assert.rejects(configure({ baseUrl: "http://api.github.com/" }), {
      message: "base url for github.com or ghe.com must use the https scheme",
    });
    await assert.rejects(configure({ baseUrl: "https://api.github.com/v3" }), {
      message: "base url for github.com or ghe.com must not contain a path, got /v3/",
    });
  });
});
