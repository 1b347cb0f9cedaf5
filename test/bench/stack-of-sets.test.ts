import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { installationsOf, setsOf, stackOfSets } from "../../bench/stack-of-sets";
import type { StackFile } from "../../lab/stack-file";
import { checkStack } from "../../stacks/config/load";
import { splitKey, splitSecrets } from "../../stacks/config/raw";
import { ROOT } from "../support/arc";

const { config: PROD } = parse(readFileSync(path.join(ROOT, "Pulumi.prod.yaml"), "utf8")) as { config: StackFile };

function checked(stack: StackFile) {
  const raw = splitSecrets(Object.entries(stack).map(([key, value]) => [splitKey(key)[1], value] as const));
  raw.secrets.githubAppPrivateKey = { encrypted: true };
  raw.secrets.imagePullToken = { encrypted: true };
  return checkStack(raw);
}

describe("The stack file of the bench", () => {
  it("is that of prod for as many sets as prod has, but for the CRDs and Vault's refresh", () => {
    const stack = stackOfSets(PROD, 3);
    assert.deepEqual(stack, {
      ...PROD,
      "arc:controller": { ...(PROD["arc:controller"] as object), crds: { source: "embedded" } },
      "arc:vault": { ...(PROD["arc:vault"] as object), refreshInterval: "1h" },
    });
  });

  for (const [sets, namespaces, organizations] of [
    [1, 1, 1],
    [100, 10, 2],
    [101, 11, 3],
    [1000, 100, 20],
  ] as const) {
    it(`has for ${sets} sets ${namespaces} namespaces of ${organizations} organisations, and nothing to object to`, () => {
      const stack = stackOfSets(PROD, sets);
      assert.equal(setsOf(stack), sets);
      const { config, diagnostics } = checked(stack);
      assert.deepEqual([...new Set(diagnostics.map(({ id }) => id))], ["images/unpinned"]);
      assert.equal(config!.sets.length, sets);
      assert.equal(config!.orgs.length, organizations);
      assert.equal(new Set(config!.sets.map(({ args }) => args.namespace)).size, namespaces);
    });
  }

  it("gives every namespace one quota", () => {
    const quotas = checked(stackOfSets(PROD, 100)).config!.sets.filter(({ args }) => args.quota);
    assert.equal(quotas.length, 10);
  });

  it("has the App of the stack file installed on every organisation", () => {
    assert.deepEqual(installationsOf(PROD, 60), {
      "organization-0001": { installations: [{ id: 42000000, appId: 123456, appSlug: "runners" }] },
      "organization-0002": { installations: [{ id: 42000001, appId: 123456, appSlug: "runners" }] },
    });
    assert.deepEqual(Object.keys(installationsOf(PROD, 3)), ["yldm-tech", "kamify-ai", "everyapi-ai"]);
  });
});
