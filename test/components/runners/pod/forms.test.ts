import * as assert from "node:assert/strict";
import {
  ContainerMode,
  DockerConnection,
  DockerMode,
  type RunnerPodArgs,
} from "../../../../components/runners/pod/spec";
import { podRuleProblems } from "../../../../stacks/checks/pod-rules";
import { podSchemaProblems } from "../../../../stacks/checks/pod-schema";
import { DIND_RESOURCES, template } from "./support";

const NONE = { containerMode: ContainerMode.None };
const KUBERNETES = [
  { containerMode: ContainerMode.Kubernetes, kubernetes: { workVolumeClaim: { accessModes: ["ReadWriteOnce"] } } },
  { containerMode: ContainerMode.KubernetesNoVolume },
];

/** Every way to run the Docker daemon, with every option that has a container, a volume or a mount of its own. */
const DIND = Object.values(DockerMode).flatMap((mode) =>
  Object.values(DockerConnection).flatMap((connection) =>
    [false, true].flatMap((rootless) =>
      [false, true].map((more) => ({
        containerMode: ContainerMode.Dind,
        docker: {
          ...{ mode, connection, rootless, copyExternals: more, resources: DIND_RESOURCES },
          ...(more ? { mtu: 1400, waitSeconds: 60, storage: { emptyDir: { sizeLimit: "20Gi" } } } : {}),
        },
      })),
    ),
  ),
);

const FORMS: Partial<RunnerPodArgs>[] = [NONE, ...KUBERNETES, ...DIND];
const PLACE = {
  serverTls: { configMapName: "ca", key: "ca.crt", runnerMountPath: "/usr/local/share/ca-certificates" },
  hookTemplateConfigMap: "hooks",
};

describe("Every form of the runner pod", () => {
  it("is a pod by Kubernetes' schema and its rules: known fields, distinct names and paths, volumes for all mounts", () => {
    assert.equal(FORMS.length, 19);
    for (const form of FORMS) {
      const pod = template(form, PLACE);
      assert.deepEqual([...podSchemaProblems(pod), ...podRuleProblems(pod)], [], JSON.stringify(form));
    }
  });

  it("has the runner as its first container, in a pod that restarts none", () => {
    for (const form of FORMS) {
      const { spec } = template(form, PLACE);
      assert.deepEqual([spec.containers[0]!.name, spec.restartPolicy], ["runner", "Never"]);
      assert.equal("restartPolicy" in spec.containers[0]!, false);
    }
  });
});
