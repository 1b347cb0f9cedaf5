import * as assert from "node:assert/strict";
import { GitHubAppCredentials, GitHubTokenCredentials, PullSecret, StoreKind } from "../../../components";
import { versionIn, versionTemplate } from "../../../components/credentials/secret-version";
import { record } from "../../support/recorder";

const READ = {
  namespace: "acme",
  path: "acme/credentials",
  store: { name: "vault-backend", kind: StoreKind.ClusterSecretStore },
};
const REGISTRY = { registry: "ghcr.io", username: "acme-bot" };

interface ExternalSecretInputs {
  metadata: object;
  spec: { target: { template: { templateFrom?: object[] } } };
}

const templateFrom = (inputs: unknown) => (inputs as ExternalSecretInputs).spec.target.template.templateFrom;

describe("The version of credentials", () => {
  it("is an annotation of the Secret, written so that it can be read back", () => {
    assert.deepEqual(versionTemplate("12"), [{ target: "Annotations", literal: 'arc-runners/kv-version: "12"' }]);
    for (const version of ["1", "12", ""]) {
      assert.equal(versionIn({ target: { template: { templateFrom: versionTemplate(version) } } }), version);
    }
    assert.equal(versionIn({ target: { template: {} } }), "");
    assert.equal(versionIn({ target: { template: { templateFrom: [{ literal: "another: text" }] } } }), "");
  });

  it("that Vault counts is in the spec of the ExternalSecret, whose change makes the operator read again", async () => {
    const create = (kvVersion: string) =>
      record(() => void new GitHubTokenCredentials("token", { ...READ, token: "not-a-real-token" }, {}), { kvVersion });
    const one = (await create("1")).one("ExternalSecret").inputs;
    const two = (await create("2")).one("ExternalSecret").inputs;
    assert.deepEqual(templateFrom(one), versionTemplate("1"));
    assert.deepEqual(templateFrom(two), versionTemplate("2"));
    // Nothing else may tell them apart: a change of the metadata alone makes no new generation.
    assert.deepEqual(one.metadata, two.metadata);
  });

  it("that others tell is followed as well, by listeners and by the operator", async () => {
    const app = await record(() => void new GitHubAppCredentials("app", { ...READ, version: "7" }));
    assert.deepEqual(templateFrom(app.one("ExternalSecret").inputs), versionTemplate("7"));
    assert.deepEqual(app.outputsOf("GitHubAppCredentials"), { secretName: "github-token", secretVersion: "7" });
    const pull = await record(() => void new PullSecret("pull", { ...READ, ...REGISTRY, version: "8" }));
    assert.deepEqual(templateFrom(pull.one("ExternalSecret").inputs), versionTemplate("8"));
    assert.deepEqual(pull.outputsOf("PullSecret"), { secretName: "ghcr-pull-secret" });
  });

  it("that nobody tells is nowhere", async () => {
    const { one, outputsOf } = await record(() => void new GitHubAppCredentials("app", READ)).then((recorded) => ({
      one: recorded.one("ExternalSecret"),
      outputsOf: recorded.outputsOf("GitHubAppCredentials"),
    }));
    assert.equal(templateFrom(one.inputs), undefined);
    assert.deepEqual(outputsOf, { secretName: "github-token", secretVersion: "" });
  });

  it("leaves no way to the cluster in the state, since a kubeconfig may hold credentials", async () => {
    const cluster = { kubeconfig: "not-a-real-kubeconfig", context: "prod" };
    const recorded = await record(() => {
      new GitHubAppCredentials("app", { ...READ, cluster });
      new GitHubTokenCredentials("token", { ...READ, cluster });
      new PullSecret("pull", { ...READ, ...REGISTRY, cluster });
    });
    assert.ok(!JSON.stringify(recorded.resources.map(({ inputs }) => inputs)).includes("not-a-real-kubeconfig"));
  });
});
