import * as assert from "node:assert/strict";
import type { Deployment } from "../../../lab/engine";
import type { OrganizationArgs } from "../../../lab/github/state";
import { type StackFile, block } from "../../../lab/stack-file";
import {
  deployedFaults,
  faultsCluster,
  INSTALLATION,
  ORG,
  reasons,
  restoreStackFile,
  successful,
} from "../support/faults";
import { nothingChanges } from "../support/intact";
import { lab } from "../support/lab";

const CALL = "github:index/getOrganizationAppInstallations:getOrganizationAppInstallations";
const APP = "GitHub App arc-local (id 1001)";

/** An organisation that cannot be used, and what is said of it. GitHub's URL is written as `<api>`. */
const UNUSABLE: Record<string, { organization?: OrganizationArgs; said: string[] }> = {
  "bad-credentials": {
    organization: { failure: { kind: "badCredentials" } },
    said: lookUp(
      "bad-credentials",
      organization("bad-credentials", "401 Bad credentials []"),
      "set GITHUB_TOKEN to a token that is valid",
    ),
  },
  "no-owner": {
    organization: { failure: { kind: "forbidden" } },
    said: lookUp(
      "no-owner",
      installations("no-owner", "403 Resource not accessible by personal access token []"),
      "use the token of an owner of no-owner",
    ),
  },
  "rate-limited": {
    organization: { failure: { kind: "rateLimit", seconds: 3600 } },
    said: lookUp(
      "rate-limited",
      organization(
        "rate-limited",
        "403 API rate limit exceeded for user ID 1. If you reach out to GitHub Support for help, please include the request ID <id>. [rate reset in an hour]",
      ),
      "wait until GitHub's rate limit is over",
    ),
  },
  "not-there": {
    said: lookUp(
      "not-there",
      installations("not-there", "404 Not Found []"),
      "check the name not-there and that the token's user is one of its owners",
    ),
  },
  "server-error": {
    organization: { failure: { kind: "serverError", status: 502 } },
    said: lookUp(
      "server-error",
      organization("server-error", "502 Server Error []"),
      "check that GitHub can be reached from here (arc:githubApp.apiUrl)",
    ),
  },
  "is-suspended": {
    organization: { installations: [{ ...INSTALLATION, suspended: true }] },
    said: [
      `The installation 41000009 of the ${APP} on is-suspended is suspended. An owner of is-suspended can unsuspend it: Settings → GitHub Apps → Configure.`,
    ],
  },
  "lacks-permission": {
    organization: { installations: [{ ...INSTALLATION, selfHostedRunners: "read" }] },
    said: [
      `The installation 41000009 of the ${APP} on lacks-permission lacks the permission organization_self_hosted_runners: write (it has: read). ` +
        'Set "Self-hosted runners: Read and write" under https://github.com/organizations/faults-org/settings/apps/arc-local → Permissions → Organization, then accept the request in lacks-permission.',
    ],
  },
  "not-installed": {
    organization: { installations: [] },
    said: [
      `The ${APP} is not installed on the organisation not-installed. Installed there: no App. ` +
        "Install it (https://github.com/organizations/faults-org/settings/apps/arc-local → Install App → not-installed), or correct arc:githubApp.",
    ],
  },
};

function organization(login: string, answer: string): string {
  return `failed to lookup organization "${login}": GET <api>/orgs/${login}: ${answer}`;
}

function installations(login: string, answer: string): string {
  return `invoking ${CALL}: 1 error occurred:\n\t* GET <api>/orgs/${login}/installations?per_page=100: ${answer}`;
}

function lookUp(login: string, error: string, remedy: string): string[] {
  return [
    `The installations of ${login} could not be looked up: invocation of ${CALL} returned an error: ${error}`,
    `  allowed: GITHUB_TOKEN of an owner of ${login}, with the scope admin:read`,
    `  fix: ${remedy}; or write the id into the file: installationId of ${login} in arc:orgs`,
  ];
}

const FIRST_LINE = "The GitHub App cannot be used for every organisation; nothing was changed.";

/** The file with a runner set for each of these organisations, besides its own. */
function withOrganizations(config: StackFile, logins: string[]): StackFile {
  const orgs = config["arc:orgs"] as { runnerSets: object[] }[];
  const more = logins.map((name) => ({ name, url: `${lab().github.url}/${name}`, runnerSets: [{ name }] }));
  return { ...config, "arc:orgs": [...orgs, ...more] };
}

describe("GitHub, when it is asked for the installations", function () {
  let stack: Deployment;
  before(async () => {
    stack = await deployedFaults();
  });
  afterEach(async () => {
    for (const login of Object.keys(UNUSABLE)) lab().github.set(login, undefined);
    lab().github.set(ORG, { failure: undefined, delay: 0 });
    await restoreStackFile(stack);
  });

  it("is told of in one error for all organisations, each with what to do", async () => {
    for (const [login, { organization }] of Object.entries(UNUSABLE)) lab().github.set(login, organization);
    stack.edit((config) => withOrganizations(config, Object.keys(UNUSABLE)));
    const [told, ...more] = reasons(await stack.preview());
    assert.deepEqual(more, []);
    const neutral = told!
      .replaceAll(lab().github.apiUrl, "<api>")
      .replace(/request ID \w+/, "request ID <id>")
      .replace(/60m0\ds/, "an hour");
    assert.equal(neutral, [FIRST_LINE, ...Object.values(UNUSABLE).map(({ said }) => said.join("\n"))].join("\n\n"));
  });

  it("is waited for when it is slow, and asked again after a passing error", async () => {
    lab().github.set(ORG, { delay: 1000, failure: { kind: "serverError", status: 503, times: 1 } });
    const { counts } = await successful(stack.preview());
    assert.deepEqual(Object.keys(counts), ["same"]);
  });

  it("leaves everything as it is when it does not answer", async () => {
    const { controlPlane } = await faultsCluster();
    await nothingChanges(stack, controlPlane, async () => {
      stack.edit((config) => ({
        ...config,
        "arc:githubApp": { ...block(config, "arc:githubApp"), apiUrl: "http://127.0.0.1:9/api/v3/" },
      }));
      const refused =
        'Get "http://127.0.0.1:9/api/v3/orgs/faults-org": dial tcp 127.0.0.1:9: connect: connection refused';
      assert.deepEqual(reasons(await stack.up()), [
        [
          FIRST_LINE,
          "",
          ...lookUp(
            ORG,
            `failed to lookup organization "${ORG}": ${refused}`,
            "check that GitHub can be reached from here (arc:githubApp.apiUrl)",
          ),
        ].join("\n"),
      ]);
    });
  });
});
