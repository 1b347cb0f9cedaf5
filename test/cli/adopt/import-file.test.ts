import assert from "node:assert/strict";
import { importFile, providersFirst } from "../../../cli/adopt/import-file";
import { plannedObjects } from "../../../cli/adopt/planned";
import { planned } from "./objects";

describe("The import file", () => {
  const stack = planned("pulumi:pulumi:Stack", "arc-prod");
  const provider = planned("pulumi:providers:kubernetes", "kubernetes", { inputs: { context: "prod" } });
  const unused = planned("pulumi:providers:vault", "vault");
  const platform = planned("arc:index:RunnerPlatform", "arc", { parent: stack.urn });
  const tenant = planned("arc:index:Tenant", "arc-ci", { parent: platform.urn });
  const other = planned("arc:index:Tenant", "arc-other", { parent: platform.urn });
  const namespace = planned("kubernetes:core/v1:Namespace", "arc-ci", {
    parent: tenant.urn,
    provider: provider.urn,
    inputs: { apiVersion: "v1", metadata: { name: "ci" } },
  });
  const account = planned("kubernetes:core/v1:ServiceAccount", "arc-account", {
    parent: tenant.urn,
    provider: provider.urn,
    inputs: { apiVersion: "v1", metadata: { name: "runner", namespace: "ci" } },
  });
  const plan = [stack, provider, unused, platform, tenant, other, namespace, account];

  it("has each object with its id, the components above it and no others, and the provider with its arguments", () => {
    const found = plannedObjects(plan);
    assert.deepEqual(importFile(found, plan, { kubernetes: "4.34.2" }), {
      nameTable: { "provider kubernetes": provider.urn },
      resources: [
        { type: "arc:index:RunnerPlatform", name: "arc", component: true },
        { type: "arc:index:Tenant", name: "arc-ci (Tenant)", logicalName: "arc-ci", component: true, parent: "arc" },
        {
          type: "kubernetes:core/v1:Namespace",
          name: "arc-ci (Namespace)",
          logicalName: "arc-ci",
          id: "ci",
          parent: "arc-ci (Tenant)",
          provider: "provider kubernetes",
        },
        {
          type: "kubernetes:core/v1:ServiceAccount",
          name: "arc-account",
          id: "ci/runner",
          parent: "arc-ci (Tenant)",
          provider: "provider kubernetes",
        },
      ],
      providerInputs: { "provider kubernetes": { context: "prod", version: "4.34.2" } },
    });
  });

  it("leaves out what was not found", () => {
    const [first] = plannedObjects(plan);
    const { resources } = importFile([first!], plan, {});
    assert.deepEqual(
      resources.map(({ name }) => name),
      ["arc", "arc-ci (Tenant)", "arc-ci (Namespace)"],
    );
  });

  it("has no kubeconfig's content in it, nor a secret's mark: then the provider has to be made first", () => {
    for (const kubeconfig of ["apiVersion: v1\nusers: [{ user: { token: t } }]", "[secret]"]) {
      const other = planned("pulumi:providers:kubernetes", "kubernetes", { inputs: { kubeconfig } });
      const file = importFile(plannedObjects(plan), [...plan.filter((each) => each !== provider), other], {});
      assert.deepEqual([file.providerInputs, providersFirst(file)], [{}, [provider.urn]]);
    }
    const path = planned("pulumi:providers:kubernetes", "kubernetes", {
      inputs: { kubeconfig: "/home/me/.kube/config" },
    });
    const file = importFile(plannedObjects(plan), [...plan.filter((each) => each !== provider), path], {});
    assert.deepEqual(providersFirst(file), []);
  });
});
