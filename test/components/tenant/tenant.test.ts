import * as assert from "node:assert/strict";
import { PodSecurityLevel, Tenant, type TenantArgs } from "../../../components";
import { podSecurityLabels } from "../../../components/tenant/pod-security";
import { CONTAINER_DEFAULTS } from "../../../components/tenant/tenant";
import { labelOf, labelsOf, record } from "../../support/recorder";

const create = (args: Omit<TenantArgs, "namespace"> = {}) =>
  record(() => void new Tenant("arc-acme", { namespace: "acme", ...args }));

const MINE = { "app.kubernetes.io/managed-by": "pulumi", "app.kubernetes.io/part-of": "gha-rs" };
const QUOTA = { pods: "25", "requests.cpu": "10" };

describe("Tenant", () => {
  it("is without a quota a namespace and the refusal of connections into it", async () => {
    const recorded = await create();
    assert.deepEqual(recorded.labels(), [
      "Namespace arc-acme",
      "NetworkPolicy arc-acme-deny-ingress",
      "Tenant arc-acme",
    ]);
    assert.deepEqual(recorded.one("Namespace").inputs, {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "acme", labels: { ...MINE, "pod-security.kubernetes.io/enforce": "privileged" } },
    });
    assert.deepEqual(recorded.one("NetworkPolicy").inputs, {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "deny-ingress", namespace: "acme", labels: MINE },
      spec: { podSelector: {}, policyTypes: ["Ingress"] },
    });
  });

  it("has with a quota the quota and defaults for containers that name no resources", async () => {
    const recorded = await create({ quota: QUOTA });
    assert.deepEqual(recorded.labels(), [
      "LimitRange arc-acme-limit-range",
      "Namespace arc-acme",
      "NetworkPolicy arc-acme-deny-ingress",
      "ResourceQuota arc-acme-quota",
      "Tenant arc-acme",
    ]);
    assert.deepEqual(recorded.one("ResourceQuota").inputs, {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "runners", namespace: "acme", labels: MINE },
      spec: { hard: QUOTA },
    });
    assert.deepEqual(recorded.one("LimitRange").inputs, {
      apiVersion: "v1",
      kind: "LimitRange",
      metadata: { name: "container-defaults", namespace: "acme", labels: MINE },
      spec: {
        limits: [
          {
            type: "Container",
            default: { cpu: "1", memory: "1Gi" },
            defaultRequest: { cpu: "100m", memory: "128Mi" },
          },
        ],
      },
    });
  });

  it("takes other defaults for containers, and leaves out what they do not name", async () => {
    const recorded = await create({ quota: QUOTA, containerDefaults: { limits: { memory: "2Gi" } } });
    assert.deepEqual((recorded.one("LimitRange").inputs.spec as { limits: object[] }).limits, [
      { type: "Container", default: { memory: "2Gi" }, defaultRequest: {} },
    ]);
    assert.deepEqual(CONTAINER_DEFAULTS.limits, { cpu: "1", memory: "1Gi" });
  });

  it("needs no defaults for containers where no quota would refuse them", async () => {
    assert.deepEqual((await create({ containerDefaults: { limits: { cpu: "1" } } })).all("LimitRange"), []);
  });

  it("lets connections in when it is told to", async () => {
    assert.deepEqual((await create({ denyIngress: false })).labels(), ["Namespace arc-acme", "Tenant arc-acme"]);
  });

  it("makes the API server enforce the level that it is given", async () => {
    for (const level of Object.values(PodSecurityLevel)) {
      const { metadata } = (await create({ podSecurity: level })).one("Namespace").inputs as {
        metadata: { labels: Record<string, string> };
      };
      assert.deepEqual(metadata.labels, { ...MINE, "pod-security.kubernetes.io/enforce": level });
    }
    assert.deepEqual(Object.values(PodSecurityLevel), ["privileged", "baseline", "restricted"]);
    assert.deepEqual(podSecurityLabels("baseline"), { "pod-security.kubernetes.io/enforce": "baseline" });
  });

  it("is the parent of all, and all but the namespace wait for the namespace", async () => {
    const recorded = await create({ quota: QUOTA });
    const children = recorded.resources.filter(({ custom }) => custom);
    assert.equal(children.length, 4);
    for (const child of children) {
      assert.equal(labelOf(child.parent), "Tenant arc-acme");
      assert.deepEqual(
        labelsOf(child.dependencies),
        child.type.endsWith(":Namespace") ? [] : ["Namespace arc-acme"],
        child.name,
      );
    }
  });

  it("tells its namespace", async () => {
    assert.deepEqual((await create()).outputsOf("Tenant"), { namespace: "acme" });
  });
});
