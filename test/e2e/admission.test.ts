import * as assert from "node:assert/strict";
import { CoreV1Api, type KubeConfig, type V1Pod } from "@kubernetes/client-node";
import type { Deployment } from "../../lab/engine";
import { deployedProd } from "./support/deployed";
import { lab } from "./support/lab";
import { ask } from "./support/raw";
import { refusal } from "./support/refusal";
import { Pods, eventually } from "./support/runner-pods";

const TENANTS = ["github-runner", "kamify-runner", "everyapi-runner"];
const QUOTA = { name: "runners", namespace: "github-runner" };
const LIMIT_RANGES = "/api/v1/namespaces/github-runner/limitranges";
const LIMIT_RANGE = `${LIMIT_RANGES}/container-defaults`;

describe("Admission to the tenants' namespaces of the deployed prod", function () {
  let prod: Deployment;
  let core: CoreV1Api;
  let client: KubeConfig;
  let bounded: Pods;
  let unbounded: Pods;
  before(async () => {
    prod = await deployedProd();
    client = lab().cluster.controlPlane.client;
    core = client.makeApiClient(CoreV1Api);
    bounded = new Pods(client, "github-runner");
    unbounded = new Pods(client, "kamify-runner");
  });
  afterEach(async () => {
    await Promise.all([bounded.deleteAll(), unbounded.deleteAll()]);
    await eventually(async () => Object.values(await used()).every((amount) => amount === "0"), "the quota is free");
  });

  const used = async (): Promise<Record<string, string>> =>
    (await core.readNamespacedResourceQuota(QUOTA)).status?.used ?? {};

  it("has room in the quota for as many runners as the stack's outputs say, and refuses the next", async () => {
    const { runnerSets } = await prod.stack.outputs();
    const ceilings = (runnerSets!.value as { name: string; maxRunners: number; quotaCeiling?: number }[]).map(
      ({ name, maxRunners, quotaCeiling }) => ({ name, maxRunners, quotaCeiling }),
    );
    assert.deepEqual(ceilings, [
      { name: "yldm-backend-runners", maxRunners: 12, quotaCeiling: 16 },
      { name: "kamify-backend-runners", maxRunners: 12, quotaCeiling: undefined },
      { name: "everyapi-backend-runners", maxRunners: 12, quotaCeiling: undefined },
    ]);

    for (let each = 1; each <= 16; each++) await bounded.createRunner(`runner-${each}`, "yldm-backend-runners");
    const refused = await refusal(bounded.createRunner("runner-17", "yldm-backend-runners"));
    assert.deepEqual(refused, {
      code: 403,
      message:
        'pods "runner-17" is forbidden: exceeded quota: runners, ' +
        "requested: limits.cpu=6,limits.memory=6Gi,requests.memory=1536Mi, " +
        "used: limits.cpu=96,limits.memory=96Gi,requests.memory=24Gi, " +
        "limited: limits.cpu=96,limits.memory=96Gi,requests.memory=24Gi",
    });
    assert.deepEqual(await used(), {
      pods: "16",
      "requests.cpu": "5600m",
      "requests.memory": "24Gi",
      "limits.cpu": "96",
      "limits.memory": "96Gi",
    });
  });

  it("takes a further runner as soon as one of sixteen is gone", async () => {
    for (let each = 1; each <= 16; each++) await bounded.createRunner(`runner-${each}`, "yldm-backend-runners");
    await core.deleteNamespacedPod({ name: "runner-7", namespace: "github-runner" });
    await eventually(async () => (await used()).pods === "15", "the quota has room again");
    const pod = await bounded.createRunner("runner-17", "yldm-backend-runners");
    assert.equal(pod.metadata!.name, "runner-17");
  });

  it("counts nothing in a namespace without a quota", async () => {
    assert.deepEqual((await core.listNamespacedResourceQuota({ namespace: "kamify-runner" })).items, []);
    for (let each = 1; each <= 17; each++) await unbounded.createRunner(`runner-${each}`, "kamify-backend-runners");
    const { items } = await core.listNamespacedPod({ namespace: "kamify-runner" });
    assert.equal(items.length, 17);
  });

  it("fills in the namespace's defaults where a container names no requests or limits", async () => {
    const pod = await bounded.createPlain("plain");
    assert.deepEqual(resourcesOf(pod), {
      requests: { cpu: "100m", memory: "128Mi" },
      limits: { cpu: "1", memory: "1Gi" },
    });
    const own = { requests: { cpu: "50m" }, limits: { memory: "256Mi" } };
    const partial = await bounded.createPlain("partial", { resources: own });
    assert.deepEqual(resourcesOf(partial), {
      // A limit without a request is the request too, before any default of the namespace.
      requests: { cpu: "50m", memory: "256Mi" },
      limits: { cpu: "1", memory: "256Mi" },
    });
    const elsewhere = await unbounded.createPlain("plain");
    assert.deepEqual(resourcesOf(elsewhere), {});
  });

  it("would refuse such a container in the namespace with a quota if the defaults were not there", async () => {
    const range = (await ask(client, { method: "GET", path: LIMIT_RANGE })) as LimitRange;
    assert.deepEqual(range.spec.limits, [
      {
        type: "Container",
        default: { cpu: "1", memory: "1Gi" },
        defaultRequest: { cpu: "100m", memory: "128Mi" },
      },
    ]);
    await ask(client, { method: "DELETE", path: LIMIT_RANGE });
    try {
      let message = "";
      // The API server's own copy of the LimitRange lives a moment longer.
      await eventually(async () => {
        message = await bounded.createPlain("plain").then(
          () => "",
          (error: { body: string }) => (JSON.parse(error.body) as { message: string }).message,
        );
        if (!message) await bounded.deleteAll();
        return message !== "";
      }, "the pod is refused");
      assert.equal(
        message,
        'pods "plain" is forbidden: failed quota: runners: must specify limits.cpu for: plain; ' +
          "limits.memory for: plain; requests.cpu for: plain; requests.memory for: plain",
      );
    } finally {
      await putBack(client, range);
    }
    await eventually(
      () =>
        bounded.createPlain("plain").then(
          () => true,
          () => false,
        ),
      "the pod is taken again",
    );
  });

  it("lets in the privileged docker daemon, which a namespace of the level baseline would refuse", async () => {
    const pod = await bounded.createRunner("privileged", "yldm-backend-runners");
    assert.deepEqual(
      pod.spec!.containers.map(({ name, securityContext }) => [name, securityContext?.privileged]),
      [
        ["runner", undefined],
        ["dind", true],
      ],
    );
    for (const name of TENANTS) {
      const { metadata } = await core.readNamespace({ name });
      assert.equal(metadata!.labels!["pod-security.kubernetes.io/enforce"], "privileged", name);
    }

    const baseline = new Pods(client, "admission-baseline");
    const labels = { "pod-security.kubernetes.io/enforce": "baseline" };
    await core.createNamespace({ body: { metadata: { name: baseline.namespace, labels } } });
    try {
      await eventually(
        async () => (await core.listNamespacedServiceAccount({ namespace: baseline.namespace })).items.length > 0,
        "the namespace has its default account",
      );
      const refused = await refusal(baseline.createPlain("dind", { securityContext: { privileged: true } }));
      assert.deepEqual(refused, {
        code: 403,
        message:
          'pods "dind" is forbidden: violates PodSecurity "baseline:latest": privileged ' +
          '(container "plain" must not set securityContext.privileged=true)',
      });
    } finally {
      await core.deleteNamespace({ name: baseline.namespace });
    }
  });

  it("has a policy in each tenant's namespace that refuses all connections into its pods", async () => {
    const { items } = (await ask(client, { method: "GET", path: "/apis/networking.k8s.io/v1/networkpolicies" })) as {
      items: { metadata: { namespace: string; name: string }; spec: object }[];
    };
    const found = items.map(({ metadata, spec }) => [metadata.namespace, metadata.name, spec]);
    const denyIngress = { podSelector: {}, policyTypes: ["Ingress"] };
    assert.deepEqual(found.sort(), TENANTS.map((namespace) => [namespace, "deny-ingress", denyIngress]).sort());
  });
});

function resourcesOf({ spec }: V1Pod): object {
  return { ...spec!.containers[0]!.resources };
}

interface LimitRange {
  metadata: { labels: object; annotations?: object; managedFields: [{ manager: string }] };
  spec: { limits: object[] };
}

/** Makes the object again as its own field manager, so that the engine finds nothing changed. */
async function putBack(client: KubeConfig, { metadata, spec }: LimitRange): Promise<void> {
  const { labels, annotations, managedFields } = metadata;
  await ask(client, {
    method: "POST",
    path: LIMIT_RANGES,
    query: { fieldManager: managedFields[0].manager },
    body: { metadata: { name: "container-defaults", labels, annotations }, spec },
  });
}
