import * as assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { DoctorReport } from "../../../cli/doctor/report";
import { RULES } from "../../../cli/doctor/rules";
import { Client } from "../../../lab/providers/kubernetes/client";
import { arcMeanwhile } from "../../support/arc";
import { stopWorldCluster, worldCluster } from "./support/cases";
import type { WorldCluster } from "./support/cluster";
import { healthyWorld } from "./support/healthy";
import { ACME, GLOBEX, intendedStack, projectWith, STACK } from "./support/stack";
import type { World } from "./support/world";

after(stopWorldCluster);

/** Seconds in which fifty sets are looked at, on a machine that does nothing else. */
const MOST_SECONDS = 3;
const MOST_SECONDS_WHEN_BUSY = 15;
const FIFTY = 50;

/** What is asked of others than the cluster. */
const OUTSIDE: string[] = ["vault", "github", "runnerVersions"];

describe("arc doctor", function () {
  let cluster: WorldCluster;
  let project: ReturnType<typeof projectWith>;
  before(async () => {
    cluster = await worldCluster();
    project = projectWith();
  });
  after(() => project?.remove());

  /** The world and one change, written a minute ago: what the API server dates itself is as old as it is. */
  async function world(change: (world: World) => void = () => {}): Promise<void> {
    const made = healthyWorld(await intendedStack());
    change(made);
    await cluster.become(made);
  }
  const doctor = (flags: string[], { root = project.root, kubeconfig = cluster.controlPlane.kubeconfig } = {}) =>
    arcMeanwhile(["doctor", "--stack", STACK, "--cwd", root, "--kubeconfig", kubeconfig, ...flags], {
      GITHUB_TOKEN: "",
    });

  it("shows every set, says what it could not see, and ends with 0 when nothing is wrong in the rest", async () => {
    await world();
    const { status, stdout, stderr } = await doctor([]);
    assert.deepEqual([status, stderr], [0, ""], stdout);
    assert.match(stdout, /^arc doctor · stack world · ARC 0\.14\.2 · 2 runner sets · https:\/\/127\.0\.0\.1:\d+$/m);
    assert.match(stdout, /^ +acme-ci\/acme-runners +Running +0 +0 +0 +0 +0 +Running +0\/16 +\d+\w +0\.14\.2$/m);
    assert.match(stdout, /^ +globex-ci\/globex-runners +Running +2 +2 +0 +2 +0 +Running +2\/16 +\d+\w +0\.14\.2$/m);
    assert.match(stdout, /^ {2}\? github: http:\/\/127\.0\.0\.1:9 does not answer: /m);
    assert.match(stdout, /^Nothing is wrong in what was seen: \d+ checks made; \d+ checks? could not be made\.$/m);
  });

  it("ends with 1 and tells what, why, and what mends it", async () => {
    await world((changed) => {
      changed.get("AutoscalingRunnerSet", GLOBEX).status!.phase = "Outdated";
    });
    const { status, stdout } = await doctor([]);
    assert.equal(status, 1, stdout);
    assert.match(stdout, /^Findings \(1\)$/m);
    assert.match(stdout, /^ {2}✗ .*globex-ci\/globex-runners.* {2}set\/outdated · takes no jobs$/m);
    for (const part of ["seen", "cause", "fix"]) assert.match(stdout, new RegExp(`^ {4}${part}: `, "m"));
    assert.match(stdout, /^ {4}.*docs\/doctor\.md#setoutdated$/m);
    assert.match(stdout, /^1 finding, \d+ checks made/m);
  });

  it("prints as JSON all that it shows, and of one set only what concerns that", async () => {
    const all = JSON.parse((await doctor(["--json"])).stdout) as DoctorReport;
    assert.deepEqual(
      all.sets.map(({ namespace, name }) => `${namespace}/${name}`),
      [ACME, GLOBEX],
    );
    assert.deepEqual(
      all.findings.map(({ id, set }) => [id, set]),
      [["set/outdated", GLOBEX]],
    );
    const blind = new Set(all.unknown.flatMap(({ rules }) => rules));
    assert.equal(all.rules + blind.size, RULES.length);
    const one = await doctor(["--json", "--set", "acme-runners"]);
    const { sets, findings } = JSON.parse(one.stdout) as DoctorReport;
    assert.deepEqual([one.status, sets.map(({ name }) => name), findings], [0, ["acme-runners"], []]);
  });

  it("ends with 2 and one sentence when it cannot look: no such set, stack or cluster", async () => {
    const gone = path.join(project.root, "kubeconfig-of-nobody");
    const cases: [string[], object, RegExp][] = [
      [["--set", "acme-runner"], {}, /^There is no runner set acme-runner, .* Did you mean acme-runners\?$/],
      [["--stack", "nowhere"], {}, /^There is no stack file Pulumi\.nowhere\.yaml in .*\. Stacks here: world\.$/],
      [[], { kubeconfig: gone }, /^There is no kubeconfig .*kubeconfig-of-nobody\.$/],
    ];
    for (const [flags, where, message] of cases) {
      const { status, stdout, stderr } = await doctor(flags, where);
      assert.deepEqual([status, stdout], [2, ""]);
      assert.match(stderr.trim(), message);
    }
  });

  it("leaves out only the checks whose objects it may not read", async () => {
    await world();
    const kubeconfig = await kubeconfigWithout("secrets", "pods/log");
    const { status, stdout } = await doctor(["--json"], { kubeconfig });
    const { unknown, findings, sets } = JSON.parse(stdout) as DoctorReport;
    assert.deepEqual([status, findings], [0, []]);
    assert.deepEqual(
      unknown.filter(({ source }) => !OUTSIDE.includes(source)).map(({ source }) => source),
      ["secrets", "listenerSecrets", "controllerLogs", "listenerLogs"],
    );
    for (const { source, why } of unknown) if (!OUTSIDE.includes(source)) assert.match(why, /403 .*cannot (get|list)/);
    assert.deepEqual(
      sets.map(({ listener, secretAgeSeconds }) => [listener, secretAgeSeconds]),
      [
        ["Running", undefined],
        ["Running", undefined],
      ],
    );
  });

  it(`looks at fifty sets in less than ${MOST_SECONDS} seconds`, async function () {
    const orgs = {
      "arc:orgs": Array.from({ length: FIFTY }, (_, index) => ({
        name: `org-${index}`,
        installationId: String(42_000_000 + index),
        runnerSets: [{ name: `runners-${index}`, namespace: `ci-${index}`, minRunners: 1 }],
      })),
    };
    const intent = await intendedStack(orgs);
    await cluster.become(healthyWorld(intent));
    const many = projectWith(orgs);
    const taken: number[] = [];
    try {
      for (let run = 0; run < 3; run++) {
        const started = performance.now();
        const { stdout } = await doctor(["--json"], { root: many.root });
        taken.push((performance.now() - started) / 1000);
        const { sets, findings } = JSON.parse(stdout) as DoctorReport;
        assert.deepEqual([sets.length, findings], [FIFTY, []]);
      }
    } finally {
      many.remove();
    }
    console.log(`        fifty sets took ${taken.map((seconds) => `${seconds.toFixed(1)} s`).join(", ")}`);
    // A machine with other work is slower in every run, and says nothing of what doctor itself needs.
    const limit = os.loadavg()[0]! < os.availableParallelism() ? MOST_SECONDS : MOST_SECONDS_WHEN_BUSY;
    assert.ok(Math.min(...taken) < limit, `it took ${taken.join(", ")} s`);
  });

  /** A user who may read everything but these resources. */
  async function kubeconfigWithout(...resources: string[]): Promise<string> {
    const { controlPlane } = cluster;
    const api = new Client(controlPlane.client);
    const rbac = "/apis/rbac.authorization.k8s.io/v1";
    const apiVersion = "rbac.authorization.k8s.io/v1";
    const rules = [
      { apiGroups: ["actions.github.com", "apps", "external-secrets.io", "apiextensions.k8s.io"], resources: ["*"] },
      {
        apiGroups: [""],
        resources: ["pods", "pods/log", "events", "secrets", "resourcequotas", "limitranges", "nodes", "configmaps"],
      },
    ].map((rule) => ({
      ...rule,
      resources: rule.resources.filter((each) => !resources.includes(each)),
      verbs: ["get", "list"],
    }));
    const metadata = { name: "reader" };
    await api.send({
      method: "POST",
      path: `${rbac}/clusterroles`,
      body: { apiVersion, kind: "ClusterRole", metadata, rules },
    });
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "reader" };
    const subjects = [{ kind: "User", name: "reader", apiGroup: "rbac.authorization.k8s.io" }];
    const binding = { apiVersion, kind: "ClusterRoleBinding", metadata, roleRef, subjects };
    await api.send({ method: "POST", path: `${rbac}/clusterrolebindings`, body: binding });
    const config = JSON.parse(controlPlane.client.exportConfig()) as { users: { user: Record<string, unknown> }[] };
    config.users[0]!.user.as = "reader";
    const file = path.join(project.root, "reader-kubeconfig");
    writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
    return file;
  }
});
