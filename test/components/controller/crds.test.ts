import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as yaml from "yaml";
import { type CrdManifest, compactCrd, parseCrds, readCrds } from "../../../components/controller/crds";
import { embeddedCrds } from "../../../components/controller/embedded-crds";
import { CRD_FILES, crdFileName } from "../../../components/controller/releases";
import { requireOfficialCrds } from "../../support/shared";

const OPEN = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

function crdWith(openAPIV3Schema: object, name = "ephemeralrunners"): CrdManifest {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${name}.actions.github.com` },
    spec: { group: "actions.github.com", versions: [{ name: "v1alpha1", schema: { openAPIV3Schema } }] },
  };
}

describe("compactCrd", () => {
  it("drops the description of every schema", () => {
    const described = {
      description: "top",
      properties: { a: { description: "a", items: { description: "i", type: "string" }, type: "array" } },
      additionalProperties: { description: "v", type: "string" },
      anyOf: [{ description: "x", required: ["a"] }],
      not: { description: "n", required: ["b"] },
    };
    assert.deepEqual(
      compactCrd(crdWith(described)),
      crdWith({
        properties: { a: { items: { type: "string" }, type: "array" } },
        additionalProperties: { type: "string" },
        anyOf: [{ required: ["a"] }],
        not: { required: ["b"] },
      }),
    );
  });

  it("keeps a property that is named description, and whatever a default, enum or rule says", () => {
    const schema = (prose: object) => ({
      type: "object",
      required: ["description"],
      properties: {
        description: { type: "string", ...prose },
        properties: { type: "object", properties: { description: { type: "integer", ...prose } }, ...prose },
        choice: { type: "object", default: { description: "mine" }, enum: [{ description: "mine" }] },
      },
    });
    assert.deepEqual(compactCrd(crdWith(schema({ description: "prose" }))), crdWith(schema({})));
  });

  it("collapses a pod spec, and only that", () => {
    const podSpec = { description: "pod", required: ["containers"], properties: { containers: {}, volumes: {} } };
    const schema = (pod: object) => ({
      properties: {
        spec: { properties: { metadata: { type: "object" }, spec: pod }, required: ["spec"] },
        many: { type: "array", items: pod },
        notPod: { properties: { containers: { type: "array" } } },
        alsoNot: { properties: { volumes: { type: "array" } } },
      },
    });
    assert.deepEqual(compactCrd(crdWith(schema(podSpec))), crdWith(schema(OPEN)));
  });

  it("keeps columns with their descriptions, and a boolean additionalProperties", () => {
    const crd = crdWith({ type: "object", additionalProperties: true });
    const version = (crd.spec.versions as object[])[0]!;
    Object.assign(version, { additionalPrinterColumns: [{ name: "Phase", description: "kept" }] });
    assert.deepEqual(compactCrd(crd), crd);
  });

  it("leaves its argument as it was", () => {
    const crd = crdWith({ description: "top", properties: { spec: { properties: { containers: {}, volumes: {} } } } });
    const before = JSON.stringify(crd);
    compactCrd(crd);
    assert.equal(JSON.stringify(crd), before);
  });

  it("brings the official CRDs under 100 kB of JSON, without one description, with its five pod specs collapsed", function () {
    const directory = requireOfficialCrds(this);
    const official = parseCrds(
      CRD_FILES.map((plural) => fs.readFileSync(path.join(directory, crdFileName(plural)), "utf8")),
    );
    const full = JSON.stringify(official);
    const compact = JSON.stringify(official.map(compactCrd));
    assert.ok(full.length > 1_000_000, `${full.length}`);
    assert.ok(compact.length < 100_000, `${compact.length}`);
    assert.equal(compact.match(/"description":"/g), null);
    assert.equal(compact.match(/"x-kubernetes-preserve-unknown-fields":true/g)?.length, 5);
  });
});

describe("parseCrds", () => {
  const crds = embeddedCrds();

  it("reads YAML and JSON alike", () => {
    assert.deepEqual(parseCrds(crds.map((crd) => yaml.stringify(crd))), crds);
    assert.deepEqual(parseCrds(crds.map((crd) => JSON.stringify(crd))), crds);
    assert.deepEqual(
      parseCrds([
        "{ apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: { name: ephemeralrunners.actions.github.com }, spec: { group: g } }",
      ]).length,
      1,
    );
  });

  it("reads a stream of several documents and passes over empty ones", () => {
    const stream = `---\n# generated\n---\n${crds.map((crd) => yaml.stringify(crd)).join("---\n")}---\n`;
    assert.deepEqual(parseCrds([stream]), crds);
  });

  it("keeps name, annotations and spec, and drops what a server or a chart adds", () => {
    const { apiVersion, kind, spec } = crds[0]!;
    const name = "autoscalinglisteners.actions.github.com";
    const annotations = { "controller-gen.kubebuilder.io/version": "v0.20.1" };
    const live = {
      apiVersion,
      kind,
      metadata: { name, annotations, labels: { a: "b" }, uid: "1", resourceVersion: "7", creationTimestamp: null },
      spec,
      status: { acceptedNames: {} },
    };
    assert.deepEqual(parseCrds([JSON.stringify(live)]), [{ apiVersion, kind, metadata: { name, annotations }, spec }]);
  });

  const refused: [title: string, text: string, message: RegExp][] = [
    [
      "a Deployment",
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {}",
      /manifests\[1\] holds Deployment web \(apps\/v1\), which is not one of ARC's; allowed: a CustomResourceDefinition \(apiextensions\.k8s\.io\/v1\) named autoscalinglisteners\.actions\.github\.com, autoscalingrunnersets\.actions\.github\.com, ephemeralrunners\.actions\.github\.com, ephemeralrunnersets\.actions\.github\.com$/,
    ],
    [
      "a CRD of another project",
      JSON.stringify({ ...crds[0], metadata: { name: "runners.actions.summerwind.dev" } }),
      /manifests\[1\] holds CustomResourceDefinition runners\.actions\.summerwind\.dev/,
    ],
    [
      "a CRD of the removed v1beta1",
      JSON.stringify({ ...crds[0], apiVersion: "apiextensions.k8s.io/v1beta1" }),
      /\(apiextensions\.k8s\.io\/v1beta1\), which is not/,
    ],
    [
      "a CRD without spec",
      JSON.stringify({ ...crds[0], spec: undefined }),
      /manifests\[1\] holds autoscalinglisteners\.actions\.github\.com without a spec/,
    ],
    [
      "a document without metadata",
      "kind: CustomResourceDefinition",
      /manifests\[1\] holds CustomResourceDefinition undefined/,
    ],
    ["plain text", "404: Not Found page", /manifests\[1\] holds undefined undefined/],
    ["a scalar", "hello", /manifests\[1\] is not a Kubernetes object but "hello"/],
    ["an empty text", "# nothing\n", /manifests\[1\] is empty/],
    ["broken YAML", "a: [1\nb: }", /manifests\[1\] is neither YAML nor JSON: .+ at line \d+, column \d+$/],
  ];
  for (const [title, text, message] of refused) {
    it(`refuses ${title} and says which entry it is`, () => {
      assert.throws(() => parseCrds([JSON.stringify(crds[3]), text]), { name: "Error", message });
    });
  }

  it("names all wrong entries in one error", () => {
    assert.throws(() => parseCrds(["hello", JSON.stringify(crds[0]), ""]), {
      message: 'manifests[0] is not a Kubernetes object but "hello"\nmanifests[2] is empty',
    });
  });

  it("refuses a CRD that comes twice", () => {
    assert.throws(() => parseCrds([crds[2], crds[0], crds[2]].map((crd) => JSON.stringify(crd))), {
      message: "manifests hold ephemeralrunners.actions.github.com 2 times; give it once",
    });
  });

  it("finds the good documents beside the bad ones, for callers that report by file", () => {
    const { crds: found, problems } = readCrds(`${yaml.stringify(crds[1])}---\nhello\n`);
    assert.deepEqual(found, [crds[1]]);
    assert.deepEqual(problems, ['is not a Kubernetes object but "hello"']);
  });
});
