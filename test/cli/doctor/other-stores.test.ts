import * as assert from "node:assert/strict";
import type { Intended } from "../../../cli/doctor/context";
import { mendCommands } from "../../../cli/doctor/credential-commands";
import type { ExternalSecret, SecretStore } from "../../../cli/doctor/objects";
import type { Context, Observation, Source } from "../../../cli/doctor/observation";
import { secretUses } from "../../../cli/doctor/references";
import { notReady, storeNotValid } from "../../../cli/doctor/rules/external-secret";
import { missing } from "../../../cli/doctor/rules/pull-secret";
import { askVault } from "../../../cli/doctor/vault";
import { intendedStack } from "../../e2e/doctor/support/stack";

const NOW = new Date("2026-11-21T12:00:00Z");
const NAMESPACE = "acme-ci";

/** A store and an ExternalSecret that have not been Ready for an hour. */
const failed = {
  conditions: [
    { type: "Ready", status: "False", reason: "X", message: "m", lastTransitionTime: "2026-11-21T11:00:00Z" },
  ],
};
const STORE = { kind: "ClusterSecretStore", metadata: { name: "aws" }, status: failed } as unknown as SecretStore;
const READY = { conditions: [{ type: "Ready", status: "True" }] };
const EXTERNAL = {
  metadata: { name: "github-token", namespace: NAMESPACE },
  spec: {},
  status: failed,
} as unknown as ExternalSecret;

async function stackWith(secretStore: object, more: object = {}): Promise<Context> {
  const intent: Intended = await intendedStack({ "arc:vault": null, "arc:secretStore": secretStore, ...more });
  return { ...intent, now: NOW };
}

/** What the rules are asked about: some sources, and nothing of the others. */
function observed(context: Context, sources: Partial<Record<Source, unknown>>): Observation {
  const unseen = ["secrets", "events", "vault", "externalSecrets", "secretStores"].map((source) => [
    source,
    { unknown: "not asked" },
  ]);
  const seen = Object.entries(sources).map(([source, value]) => [source, { value }]);
  const all = Object.fromEntries([...unseen, ...seen]) as Observation["sources"];
  return { ...context, server: "https://cluster.example.com", sources: all };
}

function useOf(context: Context, role: string) {
  const use = secretUses(context).find((each) => each.namespace === NAMESPACE && each.role === role);
  assert.ok(use, role);
  return use;
}

describe("arc doctor with a store that somebody else made", () => {
  let context: Context;
  before(async () => {
    context = await stackWith(
      { kind: "ClusterSecretStore", name: "aws" },
      { "arc:imagePull": { registry: "ghcr.io", username: "acme", vaultPath: "registry" } },
    );
  });

  it("asks no Vault, whatever the environment names", async () => {
    const env = { VAULT_ADDR: "http://127.0.0.1:9", VAULT_TOKEN: "x" };
    assert.deepEqual(await askVault(context, env), { value: new Map() });
  });

  it("says what the entry of the store has to have", () => {
    assert.deepEqual(mendCommands(useOf(context, "github"), context), [
      "# write acme-ci-github-app with app_id, installation_id, private_key to what the ClusterSecretStore aws reads (docs/credentials.md), then:",
      "bin/arc heal external-secrets --set acme-ci/acme-runners",
    ]);
  });

  it("blames the store's provider and its conditions, and names no command of Vault", () => {
    const seen = (secretStores: SecretStore[]) =>
      observed(context, { externalSecrets: [EXTERNAL], secretStores, runnerSets: [], controllers: [] });
    const found = [
      ...storeNotValid.find(seen([STORE])),
      ...storeNotValid.find(seen([])),
      ...notReady.find(seen([{ ...STORE, status: READY } as unknown as SecretStore])),
    ];
    assert.equal(found.length, 3);
    for (const { cause, fix } of found) {
      assert.ok(cause);
      assert.equal(/vault/i.test([cause, ...fix!].join("\n")), false, [cause, ...fix!].join("\n"));
    }
    assert.deepEqual(found[1]!.fix, ["# make the store again: it is not of this stack (docs/credentials.md)"]);
    assert.ok(found[2]!.evidence!.includes("reads acme-ci-github-app: app_id, installation_id, private_key"));
  });
});

describe("arc doctor without a store", () => {
  it("mends a Secret where it is made: in the stack's secrets, by pulumi up", async () => {
    const context = await stackWith({ kind: "none" });
    assert.deepEqual(mendCommands(useOf(context, "github"), context), [
      "# correct the ids in the stack file, or the key with pulumi config set --secret (docs/credentials.md)",
      "pulumi up --refresh",
    ]);
    const set = { metadata: { namespace: NAMESPACE, name: "acme-runners" } };
    const found = missing.find(observed(context, { secrets: new Map(), runnerSets: [set], controllers: [] }));
    assert.deepEqual(
      found.map(({ what, fix }) => [what, fix]),
      [
        [
          "the pull Secret acme-ci/registry-credentials is not there",
          ["pulumi config set --secret arc:imagePullToken < token.txt", "pulumi up --refresh"],
        ],
      ],
    );
  });
});
