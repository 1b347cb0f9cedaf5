import * as assert from "node:assert/strict";
import { Controller } from "../../../components/controller/controller";
import {
  controllerClusterRules,
  leaderElectionRules,
  listenerRules,
  singleNamespaceRules,
  watchedNamespaceRules,
} from "../../../components/controller/rbac";
import { chartObject, requireChart } from "../../support/charts";
import { type Recorded, record } from "../../support/recorder";

const NAME = "arc-gha-rs-controller";
const ALL = "create delete get list patch update watch";

/** `<group>/<resource>: <verbs>` of each rule; every rule is for one resource of one group. */
function lines(rules: { apiGroups: string[]; resources: string[]; verbs: string[] }[]): string[] {
  return rules.map(({ apiGroups, resources, verbs, ...rest }) => {
    assert.deepEqual([apiGroups.length, resources.length, rest], [1, 1, {}]);
    return `${apiGroups[0]}/${resources[0]}: ${verbs.join(" ")}`;
  });
}

describe("The rights of the controller", () => {
  let recorded: Recorded;
  before(async () => {
    recorded = await record(() => void new Controller("c", { version: "0.14.2" }));
  });

  it("are 16 rules in the whole cluster", () => {
    const rules = lines(controllerClusterRules());
    assert.equal(rules.length, 16);
    assert.deepEqual(rules, [
      `actions.github.com/autoscalingrunnersets: ${ALL}`,
      "actions.github.com/autoscalingrunnersets/finalizers: patch update",
      "actions.github.com/autoscalingrunnersets/status: get patch update",
      `actions.github.com/autoscalinglisteners: ${ALL}`,
      "actions.github.com/autoscalinglisteners/status: get patch update",
      "actions.github.com/autoscalinglisteners/finalizers: patch update",
      `actions.github.com/ephemeralrunnersets: ${ALL}`,
      "actions.github.com/ephemeralrunnersets/status: get patch update",
      "actions.github.com/ephemeralrunnersets/finalizers: patch update",
      `actions.github.com/ephemeralrunners: ${ALL}`,
      "actions.github.com/ephemeralrunners/finalizers: patch update",
      "actions.github.com/ephemeralrunners/status: get patch update",
      "/pods: list watch",
      "/serviceaccounts: list watch",
      "rbac.authorization.k8s.io/rolebindings: list watch",
      "rbac.authorization.k8s.io/roles: list watch patch",
    ]);
  });

  it("are 4 rules in its own namespace for listeners", () => {
    assert.deepEqual(lines(listenerRules()), [
      "/pods: create delete get",
      "/pods/status: get",
      "/secrets: create delete get patch update",
      "/serviceaccounts: create delete get patch update",
    ]);
  });

  it("are 2 rules in its own namespace for leader election", () => {
    assert.deepEqual(lines(leaderElectionRules()), [
      "coordination.k8s.io/leases: get watch list delete update create",
      "/events: create patch",
    ]);
  });

  it("never reach Secrets of the whole cluster", () => {
    assert.equal(JSON.stringify(controllerClusterRules()).includes("secrets"), false);
  });

  it("lie in one ClusterRole and two Roles of its namespace", () => {
    const metadata = (suffix: string) => ({ name: `${NAME}-${suffix}`, namespace: "arc-systems" });
    const role = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role" };
    assert.deepEqual(recorded.one("ClusterRole").inputs, {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: NAME },
      rules: controllerClusterRules(),
    });
    assert.deepEqual(
      recorded.all("Role").map(({ inputs }) => inputs),
      [
        { ...role, metadata: metadata("leader-election"), rules: leaderElectionRules() },
        { ...role, metadata: metadata("listener"), rules: listenerRules() },
      ],
    );
  });

  it("are bound to its ServiceAccount and to nobody else", () => {
    const subjects = [{ kind: "ServiceAccount", name: NAME, namespace: "arc-systems" }];
    const bound = [...recorded.all("ClusterRoleBinding"), ...recorded.all("RoleBinding")].map(({ inputs }) => inputs);
    const binding = (kind: string, role: string, name: string, namespace?: string) => ({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind,
      metadata: { name, ...(namespace ? { namespace } : {}) },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: role, name },
      subjects,
    });
    assert.deepEqual(bound, [
      binding("ClusterRoleBinding", "ClusterRole", NAME),
      binding("RoleBinding", "Role", `${NAME}-leader-election`, "arc-systems"),
      binding("RoleBinding", "Role", `${NAME}-listener`, "arc-systems"),
    ]);
  });

  it("are, rule by rule and binding by binding, those that the chart renders for the seed system", function () {
    const chart = requireChart(this, "controller/production");
    assert.deepEqual(controllerClusterRules(), chartObject(chart, "ClusterRole", NAME).rules);
    assert.deepEqual(listenerRules(), chartObject(chart, "Role", `${NAME}-listener`).rules);
    const ours = (kind: string, name: string) => {
      const found = recorded.all(kind).find(({ inputs }) => (inputs.metadata as { name: string }).name === name);
      return { roleRef: found?.inputs.roleRef, subjects: found?.inputs.subjects };
    };
    const theirs = (kind: string, name: string) => {
      const { roleRef, subjects } = chartObject(chart, kind, name);
      return { roleRef, subjects };
    };
    for (const [kind, name] of [
      ["ClusterRoleBinding", NAME],
      ["RoleBinding", `${NAME}-listener`],
    ] as const) {
      assert.deepEqual(ours(kind, name), theirs(kind, name));
    }
  });

  it("are those of the chart for leader election, which it renders for more than one replica", function () {
    const chart = requireChart(this, "controller/ha-and-flags");
    const roles = chart.filter(({ kind, metadata }) => kind === "Role" && metadata.name.endsWith("-leader-election"));
    assert.equal(roles.length, 1);
    assert.deepEqual(leaderElectionRules(), roles[0]?.rules);
  });
});

describe("The rights of a controller of one namespace", () => {
  let recorded: Recorded;
  before(async () => {
    recorded = await record(
      () => void new Controller("c", { version: "0.14.2", watchSingleNamespace: "github-runner" }),
    );
  });

  it("are 10 rules in its own namespace: listeners, and a look at the rest", () => {
    assert.deepEqual(lines(singleNamespaceRules()), [
      `actions.github.com/autoscalinglisteners: ${ALL}`,
      "actions.github.com/autoscalinglisteners/status: get patch update",
      "actions.github.com/autoscalinglisteners/finalizers: patch update",
      "/pods: list watch",
      "/serviceaccounts: list watch",
      "rbac.authorization.k8s.io/rolebindings: list watch",
      "rbac.authorization.k8s.io/roles: list watch",
      "actions.github.com/autoscalingrunnersets: list watch",
      "actions.github.com/ephemeralrunnersets: list watch",
      "actions.github.com/ephemeralrunners: list watch",
    ]);
  });

  it("are 14 rules in the namespace that it serves", () => {
    assert.deepEqual(lines(watchedNamespaceRules()), [
      `actions.github.com/autoscalingrunnersets: ${ALL}`,
      "actions.github.com/autoscalingrunnersets/finalizers: patch update",
      "actions.github.com/autoscalingrunnersets/status: get patch update",
      `actions.github.com/ephemeralrunnersets: ${ALL}`,
      "actions.github.com/ephemeralrunnersets/status: get patch update",
      "actions.github.com/ephemeralrunnersets/finalizers: patch update",
      `actions.github.com/ephemeralrunners: ${ALL}`,
      "actions.github.com/ephemeralrunners/finalizers: patch update",
      "actions.github.com/ephemeralrunners/status: get patch update",
      "actions.github.com/autoscalinglisteners: list watch",
      "/pods: list watch",
      "/serviceaccounts: list watch",
      "rbac.authorization.k8s.io/rolebindings: list watch",
      "rbac.authorization.k8s.io/roles: list watch patch",
    ]);
  });

  it("lie in four Roles, one of them in that namespace, each bound to its ServiceAccount alone, and in no ClusterRole", () => {
    const places = ["leader-election", "listener", "single-namespace", "single-namespace-watch"].map((suffix) => ({
      name: `${NAME}-${suffix}`,
      namespace: suffix === "single-namespace-watch" ? "github-runner" : "arc-systems",
    }));
    assert.deepEqual(
      recorded.all("Role").map(({ inputs }) => inputs.metadata),
      places,
    );
    assert.deepEqual(
      recorded
        .all("RoleBinding")
        .map(({ inputs: { metadata, roleRef, subjects } }) => ({ metadata, roleRef, subjects })),
      places.map((metadata) => ({
        metadata,
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: metadata.name },
        subjects: [{ kind: "ServiceAccount", name: NAME, namespace: "arc-systems" }],
      })),
    );
    assert.deepEqual([recorded.all("ClusterRole").length, recorded.all("ClusterRoleBinding").length], [0, 0]);
  });
});
