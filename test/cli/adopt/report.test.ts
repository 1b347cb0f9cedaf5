import assert from "node:assert/strict";
import type { LiveObject } from "../../../cli/live-object";
import { adoptReport, type AdoptReport } from "../../../cli/adopt/report";
import type { Survey } from "../../../cli/adopt/survey";
import { adoptText } from "../../../cli/adopt/text";
import { UpdateStrategy } from "../../../components";
import { live, managed, match, planned, plannedObject } from "./objects";

const SET_TYPE = "kubernetes:actions.github.com/v1alpha1:AutoscalingRunnerSet";
const VERSION = "app.kubernetes.io/version";
const PLAIN = { width: 110, paint: new Proxy({}, { get: () => String }) as never };

const spec = (more: object = {}) => ({ githubConfigUrl: "https://github.com/acme", maxRunners: 4, ...more });
const inputs = (more: object = {}) => ({
  apiVersion: "actions.github.com/v1alpha1",
  metadata: { name: "acme-runners", namespace: "ci", labels: { [VERSION]: "0.14.2" } },
  spec: spec(more),
});
const set = (more: object = {}, version = "0.14.2", metadata: object = {}) =>
  live({
    apiVersion: "actions.github.com/v1alpha1",
    kind: "AutoscalingRunnerSet",
    metadata: {
      name: "acme-runners",
      namespace: "ci",
      labels: { [VERSION]: version },
      managedFields: [managed("helm", "f:spec f:runnerGroup", "f:spec f:maxRunners")],
      ...metadata,
    },
    spec: spec(more),
  });

function reportOn(found: Partial<Survey>, plan = [planned("vault:kv/secretV2:SecretV2", "secret", { custom: true })]) {
  const nothing = { matches: [], missing: [], crds: { planned: 0, found: 0 }, others: [], releases: [] };
  const settings = {
    stack: "prod",
    server: "https://cluster",
    version: "0.14.2",
    updateStrategy: UpdateStrategy.Immediate,
  };
  return adoptReport({ ...nothing, ...found }, plan, settings);
}

const messages = ({ obstacles }: AdoptReport) => obstacles.map(({ object, message, fix }) => [object, message, fix]);

describe("The report of arc adopt", () => {
  it("says of each set what the edit does to its listener and runners", () => {
    const effectOf = (before: object, after: object) => {
      const { adopted } = reportOn({ matches: [match(SET_TYPE, inputs(after), set(before))] });
      return [adopted[0]!.outcome, adopted[0]!.effect, adopted[0]!.differences.map(({ path }) => path)];
    };
    assert.deepEqual(effectOf({}, {}), ["unchanged", "nothing", []]);
    assert.deepEqual(effectOf({ maxRunners: 9 }, {}), ["updated", "listener restarts", ["spec.maxRunners"]]);
    assert.deepEqual(effectOf({ githubConfigSecret: "chart" }, { githubConfigSecret: "github-token" }), [
      "updated",
      "runners roll",
      ["spec.githubConfigSecret"],
    ]);
  });

  it("takes what the program leaves to schedules as it is", () => {
    const planned = plannedObject(SET_TYPE, inputs({ minRunners: 0 }), { ignoreChanges: ["spec.minRunners"] });
    const { adopted } = reportOn({ matches: [{ planned, live: set({ minRunners: 3 }) }] });
    assert.deepEqual(adopted[0]!.differences, []);
  });

  it("stops where the set would be another one on GitHub, and says what the stack file has to say", () => {
    assert.deepEqual(messages(reportOn({ matches: [match(SET_TYPE, inputs(), set({ runnerGroup: "default" }))] })), [
      [
        "AutoscalingRunnerSet ci/acme-runners",
        `has spec.runnerGroup "default", the stack file makes it nothing: GitHub would know another set`,
        `set the set's runnerGroup to "default" in the stack file; change it after adoption`,
      ],
    ]);
    const added = reportOn({ matches: [match(SET_TYPE, inputs({ runnerGroup: "large" }), set())] });
    assert.equal(added.obstacles[0]!.fix, "take the set's runnerGroup out of the stack file; change it after adoption");
  });

  it("stops at another minor release, and not at another patch", () => {
    const of = (version: string) => messages(reportOn({ matches: [match(SET_TYPE, inputs(), set({}, version))] }));
    assert.deepEqual(of("0.14.0"), []);
    assert.deepEqual(of("0.13.1"), [
      [
        "AutoscalingRunnerSet ci/acme-runners",
        "is of ARC 0.13.1, the stack file says 0.14.2: adoption is no upgrade",
        "set arc:controller.version to 0.13.1, adopt, and upgrade afterwards (docs/upgrading.md)",
      ],
    ]);
  });

  it("stops at an object that is being deleted", () => {
    const going = set({}, "0.14.2", { deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["x/y"] });
    const [[, message] = []] = messages(reportOn({ matches: [match(SET_TYPE, inputs(), going)] }));
    assert.equal(message, "is being deleted and waits for: x/y");
  });

  const controller = (labels: object = {}) =>
    live({
      kind: "Deployment",
      metadata: {
        name: "other",
        namespace: "arc",
        labels: { "app.kubernetes.io/part-of": "gha-rs-controller", ...labels },
      },
    });

  it("stops at another controller of all namespaces, and not at one that watches a single namespace", () => {
    const objects = (other: LiveObject) => reportOn({ others: [other] }).obstacles.map(({ object }) => object);
    assert.deepEqual(objects(controller()), ["Deployment arc/other"]);
    assert.deepEqual(objects(controller({ "actions.github.com/controller-watch-single-namespace": "ci" })), []);
  });

  it("stops before two sets would serve as one on GitHub", () => {
    const twin = live({
      kind: "AutoscalingRunnerSet",
      metadata: { name: "old", namespace: "elsewhere" },
      spec: { githubConfigUrl: "https://github.com/Acme/", runnerScaleSetName: "acme-runners" },
    });
    const missing = [plannedObject(SET_TYPE, inputs())];
    assert.deepEqual(messages(reportOn({ others: [twin], missing })), [
      [
        "AutoscalingRunnerSet ci/acme-runners",
        "would be a second set of what AutoscalingRunnerSet elsewhere/old is on GitHub: both would fight for its jobs",
        "give the set the name old and the namespace elsewhere in the stack file",
      ],
    ]);
  });

  it("says what stays: objects of nobody's plan, with the finalizer that a chart's Secret would hang on", () => {
    const metadata = {
      namespace: "ci",
      name: "x-gha-rs-github-secret",
      finalizers: ["actions.github.com/cleanup-protection"],
    };
    const { leftAlone, elsewhere, obstacles } = reportOn({ others: [live({ kind: "Secret", metadata })] });
    assert.deepEqual(leftAlone, [
      {
        object: "Secret ci/x-gha-rs-github-secret",
        note: "before it can be deleted, its finalizer actions.github.com/cleanup-protection has to be removed",
      },
    ]);
    assert.deepEqual([elsewhere, obstacles], [{ "vault SecretV2": 1 }, []]);
  });

  it("counts Helm's releases by what they made of the stack, and their records", () => {
    const annotations = { "meta.helm.sh/release-name": "acme", "meta.helm.sh/release-namespace": "ci" };
    const record = (name: string, revision: number) =>
      live({
        kind: "Secret",
        metadata: { name: `sh.helm.release.v1.${name}.v${revision}`, namespace: "ci", labels: { name } },
      });
    const labels = { [VERSION]: "0.14.2", "helm.sh/chart": "gha-rs-0.14.2" };
    const report = reportOn({
      matches: [match(SET_TYPE, inputs(), set({}, "0.14.2", { annotations, labels }))],
      releases: [record("acme", 1), record("acme", 2), record("grafana", 1)],
    });
    assert.deepEqual(report.releases, [
      { name: "acme", namespace: "ci", chart: "gha-rs-0.14.2", records: 2, objects: 1 },
    ]);
    const text = adoptText(
      { ...report, importFile: { path: "out/prod/import.json", objects: 1, providersFirst: [], sameCluster: [] } },
      PLAIN,
    );
    assert.match(text, /^ +\$ kubectl delete secret -n ci -l owner=helm,name=acme$/m);
  });

  it("prints the hand-over only while there is something to hand over, and no step while something is in the way", () => {
    const adopted = reportOn({ matches: [match(SET_TYPE, inputs(), set())] });
    const ready = { ...adopted, importFile: { path: "import.json", objects: 1, providersFirst: [], sameCluster: [] } };
    const handOver = { ...ready.handOver, done: true };
    assert.match(adoptText(ready, PLAIN), /1\. Hand over the fields of 1 object that were set by helm \(1\)/);
    assert.match(adoptText({ ...ready, handOver }, PLAIN), /1\. Import: /);
    const stopped = reportOn({ matches: [match(SET_TYPE, inputs(), set({ runnerGroup: "default" }))] });
    assert.match(adoptText(stopped, PLAIN), /\n1 thing in the way; no import file was written\.$/);
    assert.doesNotMatch(adoptText(stopped, PLAIN), /pulumi import/);
  });

  it("begins with what makes Pulumi work on the cluster that was read, and with a provider that no file can make", () => {
    const report = reportOn({ matches: [match(SET_TYPE, inputs(), set())] });
    const importFile = { path: "i.json", objects: 1, providersFirst: ["urn:x"], sameCluster: ["export KUBECONFIG=/k"] };
    const text = adoptText({ ...report, handOver: { ...report.handOver, done: true }, importFile }, PLAIN);
    assert.deepEqual(
      text
        .split("\n")
        .filter((line) => /^ +(\d\.|\$)/.test(line))
        .slice(0, 4),
      [
        "  1. Let Pulumi work on the same cluster.",
        "     $ export KUBECONFIG=/k",
        "  2. Make the provider: its kubeconfig is no matter for a file.",
        "     $ pulumi up --stack prod --target 'urn:x'",
      ],
    );
  });

  it("shows no value that looks like a credential, whatever the form", () => {
    const before = { template: { env: [{ name: "TOKEN", value: "ghp_0123456789abcdefghij0123456789abcdefgh" }] } };
    const report = reportOn({ matches: [match(SET_TYPE, inputs({ template: {} }), set(before))] });
    assert.deepEqual(report.adopted[0]!.differences.length, 0);
    const changed = reportOn({ matches: [match(SET_TYPE, inputs({ template: { env: [] } }), set(before))] });
    assert.equal(changed.adopted[0]!.differences.length, 1);
    for (const text of [adoptText(changed, PLAIN), JSON.stringify(changed)]) assert.doesNotMatch(text, /ghp_/);
  });
});
