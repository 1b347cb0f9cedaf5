import * as assert from "node:assert/strict";
import { type ListenerArgs, type ListenerPodTemplate, listenerTemplate } from "../../../components/runners/listener";
import { chartObject, requireChart } from "../../support/charts";

/** The template of arguments that ask for something. */
function templateOf(args: ListenerArgs): ListenerPodTemplate {
  const template = listenerTemplate(args);
  assert.ok(template);
  return template;
}

const LISTENER = { name: "listener" };
const BARE = { terminationGracePeriodSeconds: 60, containers: [LISTENER] };

describe("listenerTemplate", () => {
  it("makes none when nothing is asked for: any template takes the controller's defaults away", () => {
    const nothing: ListenerArgs[] = [
      {},
      { restricted: false },
      { terminationGracePeriodSeconds: 60 },
      { metrics: { preset: "full", gauges: { gha_idle_runners: { labels: [] } } } },
      { nodeSelector: {}, tolerations: [], affinity: {}, resources: {}, env: [], labels: {}, template: {} },
    ];
    assert.equal(listenerTemplate(), undefined);
    for (const args of nothing) assert.equal(listenerTemplate(args), undefined, JSON.stringify(args));
  });

  it("makes one for each argument alone, with what the argument says and the controller's defaults", () => {
    const cases: [ListenerArgs, object][] = [
      [{ priorityClassName: "high" }, { spec: { ...BARE, priorityClassName: "high" } }],
      [{ terminationGracePeriodSeconds: 0 }, { spec: { ...BARE, terminationGracePeriodSeconds: 0 } }],
      [{ tolerations: [{ operator: "Exists" }] }, { spec: { ...BARE, tolerations: [{ operator: "Exists" }] } }],
      [{ affinity: { nodeAffinity: {} } }, { spec: { ...BARE, affinity: { nodeAffinity: {} } } }],
      [{ podSecurityContext: { fsGroup: 1 } }, { spec: { ...BARE, securityContext: { fsGroup: 1 } } }],
      [{ volumes: [{ name: "v", emptyDir: {} }] }, { spec: { ...BARE, volumes: [{ name: "v", emptyDir: {} }] } }],
      [{ labels: { team: "ci" } }, { metadata: { labels: { team: "ci" } }, spec: BARE }],
      [{ annotations: { note: "x" } }, { metadata: { annotations: { note: "x" } }, spec: BARE }],
    ];
    for (const [args, expected] of cases) assert.deepEqual(listenerTemplate(args), expected);
    const container: ListenerArgs = {
      env: [{ name: "TZ", value: "UTC" }],
      resources: { requests: { cpu: "10m" } },
      securityContext: { runAsUser: 1000 },
      volumeMounts: [{ name: "v", mountPath: "/v" }],
    };
    for (const [key, value] of Object.entries(container)) {
      assert.deepEqual(listenerTemplate({ [key]: value }), {
        spec: { ...BARE, containers: [{ ...LISTENER, [key]: value }] },
      });
    }
  });

  it("keeps the pod on Linux: a selector takes the place of the controller's, which says so", () => {
    const selectorOf = (args: ListenerArgs) => templateOf(args).spec.nodeSelector;
    assert.deepEqual(selectorOf({ nodeSelector: { pool: "ci" } }), { "kubernetes.io/os": "linux", pool: "ci" });
    assert.deepEqual(selectorOf({ template: { spec: { nodeSelector: { pool: "ci" } } } }), {
      "kubernetes.io/os": "linux",
      pool: "ci",
    });
    assert.deepEqual(selectorOf({ nodeSelector: { "kubernetes.io/os": "windows" } }), {
      "kubernetes.io/os": "windows",
    });
  });

  it("leaves the controller's selector alone where none is given", () => {
    assert.equal("nodeSelector" in templateOf({ priorityClassName: "high" }).spec, false);
  });

  it("merges the user's patch into its own container, by name", () => {
    const { spec } = templateOf({
      resources: { limits: { cpu: "200m", memory: "128Mi" } },
      env: [{ name: "TZ", value: "UTC" }],
      template: {
        spec: {
          dnsPolicy: "None",
          containers: [
            { name: "listener", env: [{ name: "A", value: "1" }], resources: { limits: { memory: "256Mi" } } },
          ],
        },
      },
    });
    assert.deepEqual(spec, {
      terminationGracePeriodSeconds: 60,
      dnsPolicy: "None",
      containers: [
        {
          name: "listener",
          env: [
            { name: "A", value: "1" },
            { name: "TZ", value: "UTC" },
          ],
          resources: { limits: { cpu: "200m", memory: "256Mi" } },
        },
      ],
    });
  });

  it("has the listener first whatever else the patch brings", () => {
    const { containers } = templateOf({ template: { spec: { containers: [{ name: "b" }, { name: "a" }] } } }).spec;
    assert.deepEqual(
      containers.map(({ name }) => name),
      ["listener", "b", "a"],
    );
  });

  it("restores what the patch takes out and the controller cannot do without", () => {
    const takenOut = [
      { $patch: "replace" },
      { spec: { $patch: "replace" } },
      { spec: { terminationGracePeriodSeconds: null, containers: [{ name: "listener", $patch: "delete" }] } },
      { spec: null },
    ];
    for (const template of takenOut) {
      assert.deepEqual(listenerTemplate({ nodeSelector: {}, template }), { spec: BARE }, JSON.stringify(template));
    }
  });

  it("does not change its arguments", () => {
    const args: ListenerArgs = {
      nodeSelector: { a: "b" },
      template: { spec: { containers: [{ name: "listener", tty: true }] } },
    };
    const copy = structuredClone(args);
    listenerTemplate(args);
    assert.deepEqual(args, copy);
  });

  describe("restricted", () => {
    // https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
    it("has every field that Pod Security restricted asks for, the image's user, and a read-only root", () => {
      assert.deepEqual(listenerTemplate({ restricted: true }), {
        spec: {
          terminationGracePeriodSeconds: 60,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 65532,
            runAsGroup: 65532,
            seccompProfile: { type: "RuntimeDefault" },
          },
          containers: [
            {
              name: "listener",
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ["ALL"] },
              },
            },
          ],
        },
      });
    });

    it("gives way to single fields of the user's security contexts", () => {
      const { spec } = templateOf({
        restricted: true,
        securityContext: { readOnlyRootFilesystem: false },
        podSecurityContext: { runAsUser: 1000, fsGroup: 1000 },
      });
      assert.deepEqual(spec.securityContext, {
        runAsNonRoot: true,
        runAsUser: 1000,
        runAsGroup: 65532,
        seccompProfile: { type: "RuntimeDefault" },
        fsGroup: 1000,
      });
      assert.deepEqual(spec.containers[0]!.securityContext, {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: false,
        capabilities: { drop: ["ALL"] },
      });
    });
  });

  it("says with arguments what the official chart says with listenerTemplate, and two defaults more", function () {
    const chart = chartObject(
      requireChart(this, "scale-set/listener"),
      "AutoscalingRunnerSet",
      "yldm-backend-runners",
    ) as unknown as { spec: { listenerTemplate: { spec: Record<string, unknown> } } };
    const { spec } = chart.spec.listenerTemplate;
    const args: ListenerArgs = {
      securityContext: { runAsUser: 1000 },
      resources: { limits: { cpu: "200m", memory: "128Mi" } },
      nodeSelector: { "node-role": "cicd" },
    };
    const expected = {
      spec: {
        ...spec,
        terminationGracePeriodSeconds: 60,
        nodeSelector: { "kubernetes.io/os": "linux", "node-role": "cicd" },
      },
    };
    assert.deepEqual(listenerTemplate(args), expected);
    assert.deepEqual(listenerTemplate({ template: chart.spec.listenerTemplate }), expected);
  });
});
