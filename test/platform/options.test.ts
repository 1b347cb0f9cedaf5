import * as assert from "node:assert/strict";
import { labelOf, type Recorded, type Registration } from "../support/recorder";
import { recordProd, recordStack, type StackOutputs } from "../support/stack-program";

describe("The resource options of prod", () => {
  let prod: Recorded<StackOutputs>;
  before(async () => {
    prod = await recordProd();
  });
  const of = (select: (resource: Registration) => boolean) => prod.resources.filter(select);

  it("keep the four CRDs in the cluster when they are deleted, and nothing else", () => {
    const retained = of((resource) => resource.retainOnDelete);
    assert.deepEqual(retained.map((resource) => labelOf(resource.urn)).sort(), [
      "CustomResourceDefinition arc-crds-autoscalinglisteners",
      "CustomResourceDefinition arc-crds-autoscalingrunnersets",
      "CustomResourceDefinition arc-crds-ephemeralrunners",
      "CustomResourceDefinition arc-crds-ephemeralrunnersets",
    ]);
    assert.deepEqual(
      of((resource) => resource.protect),
      [],
    );
  });

  it("create CRDs with a provider that takes over existing objects, and all other 36 Kubernetes objects with one that does not", () => {
    const objects = of(({ type }) => type.startsWith("kubernetes:"));
    const crds = objects.filter(({ type }) => type.endsWith(":CustomResourceDefinition"));
    assert.deepEqual([crds.length, objects.length - crds.length], [4, 36]);
    for (const object of objects) {
      assert.equal(object.provider, crds.includes(object) ? "kubernetes-crds" : "kubernetes", object.urn);
    }
    assert.deepEqual(prod.one("kubernetes", "kubernetes").inputs, {});
    assert.deepEqual(prod.one("kubernetes", "kubernetes-crds").inputs, { upsertExistingObjects: "true" });
  });

  it("write the 8 objects of Vault with the one Vault provider, which asks for no child token", () => {
    const objects = of(({ type }) => type.startsWith("vault:"));
    assert.equal(objects.length, 8);
    for (const object of objects) assert.equal(object.provider, "vault", object.urn);
    const { skipChildToken, address } = prod.one("vault").inputs;
    assert.deepEqual({ skipChildToken, address }, { skipChildToken: "true", address: undefined });
  });

  it("ask GitHub once for each organisation, as that organisation", () => {
    assert.deepEqual(
      [...prod.calls].sort((a, b) => (a.provider < b.provider ? -1 : 1)),
      ["github-everyapi-ai", "github-kamify-ai", "github-yldm-tech"].map((provider) => ({
        token: LOOK_UP,
        inputs: {},
        provider,
      })),
    );
    const baseUrl = "https://api.github.com/";
    assert.deepEqual(
      prod.all("github").map(({ name, inputs }) => [name, inputs]),
      [
        ["github-everyapi-ai", { owner: "everyapi-ai", baseUrl }],
        ["github-kamify-ai", { owner: "kamify-ai", baseUrl }],
        ["github-yldm-tech", { owner: "yldm-tech", baseUrl }],
      ],
    );
  });

  it("wait for a set's deletion as long as its longest job and ten minutes more", () => {
    assert.deepEqual(
      prod.all("AutoscalingRunnerSet").map(({ customTimeouts }) => customTimeouts),
      [{ delete: "7800s" }, { delete: "7800s" }, { delete: "7800s" }],
    );
  });

  it("replace a set, old before new, when what the controller cannot follow changes", () => {
    const sets = prod.all("AutoscalingRunnerSet");
    assert.equal(sets.length, 3);
    for (const set of sets) {
      assert.equal(set.deleteBeforeReplace, true);
      assert.deepEqual(set.replaceOnChanges, [
        "spec.githubConfigUrl",
        "spec.runnerGroup",
        "spec.runnerScaleSetName",
        "spec.runnerScaleSetLabels",
      ]);
    }
    const others = of((resource) => resource.deleteBeforeReplace || resource.replaceOnChanges.length > 0);
    assert.equal(others.length, 3);
  });

  it("wait five minutes for the controller and two for the operator's store and Secrets", () => {
    const timed = of(({ customTimeouts }) => "create" in customTimeouts || "update" in customTimeouts);
    const kinds = timed.map(({ urn, customTimeouts }) => [labelOf(urn).split(" ")[0], customTimeouts]);
    const two = { create: "2m", update: "2m" };
    assert.deepEqual(kinds.sort(), [
      ["ClusterSecretStore", two],
      ["Deployment", { create: "5m", update: "5m" }],
      ...Array(6).fill(["ExternalSecret", two]),
    ]);
  });
});

describe("The providers of a stack", () => {
  it("all know the cluster that the stack file names", async () => {
    const cluster = { context: "ci", kubeconfig: "/etc/kubeconfig" };
    const recorded = await recordProd({
      change: (values) => {
        values.kubernetes = cluster;
      },
    });
    assert.deepEqual(recorded.one("kubernetes", "kubernetes").inputs, cluster);
    assert.deepEqual(recorded.one("kubernetes", "kubernetes-crds").inputs, {
      ...cluster,
      upsertExistingObjects: "true",
    });
  });

  it("take Vault's and GitHub's addresses from the stack file", async () => {
    const local = await recordStack("local");
    assert.equal(local.one("vault").inputs.address, "http://127.0.0.1:8200");
    assert.deepEqual(local.one("github").inputs, {
      owner: "local-org",
      baseUrl: "http://127.0.0.1:8088/api/v3/",
    });
  });

  it("leave the environment's GITHUB_TOKEN to the plugin, so that it is in no argument and no state", async () => {
    const recorded = await recordProd({ env: { GITHUB_TOKEN: "not-a-real-github-token" } });
    const providers = recorded.all("github");
    assert.deepEqual(
      providers.map(({ inputs }) => Object.keys(inputs).sort()),
      [1, 2, 3].map(() => ["baseUrl", "owner"]),
    );
    assert.equal(JSON.stringify(recorded.resources).includes("not-a-real-github-token"), false);
  });

  it("are none of GitHub's when every installation id is given, and GitHub is not asked", async () => {
    const recorded = await recordProd({
      change: (values) => {
        for (const org of values.orgs as unknown as { installationId: string }[]) org.installationId = "44556677";
      },
    });
    assert.deepEqual(recorded.calls, []);
    assert.deepEqual(recorded.all("github"), []);
  });

  it("are Kubernetes' alone when Vault is not managed from here", async () => {
    const recorded = await recordProd({
      change: ({ vault }) => {
        vault!.manage = false;
      },
    });
    const providers = recorded.resources.filter(({ type }) => type.startsWith("pulumi:providers:"));
    assert.deepEqual(providers.map(({ name }) => name).sort(), ["kubernetes", "kubernetes-crds"]);
    assert.deepEqual(
      recorded.resources.filter(({ type }) => type.startsWith("vault:")),
      [],
    );
    assert.deepEqual(recorded.calls, []);
  });

  it("are Kubernetes' alone with another store, and with none, where Secrets have to change in place", async () => {
    for (const [secretStore, inputs] of [
      [{ kind: "ClusterSecretStore", name: "aws" }, {}],
      [{ kind: "none" }, { enableSecretMutable: "true" }],
    ] as const) {
      const recorded = await recordProd({
        change: (values) => {
          delete values.vault;
          values.secretStore = secretStore;
        },
      });
      const ofVault = recorded.resources.filter(({ type }) => /^(pulumi:providers:)?vault/.test(type));
      assert.deepEqual(ofVault, []);
      assert.deepEqual(recorded.one("kubernetes", "kubernetes").inputs, inputs);
      assert.equal(recorded.all("Secret").length, secretStore.kind === "none" ? 6 : 0);
      // Ids are looked up where Secrets are made of them, and not where the store has them.
      assert.equal(recorded.calls.filter(({ token }) => token === LOOK_UP).length, secretStore.kind === "none" ? 3 : 0);
    }
  });
});

const LOOK_UP = "github:index/getOrganizationAppInstallations:getOrganizationAppInstallations";
