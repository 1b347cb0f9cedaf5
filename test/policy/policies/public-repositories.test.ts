import * as assert from "node:assert/strict";
import { publicRepositories } from "../../../policy/policies/public-repositories";
import { messages, type Mutable, prodBut } from "../support";

const ORGS = { yldm: "yldm-tech", kamify: "kamify-ai", everyapi: "everyapi-ai" };
const NAMESPACES = { yldm: "github-runner", kamify: "kamify-runner", everyapi: "everyapi-runner" };
const TITLE = "AutoscalingRunnerSet github-runner/yldm-backend-runners";
const inDefault = (org: string) =>
  `is in the default runner group of ${org}, and nobody has said that public repositories cannot use it`;

/** What is said of one set of prod whose connection is another, while the others are reviewed. */
async function said(spec: object, reviewed: string[] = []): Promise<string[]> {
  const subjects = await prodBut({
    kind: "AutoscalingRunnerSet",
    name: "arc-yldm-tech/yldm-backend-runners",
    inputs: (inputs: Mutable) => void Object.assign(inputs.spec!, spec),
  });
  return messages(publicRepositories, subjects, { reviewed: ["kamify-ai", "everyapi-ai", ...reviewed] });
}

describe("Policy public-repositories", () => {
  it("asks about the default groups of prod's three organisations until each is reviewed", async () => {
    const asked = (Object.keys(ORGS) as (keyof typeof ORGS)[]).map(
      (set) => `AutoscalingRunnerSet ${NAMESPACES[set]}/${set}-backend-runners: ${inDefault(ORGS[set])}`,
    );
    assert.deepEqual(messages(publicRepositories, await prodBut()).sort(), asked.sort());
    assert.deepEqual(messages(publicRepositories, await prodBut(), { reviewed: Object.values(ORGS) }), []);
    assert.deepEqual(await said({}, ["YLDM-Tech"]), []);
  });

  it("takes a group of its own for a decision, but not the default one by its name", async () => {
    assert.deepEqual(await said({ runnerGroup: "builders" }), []);
    assert.deepEqual(await said({ runnerGroup: "Default" }), [`${TITLE}: ${inDefault("yldm-tech")}`]);
  });

  it("asks about a repository by its name, which a review of its organisation does not cover", async () => {
    const githubConfigUrl = "https://github.com/acme/widgets";
    const message = `${TITLE}: nobody has said that the repository acme/widgets is private`;
    assert.deepEqual(await said({ githubConfigUrl }), [message]);
    assert.deepEqual(await said({ githubConfigUrl, runnerGroup: "builders" }, ["acme"]), [message]);
    assert.deepEqual(await said({ githubConfigUrl }, ["acme/widgets"]), []);
  });

  it("knows enterprises, and servers of one's own", async () => {
    const enterprise = { githubConfigUrl: "https://github.com/enterprises/acme" };
    assert.deepEqual(await said(enterprise), [`${TITLE}: ${inDefault("enterprises/acme")}`]);
    assert.deepEqual(await said(enterprise, ["enterprises/acme"]), []);
    assert.deepEqual(await said({ githubConfigUrl: "https://git.acme.example/widgets/" }), [
      `${TITLE}: ${inDefault("widgets")}`,
    ]);
  });
});
