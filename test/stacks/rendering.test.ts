import * as assert from "node:assert/strict";
import fc from "fast-check";
import { evaluateProgram } from "../../cli/offline/evaluate";
import { kindOf } from "../../cli/offline/plan";
import { manifestsOf } from "../../cli/preview/manifests";
import { checkStack } from "../../stacks/config/load";
import { ROOT } from "../support/arc";

const set = fc.record({
  minRunners: fc.nat({ max: 3 }),
  maxRunners: fc.integer({ min: 3, max: 20 }),
  mode: fc.constantFrom("sidecar", "none"),
  quota: fc.option(fc.constant({ pods: 100, "requests.memory": "1Ti" }), { nil: undefined }),
  group: fc.option(fc.constantFrom("builders", "deployers"), { nil: undefined }),
});
const stack = fc.record({
  orgs: fc.array(fc.array(set, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 }),
  manage: fc.boolean(),
  createStore: fc.boolean(),
  storeScope: fc.constantFrom("shared", "namespace"),
  pull: fc.boolean(),
  crds: fc.constantFrom("embedded", "preinstalled"),
  updateStrategy: fc.constantFrom("immediate", "eventual"),
  version: fc.constantFrom("0.13.1", "0.14.1", "0.14.2"),
});

/** The values of a stack file that is sound, whatever was drawn. */
function valuesOf(drawn: typeof stack extends fc.Arbitrary<infer T> ? T : never): Record<string, unknown> {
  const { manage, createStore, storeScope, version, updateStrategy, crds } = drawn;
  return {
    controller: { version, updateStrategy, crds: { source: crds } },
    githubApp: { appId: "123456" },
    vault: { manage, createStore, storeScope },
    ...(drawn.pull ? { imagePull: { username: "bot", vaultPath: "shared/registry" } } : {}),
    orgs: drawn.orgs.map((sets, org) => ({
      name: `org-${org}`,
      installationId: String(1000 + org),
      runnerSets: sets.map(({ minRunners, maxRunners, mode, quota, group }, index) => ({
        name: `set-${index}`,
        namespace: `org-${org}-${index}`,
        minRunners,
        maxRunners,
        ...(group ? { runnerGroup: `${group}-${index}` } : {}),
        ...(quota ? { quota } : {}),
        runner: { docker: { mode } },
      })),
    })),
  };
}

describe("A stack file that is accepted", function () {
  this.timeout(60_000);

  it("renders: as many objects of each kind as it has sets, tenants and choices", async () => {
    await fc.assert(
      fc.asyncProperty(stack, async (drawn) => {
        const values = valuesOf(drawn);
        const encrypted = { encrypted: true } as const;
        const secrets = { githubAppPrivateKey: encrypted, imagePullToken: encrypted };
        const { diagnostics } = checkStack({ values, secrets });
        assert.deepEqual(
          diagnostics.filter(({ severity }) => severity === "error"),
          [],
        );
        const { resources } = await evaluateProgram(ROOT, "drawn", { values, secrets });
        const count = (kind: string) => resources.filter(({ type }) => kindOf(type) === kind).length;
        const sets = drawn.orgs.flat();
        const shared = drawn.storeScope === "shared";
        assert.deepEqual(
          {
            sets: count("AutoscalingRunnerSet"),
            tenants: count("Tenant"),
            quotas: count("ResourceQuota"),
            externalSecrets: count("ExternalSecret"),
            clusterStores: count("ClusterSecretStore"),
            stores: count("SecretStore"),
            kv: count("SecretV2"),
            policies: count("Policy"),
            crds: count("CustomResourceDefinition"),
          },
          {
            sets: sets.length,
            tenants: sets.length,
            quotas: sets.filter(({ quota }) => quota).length,
            externalSecrets: sets.length * (drawn.pull ? 2 : 1),
            clusterStores: drawn.createStore && shared ? 1 : 0,
            stores: drawn.createStore && !shared ? sets.length : 0,
            kv: drawn.manage ? sets.length + (drawn.pull ? 1 : 0) : 0,
            policies: drawn.manage ? sets.length : 0,
            crds: drawn.crds === "embedded" ? 4 : 0,
          },
        );
        assert.equal(new Set(resources.map(({ urn }) => urn)).size, resources.length);
        for (const text of manifestsOf(resources).values()) assert.doesNotMatch(text, /undefined|\[object|\[secret\]/);
      }),
      { numRuns: 40 },
    );
  });
});
