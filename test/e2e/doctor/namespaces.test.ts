import * as assert from "node:assert/strict";
import { openCluster } from "../../../cli/cluster";
import { diagnose } from "../../../cli/doctor/rule";
import { RULES } from "../../../cli/doctor/rules";
import { Client } from "../../../lab/providers/kubernetes/client";
import { assertFindings, stopWorldCluster, worldCluster } from "./support/cases";
import type { WorldCluster } from "./support/cluster";
import { healthyWorld } from "./support/healthy";
import { addNamespace, copySet } from "./support/members";
import { intendedStack } from "./support/stack";

after(stopWorldCluster);

const NAMESPACES = ["arc-systems", "acme-ci", "globex-ci"];
const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const apiVersion = "rbac.authorization.k8s.io/v1";

describe("Doctor, asked by somebody who may read the stack's namespaces only", () => {
  it("looks at these, says so, and takes no listener of a set elsewhere for an orphan", async () => {
    const cluster = await worldCluster();
    const intent = await intendedStack();
    const world = healthyWorld(intent);
    addNamespace(world, "team-ci");
    copySet(world, "team-ci", "team-runners");
    await cluster.become(world);
    const access = await openCluster({ kubeconfig: await kubeconfigOfTenant(cluster) });
    const diagnosis = diagnose(await cluster.observe(world, intent, access), RULES);
    assertFindings(diagnosis, []);
    const inPart = diagnosis.unknown.filter(({ why }) => why.startsWith("only those in"));
    assert.deepEqual(
      inPart.map(({ source, why, rules }) => [source, why, rules]),
      ["controllers", "runnerSets", "listeners", "ephemeralRunnerSets", "ephemeralRunners"].map((source) => [
        source,
        "only those in arc-systems, acme-ci, globex-ci may be read",
        [],
      ]),
    );
    const { sources } = await cluster.observe(world, intent, access);
    assert.equal("value" in sources.listeners && sources.listeners.value.length, 2);
  });

  async function kubeconfigOfTenant({ controlPlane }: WorldCluster): Promise<string> {
    const api = new Client(controlPlane.client);
    const rules = [{ apiGroups: ["*"], resources: ["*"], verbs: ["get", "list"] }];
    const role = { apiVersion, kind: "ClusterRole", metadata: { name: "tenant" }, rules };
    await api.send({ method: "POST", path: `${RBAC}/clusterroles`, body: role });
    for (const namespace of NAMESPACES) {
      const body = {
        apiVersion,
        kind: "RoleBinding",
        metadata: { name: "tenant", namespace },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "tenant" },
        subjects: [{ kind: "User", name: "tenant", apiGroup: "rbac.authorization.k8s.io" }],
      };
      await api.send({ method: "POST", path: `${RBAC}/namespaces/${namespace}/rolebindings`, body });
    }
    const config = JSON.parse(controlPlane.client.exportConfig()) as { users: { user: Record<string, unknown> }[] };
    config.users[0]!.user.as = "tenant";
    return JSON.stringify(config, null, 2);
  }
});
