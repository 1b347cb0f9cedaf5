import * as assert from "node:assert/strict";
import fc from "fast-check";
import { evaluateProgram } from "../../cli/offline/evaluate";
import { kindOf } from "../../cli/offline/plan";
import { manifestsOf } from "../../cli/preview/manifests";
import { checkStack } from "../../stacks/config/load";
import { ROOT } from "../support/arc";

const WORK = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
const MODES = {
  sidecar: { docker: { mode: "sidecar" } },
  socket: { docker: { mode: "native-sidecar", mtu: 1400 } },
  rootless: { docker: { rootless: true } },
  none: { containerMode: "none" },
  kubernetes: { containerMode: "kubernetes", kubernetes: { workVolumeClaim: WORK, hookTemplate: { spec: {} } } },
  "kubernetes-novolume": { containerMode: "kubernetes-novolume" },
};
const isKubernetes = (mode: string) => mode.startsWith("kubernetes");

const set = fc.record({
  minRunners: fc.nat({ max: 3 }),
  maxRunners: fc.integer({ min: 3, max: 20 }),
  mode: fc.constantFrom(...(Object.keys(MODES) as (keyof typeof MODES)[])),
  quota: fc.option(fc.constant({ pods: 100, "requests.memory": "1Ti" }), { nil: undefined }),
  group: fc.option(fc.constantFrom("builders", "deployers"), { nil: undefined }),
  schedules: fc.constantFrom(
    undefined,
    [{ cron: "@daily", minRunners: 1 }],
    [
      { cron: "0 7 * * *", minRunners: 2 },
      { cron: "0 19 * * *", minRunners: 0 },
    ],
  ),
});
const org = fc.record({
  auth: fc.constantFrom("app", "second-app", "token", "existing"),
  proxy: fc.option(fc.constant({ https: { url: "http://proxy:3128", vaultPath: "shared/proxy" } }), { nil: undefined }),
  sets: fc.array(set, { minLength: 1, maxLength: 3 }),
});
const stack = fc.record({
  orgs: fc.array(org, { minLength: 1, maxLength: 4 }),
  manage: fc.boolean(),
  createStore: fc.boolean(),
  storeScope: fc.constantFrom("shared", "namespace"),
  pull: fc.boolean(),
  replicas: fc.constantFrom(1, 2),
  crds: fc.constantFrom("embedded", "preinstalled"),
  updateStrategy: fc.constantFrom("immediate", "eventual"),
  version: fc.constantFrom("0.13.1", "0.14.1", "0.14.2"),
});
type Drawn = typeof stack extends fc.Arbitrary<infer T> ? T : never;

const AUTH = {
  app: {},
  "second-app": { githubApp: "second" },
  token: { auth: "token" },
  existing: { githubConfigSecret: "own" },
};

/** The values of a stack file that is sound, whatever was drawn. */
function valuesOf(drawn: Drawn): Record<string, unknown> {
  const { manage, createStore, storeScope, version, updateStrategy, crds, replicas } = drawn;
  return {
    controller: { version, updateStrategy, replicas, crds: { source: crds } },
    githubApp: { appId: "123456" },
    githubApps: { second: { appId: "654321" } },
    vault: { manage, createStore, storeScope },
    ...(drawn.pull ? { imagePull: { username: "bot", vaultPath: "shared/registry" } } : {}),
    orgs: drawn.orgs.map(({ auth, proxy, sets }, org) => ({
      name: `org-${org}`,
      installationId: String(1000 + org),
      ...AUTH[auth],
      ...(proxy ? { proxy } : {}),
      runnerSets: sets.map(({ minRunners, maxRunners, mode, quota, group, schedules }, index) => ({
        name: `set-${index}`,
        namespace: `org-${org}-${index}`,
        minRunners,
        maxRunners,
        ...(group ? { runnerGroup: `${group}-${index}` } : {}),
        ...(quota ? { quota } : {}),
        ...(schedules ? { schedules } : {}),
        runner: MODES[mode],
      })),
    })),
  };
}

/** How many objects of each kind such a stack is made of. */
function expected(drawn: Drawn) {
  const sets = drawn.orgs.flatMap((each) => each.sets.map((one) => ({ ...one, org: each })));
  const own = sets.filter((one) => one.org.auth !== "existing");
  const reading = sets.filter((one) => one.org.auth !== "existing" || one.org.proxy || drawn.pull);
  const proxies = sets.filter((one) => one.org.proxy);
  const shared = drawn.storeScope === "shared";
  const scheduled = sets.filter(({ schedules }) => schedules);
  return {
    sets: sets.length,
    tenants: sets.length,
    quotas: sets.filter(({ quota }) => quota).length,
    externalSecrets: own.length + proxies.length + (drawn.pull ? sets.length : 0),
    clusterStores: drawn.createStore && shared && reading.length ? 1 : 0,
    stores: drawn.createStore && !shared ? reading.length : 0,
    kv: drawn.manage ? own.length + (drawn.pull ? 1 : 0) : 0,
    policies: drawn.manage ? reading.length : 0,
    crds: drawn.crds === "embedded" ? 4 : 0,
    cronJobs: sets.reduce((sum, { schedules }) => sum + (schedules?.length ?? 0), 0),
    // Listener and leader election of the controller; of each set the manager's, its runners' and its schedules'.
    roles: 2 + sets.length + sets.filter(({ mode }) => isKubernetes(mode)).length + scheduled.length,
    configMaps: sets.filter(({ mode }) => mode === "kubernetes").length,
    budgets: drawn.replicas > 1 ? 1 : 0,
  };
}

const ENCRYPTED = { encrypted: true } as const;

describe("A stack file that is accepted", function () {
  this.timeout(60_000);

  it("renders: as many objects of each kind as it has sets, tenants and choices", async () => {
    await fc.assert(
      fc.asyncProperty(stack, async (drawn) => {
        const values = valuesOf(drawn);
        const tokens = drawn.orgs.map((_, index) => [`githubTokens.org-${index}`, ENCRYPTED]);
        const secrets = {
          githubAppPrivateKey: ENCRYPTED,
          imagePullToken: ENCRYPTED,
          "githubAppPrivateKeys.second": ENCRYPTED,
          ...(Object.fromEntries(tokens) as Record<string, typeof ENCRYPTED>),
        };
        const { diagnostics } = checkStack({ values, secrets });
        assert.deepEqual(
          diagnostics.filter(({ severity }) => severity === "error"),
          [],
        );
        const { resources } = await evaluateProgram(ROOT, "drawn", { values, secrets });
        const count = (kind: string) => resources.filter(({ type }) => kindOf(type) === kind).length;
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
            cronJobs: count("CronJob"),
            roles: count("Role"),
            configMaps: count("ConfigMap"),
            budgets: count("PodDisruptionBudget"),
          },
          expected(drawn),
        );
        assert.equal(new Set(resources.map(({ urn }) => urn)).size, resources.length);
        for (const text of manifestsOf(resources).values()) assert.doesNotMatch(text, /undefined|\[object|\[secret\]/);
      }),
      { numRuns: 40 },
    );
  });
});
