import * as assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { CustomResourceDefinitions } from "../../../components/controller/crds";
import { embeddedCrds } from "../../../components/controller/embedded-crds";
import { CRD_FILES } from "../../../components/controller/releases";

interface Registration {
  type: string;
  name: string;
  parent: string;
  retainOnDelete: boolean;
  dependencies: string[];
  inputs: Record<string, unknown>;
}

/** The request of the engine protocol, as far as it is read here. */
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getRetainondelete(): boolean;
  getDependenciesList(): string[];
  getObject(): { toJavaScript(): Record<string, unknown> };
}

interface Monitor {
  registerResource(request: RegisterRequest, callback: unknown): Promise<void>;
  registerResourceOutputs(request: { getOutputs(): { toJavaScript(): unknown } }, callback: unknown): void;
}

/** Runs a program under Pulumi's mocks and tells what it asked the engine for: the mocks alone do not see options. */
async function record<T>(program: () => T): Promise<{ result: T; resources: Registration[]; outputs: unknown[] }> {
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs }),
    call: ({ inputs }) => inputs,
  });
  const resources: Registration[] = [];
  const outputs: unknown[] = [];
  const monitor = (pulumi.runtime as unknown as { getMonitor(): Monitor }).getMonitor();
  const { registerResource, registerResourceOutputs } = monitor;
  monitor.registerResource = (request, callback) => {
    resources.push({
      type: request.getType(),
      name: request.getName(),
      parent: request.getParent(),
      retainOnDelete: request.getRetainondelete(),
      dependencies: request.getDependenciesList(),
      inputs: request.getObject().toJavaScript(),
    });
    return registerResource.call(monitor, request, callback);
  };
  monitor.registerResourceOutputs = (request, callback) => {
    outputs.push(request.getOutputs().toJavaScript());
    registerResourceOutputs.call(monitor, request, callback);
  };
  const result = program();
  await (pulumi.runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();
  return { result, resources, outputs };
}

describe("CustomResourceDefinitions", () => {
  const crds = embeddedCrds();
  const manifests = crds.map((crd) => JSON.stringify(crd));
  const names = CRD_FILES.map((plural) => `${plural}.actions.github.com`);
  const COMPONENT = "arc:index:CustomResourceDefinitions";
  const CRD = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";

  it("registers itself without the manifests and one retained CRD per manifest", async () => {
    const { resources } = await record(() => new CustomResourceDefinitions("arc-crds", { manifests }));
    const [component, ...children] = resources;
    // Siblings reach the engine in any order.
    children.sort((a, b) => (a.name < b.name ? -1 : 1));
    const none = { parent: "", retainOnDelete: false, dependencies: [], inputs: {} };
    assert.deepEqual(component, { ...none, type: COMPONENT, name: "arc-crds" });
    assert.deepEqual(
      children,
      crds.map((crd, index) => ({
        type: CRD,
        name: `arc-crds-${CRD_FILES[index]}`,
        parent: `urn:pulumi:stack::project::${COMPONENT}::arc-crds`,
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
  });

  it("keeps the annotations of a manifest beside its own", async () => {
    const annotations = { "controller-gen.kubebuilder.io/version": "v0.20.1", "pulumi.com/patchForce": "false" };
    const manifest = { ...crds[0], metadata: { name: names[0], annotations } };
    const { resources } = await record(
      () => new CustomResourceDefinitions("crds", { manifests: [JSON.stringify(manifest)] }),
    );
    assert.equal(resources.length, 2);
    assert.deepEqual(resources[1]?.inputs.metadata, {
      name: names[0],
      annotations: { "controller-gen.kubebuilder.io/version": "v0.20.1", "pulumi.com/patchForce": "true" },
    });
  });

  it("gives the names of its CRDs, in the order of the manifests, as its one output", async () => {
    const reversed = [...manifests].reverse();
    const { result, outputs } = await record(() => new CustomResourceDefinitions("crds", { manifests: reversed }));
    const known = await new Promise((resolve) => result.names.apply(resolve));
    assert.deepEqual(known, [...names].reverse());
    assert.deepEqual(outputs, [{ names: [...names].reverse() }]);
  });

  it("has no field of its own but names, because each field would become an output of the package", async () => {
    const { result } = await record(() => new CustomResourceDefinitions("crds", { manifests }));
    const bare = Object.keys(new pulumi.ComponentResource("t:index:T", "t"));
    // The SDK adds `__childResources` with the first child.
    const added = Object.keys(result).filter((field) => !bare.includes(field) && !field.startsWith("__"));
    assert.deepEqual(added, ["names"]);
  });

  it("makes nothing for no manifests", async () => {
    const { resources, outputs } = await record(() => new CustomResourceDefinitions("crds", { manifests: [] }));
    assert.deepEqual(
      resources.map((resource) => resource.type),
      [COMPONENT],
    );
    assert.deepEqual(outputs, [{ names: [] }]);
  });

  it("lets its CRDs wait for what it was told to wait for", async () => {
    const { resources } = await record(() => {
      const before = new k8s.core.v1.Namespace("before");
      return new CustomResourceDefinitions("crds", { manifests }, { dependsOn: [before] });
    });
    const waiting = resources.filter((resource) => resource.type === CRD);
    assert.equal(waiting.length, 4);
    for (const { dependencies } of waiting) {
      assert.deepEqual(dependencies, ["urn:pulumi:stack::project::kubernetes:core/v1:Namespace::before"]);
    }
  });

  it("throws before it makes any CRD when one manifest is not ARC's", async () => {
    const { resources } = await record(() => {
      assert.throws(() => new CustomResourceDefinitions("crds", { manifests: [...manifests, "hello"] }), {
        message: 'manifests[4] is not a Kubernetes object but "hello"',
      });
    });
    assert.equal(resources.filter((resource) => resource.type === CRD).length, 0);
  });
});
