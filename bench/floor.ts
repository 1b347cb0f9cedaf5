import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** The stack and its provider, which are resources too. */
const OTHERS = 2;

/**
 * The least program with this many resources: custom resources of the smallest shape, each for itself. It needs no CRD,
 * because the kind is one that every cluster has.
 */
export function floorProgram(resources: number): Promise<void> {
  const provider = new k8s.Provider("kubernetes");
  for (let index = 0; index < resources - OTHERS; index++) {
    new k8s.apiextensions.CustomResource(
      `floor-${index}`,
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: `floor-${index}`, namespace: "default" },
        data: { index: String(index) },
      } as k8s.apiextensions.CustomResourceArgs,
      { provider },
    );
  }
  return Promise.resolve();
}

/** Runs the floor's program under the SDK's own mocks: what a program costs without an engine. */
export async function evaluateFloor(resources: number): Promise<void> {
  const newResource = ({ name, inputs }: pulumi.runtime.MockResourceArgs) => ({
    id: name,
    state: inputs as Record<string, unknown>,
  });
  await pulumi.runtime.setMocks({ newResource, call: () => ({}) }, "arc", "floor", true);
  await floorProgram(resources);
  await pulumi.runtime.disconnect();
}
