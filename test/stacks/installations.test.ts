import * as assert from "node:assert/strict";
import { createPublicKey } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { lookUpProblem } from "../../stacks/github";
import type { Call, Fields } from "../support/recorder";
import { LAB_ORGANIZATIONS } from "../../lab/organizations";
import { type FakeGitHub, startGitHub } from "../../lab/github/fake";
import { installationsOf, PRIVATE_KEY, recordProd, type StackOptions } from "../support/stack-program";

/** Why the program of prod ends before it builds anything, and what it had registered by then. */
async function refusal(options: StackOptions): Promise<string> {
  try {
    await recordProd(options);
  } catch (error) {
    assert.ok(pulumi.RunError.isInstance(error), String(error));
    return (error as Error).message;
  }
  return assert.fail("the program went on");
}

/** GitHub's answer for every organisation, with one of them changed. */
function except(org: string, change: (installation: Fields) => void) {
  return (call: Call): Fields => {
    const answer = installationsOf(call) as { installations: Fields[] };
    if (call.provider === `github-${org}`) for (const installation of answer.installations) change(installation);
    return answer;
  };
}

describe("The look-up of installations", () => {
  it("asks GitHub once for each organisation without an id, as that organisation, and for no other", async () => {
    const recorded = await recordProd({
      change: ({ orgs }) => {
        (orgs as unknown as Fields[])[1]!.installationId = "44556677";
      },
    });
    assert.deepEqual(recorded.calls.map(({ provider }) => provider).sort(), ["github-everyapi-ai", "github-yldm-tech"]);
    assert.deepEqual(
      recorded.all("github").map(({ inputs }) => inputs.owner),
      ["everyapi-ai", "yldm-tech"],
    );
  });

  it("asks once about an organisation that stands in the file twice", async () => {
    const recorded = await recordProd({
      change: ({ orgs }) => {
        (orgs as unknown as Fields[])[2]!.name = "kamify-ai";
      },
    });
    assert.deepEqual(recorded.calls.map(({ provider }) => provider).sort(), ["github-kamify-ai", "github-yldm-tech"]);
  });

  it("ends the program with one error that names every organisation without a usable installation", async () => {
    const message = await refusal({
      call: (call) => {
        if (call.provider === "github-kamify-ai") return { installations: [] };
        return except("yldm-tech", (installation) => {
          installation.suspended = true;
        })(call);
      },
    });
    const [heading, ...problems] = message.split("\n\n");
    assert.equal(heading, "The GitHub App cannot be used for every organisation; nothing was changed.");
    assert.equal(problems.length, 2);
    assert.match(
      problems[0]!,
      /^The installation 50000001 of the GitHub App \(id 123456\) on yldm-tech is suspended\./,
    );
    assert.match(
      problems[1]!,
      /^The GitHub App \(id 123456\) is not installed on the organisation kamify-ai\. Installed there: no App\./,
    );
    assert.ok(problems[1]!.includes("https://github.com/organizations/yldm-tech/settings/apps"));
  });

  it("tells a failed request with what GitHub said, and goes on to ask for the other organisations", async () => {
    const message = await refusal({
      call: (call) => {
        if (call.provider !== "github-everyapi-ai") {
          return except("kamify-ai", (installation) => {
            installation.permissions = { organization_self_hosted_runners: "read" };
          })(call);
        }
        // The SDK reads an engine's error from `details`, as gRPC carries it.
        const details = "GET https://api.github.com/orgs/everyapi-ai/installations: 401 Bad credentials []";
        throw Object.assign(new Error(), { details });
      },
    });
    const problems = message.split("\n\n").slice(1);
    assert.equal(problems.length, 2);
    assert.match(
      problems[0]!,
      /on kamify-ai lacks the permission organization_self_hosted_runners: write \(it has: read\)/,
    );
    assert.match(problems[1]!, /^The installations of everyapi-ai could not be looked up: .*401 Bad credentials/);
    assert.match(problems[1]!, /fix: set GITHUB_TOKEN to a token that is valid; or write the id into the file/);
  });

  it("refuses to ask while the environment names another organisation, which the plugin would ask instead", async () => {
    for (const name of ["GITHUB_OWNER", "GITHUB_ORGANIZATION"]) {
      const message = await refusal({ env: { [name]: "Yldm-Tech" } });
      assert.deepEqual(
        message.split("\n\n").slice(1),
        ["kamify-ai", "everyapi-ai"].map((org) =>
          [
            `The installations of ${org} would be asked of Yldm-Tech: the environment variable ${name} goes before the stack file`,
            `  allowed: ${name} not set`,
            `  fix: run: unset ${name}`,
          ].join("\n"),
        ),
      );
    }
  });

  it("matches the App by its slug too, when the stack file gives one", async () => {
    const message = await refusal({
      change: ({ githubApp }) => {
        githubApp!.slug = "another-app";
      },
    });
    assert.equal(message.match(/The GitHub App another-app \(id 123456\) is not installed on/g)?.length, 3);
  });

  it("names another remedy for each answer of GitHub", () => {
    const remedy = (said: string) => / {2}fix: (.*?); or write/.exec(lookUpProblem("acme", new Error(said)))?.[1];
    assert.equal(remedy("403 API rate limit exceeded"), "wait until GitHub's rate limit is over");
    assert.equal(remedy("401 Bad credentials"), "set GITHUB_TOKEN to a token that is valid");
    assert.equal(remedy("403 Must be an organization owner"), "use the token of an owner of acme");
    assert.equal(remedy("404 Not Found"), "check the name acme and that the token's user is one of its owners");
    assert.equal(
      remedy("dial tcp: connection refused"),
      "check that GitHub can be reached from here (arc:githubApp.apiUrl)",
    );
  });
});

describe("The look-up of prod's installations by the App itself", () => {
  let github: FakeGitHub;
  beforeEach(async () => {
    github = await startGitHub({ organizations: LAB_ORGANIZATIONS, tokens: [] });
    github.setAppKeys("123456", [createPublicKey(PRIVATE_KEY).export({ type: "spki", format: "pem" }).toString()]);
  });
  afterEach(() => github.stop());

  const byApp = (change: (orgs: Fields[]) => void = () => {}): StackOptions => ({
    change: ({ githubApp, orgs }) => {
      Object.assign(githubApp!, { installationLookup: "app", apiUrl: github.apiUrl });
      change(orgs as unknown as Fields[]);
    },
  });
  const asked = () => github.requests.map(({ method, path }) => `${method} ${path.replace("/api/v3", "")}`).sort();

  it("takes the stack's private key, needs no provider and no token, and writes what it finds", async () => {
    const recorded = await recordProd(byApp());
    assert.deepEqual(asked(), [
      "GET /orgs/everyapi-ai/installation",
      "GET /orgs/kamify-ai/installation",
      "GET /orgs/yldm-tech/installation",
    ]);
    assert.deepEqual([recorded.calls, recorded.all("github")], [[], []]);
    const written = recorded.all("SecretV2").map(({ inputs }) => JSON.stringify(inputs));
    for (const id of ["41000001", "41000002", "41000003"]) {
      assert.equal(written.filter((text) => text.includes(id)).length, 1, id);
    }
  });

  it("looks for runner groups with what it found, and asks about no organisation whose id is written", async () => {
    const named = byApp(([first, second]) => {
      first!.installationId = "41000001";
      for (const org of [first!, second!]) (org.runnerSets as Fields[])[0]!.runnerGroup = "Defualt";
    });
    const message = await refusal(named);
    assert.deepEqual(message.match(/The runner group "Defualt" of \S+/g)?.length, 2);
    assert.deepEqual(message.match(/did you mean "Default"\?/g)?.length, 2);
    assert.deepEqual(asked(), [
      "GET /orgs/everyapi-ai/installation",
      "GET /orgs/kamify-ai/actions/runner-groups?per_page=100&page=1",
      "GET /orgs/kamify-ai/installation",
      "GET /orgs/yldm-tech/actions/runner-groups?per_page=100&page=1",
      "POST /app/installations/41000001/access_tokens",
      "POST /app/installations/41000002/access_tokens",
    ]);
  });

  it("is one error about all organisations", async () => {
    github.set("yldm-tech", { installations: [] });
    github.set("kamify-ai", { failure: { kind: "serverError", status: 502 } });
    const [heading, ...problems] = (await refusal(byApp())).split("\n\n");
    assert.equal(heading, "The GitHub App cannot be used for every organisation; nothing was changed.");
    assert.deepEqual(
      problems.map((problem) => problem.split(". ")[0]!.split(":")[0]),
      [
        "The GitHub App (id 123456) is not installed on the organisation yldm-tech",
        "The installation of the GitHub App (id 123456) on kamify-ai could not be looked up",
      ],
    );
  });

  it("asks nothing where Vault holds the credentials already", async () => {
    const options = byApp();
    await recordProd({
      change: (values) => {
        options.change!(values);
        Object.assign(values.vault!, { manage: false });
      },
    });
    assert.deepEqual(asked(), []);
  });
});
