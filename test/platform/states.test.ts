import * as assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import type { Recorded, Registration } from "../support/recorder";
import { recordProd, type StackOutputs } from "../support/stack-program";

/** A resource of an exported state, without what differs from cluster to cluster. */
interface Kept {
  urn: string;
  type: string;
  custom: boolean;
  parent?: string;
  object?: { apiVersion: string; kind: string; name: string; namespace?: string };
}
interface State {
  version: string;
  resources: Kept[];
}

/** Type and name, and the type of the parent: the mocks' URNs tell of no further ancestor. */
function comparable(urn: string, alias?: string): string {
  const [, , types, ...name] = urn.split("::");
  return `${types!.split("$").slice(-2).join("$")}::${alias ?? name.join("::")}`;
}

const FOLDER = path.join(__dirname, "states");
const STATES = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".json"))
  .map((file) => JSON.parse(readFileSync(path.join(FOLDER, file), "utf8")) as State);

/** Resources of prod that a release did not have yet: they are created beside the others. */
const NEW_SINCE: Record<string, string[]> = { "0.1.0": [] };

describe("The states of our own releases", () => {
  let prod: Recorded<StackOutputs>;
  before(async () => {
    prod = await recordProd();
  });

  /** Names of a resource in a state: as the engine derives them, a child's from those of its parent. */
  function namesOf({ name, parent, aliases }: Registration): string[] {
    const above = prod.resources.find(({ urn }) => urn === parent);
    const inherited = above
      ? namesOf(above).flatMap((alias) => (name.startsWith(above.name) ? [alias + name.slice(above.name.length)] : []))
      : [];
    return [...new Set([name, ...aliases, ...inherited])];
  }
  const isKnownAs = (resource: Registration, { urn }: Pick<Kept, "urn">) =>
    namesOf(resource).some((name) => comparable(resource.urn, name) === comparable(urn));

  for (const { version, resources } of STATES) {
    it(`know every resource of prod as ${version} deployed it, by its URN or by one alias: nothing is deleted or made anew`, () => {
      const kept = resources.filter(({ type }) => type !== "pulumi:pulumi:Stack");
      for (const resource of kept) {
        const heirs = prod.resources.filter((each) => isKnownAs(each, resource));
        assert.equal(heirs.length, 1, `${heirs.length} resources are ${resource.urn}`);
        assert.equal(heirs[0]!.type, resource.type);
      }
      const fresh = prod.resources.filter((each) => !kept.some((resource) => isKnownAs(each, resource)));
      assert.deepEqual(
        fresh.map(({ urn }) => urn),
        NEW_SINCE[version],
      );
      assert.equal(prod.resources.length, kept.length + fresh.length);
    });

    it(`keep name and namespace of every Kubernetes object since ${version}: a change of either would replace it`, () => {
      const objects = resources.filter(({ object }) => object);
      for (const { object, ...resource } of objects) {
        const heir = prod.resources.find((each) => isKnownAs(each, resource))!;
        const { apiVersion, kind, metadata } = heir.inputs as { apiVersion: string; kind: string; metadata: Fields };
        const { name, namespace } = metadata;
        assert.deepEqual({ apiVersion, kind, name, ...(namespace ? { namespace } : {}) }, object, heir.urn);
      }
      assert.equal(objects.length, 40);
    });
  }

  it("are there for each release of the package so far", () => {
    assert.deepEqual(
      STATES.map(({ version }) => version),
      ["0.1.0"],
    );
  });
});

interface Fields {
  name: string;
  namespace?: string;
}
