import * as assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { packageSchema, type PackageSchema, type Property } from "../support/package-schema";

/** The whole schema, for whoever reviews a change of it: UPDATE_GOLDEN=1 renews it. */
const GOLDEN = path.resolve(__dirname, "../golden/package-schema.json");

/** Output properties of every component: each public field is one, so a private one would show here. */
const OUTPUTS: Record<string, string[]> = {
  "arc:index:Controller": ["image", "namespace", "serviceAccountName", "version"],
  "arc:index:CustomResourceDefinitions": ["names"],
  "arc:index:GitHubAppCredentials": ["secretName", "secretVersion"],
  "arc:index:GitHubTokenCredentials": ["secretName", "secretVersion"],
  "arc:index:Observability": ["alertNames"],
  "arc:index:PullSecret": ["secretName"],
  "arc:index:RunnerPlatform": ["controllerVersion", "runnerSets"],
  "arc:index:RunnerScaleSet": ["namespace", "runsOn"],
  "arc:index:Tenant": ["namespace"],
  "arc:index:TenantVaultAccess": ["policyName"],
  "arc:index:VaultAccess": ["storeName"],
};

const REQUIRED: Record<string, string[]> = {
  "arc:index:Controller": ["version"],
  "arc:index:CustomResourceDefinitions": ["manifests"],
  "arc:index:GitHubAppCredentials": ["namespace", "path", "store"],
  "arc:index:GitHubTokenCredentials": ["namespace", "path", "store"],
  "arc:index:Observability": ["controller", "sets"],
  "arc:index:PullSecret": ["namespace", "path", "registry", "store", "username"],
  "arc:index:RunnerPlatform": ["controller", "orgs"],
  "arc:index:RunnerScaleSet": [
    "controllerVersion",
    "githubConfigUrl",
    "maxRunners",
    "namespace",
    "runner",
    "scaleSetName",
  ],
  "arc:index:Tenant": ["namespace"],
  "arc:index:TenantVaultAccess": ["connection", "namespace", "paths"],
  "arc:index:VaultAccess": ["connection", "namespaces"],
};

const ENUMS: Record<string, string[]> = {
  "arc:index:Auth": ["app", "token"],
  "arc:index:ContainerMode": ["dind", "kubernetes", "kubernetes-novolume", "none"],
  "arc:index:DockerConnection": ["socket", "tls"],
  "arc:index:DockerMode": ["native-sidecar", "sidecar"],
  "arc:index:MetricsPreset": ["full", "none", "trimmed"],
  "arc:index:PodSecurityLevel": ["baseline", "privileged", "restricted"],
  "arc:index:SecretStoreKind": ["ClusterSecretStore", "SecretStore", "none", "vault"],
  "arc:index:Severity": ["critical", "info", "warning"],
  "arc:index:StoreKind": ["ClusterSecretStore", "SecretStore"],
  "arc:index:StoreScope": ["namespace", "shared"],
  "arc:index:UpdateStrategy": ["eventual", "immediate"],
  "arc:index:WorkqueueRateLimiter": ["bucket_rate_limiter", "typed_rate_limiter"],
};

describe("The schema of the component package", function () {
  this.timeout(60_000); // TypeScript reads all of the components and of the provider SDKs' types.

  let schema: PackageSchema;
  before(async () => {
    schema = await packageSchema();
  });
  const sorted = <T>(record: Record<string, T>, value: (entry: T) => string[]) =>
    Object.fromEntries(Object.entries(record).map(([name, entry]) => [name, value(entry).sort()]));

  it("can be inferred for all eleven components", () => {
    assert.deepEqual(Object.keys(schema.resources).sort(), Object.keys(OUTPUTS));
    for (const resource of Object.values(schema.resources)) assert.equal(resource.isComponent, true);
    assert.equal(schema.name, "arc");
  });

  it("has the outputs that the components are meant to have, and no field of theirs besides", () => {
    assert.deepEqual(
      sorted(schema.resources, ({ properties }) => Object.keys(properties)),
      OUTPUTS,
    );
  });

  it("requires of each component no more than it cannot do without", () => {
    assert.deepEqual(
      sorted(schema.resources, ({ requiredInputs }) => requiredInputs),
      REQUIRED,
    );
  });

  it("has closed sets of values as enums, each value described", () => {
    const enums = Object.fromEntries(Object.entries(schema.types).filter(([, type]) => type.enum));
    assert.deepEqual(
      sorted(enums, (type) => type.enum!.map(({ value }) => value)),
      ENUMS,
    );
    for (const [name, type] of Object.entries(enums)) {
      for (const value of type.enum!) assertDescribed(`${name}.${value.name}`, value.description);
    }
  });

  it("describes every component, every input, every output and every field of a type", () => {
    let described = 0;
    const check = (of: string, properties: Record<string, Property>) => {
      for (const [name, { description }] of Object.entries(properties)) {
        assertDescribed(`${of}.${name}`, description);
        described += 1;
      }
    };
    for (const [name, resource] of Object.entries(schema.resources)) {
      assertDescribed(name, resource.description);
      check(name, resource.inputProperties);
      check(name, resource.properties);
    }
    for (const [name, { properties = {} }] of Object.entries(schema.types)) check(name, properties);
    assert.ok(described > 100, `${described}`);
  });

  it("is exactly the golden one: a change of what programs in any language see is reviewed", () => {
    if (process.env.UPDATE_GOLDEN === "1") writeFileSync(GOLDEN, `${JSON.stringify(schema, null, 2)}\n`);
    assert.ok(existsSync(GOLDEN), "make golden writes it");
    assert.deepEqual(schema, JSON.parse(readFileSync(GOLDEN, "utf8")));
  });

  it("refers to no type that it does not hold: other languages lose the whole package over one that is not found", () => {
    const references = [...JSON.stringify(schema).matchAll(/"\$ref":"([^"]*)"/g)].map(([, reference]) => reference!);
    const outside = new Set(references.filter((reference) => !(reference.replace("#/types/", "") in schema.types)));
    assert.deepEqual([...outside], ["pulumi.json#/Any"]);
    assert.deepEqual(schema.dependencies, []);
  });
});

/** A `{@link …}` becomes "[object Object]" on its way through the analyzer. */
function assertDescribed(what: string, description: string | undefined): void {
  assert.ok(description && description.length > 10, `${what} has no description`);
  assert.equal(description.includes("[object"), false, `${what}: ${description}`);
}
