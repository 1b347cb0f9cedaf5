import assert from "node:assert/strict";
import type { ClusterAccess, ListOptions } from "../../../cli/cluster";
import type { LiveObject } from "../../../cli/live-object";
import { inTurn, survey } from "../../../cli/adopt/survey";
import { live, plannedObject } from "./objects";

/** A cluster of these objects, which remembers what it was asked. */
function clusterOf(...objects: LiveObject[]) {
  const asked: string[] = [];
  const access: ClusterAccess = {
    server: "https://cluster",
    list: async (_apiVersion, kind, { labelSelector, metadataOnly }: ListOptions = {}) => {
      asked.push(["list", kind, labelSelector, metadataOnly && "metadata"].filter(Boolean).join(" "));
      return objects.filter((object) => object.kind === kind && (labelSelector === undefined || isHelms(object)));
    },
    defaulted: async (_object, _apiVersion, kind) => {
      asked.push(`defaulted ${kind}`);
      return undefined;
    },
    get: () => assert.fail("the lists tell everything"),
    logs: () => assert.fail("no log is needed"),
    patch: () => assert.fail("nothing may be changed"),
  };
  return { access, asked };
}

const isHelms = ({ metadata }: LiveObject) => metadata.labels?.owner === "helm";

describe("Reading a cluster", () => {
  const role = plannedObject("kubernetes:rbac.authorization.k8s.io/v1:Role", {
    apiVersion: "rbac.authorization.k8s.io/v1",
    metadata: { name: "manager", namespace: "ci" },
  });
  const crd = plannedObject("kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition", {
    apiVersion: "apiextensions.k8s.io/v1",
    metadata: { name: "autoscalingrunnersets.actions.github.com" },
  });

  it("asks for a list of each kind and about each object that is there, and of Secrets and CRDs for no content", async () => {
    const { access, asked } = clusterOf(live({ kind: "Role", metadata: { name: "manager", namespace: "ci" } }));
    await survey([role, crd], access);
    assert.deepEqual(asked.sort(), [
      "defaulted Role",
      "list AutoscalingListener",
      "list AutoscalingRunnerSet",
      "list CustomResourceDefinition metadata",
      "list Deployment",
      "list ExternalSecret",
      "list Role",
      "list Secret metadata",
      "list Secret owner=helm metadata",
      "list SecretStore",
    ]);
  });

  it("tells an object of the same name in another namespace from the planned one", async () => {
    const elsewhere = live({ kind: "Role", metadata: { name: "manager", namespace: "other" } });
    const { matches, missing } = await survey([role], clusterOf(elsewhere).access);
    assert.deepEqual([matches, missing], [[], [role]]);
  });

  it("counts CRDs without matching them, since pulumi up takes them over", async () => {
    const found = live({
      kind: "CustomResourceDefinition",
      metadata: { name: "autoscalingrunnersets.actions.github.com" },
    });
    const { matches, missing, crds } = await survey([crd], clusterOf(found).access);
    assert.deepEqual([matches, missing, crds], [[], [], { planned: 1, found: 1 }]);
  });

  it("lists as others what somebody has made in the stack's namespaces, and ARC's objects anywhere", async () => {
    const secret = (name: string, metadata: object = {}) =>
      live({ kind: "Secret", metadata: { name, namespace: "ci", ...metadata } });
    const controller = { "app.kubernetes.io/part-of": "gha-rs-controller" };
    const { others } = await survey(
      [role],
      clusterOf(
        secret("by-hand"),
        secret("made-by-a-controller", { ownerReferences: [{ kind: "ExternalSecret" }] }),
        secret("sh.helm.release.v1.acme.v1", { labels: { owner: "helm" } }),
        secret("elsewhere", { namespace: "other" }),
        live({ kind: "Deployment", metadata: { name: "app", namespace: "other" } }),
        live({ kind: "Deployment", metadata: { name: "controller", namespace: "other", labels: controller } }),
        live({
          apiVersion: "actions.github.com/v1alpha1",
          kind: "AutoscalingRunnerSet",
          metadata: { name: "set", namespace: "other" },
        }),
        live({
          apiVersion: "actions.github.com/v1alpha1",
          kind: "AutoscalingListener",
          metadata: { name: "set-listener", namespace: "ci" },
        }),
      ).access,
    );
    assert.deepEqual(others.map(({ metadata }) => metadata.name).sort(), ["by-hand", "controller", "set"]);
  });

  it("keeps the order of what it does a few at a time, and stops at the first failure", async () => {
    assert.deepEqual(
      await inTurn([30, 1, 10], async (ms) => new Promise((done) => setTimeout(() => done(ms), ms))),
      [30, 1, 10],
    );
    await assert.rejects(
      inTurn([1, 2], (each) => (each === 2 ? Promise.reject(new Error("no")) : Promise.resolve(each))),
      /no/,
    );
  });
});
