import * as assert from "node:assert/strict";
import { ContainerMode, DockerMode, type PodPlace, type RunnerPodArgs } from "../../../../components/runners/pod/spec";
import { runnerPodTemplate } from "../../../../components/runners/pod/template";
import { SEED_SETS, seedSpec } from "../../../support/seed";
import { DIND_RESOURCES, PLAIN, RESOURCES, template } from "./support";

const PROD: RunnerPodArgs = {
  image: "ghcr.io/yldm-tech/actions-runner-with-gh:latest",
  resources: RESOURCES,
  docker: { mode: DockerMode.Sidecar, image: "docker:dind", resources: DIND_RESOURCES },
  activeDeadlineSeconds: 7200,
  imagePullSecrets: ["ghcr-pull-secret"],
};
const SEED_PLACE: PodPlace = { serviceAccountName: "yldm-backend-runners-gha-rs-no-permission" };
const STAY = {
  "karpenter.sh/do-not-disrupt": "true",
  "cluster-autoscaler.kubernetes.io/safe-to-evict": "false",
};

describe("runnerPodTemplate", () => {
  it("builds the runner pod of the seed system, value for value, and says that autoscalers must leave it alone", () => {
    const [set] = SEED_SETS;
    assert.deepEqual(runnerPodTemplate({ ...PROD, disruptable: true }, SEED_PLACE).spec, seedSpec(set!).template.spec);
    assert.deepEqual(runnerPodTemplate(PROD, SEED_PLACE), {
      metadata: { annotations: STAY },
      spec: seedSpec(set!).template.spec,
    });
  });

  it("writes the seed system's pod in the order of fields that it always had, since the controller hashes the text", () => {
    const { spec } = runnerPodTemplate(PROD, SEED_PLACE);
    assert.equal(
      Object.keys(spec).join(" "),
      "restartPolicy serviceAccountName activeDeadlineSeconds imagePullSecrets containers volumes",
    );
    assert.deepEqual(
      spec.containers.map((container) => Object.keys(container).join(" ")),
      ["name image command env resources volumeMounts", "name image env resources securityContext volumeMounts"],
    );
  });

  it("builds in mode `none` the runner alone: no environment, no mount, no volume, no metadata, no empty field", () => {
    assert.deepEqual(template(), {
      spec: {
        restartPolicy: "Never",
        serviceAccountName: "nobody",
        containers: [{ name: "runner", image: "runner:1", command: ["/home/runner/run.sh"], resources: RESOURCES }],
      },
    });
  });

  it("leaves no field for an option that is empty or absent", () => {
    const lists = ["env", "envFrom", "volumeMounts", "tolerations", "topologySpreadConstraints", "imagePullSecrets"];
    const more = ["initContainers", "containers", "volumes"];
    const empty = Object.fromEntries([...lists, ...more].map((name) => [name, []]));
    const maps = {
      nodeSelector: {},
      affinity: {},
      labels: {},
      annotations: {},
      podSecurityContext: {},
      podTemplate: {},
    };
    assert.equal(JSON.stringify(template({ ...empty, ...maps })), JSON.stringify(template()));
    const absent = Object.fromEntries([...lists, ...more, ...Object.keys(maps)].map((name) => [name, undefined]));
    assert.deepEqual(Object.keys(template(absent).spec), ["restartPolicy", "serviceAccountName", "containers"]);
  });

  it("ignores the Docker daemon's and the container hooks' arguments in a mode without them", () => {
    const other = { docker: { image: "docker:27", storage: {} }, kubernetes: { workVolumeClaim: {}, hookPath: "/x" } };
    assert.deepEqual(template(other, { hookTemplateConfigMap: "hooks" }), template());
  });

  it("passes the pod's own fields on, in a fixed order", () => {
    const fields: Partial<RunnerPodArgs> = {
      priorityClassName: "high",
      runtimeClassName: "sysbox-runc",
      topologySpreadConstraints: [{ topologyKey: "zone", maxSkew: 1, whenUnsatisfiable: "ScheduleAnyway" }],
      affinity: { nodeAffinity: {} },
      tolerations: [{ key: "ci", operator: "Exists" }],
      nodeSelector: { "node-role": "cicd" },
      terminationGracePeriodSeconds: 90,
      activeDeadlineSeconds: 7200,
    };
    const { spec } = template({ ...fields, podSecurityContext: { runAsUser: 1001 } });
    const { restartPolicy: _, serviceAccountName: __, containers: ___, ...passed } = spec;
    assert.deepEqual(passed, { ...fields, securityContext: { runAsUser: 1001 } });
    assert.equal(
      Object.keys(passed).join(" "),
      "activeDeadlineSeconds terminationGracePeriodSeconds nodeSelector tolerations affinity " +
        "topologySpreadConstraints runtimeClassName priorityClassName securityContext",
    );
  });

  it("gives the runner container what is its own: pull policy, command, environment, mounts, security context", () => {
    const own = {
      imagePullPolicy: "Always",
      command: ["/bin/start"],
      env: [{ name: "A", value: "1" }],
      envFrom: [{ secretRef: { name: "s" } }],
      securityContext: { runAsUser: 0 },
      volumeMounts: [{ name: "cache", mountPath: "/cache" }],
    };
    assert.deepEqual(template(own).spec.containers, [
      { name: "runner", image: "runner:1", resources: RESOURCES, ...own },
    ]);
  });

  it("puts the user's containers after the runner and the daemon, and names pull secrets in their order", () => {
    const extra = [{ name: "proxy", image: "p:1" }];
    const { spec } = runnerPodTemplate({ ...PROD, containers: extra, imagePullSecrets: ["z", "a"] }, SEED_PLACE);
    assert.deepEqual(
      spec.containers.map(({ name }) => name),
      ["runner", "dind", "proxy"],
    );
    assert.deepEqual(spec.imagePullSecrets, [{ name: "z" }, { name: "a" }]);
  });

  it("uses the ServiceAccount of the arguments before that of the place", () => {
    assert.equal(template().spec.serviceAccountName, "nobody");
    assert.equal(template({ serviceAccountName: "builder" }).spec.serviceAccountName, "builder");
  });

  it("lets the user's annotations win over those against autoscalers, and drops these for a disruptable set", () => {
    const annotations = { "karpenter.sh/do-not-disrupt": "4h", team: "a" };
    assert.deepEqual(template({ disruptable: false, annotations, labels: { app: "ci" } }).metadata, {
      labels: { app: "ci" },
      annotations: { ...STAY, ...annotations },
    });
    assert.deepEqual(template({ disruptable: true, annotations }).metadata, { annotations });
    assert.equal("metadata" in template({ disruptable: true }), false);
  });

  it("gives the pod the runner's group in mode `kubernetes` alone, and a context of the user's instead of it", () => {
    const contexts = Object.values(ContainerMode).map((containerMode) => [
      containerMode,
      template({ containerMode }).spec.securityContext,
    ]);
    assert.deepEqual(contexts, [
      ["none", undefined],
      ["dind", undefined],
      ["kubernetes", { fsGroup: 123 }],
      ["kubernetes-novolume", undefined],
    ]);
    const own = { containerMode: ContainerMode.Kubernetes, podSecurityContext: { runAsNonRoot: true } };
    assert.deepEqual(template(own).spec.securityContext, { runAsNonRoot: true });
  });

  it("has a Docker daemon unless it is told another mode", () => {
    const { containerMode: _, ...noMode } = PLAIN;
    assert.deepEqual(
      runnerPodTemplate(noMode, { serviceAccountName: "nobody" }),
      template({ containerMode: ContainerMode.Dind }),
    );
  });

  it("gives the same text for the same arguments, since the controller hashes the template", () => {
    const texts = [PROD, structuredClone(PROD)].map((args) => JSON.stringify(runnerPodTemplate(args, SEED_PLACE)));
    assert.equal(texts[0], texts[1]);
  });

  describe("with a podTemplate", () => {
    it("patches the finished template last: the daemon's own container too, and what the arguments set", () => {
      const podTemplate = {
        metadata: { annotations: { "karpenter.sh/do-not-disrupt": null } },
        spec: {
          hostNetwork: true,
          activeDeadlineSeconds: 60,
          containers: [{ name: "dind", image: "docker:27-dind" }],
        },
      };
      const plain = runnerPodTemplate(PROD, SEED_PLACE);
      const patched = runnerPodTemplate({ ...PROD, podTemplate }, SEED_PLACE);
      assert.deepEqual(patched.metadata, {
        annotations: { "cluster-autoscaler.kubernetes.io/safe-to-evict": "false" },
      });
      assert.deepEqual(patched.spec, {
        ...plain.spec,
        hostNetwork: true,
        activeDeadlineSeconds: 60,
        containers: [plain.spec.containers[0], { ...plain.spec.containers[1], image: "docker:27-dind" }],
      });
    });

    it("removes what the patch deletes: a container, a volume and its mount", () => {
      const podTemplate = {
        spec: {
          containers: [
            { name: "dind", $patch: "delete" },
            { name: "runner", env: null, volumeMounts: [{ mountPath: "/certs", $patch: "delete" }] },
          ],
          volumes: null,
        },
      };
      const { spec } = runnerPodTemplate({ ...PROD, podTemplate }, SEED_PLACE);
      assert.deepEqual(spec.containers, [
        { name: "runner", image: PROD.image, command: ["/home/runner/run.sh"], resources: RESOURCES, volumeMounts: [] },
      ]);
      assert.equal("volumes" in spec, false);
    });
  });
});
