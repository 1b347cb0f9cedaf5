import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { groupProblems } from "../../stacks/runner-groups";
import type { Call, Fields } from "../support/recorder";
import { installationsOf, recordProd } from "../support/stack-program";

const REST = "github:index/getRestApi:getRestApi";

/** Prod, whose first set names a runner group, and what it asked of GitHub's REST API. */
async function groupsAsked(answer: (endpoint: string) => Fields, group = "ci-linux") {
  const asked: string[] = [];
  const recorded = await recordProd({
    change: ({ orgs }) => {
      const [org] = orgs as unknown as { runnerSets: Fields[] }[];
      org!.runnerSets[0]!.runnerGroup = group;
    },
    call: (call: Call) => {
      if (call.token !== REST) return installationsOf(call);
      asked.push(`${call.provider} ${String(call.inputs.endpoint)}`);
      return answer(String(call.inputs.endpoint));
    },
  });
  return { asked, recorded };
}
const page = (total: number, names: string[]) => ({
  code: 200,
  body: JSON.stringify({ total_count: total, runner_groups: names.map((name) => ({ name })) }),
});

describe("The check of runner groups", () => {
  it("asks the organisation of a set with a group, and no other, for all pages of its groups", async () => {
    const many = Array.from({ length: 100 }, (_, index) => `group-${index}`);
    const { asked, recorded } = await groupsAsked((endpoint) =>
      endpoint.endsWith("page=1") ? page(101, many) : page(101, ["CI-Linux"]),
    );
    assert.deepEqual(asked, [
      "github-yldm-tech orgs/yldm-tech/actions/runner-groups?per_page=100&page=1",
      "github-yldm-tech orgs/yldm-tech/actions/runner-groups?per_page=100&page=2",
    ]);
    assert.equal(recorded.all("AutoscalingRunnerSet").length, 3);
  });

  it("ends the program before anything is built when the group is not there, and names the nearest", async () => {
    await assert.rejects(
      groupsAsked(() => page(2, ["Default", "ci-linux"]), "ci-linus"),
      (error: Error) => {
        assert.ok(pulumi.RunError.isInstance(error));
        assert.equal(
          error.message,
          [
            "GitHub is not as the stack file needs it; nothing was changed.",
            "",
            'The runner group "ci-linus" of yldm-backend-runners is not one of yldm-tech\'s; its listener would never start',
            "  allowed: Default, ci-linux",
            '  fix: did you mean "ci-linux"?',
          ].join("\n"),
        );
        return true;
      },
    );
  });

  it("goes on where the token may not see the groups: the look-up of the installation needs less", async () => {
    const { recorded } = await groupsAsked(() => ({ code: 404, body: "{}" }));
    assert.equal(recorded.all("AutoscalingRunnerSet").length, 3);
  });

  it("says where a group is made when none is near", () => {
    const runnerSets = [{ name: "a", runnerGroup: "gpu" }] as Parameters<typeof groupProblems>[0]["runnerSets"];
    assert.deepEqual(groupProblems({ name: "acme", runnerSets }, ["Default"]), [
      [
        'The runner group "gpu" of a is not one of acme\'s; its listener would never start',
        "  allowed: Default",
        "  fix: make the group under https://github.com/organizations/acme/settings/actions/runner-groups, or correct runnerGroup",
      ].join("\n"),
    ]);
  });
});
