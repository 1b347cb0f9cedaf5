import * as assert from "node:assert/strict";
import { MetricsPreset } from "../../components";
import { listenerMetrics as listenerMetricsOf } from "../../components/runners/listener";
import type { Fields, Recorded } from "../support/recorder";
import { CONTROLLER_DEPLOYMENT, SEED_SETS, seedSpec } from "../support/seed";
import { recordProd, type StackOutputs } from "../support/stack-program";

const MINE = { "app.kubernetes.io/managed-by": "pulumi", "app.kubernetes.io/part-of": "gha-rs" };

/** A set's inputs without what the seed's manifests do not have, and that. */
function withoutAdditions(inputs: Fields) {
  const { template, listenerMetrics, ...spec } = inputs.spec as { template: Fields; listenerMetrics: unknown };
  const { metadata: podMetadata, ...pod } = template;
  const seen: Fields = { ...inputs, spec: { ...spec, template: pod } };
  return { inputs: seen, podMetadata, listenerMetrics };
}

describe("Prod, compared with the seed system", () => {
  let prod: Recorded<StackOutputs>;
  before(async () => {
    prod = await recordProd();
  });

  const setOf = ({ org, name }: (typeof SEED_SETS)[number]) => prod.one("AutoscalingRunnerSet", `arc-${org}/${name}`);

  it("runs the same controller", () => {
    assert.deepEqual(prod.one("Deployment").inputs, CONTROLLER_DEPLOYMENT);
  });

  it("has the same three sets, which differ in name, namespace, organisation and warm runners alone", () => {
    for (const set of SEED_SETS) {
      const { inputs } = withoutAdditions(setOf(set).inputs);
      const { annotations, ...metadata } = inputs.metadata as Record<string, object>;
      assert.deepEqual(Object.keys(annotations!), ["actions.github.com/values-hash"]);
      assert.deepEqual(
        { ...inputs, metadata },
        {
          apiVersion: "actions.github.com/v1alpha1",
          kind: "AutoscalingRunnerSet",
          metadata: {
            name: set.name,
            namespace: set.namespace,
            labels: {
              ...MINE,
              "app.kubernetes.io/name": set.name,
              "app.kubernetes.io/instance": set.name,
              "app.kubernetes.io/version": "0.14.2",
              "app.kubernetes.io/component": "autoscaling-runner-set",
              "actions.github.com/scale-set-name": set.name,
              "actions.github.com/scale-set-namespace": set.namespace,
            },
          },
          spec: seedSpec(set),
        },
      );
    }
    assert.equal(prod.all("AutoscalingRunnerSet").length, SEED_SETS.length);
  });

  it("adds to each set what keeps autoscalers from ending a job, and fewer metrics, and nothing else", () => {
    for (const set of SEED_SETS) {
      const { podMetadata, listenerMetrics } = withoutAdditions(setOf(set).inputs);
      const { listenerDigest: _listenerDigest, ...annotations } = (podMetadata as { annotations: Fields }).annotations;
      assert.deepEqual(annotations, {
        "karpenter.sh/do-not-disrupt": "true",
        "cluster-autoscaler.kubernetes.io/safe-to-evict": "false",
      });
      assert.deepEqual(Object.keys(podMetadata as object), ["annotations"]);
      assert.deepEqual(listenerMetrics, listenerMetricsOf({ preset: MetricsPreset.Trimmed }));
    }
  });

  it("adds to the pods of the one set with warm runners what brings its listener back after an edit", () => {
    const digests = SEED_SETS.filter((set) => JSON.stringify(setOf(set).inputs).includes("listenerDigest"));
    assert.deepEqual(
      digests.map(({ name }) => name),
      ["yldm-backend-runners"],
    );
  });

  it("says the one version in two images and fifteen labels, and another nowhere", () => {
    const text = JSON.stringify(prod.resources.filter(({ custom }) => custom).map(({ inputs }) => inputs));
    // Deployment, its pods and its ServiceAccount; of each set the object, its account, Role and binding.
    assert.equal(text.split('"app.kubernetes.io/version":"0.14.2"').length - 1, 3 + 3 * 4);
    assert.equal(text.split('"app.kubernetes.io/version"').length - 1, 3 + 3 * 4);
    assert.equal(text.split("gha-runner-scale-set-controller:0.14.2").length - 1, 2);
    assert.equal(text.split("gha-runner-scale-set-controller:").length - 1, 2);
  });

  it("bounds github-runner, and it alone, with the same quota", () => {
    assert.deepEqual(prod.one("ResourceQuota").inputs, {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "runners", namespace: "github-runner", labels: MINE },
      spec: {
        hard: {
          pods: "25",
          "requests.cpu": "10",
          "requests.memory": "24Gi",
          "limits.cpu": "96",
          "limits.memory": "96Gi",
        },
      },
    });
  });

  it("reads each namespace's credentials from the same paths of Vault through vault-backend", () => {
    const read = prod.all("ExternalSecret").map(({ inputs }) => {
      const { metadata, spec } = inputs as { metadata: Record<string, string>; spec: ExternalSecretSpec };
      const { target, secretStoreRef, data } = spec;
      return [
        metadata.namespace,
        target.name,
        target.template.type,
        secretStoreRef,
        data.map(({ remoteRef }) => `${remoteRef.key}#${remoteRef.property}`),
      ];
    });
    const store = { name: "vault-backend", kind: "ClusterSecretStore" };
    const app = (namespace: string) => [
      namespace,
      "github-token",
      "Opaque",
      store,
      ["app_id", "installation_id", "private_key"].map((property) => `${namespace}/github-app#${property}`),
    ];
    const pull = (namespace: string) => [
      namespace,
      "ghcr-pull-secret",
      "kubernetes.io/dockerconfigjson",
      store,
      ["github-runner/github-token#token"],
    ];
    assert.deepEqual(read, [
      app("everyapi-runner"),
      pull("everyapi-runner"),
      app("github-runner"),
      pull("github-runner"),
      app("kamify-runner"),
      pull("kamify-runner"),
    ]);
  });
});

interface ExternalSecretSpec {
  secretStoreRef: object;
  target: { name: string; template: { type: string } };
  data: { remoteRef: { key: string; property: string } }[];
}
