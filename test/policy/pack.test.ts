import * as assert from "node:assert/strict";
import type { Policies } from "@pulumi/policy";
import {
  AnalyzeRequest,
  type AnalyzeResponse,
  AnalyzerResource,
  AnalyzerResourceOptions,
  AnalyzeStackRequest,
  EnforcementLevel,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { POLICIES } from "../../policy/policies";
import { asReceived, keepSecretMarks } from "../../policy/secret-marks";
import type { Subject } from "../../policy/subject";
import { unwrap } from "../support/secrets";
import { objectOf, prodBut } from "./support";

type Answer = (error: Error | null, response?: AnalyzeResponse) => void;
type Handler<Request> = (call: { request: Request }, callback: Answer) => void;

/** The part of the SDK that answers the engine. */
const SDK = require("@pulumi/policy/server") as {
  makeAnalyzeRpcFun(pack: string, version: string, level: string, policies: Policies): Handler<AnalyzeRequest>;
  makeAnalyzeStackRpcFun(
    pack: string,
    version: string,
    level: string,
    policies: Policies,
  ): Handler<AnalyzeStackRequest>;
};
const PACK = ["arc", "0.1.0", "advisory", POLICIES] as const;

/** `advisory image-pinned: <message>` for each violation, as the engine would be told. */
function told<Request>(handler: Handler<Request>, request: Request): Promise<string[]> {
  return new Promise((resolve, reject) =>
    handler({ request }, (error, response) => {
      if (error || !response) return reject(error ?? new Error("no response"));
      const levels: Partial<Record<EnforcementLevel, string>> = {
        [EnforcementLevel.ADVISORY]: "advisory",
        [EnforcementLevel.MANDATORY]: "mandatory",
      };
      const lines = response
        .getDiagnosticsList()
        .map((each) => `${levels[each.getEnforcementlevel()]} ${each.getPolicyname()}: ${each.getMessage()}`);
      resolve(lines);
    }),
  );
}

function filled<Message extends AnalyzeRequest | AnalyzerResource>(message: Message, subject: Subject): Message {
  const options = new AnalyzerResourceOptions().setProtect(subject.protect).setParent(subject.parent);
  message.setUrn(subject.urn);
  message.setType(subject.type);
  message.setName(subject.name);
  message.setProperties(Struct.fromJavaScript(subject.wire() as Parameters<typeof Struct.fromJavaScript>[0]));
  message.setOptions(options);
  return message;
}

const tellEach = async (subjects: Subject[]) => {
  const handler = SDK.makeAnalyzeRpcFun(...PACK);
  const each = subjects.map((subject) => told(handler, filled(new AnalyzeRequest(), subject)));
  return (await Promise.all(each)).flat();
};
const tellAll = (subjects: Subject[]) => {
  const resources = subjects.map((subject) => filled(new AnalyzerResource(), subject).setParent(subject.parent));
  return told(SDK.makeAnalyzeStackRpcFun(...PACK), new AnalyzeStackRequest().setResourcesList(resources));
};
const named = (lines: string[]) => lines.map((line) => line.split(":")[0]!).sort();

describe("The policy pack behind the SDK", () => {
  before(keepSecretMarks);

  it("has ten policies with names of their own, and a level, a severity and a fix each", () => {
    assert.equal(new Set(POLICIES.map(({ name }) => name)).size, 10);
    for (const { name, enforcementLevel, severity, remediationSteps, description } of POLICIES) {
      assert.match(name, /^[a-z]+(-[a-z]+)+$/);
      assert.ok(enforcementLevel === "mandatory" || enforcementLevel === "advisory", name);
      assert.ok(severity && remediationSteps && description.endsWith("."), name);
    }
  });

  it("has nothing mandatory against prod", async () => {
    const prod = await prodBut();
    assert.deepEqual(named([...(await tellEach(prod)), ...(await tellAll(prod))]), [
      ...Array<string>(7).fill("advisory image-pinned"),
      ...Array<string>(3).fill("advisory public-repositories"),
      ...Array<string>(2).fill("advisory quota-present"),
    ]);
  });

  it("tells a marked secret from a plain one, which the SDK does not tell policies", async () => {
    const kv = { kind: "SecretV2", name: "secret/github-runner/github-app" };
    const plain = await prodBut({ ...kv, inputs: (inputs) => void Object.assign(inputs, unwrap({ ...inputs })) });
    assert.deepEqual(named((await tellEach(plain)).filter((line) => line.startsWith("mandatory"))), [
      "mandatory secrets-marked",
    ]);
    // An answer of the SDK that did not pass through the pack.
    assert.throws(() => asReceived({ dataJson: "{}" }), /does not let the pack see which values are secret/);
  });

  it("judges what a preview knows of a resource, and lets what it does not know pass", async () => {
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    const containers = [
      { name: "a", image: unknown },
      { name: "b", image: "busybox:1" },
    ];
    const pod = objectOf("kubernetes:core/v1:Pod", {
      metadata: { namespace: "acme" },
      spec: { containers },
    });
    assert.deepEqual(await tellEach([pod]), [
      `advisory image-pinned: Images are pinned by digest.\nPod acme/Pod: spec.containers[1].image is busybox:1, which can become another image at any time\nfix: Name the image with its digest, <image>:<tag>@sha256:<digest>; \`docker buildx imagetools inspect <image>\` prints it.`,
    ]);
  });

  it("hands the parent and the protection of a resource to the policies", async () => {
    const crd = { kind: "CustomResourceDefinition", name: "arc-crds-ephemeralrunners" };
    const lost = { ...crd, resource: { parent: "" } };
    const kept = { ...crd, resource: { parent: "", protect: true } };
    const mandatory = async (edit: typeof lost) =>
      named((await tellEach(await prodBut(edit))).filter((line) => line.startsWith("mandatory")));
    assert.deepEqual(await mandatory(lost), ["mandatory crds-retained"]);
    assert.deepEqual(await mandatory(kept), []);
  });

  it("refuses by a policy that looks at the whole stack", async () => {
    const edit = {
      kind: "AutoscalingRunnerSet",
      name: "arc-kamify-ai/kamify-backend-runners",
      inputs: ({ metadata }: { [key: string]: object }) =>
        void Object.assign(metadata!, { labels: { "app.kubernetes.io/version": "0.13.1" } }),
    };
    const lines = (await tellAll(await prodBut(edit))).filter((line) => line.startsWith("mandatory"));
    assert.deepEqual(lines, [
      "mandatory version-label: The version label of every runner set is the version of the controller.\n" +
        "AutoscalingRunnerSet kamify-runner/kamify-backend-runners: has the label app.kubernetes.io/version: 0.13.1, and the controller is 0.14.2: it deletes sets of another minor version\nfix: Set one version for controller and sets: `arc:controller.version` in the stack file.",
    ]);
  });
});
