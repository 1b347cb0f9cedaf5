import * as assert from "node:assert/strict";
import { quotaPresent } from "../../../policy/policies/quota-present";
import { messages, type Mutable, prodBut } from "../support";

const without = (tenant: string) =>
  `AutoscalingRunnerSet ${tenant}-runner/${tenant}-backend-runners: namespace ${tenant}-runner has no ResourceQuota in this stack`;

describe("Policy quota-present", () => {
  it("names the two tenants of prod that have no quota", async () => {
    assert.deepEqual(messages(quotaPresent, await prodBut()).sort(), [without("everyapi"), without("kamify")]);
  });

  it("leaves out the namespaces that are exempt", async () => {
    assert.deepEqual(messages(quotaPresent, await prodBut(), { exempt: ["kamify-runner"] }), [without("everyapi")]);
  });

  it("wants the resources bounded that are named", async () => {
    const config = {
      exempt: ["kamify-runner", "everyapi-runner"],
      resources: ["pods", "requests.storage", "limits.cpu"],
    };
    assert.deepEqual(messages(quotaPresent, await prodBut(), config), [
      "AutoscalingRunnerSet github-runner/yldm-backend-runners: the ResourceQuota of namespace github-runner does not bound requests.storage",
    ]);
  });

  it("says nothing while a preview does not know which namespace a quota is for", async () => {
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    const inputs = ({ metadata }: Mutable) => void Object.assign(metadata!, { namespace: unknown });
    assert.deepEqual(messages(quotaPresent, await prodBut({ kind: "ResourceQuota", inputs })), []);
  });

  it("takes a quota of another namespace, or one that bounds nothing, for none", async () => {
    const config = { exempt: ["kamify-runner", "everyapi-runner"] };
    const moved = {
      kind: "ResourceQuota",
      inputs: ({ metadata }: Mutable) => void Object.assign(metadata!, { namespace: "default" }),
    };
    const empty = {
      kind: "ResourceQuota",
      inputs: ({ spec }: Mutable) => void Object.assign(spec!, { hard: {} }),
    };
    for (const edit of [moved, empty]) {
      assert.deepEqual(messages(quotaPresent, await prodBut(edit), config), [
        "AutoscalingRunnerSet github-runner/yldm-backend-runners: namespace github-runner has no ResourceQuota in this stack",
      ]);
    }
  });
});
