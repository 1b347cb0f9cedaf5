import * as assert from "node:assert/strict";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { askGitHub } from "../../../../cli/doctor/github/ask";
import { type FakeGitHub, startGitHub } from "../../../../lab/github/fake";
import { intendedStack } from "../../../e2e/doctor/support/stack";

const UNREAD = { unknown: "forbidden" };

describe("What is asked of GitHub", function () {
  this.timeout(60_000);
  let github: FakeGitHub;
  let statusPage: http.Server;
  let components: object[] = [];
  const asked: string[] = [];
  before(async () => {
    github = await startGitHub({ organizations: { acme: {}, globex: {} } });
    statusPage = http.createServer((request, response) => {
      asked.push(`${request.url} ${request.headers.authorization ?? "without a token"}`);
      response.end(JSON.stringify({ components }));
    });
    await new Promise<void>((resolve) => statusPage.listen(0, "127.0.0.1", resolve));
  });
  after(async () => {
    await github.stop();
    statusPage.close();
    statusPage.closeAllConnections();
  });
  const statusUrl = () => `http://127.0.0.1:${(statusPage.address() as AddressInfo).port}`;

  it("is its status page, where runners register at GitHub itself, and without a token", async () => {
    const intent = await intendedStack({ "arc:githubApp": { apiUrl: null } });
    components = [{ name: "Actions", status: "partial_outage" }];
    const seen = await askGitHub(intent, UNREAD, { env: {}, statusPage: statusUrl() });
    assert.ok("value" in seen);
    assert.deepEqual(seen.value.incidents, ["Actions: partial_outage"]);
    assert.deepEqual(asked, ["/api/v2/components.json without a token"]);
    assert.match(
      seen.inPart!,
      /^the Secret acme-ci\/github-token was not read, and GITHUB_TOKEN is not set \(credentials, runner groups, rate limit of acme\); /,
    );
  });

  it("is no status page of GitHub where they register at a server of one's own", async () => {
    const url = (org: string) => `${github.url}/${org}`;
    const intent = await intendedStack({
      "arc:githubApp": { apiUrl: null },
      "arc:orgs": [
        { name: "acme", url: url("acme"), installationId: "1", runnerSets: [{ name: "a", namespace: "a" }] },
        { name: "globex", url: url("globex/app"), installationId: "2", runnerSets: [{ name: "b", namespace: "b" }] },
      ],
    });
    asked.length = 0;
    const seen = await askGitHub(intent, UNREAD, {
      env: { GITHUB_TOKEN: "ghp_for0github0com" },
      statusPage: statusUrl(),
    });
    const host = new URL(github.url).host;
    assert.deepEqual(seen, {
      unknown:
        `the Secret a/github-token was not read, and GITHUB_TOKEN is not for ${host} (credentials, runner groups, rate limit of acme); ` +
        `the Secret b/github-token was not read, and GITHUB_TOKEN is not for ${host} (credentials, rate limit of globex)`,
    });
    assert.deepEqual([asked, github.requests], [[], []]);
  });

  it("is asked of many organisations at once, and Node has nothing to say to it", async () => {
    const names = Array.from({ length: 12 }, (_, index) => `org-${index}`);
    const intent = await intendedStack({
      "arc:githubApp": { apiUrl: github.apiUrl },
      "arc:orgs": names.map((name, index) => ({ name, installationId: `${index + 1}`, runnerSets: [{ name }] })),
    });
    const warnings: string[] = [];
    const hear = ({ message }: Error) => warnings.push(message);
    process.on("warning", hear);
    const seen = await askGitHub(intent, UNREAD, { env: { GITHUB_TOKEN: "ghp_good" } });
    await new Promise(setImmediate);
    process.off("warning", hear);
    assert.deepEqual(warnings, []);
    assert.ok("unknown" in seen);
    assert.equal(github.requests.filter(({ tokenSent }) => tokenSent).length, 2 * names.length);
  });

  it("is nothing that keeps the rest unknown when the status page is down", async () => {
    const intent = await intendedStack({ "arc:githubApp": { apiUrl: null } });
    const seen = await askGitHub(intent, UNREAD, { env: {}, statusPage: "http://127.0.0.1:9" });
    assert.ok("unknown" in seen);
    assert.match(seen.unknown, /http:\/\/127\.0\.0\.1:9 does not answer: .* \(status of GitHub itself\)$/);
  });
});
