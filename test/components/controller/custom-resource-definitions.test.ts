import * as assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { CustomResourceDefinitions } from "../../../components/controller/crds";
import { embeddedCrds } from "../../../components/controller/embedded-crds";
import { CRD_FILES } from "../../../components/controller/releases";
import { labelOf, labelsOf, record } from "../../support/recorder";

describe("CustomResourceDefinitions", () => {
  const crds = embeddedCrds();
  const manifests = crds.map((crd) => JSON.stringify(crd));
  const names = CRD_FILES.map((plural) => `${plural}.actions.github.com`);
  const CRD = "CustomResourceDefinition";
  const create = (given: string[]) =>
    record(() => void new CustomResourceDefinitions("arc-crds", { manifests: given }));

  it("registers itself without the manifests and one retained CRD per manifest", async () => {
    const recorded = await create(manifests);
    const component = recorded.one("CustomResourceDefinitions");
    assert.equal(component.type, "arc:index:CustomResourceDefinitions");
    assert.deepEqual(component.inputs, {});
    assert.deepEqual(
      recorded.all(CRD).map(({ name, parent, retainOnDelete, dependencies, inputs }) => ({
        name,
        parent: labelOf(parent),
        retainOnDelete,
        dependencies,
        inputs,
      })),
      crds.map((crd, index) => ({
        name: `arc-crds-${CRD_FILES[index]}`,
        parent: "CustomResourceDefinitions arc-crds",
        retainOnDelete: true,
        dependencies: [],
        inputs: {
          apiVersion: "apiextensions.k8s.io/v1",
          kind: "CustomResourceDefinition",
          metadata: { name: crd.metadata.name, annotations: { "pulumi.com/patchForce": "true" } },
          spec: crd.spec,
        },
      })),
    );
    assert.equal(recorded.resources.length, 5);
  });

  it("keeps the annotations of a manifest beside its own", async () => {
    const annotations = { "controller-gen.kubebuilder.io/version": "v0.20.1", "pulumi.com/patchForce": "false" };
    const manifest = { ...crds[0], metadata: { name: names[0], annotations } };
    const recorded = await create([JSON.stringify(manifest)]);
    assert.deepEqual(recorded.one(CRD).inputs.metadata, {
      name: names[0],
      annotations: { "controller-gen.kubebuilder.io/version": "v0.20.1", "pulumi.com/patchForce": "true" },
    });
  });

  it("gives the names of its CRDs, in the order of the manifests, as its one output", async () => {
    const reversed = [...manifests].reverse();
    const recorded = await record(() => ({
      names: new CustomResourceDefinitions("arc-crds", { manifests: reversed }).names,
    }));
    assert.deepEqual(recorded.result, { names: [...names].reverse() });
    assert.deepEqual(recorded.outputsOf("CustomResourceDefinitions"), { names: [...names].reverse() });
  });

  it("has no field of its own but names, because each field would become an output of the package", async () => {
    await record(() => {
      const component = new CustomResourceDefinitions("arc-crds", { manifests });
      const bare = Object.keys(new pulumi.ComponentResource("t:index:T", "t"));
      // The SDK adds `__childResources` with the first child.
      const added = Object.keys(component).filter((field) => !bare.includes(field) && !field.startsWith("__"));
      assert.deepEqual(added, ["names"]);
    });
  });

  it("makes nothing for no manifests", async () => {
    const recorded = await create([]);
    assert.deepEqual(recorded.labels(), ["CustomResourceDefinitions arc-crds"]);
    assert.deepEqual(recorded.outputsOf("CustomResourceDefinitions"), { names: [] });
  });

  it("lets its CRDs wait for what it was told to wait for", async () => {
    const recorded = await record(() => {
      const dependsOn = [new k8s.core.v1.Namespace("before")];
      new CustomResourceDefinitions("arc-crds", { manifests }, { dependsOn });
    });
    assert.equal(recorded.all(CRD).length, 4);
    for (const crd of recorded.all(CRD)) assert.deepEqual(labelsOf(crd.dependencies), ["Namespace before"]);
  });

  it("throws before it makes any CRD when one manifest is not ARC's", async () => {
    const recorded = await record(() => {
      assert.throws(() => new CustomResourceDefinitions("crds", { manifests: [...manifests, "hello"] }), {
        message: 'manifests[4] is not a Kubernetes object but "hello"',
      });
    });
    assert.deepEqual(recorded.labels(), ["CustomResourceDefinitions crds"]);
  });
});
