import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { CustomResourceDefinition } from "kubernetes-models/apiextensions.k8s.io/v1/CustomResourceDefinition";
import * as yaml from "yaml";
import { type CrdManifest, compactCrd, parseCrds } from "../../../components/controller/crds";
import { embeddedCrds } from "../../../components/controller/embedded-crds";
import { CRD_FILES, type CrdFile, crdFileName } from "../../../components/controller/releases";
import { requireOfficialCrds } from "../../support/shared";

interface Schema {
  type?: string;
  required?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema;
  description?: string;
}

interface Version {
  name: string;
  additionalPrinterColumns: { name: string; type: string; jsonPath: string }[];
  schema: { openAPIV3Schema: Schema };
}

interface Spec {
  names: Record<string, string>;
  versions: Version[];
}

/** Where upstream's pod templates are; `spec` and `metadata` are those that EphemeralRunner inlines. */
const POD_TEMPLATES: Record<CrdFile, string[]> = {
  autoscalinglisteners: [".spec.template"],
  autoscalingrunnersets: [".spec.template", ".spec.listenerTemplate"],
  ephemeralrunners: [".spec.metadata", ".spec.spec"],
  ephemeralrunnersets: [".spec.ephemeralRunnerSpec.metadata", ".spec.ephemeralRunnerSpec.spec"],
};

const specOf = (crd: CrdManifest) => crd.spec as unknown as Spec;
const versionOf = (crd: CrdManifest): Version => specOf(crd).versions[0]!;
const rootOf = (crd: CrdManifest): Schema => versionOf(crd).schema.openAPIV3Schema;

/** Every schema node by its path, `[]` for items and `{}` for map values, with all that it says except its children and prose. */
function nodes(schema: Schema, stopAt: string[] = [], at = ""): Map<string, object> {
  const { properties = {}, items, additionalProperties, description: _prose, ...rest } = schema;
  if (stopAt.includes(at)) return new Map([[at, { podTemplate: true }]]);
  const children: [string, Schema][] = Object.entries(properties).map(([name, child]) => [`.${name}`, child]);
  if (items) children.push(["[]", items]);
  if (additionalProperties) children.push(["{}", additionalProperties]);
  const own = rest.required ? { ...rest, required: [...rest.required].sort() } : rest;
  return new Map([[at, own], ...children.flatMap(([step, child]) => [...nodes(child, stopAt, at + step)])]);
}

describe("embedded CRDs", () => {
  const embedded = new Map(embeddedCrds().map((crd, index) => [CRD_FILES[index]!, crd]));

  it("are the four ARC CRDs in the order of CRD_FILES", () => {
    assert.deepEqual(
      embeddedCrds().map((crd) => crd.metadata.name),
      CRD_FILES.map((plural) => `${plural}.actions.github.com`),
    );
    assert.deepEqual(parseCrds(embeddedCrds().map((crd) => JSON.stringify(crd))), embeddedCrds());
  });

  for (const plural of CRD_FILES) {
    it(`${plural}: has every field of the official schema with the same type, default, minimum and required list, and no other`, function () {
      const directory = requireOfficialCrds(this);
      const official: CrdManifest = yaml.parse(fs.readFileSync(path.join(directory, crdFileName(plural)), "utf8"));
      const theirs = nodes(rootOf(official), POD_TEMPLATES[plural]);
      const ours = nodes(rootOf(embedded.get(plural)!), POD_TEMPLATES[plural]);
      const templates = [...theirs].filter(([, node]) => "podTemplate" in node).map(([at]) => at);
      assert.deepEqual(templates.sort(), [...POD_TEMPLATES[plural]].sort());
      assert.deepEqual(Object.fromEntries(ours), Object.fromEntries(theirs));
    });

    it(`${plural}: has the names, scope, version and status subresource of the official CRD`, function () {
      const directory = requireOfficialCrds(this);
      const official: CrdManifest = yaml.parse(fs.readFileSync(path.join(directory, crdFileName(plural)), "utf8"));
      const frame = (crd: CrdManifest) => {
        const { additionalPrinterColumns: _columns, schema: _schema, ...version } = versionOf(crd);
        return { ...crd.spec, versions: [version] };
      };
      assert.deepEqual(frame(embedded.get(plural)!), frame(official));
    });

    it(`${plural}: leaves pod templates open and types everything else`, () => {
      const open = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
      const all = nodes(rootOf(embedded.get(plural)!));
      const untyped = [...all].filter(([, node]) => !("type" in node));
      const preserving = [...all].filter(([, node]) => "x-kubernetes-preserve-unknown-fields" in node);
      assert.deepEqual(untyped, []);
      assert.deepEqual(
        Object.fromEntries(preserving),
        Object.fromEntries(POD_TEMPLATES[plural].map((at) => [at, open])),
      );
    });

    it(`${plural}: shows only columns whose field exists with that type`, () => {
      const all = nodes(rootOf(embedded.get(plural)!));
      const columns = [...versionOf(embedded.get(plural)!).additionalPrinterColumns];
      assert.deepEqual(columns.pop(), { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" });
      assert.ok(columns.length >= 3);
      for (const { type, jsonPath } of columns) assert.deepEqual([jsonPath, typeAt(all, jsonPath)], [jsonPath, type]);
    });

    it(`${plural}: is a valid apiextensions.k8s.io/v1 object`, () => {
      new CustomResourceDefinition(embedded.get(plural) as never).validate();
    });
  }

  it("show phase and all runner counts of a set", () => {
    const columns = (plural: CrdFile) =>
      versionOf(embeddedCrds()[CRD_FILES.indexOf(plural)]!).additionalPrinterColumns.map((column) => column.name);
    const shared = ["Phase", "Pending Runners", "Running Runners", "Failed Runners", "Age"];
    assert.deepEqual(columns("autoscalingrunnersets"), [
      "Minimum Runners",
      "Maximum Runners",
      "Current Runners",
      ...shared,
    ]);
    assert.deepEqual(columns("ephemeralrunnersets"), ["DesiredReplicas", "CurrentReplicas", ...shared]);
  });

  it("are compact already and take less than 20 kB together", () => {
    const crds = embeddedCrds();
    assert.deepEqual(crds.map(compactCrd), crds);
    assert.ok(JSON.stringify(crds).length < 20_000, `${JSON.stringify(crds).length}`);
  });

  it("share no object, so that YAML needs no aliases and a caller may change its copy", () => {
    assert.doesNotMatch(yaml.stringify(embeddedCrds()), /[&*]a\d/);
  });
});

function typeAt(all: Map<string, object>, at: string): string | undefined {
  return (all.get(at) as Schema | undefined)?.type;
}
