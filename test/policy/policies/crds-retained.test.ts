import * as assert from "node:assert/strict";
import { crdsRetained } from "../../../policy/policies/crds-retained";
import { recordedProd, messages, prodBut } from "../support";

const CRD = { kind: "CustomResourceDefinition", name: "arc-crds-autoscalingrunnersets" };
const REFUSED = [
  "CustomResourceDefinition autoscalingrunnersets.actions.github.com: would be deleted with the stack, and every object of its kind in the cluster with it",
];
const OTHER = "urn:pulumi:test::arc::acme:index:Platform::acme";

describe("Policy crds-retained", () => {
  it("accepts the four CRDs of prod, each of which the program does retain", async () => {
    const crds = (await recordedProd()).all("CustomResourceDefinition");
    assert.deepEqual(
      crds.map(({ retainOnDelete }) => retainOnDelete),
      [true, true, true, true],
    );
    assert.deepEqual(messages(crdsRetained, await prodBut()), []);
  });

  it("refuses a CRD of the stack itself and of a component that nobody vouches for", async () => {
    for (const parent of ["", "urn:pulumi:test::arc::pulumi:pulumi:Stack::arc-test", OTHER]) {
      assert.deepEqual(messages(crdsRetained, await prodBut({ ...CRD, resource: { parent } })), REFUSED);
    }
  });

  it("takes protection instead, and the components that the configuration names", async () => {
    assert.deepEqual(messages(crdsRetained, await prodBut({ ...CRD, resource: { parent: "", protect: true } })), []);
    const subjects = await prodBut({ ...CRD, resource: { parent: OTHER } });
    const keepers = ["arc:index:CustomResourceDefinitions", "acme:index:Platform"];
    assert.deepEqual(messages(crdsRetained, subjects, { keepers }), []);
  });
});
