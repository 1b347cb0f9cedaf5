import { readFileSync } from "node:fs";
import path from "node:path";
import * as yaml from "yaml";
import { CRD_FILES, type CrdFile, crdFileName } from "../../../components/controller/releases";
import { diagnose, type Diagnosis } from "../../../cli/doctor/rule";
import { RULES } from "../../../cli/doctor/rules";
import type { Intended } from "../../../cli/doctor/context";
import { Client } from "../../../lab/providers/kubernetes/client";
import { requireOfficialCrds } from "../../support/shared";
import { eventually } from "../support/runner-pods";
import { assertFindings } from "./support/cases";
import { WorldCluster } from "./support/cluster";
import { healthyWorld } from "./support/healthy";
import { intendedStack } from "./support/stack";
import type { World } from "./support/world";

const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const SETS = "autoscalingrunnersets.actions.github.com";
const LISTENERS = "autoscalinglisteners.actions.github.com";
const UP = ["pulumi up --refresh"];
const UPSTREAM =
  "https://raw.githubusercontent.com/actions/actions-runner-controller/gha-runner-scale-set-0.14.2/charts/gha-runner-scale-set-controller/crds";

interface Schema {
  properties: Record<string, Schema>;
  [keyword: string]: unknown;
}
interface Crd {
  metadata: { name: string; resourceVersion?: string };
  spec: { versions: { schema: { openAPIV3Schema: Schema } }[] };
}

/** They share an API server of their own: with a CRD go all objects of its kind. */
describe("Doctor, about CRDs", () => {
  let cluster: WorldCluster;
  let api: Client;
  let intent: Intended;
  let world: World;
  before(async () => {
    cluster = await WorldCluster.start("doctor-crds");
    api = new Client(cluster.controlPlane.client);
    intent = await intendedStack();
    world = healthyWorld(intent);
  });
  after(() => cluster?.stop());

  const look = async (changes: Record<string, unknown> = {}): Promise<Diagnosis> => {
    const meant = Object.keys(changes).length ? await intendedStack(changes) : intent;
    return diagnose(await cluster.observe(world, meant), RULES);
  };
  const preinstalled = { "arc:controller": { crds: { source: "preinstalled" } } };

  async function edit(name: string, change: (root: Schema, crd: Crd) => void): Promise<void> {
    const crd = (await api.send({ method: "GET", path: `${CRDS}/${name}` })) as Crd;
    change(crd.spec.versions[0]!.schema.openAPIV3Schema, crd);
    await api.send({ method: "PUT", path: `${CRDS}/${name}`, body: crd });
  }
  /** The official CRDs, with every word of theirs. */
  async function replaceByOfficial(directory: string): Promise<void> {
    const read = (plural: CrdFile) =>
      yaml.parse(readFileSync(path.join(directory, crdFileName(plural)), "utf8")) as Crd;
    for (const official of CRD_FILES.map(read)) {
      await edit(official.metadata.name, (_root, crd) => (crd.spec = official.spec));
    }
  }

  it("says of a cluster without anything that the stack is not in it, and does not count what is missing", async () => {
    assertFindings(await look(), [{ id: "controller/missing" }]);
  });

  it("is quiet about the CRDs that the stack installs, and about those of somebody else that are the same", async () => {
    await cluster.become(world);
    assertFindings(await look(), []);
    assertFindings(await look(preinstalled), []);
  });

  it("finds CRDs of an older release, and names the fields that the API server drops", async () => {
    await edit(SETS, ({ properties }) => {
      delete properties.status!.properties.phase;
      delete properties.spec!.properties.runnerScaleSetLabels;
      // That it has others is of no matter then.
      properties.spec!.properties.wentAway = { type: "string" } as never;
    });
    const finding = {
      id: "crd/outdated",
      harm: "runs worse",
      set: undefined,
      what: `1 CRD lacks fields that the stack's release has: ${SETS}`,
      evidence: [`${SETS} lacks .spec.runnerScaleSetLabels, .status.phase`],
    } as const;
    assertFindings(await look(), [{ ...finding, fix: UP }]);
    const fix = [
      `kubectl apply --server-side --force-conflicts -f ${UPSTREAM}/actions.github.com_autoscalingrunnersets.yaml`,
    ];
    assertFindings(await look(preinstalled), [{ ...finding, fix }]);
  });

  it("finds CRDs that are not the stack's, though they have all of its fields", async () => {
    await edit(SETS, ({ properties }) => {
      properties.status!.properties.phase = { type: "string", maxLength: 7, properties: {} };
      properties.spec!.properties.runnerScaleSetLabels = { type: "array", items: { type: "string" } } as never;
      delete properties.spec!.properties.wentAway;
      properties.spec!.properties.comesLater = { type: "string" } as never;
    });
    assertFindings(await look(), [
      {
        id: "crd/different",
        harm: "may break",
        set: undefined,
        what: `1 CRD is not as the stack installs: ${SETS}`,
        evidence: [`${SETS}: other rules for .status.phase`, `${SETS} also has .spec.comesLater`],
        fix: UP,
      },
    ]);
  });

  it("takes the official files for the same, with their prose and their pod templates", async function () {
    await replaceByOfficial(requireOfficialCrds(this));
    assertFindings(await look(), []);
    assertFindings(await look({ "arc:controller": { crds: { source: "embedded" } } }), []);
  });

  it("finds a CRD that is being deleted, with every object of the kind", async () => {
    await api.send({ method: "DELETE", path: `${CRDS}/${LISTENERS}` });
    const { findings, unknown } = await look();
    const [first] = findings;
    assertFindings({ findings: [first!], unknown }, [
      {
        id: "crd/deleting",
        harm: "loses jobs or sets",
        set: undefined,
        what: "every AutoscalingListener of the cluster is being deleted, with its CRD",
        evidence: [new RegExp(`^${LISTENERS}: deletionTimestamp .+Z$`)],
        fix: ["# a deletion cannot be stopped; when the CRD is gone:", "pulumi up --refresh"],
      },
    ]);
  });

  it("finds a CRD that is gone", async () => {
    const listeners = "/apis/actions.github.com/v1alpha1/namespaces/arc-systems/autoscalinglisteners";
    for (const { metadata } of world.of("AutoscalingListener")) {
      const body = { metadata: { finalizers: null } };
      const contentType = "application/merge-patch+json";
      await api.send({ method: "PATCH", path: `${listeners}/${metadata.name}`, contentType, body });
    }
    const isGone = () =>
      api.send({ method: "GET", path: `${CRDS}/${LISTENERS}` }).then(
        () => false,
        () => true,
      );
    await eventually(isGone, "the CRD goes with its last object");
    const { findings, unknown } = await look();
    const [first] = findings;
    assertFindings({ findings: [first!], unknown }, [
      {
        id: "crd/missing",
        harm: "takes no jobs",
        set: undefined,
        what: "1 CRD of ARC's four is not in the cluster",
        evidence: [`there is no CustomResourceDefinition ${LISTENERS}`],
        fix: UP,
      },
    ]);
  });
});
