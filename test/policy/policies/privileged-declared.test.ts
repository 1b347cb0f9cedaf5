import * as assert from "node:assert/strict";
import { privilegedDeclared } from "../../../policy/policies/privileged-declared";
import { messages, type Mutable, prodBut, prodWith } from "../support";

const SET = "arc-yldm-tech/yldm-backend-runners";
const TITLE = "AutoscalingRunnerSet github-runner/yldm-backend-runners";
const privileged = { privileged: true };

const runnerWith = (securityContext: object) =>
  prodBut({
    kind: "AutoscalingRunnerSet",
    name: SET,
    inputs: ({ spec }) => void Object.assign(spec!.template!.spec!.containers![0]!, { securityContext }),
  });

describe("Policy privileged-declared", () => {
  it("accepts the privileged daemons of prod, which its container mode declares", async () => {
    const subjects = await prodBut();
    const daemons = JSON.stringify(subjects.map((subject) => subject.inputs())).match(/"privileged":true/g);
    assert.equal(daemons!.length, 3);
    assert.deepEqual(messages(privilegedDeclared, subjects), []);
  });

  it("accepts the daemon as a native sidecar and without root", async () => {
    for (const docker of [{ mode: "native-sidecar" }, { rootless: true }]) {
      const subjects = await prodWith((values) => void Object.assign(values.runner!, { docker }));
      assert.match(JSON.stringify(subjects.map((subject) => subject.inputs())), /"privileged":true/);
      assert.deepEqual(messages(privilegedDeclared, subjects), []);
    }
  });

  it("refuses a privileged runner beside the daemon", async () => {
    assert.deepEqual(messages(privilegedDeclared, await runnerWith(privileged)), [
      `${TITLE}: spec.template.spec.containers[0] (runner) is privileged, and nothing declares it`,
    ]);
  });

  it("refuses capabilities that are as good as privileged, and takes others", async () => {
    const add = ["NET_ADMIN", "SYS_ADMIN"];
    assert.deepEqual(messages(privilegedDeclared, await runnerWith({ capabilities: { add } })), [
      `${TITLE}: spec.template.spec.containers[0] (runner) has the capability SYS_ADMIN, and nothing declares it`,
    ]);
    assert.deepEqual(messages(privilegedDeclared, await runnerWith({ capabilities: { add: ["NET_ADMIN"] } })), []);
  });

  it("refuses a privileged container dind of anything but a set's runners", async () => {
    const daemon = ({ spec }: Mutable, template: string) =>
      void Object.assign(spec!, {
        [template]: { spec: { containers: [{ name: "dind", securityContext: privileged }] } },
      });
    const subjects = await prodBut(
      { kind: "AutoscalingRunnerSet", name: SET, inputs: (inputs) => daemon(inputs, "listenerTemplate") },
      { kind: "Deployment", inputs: (inputs) => daemon(inputs, "template") },
    );
    assert.deepEqual(messages(privilegedDeclared, subjects).sort(), [
      `${TITLE}: spec.listenerTemplate.spec.containers[0] (dind) is privileged, and nothing declares it`,
      "Deployment arc-systems/arc-gha-rs-controller: spec.template.spec.containers[0] (dind) is privileged, and nothing declares it",
    ]);
  });

  it("takes what the configuration declares by namespace and container, and no daemon by its name where that is off", async () => {
    const config = { dind: false, declared: ["github-runner/runner", "github-runner/dind", "kamify-runner/dind"] };
    assert.deepEqual(messages(privilegedDeclared, await runnerWith(privileged), config), [
      "AutoscalingRunnerSet everyapi-runner/everyapi-backend-runners: spec.template.spec.containers[1] (dind) is privileged, and nothing declares it",
    ]);
  });
});
