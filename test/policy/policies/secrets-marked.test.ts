import * as assert from "node:assert/strict";
import { secretsMarked } from "../../../policy/policies/secrets-marked";
import { unwrap } from "../../support/secrets";
import { PRIVATE_KEY } from "../../support/stack-program";
import { type Mutable, messages, objectOf, prodBut, prodWith } from "../support";

const KV = "secret/github-runner/github-app";
const SET = "arc-yldm-tech/yldm-backend-runners";

/** Takes the marks off what a resource has. */
const unmark = (inputs: Mutable) => void Object.assign(inputs, unwrap(structuredClone(inputs)));

describe("Policy secrets-marked", () => {
  it("accepts prod, whose private keys and token are marked in the four KV secrets that have them", async () => {
    const subjects = await prodBut();
    assert.equal(subjects.filter(({ type }) => type === "vault:kv/secretV2:SecretV2").length, 4);
    assert.deepEqual(messages(secretsMarked, subjects), []);
  });

  it("refuses a KV secret without the mark, and never prints what is in it", async () => {
    const found = messages(secretsMarked, await prodBut({ kind: "SecretV2", name: KV, inputs: unmark }));
    assert.deepEqual(found, [
      `vault:kv/secretV2:SecretV2 ${KV}: dataJson is secret as a whole and is not marked as secret`,
    ]);
  });

  it("refuses a token in clear in a runner's environment, and a private key in an annotation", async () => {
    const token = `ghs_${"a1".repeat(18)}`;
    const found = messages(
      secretsMarked,
      await prodBut({
        kind: "AutoscalingRunnerSet",
        name: SET,
        inputs: ({ metadata, spec }) => {
          spec!.template!.spec!.containers![0]!.env!.push({ name: "WHATEVER", value: token });
          Object.assign(metadata!.annotations!, { key: PRIVATE_KEY });
        },
      }),
    );
    const title = "AutoscalingRunnerSet github-runner/yldm-backend-runners";
    assert.deepEqual(found, [
      `${title}: metadata.annotations.key is a private key and is not marked as secret`,
      `${title}: spec.template.spec.containers[0].env[3].value is a GitHub token and is not marked as secret`,
    ]);
    assert.equal(found.join().includes(token), false);
  });

  it("accepts every container mode, with a proxy that wants credentials", async () => {
    const work = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
    const change = (runner: object) => (values: Record<string, Record<string, unknown>>) => {
      values.runner = { ...values.runner, ...runner };
      values.proxy = { https: { url: "http://proxy:3128", vaultPath: "shared/proxy" } };
    };
    for (const runner of [
      { docker: { rootless: true } },
      { docker: undefined, containerMode: "none" },
      { docker: undefined, containerMode: "kubernetes", kubernetes: { workVolumeClaim: work } },
      { docker: undefined, containerMode: "kubernetes-novolume" },
    ]) {
      assert.deepEqual(messages(secretsMarked, await prodWith(change(runner))), []);
    }
  });

  it("takes the names that are allowed for what they are", () => {
    const env = [{ name: "CACHE_TOKEN", value: "public-read-only" }];
    const pod = objectOf("kubernetes:core/v1:Pod", {
      metadata: { name: "job", namespace: "acme" },
      spec: { containers: [{ name: "step", env }] },
    });
    assert.deepEqual(messages(secretsMarked, [pod]), [
      "Pod acme/job: spec.containers[0].env[0].value has the name of a secret (CACHE_TOKEN) and is not marked as secret",
    ]);
    assert.deepEqual(messages(secretsMarked, [pod], { allowed: ["CACHE_TOKEN"] }), []);
  });

  it("leaves alone what goes neither to Kubernetes nor to Vault", () => {
    assert.deepEqual(messages(secretsMarked, [objectOf("aws:s3/bucket:Bucket", { password: "swordfish" })]), []);
  });
});
