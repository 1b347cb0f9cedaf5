import assert from "node:assert/strict";
import fc from "fast-check";
import { runnerPodTemplate } from "../../components/runners/pod/template";
import { ceilings } from "../../stacks/checks/capacity";
import { checkStack } from "../../stacks/config/load";
import { parseStack } from "../../stacks/config/parse";
import { settle } from "../../stacks/config/settle";
import { type Diagnostic, problemsText } from "../../stacks/diagnostic";
import { PRIVATE_KEY, stackValues, type Values } from "../support/checked-stack";

const FAKE_SECRET = "correct-horse-battery-staple";
const PROD = stackValues("prod");

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
/** An object of which any field may be absent. */
const some = (fields: Record<string, fc.Arbitrary<unknown>>) => fc.record(fields, { requiredKeys: [] });
const name = fc.stringMatching(/^[a-z]([a-z0-9-]{0,6}[a-z0-9])?$/);
const quantity = fc.oneof(
  fc.constantFrom("250m", "1", "1.5Gi", "512Mi", "0", "1e3", "24Gi", "100k", "3n"),
  fc.nat({ max: 1000 }),
);
const amounts = some({ cpu: quantity, memory: quantity, "ephemeral-storage": quantity, "example.com/gpu": quantity });
const resources = some({ requests: amounts, limits: amounts });
const image = fc.constantFrom("a", "docker:dind", "ghcr.io/a/b:1.2", "localhost:5000/a", `a@sha256:${"0".repeat(64)}`);
/** Anything that YAML can say. */
const junk = fc.jsonValue({ maxDepth: 2, depthSize: "small" }) as fc.Arbitrary<unknown>;

const initContainer = fc
  .tuple(
    fc.record(
      {
        name,
        image: fc.oneof(image, junk),
        restartPolicy: fc.constantFrom("Always", "OnFailure", 5),
        resources,
        volumeMounts: fc.oneof(junk, fc.array(fc.oneof(junk, some({ name, mountPath: fc.constantFrom("/a", "/b") })))),
        startupProbe: junk,
        env: junk,
      },
      { requiredKeys: ["name"] },
    ),
    fc.dictionary(fc.string({ maxLength: 12 }), junk, { maxKeys: 2 }),
  )
  .map(([known, more]) => ({ ...more, ...known }));
const volume = fc.record({ name, emptyDir: junk, secret: junk }, { requiredKeys: ["name"] });
const docker = some({
  mode: fc.constantFrom("sidecar", "native-sidecar"),
  connection: fc.constantFrom("socket", "tls"),
  rootless: fc.boolean(),
  image,
  resources,
  mtu: fc.integer({ min: 576, max: 9216 }),
  registryMirrors: fc.array(fc.constantFrom("https://mirror.example.org", "http://127.0.0.1:5000"), { maxLength: 2 }),
  extraArgs: fc.array(fc.constantFrom("--ipv6", "--debug"), { maxLength: 2 }),
  waitSeconds: fc.nat({ max: 3600 }),
  copyExternals: fc.boolean(),
});
const looseObject = fc.dictionary(fc.constantFrom("spec", "metadata", "emptyDir", "name", "a"), junk, { maxKeys: 2 });
const envVar = fc.record({ name, value: junk }, { requiredKeys: ["name"] });
/** A patch of a pod template: what it makes of the pod is for the checks to say. */
const podTemplate = some({
  metadata: some({ labels: fc.dictionary(name, name, { maxKeys: 2 }) }),
  spec: some({
    hostNetwork: junk,
    containers: fc.array(fc.oneof(initContainer, looseObject), { maxLength: 2 }),
    volumes: fc.array(fc.oneof(volume, looseObject), { maxLength: 2 }),
  }),
});
const runner = some({
  image,
  resources,
  docker,
  maxRunners: fc.nat({ max: 2147483647 }),
  churn: fc.nat({ max: 20 }),
  activeDeadlineSeconds: fc.integer({ min: 1, max: 100000 }),
  nodeSelector: fc.dictionary(name, name, { maxKeys: 2 }),
  containerMode: fc.constantFrom("none", "dind", "kubernetes", "kubernetes-novolume"),
  kubernetes: some({ workVolumeClaim: looseObject, requireJobContainer: fc.boolean(), hookTemplate: looseObject }),
  env: fc.array(envVar, { maxLength: 2 }),
  tolerations: fc.array(looseObject, { maxLength: 2 }),
  serviceAccountName: name,
  disruptable: fc.boolean(),
  podTemplate,
  containers: fc.array(initContainer, { maxLength: 2 }),
  initContainers: fc.array(initContainer, { maxLength: 2 }),
  volumes: fc.array(volume, { maxLength: 2 }),
});
const quota = some({
  pods: quantity,
  "requests.cpu": quantity,
  "limits.memory": quantity,
  memory: quantity,
  "count/secrets": quantity,
  services: quantity,
});
const runnerSet = fc.record(
  {
    name,
    namespace: fc.constantFrom("arc-systems", "a", "b"),
    minRunners: fc.nat({ max: 20 }),
    maxRunners: fc.nat({ max: 2147483647 }),
    runnerGroup: fc.string({ minLength: 1 }),
    vaultPath: fc.constantFrom("secret/a", "a/b", "a"),
    size: fc.constantFrom("small", "large", "other"),
    labels: fc.array(name, { maxLength: 2 }),
    podSecurity: fc.constantFrom("privileged", "baseline", "restricted"),
    schedules: fc.array(
      fc.record({ cron: fc.constantFrom("0 7 * * 1-5", "@daily"), minRunners: fc.nat({ max: 30 }) }),
      {
        maxLength: 2,
      },
    ),
    quota,
    runner,
  },
  { requiredKeys: ["name"] },
);
const org = fc.record(
  {
    name,
    url: fc.constantFrom("https://github.com/a", "http://127.0.0.1/a/b"),
    installationId: fc.constantFrom("1", "44556677"),
    auth: fc.constantFrom("app", "token"),
    githubApp: fc.constantFrom("second", "third"),
    githubConfigSecret: name,
    proxy: some({ https: fc.record({ url: fc.constant("http://proxy:3128") }), noProxy: fc.array(name) }),
    runnerSets: fc.array(runnerSet, { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: ["name", "runnerSets"] },
);
/** Everything that the schema takes, sensible or not. */
const accepted: fc.Arbitrary<Values> = fc
  .record({
    controller: fc.record(
      {
        version: fc.constantFrom("0.14.2", "1.0.0"),
        namespace: name,
        updateStrategy: fc.constantFrom("immediate", "eventual"),
      },
      { requiredKeys: ["version"] },
    ),
    githubApp: optional(some({ appId: fc.constant("1"), installationLookup: fc.constantFrom("app", "token", "none") })),
    vault: optional(some({ manage: fc.boolean(), mount: fc.constantFrom("secret", "a") })),
    imagePull: optional(fc.record({ username: name, vaultPath: fc.constantFrom("a/b", "secret/b") })),
    runner: optional(runner),
    sizes: optional(some({ small: runner, large: runner })),
    githubApps: optional(some({ second: some({ appId: fc.constant("2") }) })),
    listener: optional(some({ resources, nodeSelector: fc.dictionary(name, name, { maxKeys: 2 }) })),
    kubernetes: optional(some({ clusterId: fc.constantFrom("eu1", "a-rather-long-name-of-a-cluster") })),
    tenant: optional(some({ containerDefaults: resources })),
    orgs: fc.array(org, { minLength: 1, maxLength: 3 }),
  })
  .map((values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)));

/** Every place below the root of a value. */
function placesOf(value: unknown, path: PropertyKey[] = []): PropertyKey[][] {
  if (value === null || typeof value !== "object") return [];
  const keys: PropertyKey[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return keys.flatMap((key) => {
    const here = [...path, key];
    return [here, ...placesOf((value as Record<PropertyKey, unknown>)[key], here)];
  });
}

type Holder = Record<PropertyKey, unknown>;
interface Mutation {
  how: "delete" | "replace" | "rename" | "add";
  place: number;
  key: string;
  value: unknown;
}
const secretKey = fc.constantFrom(
  "privateKey",
  "token",
  "password",
  "githubAppPrivatKey",
  "imagePullTokn",
  "apiKey",
  "secret",
);
const mutation: fc.Arbitrary<Mutation> = fc.record({
  how: fc.constantFrom<Mutation["how"][]>("delete", "replace", "rename", "add"),
  place: fc.nat(),
  key: fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom("__proto__", "constructor", "toString", "max", "name")),
  value: fc.oneof(
    junk,
    fc.constantFrom<unknown>(
      PRIVATE_KEY,
      { token: FAKE_SECRET },
      { deep: { password: FAKE_SECRET } },
      Number.NaN,
      1e308,
    ),
  ),
});

/** The values with a part deleted, replaced, renamed, or with something beside it that does not belong there. */
function mutated(values: Values, { how, place, key, value }: Mutation): Values {
  const copy = structuredClone(values);
  const places = placesOf(copy);
  if (!places.length) return copy;
  const path = places[place % places.length]!;
  const last = path.at(-1)!;
  const holder = path.slice(0, -1).reduce<Holder>((each, part) => each[part] as Holder, copy);
  if (how === "replace") holder[last] = value;
  else if (how === "add") Array.isArray(holder) ? holder.push({ [key]: value }) : define(holder, key, value);
  else {
    if (how === "rename" && !Array.isArray(holder)) define(holder, key, holder[last]);
    if (Array.isArray(holder)) holder.splice(Number(last), 1);
    else delete holder[last];
  }
  return copy;
}

/** Unlike an assignment it makes an own key also of `__proto__`, as JSON does. */
function define(holder: Holder, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

/** What every diagnostic is, whatever the file. */
function assertTold(diagnostics: Diagnostic[]): void {
  for (const diagnostic of diagnostics) {
    assert.match(diagnostic.path, /^arc:./);
    assert.match(diagnostic.id, /^[a-z]+\/[a-z-]+$/);
    assert.notEqual(diagnostic.message, "");
    assert.ok(!/undefined|\[object|\bNaN runners/.test(diagnostic.message), diagnostic.message);
    // What is wrong comes with what would be right, or with what to do.
    assert.ok(diagnostic.allowed || diagnostic.fix, JSON.stringify(diagnostic));
  }
}

describe("A configuration that the schema accepts", function () {
  this.timeout(20_000);

  it("settles, is checked without an exception, and has a pod and a ceiling for each set.", () => {
    fc.assert(
      fc.property(accepted, (values) => {
        const { settings, problems } = parseStack(values);
        assert.deepEqual(problems, []);
        const config = settle(settings!);
        for (const { args } of config.sets) {
          const { podTemplate: _patch, ...runner } = args.runner;
          const { spec } = runnerPodTemplate(runner, { serviceAccountName: "account" });
          assert.equal(spec.containers[0]!.name, "runner");
          const isOrdinary = (runner.containerMode ?? "dind") === "dind" && runner.docker?.mode === "sidecar";
          assert.equal(spec.containers.length, (isOrdinary ? 2 : 1) + (runner.containers?.length ?? 0));
        }
        for (const { ceiling } of ceilings(config)) {
          assert.ok(Number.isSafeInteger(ceiling.runners) && ceiling.runners >= 0, String(ceiling.runners));
          assert.notEqual(ceiling.binding.length, 0);
        }
        const { config: deployable, diagnostics } = checkStack({ values, secrets: {} });
        assertTold(diagnostics);
        assert.equal(
          deployable === undefined,
          diagnostics.some(({ severity }) => severity === "error"),
        );
      }),
      { numRuns: 200 },
    );
  });

  it("gets the same answer twice.", () => {
    fc.assert(
      fc.property(accepted, (values) => {
        const once = checkStack({ values, secrets: {} }).diagnostics;
        assert.deepEqual(checkStack({ values: structuredClone(values), secrets: {} }).diagnostics, once);
      }),
      { numRuns: 50 },
    );
  });
});

describe("A value that the schema refuses", function () {
  this.timeout(20_000);

  it("in the prod file is named by a path of the file, and nothing throws.", () => {
    let refused = 0;
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
        const values = mutations.reduce(mutated, PROD);
        const { problems, remainder } = parseStack(values);
        const { config, diagnostics } = checkStack({ values, secrets: {} });
        assertTold(diagnostics);
        if (!problems.length) return;
        refused++;
        assert.equal(config, undefined);
        assert.ok(problems.every(({ severity, id }) => severity === "error" && id.startsWith("config/")));
        assert.equal(new Set(problems.map(({ path, message }) => `${path} ${message}`)).size, problems.length);
        assert.ok(remainder, `the rest is checked too: ${problemsText(problems)}`);
      }),
      { numRuns: 600 },
    );
    assert.ok(refused > 300, `${refused} were refused`);
  });

  it("is repeated by no message when it is a secret, wherever it stands.", () => {
    const misplaced = fc.tuple(fc.array(mutation, { maxLength: 2 }), fc.nat(), secretKey, fc.boolean());
    fc.assert(
      fc.property(misplaced, ([mutations, place, key, replace]) => {
        const values = mutations.reduce(mutated, PROD);
        const value = replace ? { [key]: FAKE_SECRET } : FAKE_SECRET;
        const how = replace ? "replace" : "add";
        const { diagnostics } = checkStack({
          values: mutated(values, { how, place, key, value }),
          secrets: { githubAppPrivateKey: { text: FAKE_SECRET }, imagePullToken: { text: FAKE_SECRET } },
        });
        const said = JSON.stringify(diagnostics);
        assert.ok(!said.includes(FAKE_SECRET), said);
        assert.ok(!said.includes("PRIVATE KEY"), said);
      }),
      { numRuns: 300 },
    );
  });
});
