import * as assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { ApiDouble, kubeconfigOf } from "../../support/api-double";
import { FenceApi } from "../../../components/controller/version-fence-api";
import { type FencedPlace, LiveCluster, loadKubeConfig } from "../../../components/controller/version-fence-cluster";

const PLACE: FencedPlace = { namespace: "arc-systems", name: "ctrl" };
const DEPLOYMENT = "/apis/apps/v1/namespaces/arc-systems/deployments/ctrl";
const ARC = "/apis/actions.github.com/v1alpha1";
const VERSION_LABEL = "app.kubernetes.io/version";

describe("The cluster of the version fence", () => {
  let double: ApiDouble;
  let api: FenceApi;
  beforeEach(async () => {
    double = await ApiDouble.start();
    api = await FenceApi.connect(loadKubeConfig(double.kubeconfig));
  });
  afterEach(() => {
    api.close();
    double.stop();
  });

  it("reads the Deployment, and asks for the pods that it selects, save those that have ended", async () => {
    double.answers[`GET ${DEPLOYMENT}`] = {
      metadata: { uid: "u1", labels: { [VERSION_LABEL]: "0.13.1" } },
      spec: {
        selector: { matchLabels: { a: "b", "c/d": "e" } },
        template: {
          spec: {
            containers: [
              { name: "sidecar", image: "s:1" },
              { name: "manager", image: "c:0.13.1" },
            ],
          },
        },
      },
    };
    double.answers["GET /api/v1/namespaces/arc-systems/pods?labelSelector=a%3Db%2Cc%2Fd%3De"] = {
      items: ["Running", "Failed", "Succeeded", "Pending"].map((phase) => ({
        metadata: { name: phase.toLowerCase() },
        status: { phase },
      })),
    };
    const cluster = new LiveCluster(api, PLACE);
    assert.deepEqual(await cluster.controller(), { uid: "u1", replicas: 1, image: "c:0.13.1", version: "0.13.1" });
    assert.deepEqual(await cluster.pods(), ["running", "pending"]);
    assert.equal(double.seen[0]!.authorization, "Bearer not-a-real-token");
  });

  it("answers undefined without a Deployment, and no sets without the CRD", async () => {
    const cluster = new LiveCluster(api, PLACE);
    assert.equal(await cluster.controller(), undefined);
    assert.deepEqual([await cluster.sets(), await cluster.listeners()], [{ items: [] }, { items: [] }]);
  });

  it("asks page by page for the sets of all namespaces, save those that are being deleted", async () => {
    double.answers[`GET ${ARC}/autoscalingrunnersets?limit=100&continue=more`] = {
      metadata: { continue: "yet-more" },
      items: [
        {
          metadata: { namespace: "team", name: "one", labels: { [VERSION_LABEL]: "0.13.1" } },
          spec: { runnerGroup: "ci", githubConfigUrl: "https://github.com/acme" },
        },
        { metadata: { namespace: "team", name: "bare" } },
        { metadata: { namespace: "team", name: "leaving", deletionTimestamp: "2026-01-01T00:00:00Z" } },
      ],
    };
    assert.deepEqual(await new LiveCluster(api, PLACE).sets("more"), {
      items: [
        {
          namespace: "team",
          name: "one",
          version: "0.13.1",
          runnerGroup: "ci",
          githubConfigUrl: "https://github.com/acme",
        },
        { namespace: "team", name: "bare" },
      ],
      next: "yet-more",
    });
  });

  it("asks for the sets of the watched namespace alone, and for the listeners of the controller's", async () => {
    const cluster = new LiveCluster(api, { ...PLACE, watched: "team" });
    await cluster.sets();
    double.answers[`GET ${ARC}/namespaces/arc-systems/autoscalinglisteners?limit=100`] = {
      items: [{ metadata: { name: "one-listener" }, spec: { autoscalingRunnerSetNamespace: "team" } }],
    };
    assert.deepEqual(await cluster.listeners(), { items: [{ name: "one-listener", setNamespace: "team" }] });
    assert.equal(double.seen[0]!.request, `GET ${ARC}/namespaces/team/autoscalingrunnersets?limit=100`);
  });

  it("patches as the manager whose fields the provider's next apply takes over", async () => {
    const cluster = new LiveCluster(api, PLACE);
    const set = `${ARC}/namespaces/team/autoscalingrunnersets/one`;
    for (const changed of [DEPLOYMENT, set]) double.answers[`PATCH ${changed}?fieldManager=pulumi-kubernetes`] = {};
    await cluster.scale(0);
    await cluster.relabel({ namespace: "team", name: "one" }, "0.14.2");
    assert.deepEqual(
      double.seen.map(({ contentType, body }) => [contentType, JSON.parse(body)]),
      [
        ["application/merge-patch+json", { spec: { replicas: 0 } }],
        ["application/merge-patch+json", { metadata: { labels: { [VERSION_LABEL]: "0.14.2" } } }],
      ],
    );
  });

  it("deletes a listener, and does not mind when it has gone", async () => {
    await new LiveCluster(api, PLACE).deleteListener("old");
    assert.deepEqual(
      double.seen.map(({ request }) => request),
      [`DELETE ${ARC}/namespaces/arc-systems/autoscalinglisteners/old`],
    );
  });

  it("throws what the API server says, with its status", async () => {
    await assert.rejects(new LiveCluster(api, PLACE).scale(0), {
      code: 404,
      message: `${DEPLOYMENT}?fieldManager=pulumi-kubernetes not found`,
    });
  });
});

describe("The kubeconfig of the version fence", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "fence-"));
  });
  after(() => rmSync(folder, { recursive: true }));
  const server = (config: ReturnType<typeof loadKubeConfig>) => config.getCurrentCluster()!.server;

  it("is a file or its content, with a context of it", () => {
    const file = path.join(folder, "config");
    writeFileSync(file, kubeconfigOf("https://one", "https://two"));
    assert.equal(server(loadKubeConfig(file)), "https://one");
    assert.equal(server(loadKubeConfig(file, "context-1")), "https://two");
    assert.equal(server(loadKubeConfig(kubeconfigOf("https://three"))), "https://three");
  });

  it("is that of KUBECONFIG when none is given", () => {
    const before = process.env.KUBECONFIG;
    process.env.KUBECONFIG = path.join(folder, "default");
    writeFileSync(process.env.KUBECONFIG, kubeconfigOf("https://default"));
    try {
      assert.equal(server(loadKubeConfig()), "https://default");
    } finally {
      if (before === undefined) delete process.env.KUBECONFIG;
      else process.env.KUBECONFIG = before;
    }
  });

  it("must have the context", () => {
    assert.throws(() => loadKubeConfig(kubeconfigOf("https://one"), "prod"), {
      message: 'the kubeconfig has no context "prod"',
    });
  });
});
