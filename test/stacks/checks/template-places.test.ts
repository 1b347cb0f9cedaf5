import assert from "node:assert/strict";
import { templatesOf } from "../../../stacks/checks/pod-template";
import { templatePlace, templatePlaces } from "../../../stacks/checks/template-places";
import { configPath, valueAt } from "../../../stacks/diagnostic";
import { settled, type Values, withSets } from "../../support/checked-stack";

const RUNNER = { image: "r:1", docker: { image: "d:1" } };

function setOf(runner: Values, more: Values = {}) {
  const { sizes, ...set } = more;
  return settled({ ...withSets({ name: "a", ...set }), ...(sizes ? { sizes } : {}), runner: { ...RUNNER, ...runner } })
    .sets[0]!;
}

/** Where each of the paths comes from; the first element of a path into a list may be a name. */
function places(set: ReturnType<typeof setOf>, ...paths: string[]): string[] {
  const { finished } = templatesOf(set);
  return paths.map((path) => {
    const at = path.split(".").reduce<PropertyKey[]>((parts, part) => {
      const list = valueAt(finished, parts);
      if (!Array.isArray(list)) return [...parts, part];
      const index = list.findIndex((each: Values) => [each.name, each.mountPath].includes(part));
      return [...parts, index === -1 ? Number(part) : index];
    }, []);
    return configPath(templatePlace(set, at)).replace("arc:runner.", "");
  });
}

const own = (name: string) => ({ name, image: "i:1", env: [{ name: "A" }] });

describe("templatePlace", () => {
  it("knows the runner's parts, and the user's variables and mounts among ours.", () => {
    const env = [{ name: "A" }, { name: "B" }];
    const set = setOf({ env, volumeMounts: [{ name: "v", mountPath: "/v" }], podSecurityContext: { fsGroup: 1 } });
    const runner = "spec.containers.runner";
    assert.deepEqual(
      places(
        set,
        ...[`${runner}.image`, `${runner}.resources.limits.cpu`, `${runner}.env.B.value`, `${runner}.env.DOCKER_HOST`],
        ...[`${runner}.volumeMounts.v.name`, `${runner}.volumeMounts.work.mountPath`, `${runner}.name`],
        ...["spec.securityContext.fsGroup", "spec.nodeSelector.pool", "metadata.labels.team"],
      ),
      [
        ...["image", "resources.limits.cpu", "env[1].value", "containerMode"],
        ...["volumeMounts[0].name", "containerMode", "containerMode"],
        ...["podSecurityContext.fsGroup", "nodeSelector.pool", "labels.team"],
      ],
    );
  });

  for (const mode of ["native-sidecar", "sidecar"]) {
    it(`knows the daemon, what prepares it, and the user's containers and volumes beside them: ${mode}.`, () => {
      const set = setOf({
        docker: {
          ...{
            image: "d:1",
            mode,
            connection: "socket",
            rootless: true,
            env: [{ name: "D" }],
            storage: { emptyDir: {} },
          },
          initResources: { limits: { cpu: "1" } },
        },
        initContainers: [own("i"), own("j")],
        containers: [own("c")],
        volumes: [
          { name: "v", emptyDir: {} },
          { name: "work", emptyDir: {} },
        ],
      });
      const dind = mode === "sidecar" ? "spec.containers.dind" : "spec.initContainers.dind";
      assert.deepEqual(
        places(
          set,
          ...[`${dind}.image`, `${dind}.resources.limits.cpu`, `${dind}.env.D.value`, `${dind}.env.DOCKER_HOST.value`],
          ...[
            "spec.initContainers.init-dind-externals.image",
            "spec.initContainers.init-dind-externals.resources.limits",
          ],
          ...["spec.initContainers.init-dind-rootless.image", "spec.initContainers.init-dind-rootless.resources"],
          ...["spec.initContainers.j.env.A.value", "spec.containers.c.image", "spec.volumes.v.emptyDir"],
          ...["spec.volumes.work.emptyDir", "spec.volumes.dind-storage.emptyDir", "spec.volumes.dind-sock.emptyDir"],
        ),
        [
          ...["docker.image", "docker.resources.limits.cpu", "docker.env[0].value", "containerMode"],
          ...["image", "docker.initResources.limits", "docker.image", "docker.initResources"],
          ...["initContainers[1].env[0].value", "containers[0].image", "volumes[0].emptyDir"],
          ...["volumes[1].emptyDir", "docker.storage.emptyDir", "containerMode"],
        ],
      );
    });
  }

  it("has the resources of what prepares the daemon from the daemon, unless they are given.", () => {
    const at = "spec.initContainers.init-dind-externals.resources.limits.cpu";
    assert.deepEqual(places(setOf({}), at), ["docker.resources.limits.cpu"]);
  });

  it("knows the claim of the work volume.", () => {
    const workVolumeClaim = { resources: { requests: { storage: "1Gi" } } };
    const set = setOf({ containerMode: "kubernetes", kubernetes: { workVolumeClaim } });
    assert.deepEqual(places(set, "spec.volumes.work.ephemeral.volumeClaimTemplate.spec.resources.requests.storage"), [
      "kubernetes.workVolumeClaim.resources.requests.storage",
    ]);
  });

  it("counts the user's volumes from the first in the file, with a certificate authority before them.", () => {
    const values = withSets({ name: "a" });
    const githubServerTLS = {
      certificateFrom: { configMapKeyRef: { name: "ca", key: "ca.crt" } },
      runnerMountPath: "/certs",
    };
    const [org] = values.orgs as Values[];
    const runner = { ...RUNNER, volumes: [{ name: "v", emptyDir: {} }] };
    const set = settled({ ...values, orgs: [{ ...org, githubServerTLS }], runner }).sets[0]!;
    assert.equal(templatesOf(set).finished.spec.volumes![0]!.name, "github-server-tls-cert");
    assert.deepEqual(places(set, "spec.volumes.v.emptyDir"), ["volumes[0].emptyDir"]);
  });
});

describe("templatePlace: a patch", () => {
  const set = setOf({
    env: [{ name: "A", value: "1" }],
    initContainers: [own("i")],
    podTemplate: {
      metadata: { labels: { team: "x" } },
      spec: {
        schedulerName: "s",
        containers: [
          { name: "extra", image: "e:1" },
          { name: "runner", env: [{ name: "B", value: "2" }], resources: { limits: { cpu: "8" } } },
        ],
        initContainers: [{ name: "init-dind-externals", $patch: "delete" }],
      },
    },
  });

  it("is the place of what it adds and changes, found by name.", () => {
    const runner = "spec.containers.runner";
    assert.deepEqual(
      places(
        set,
        ...["spec.schedulerName", "metadata.labels.team", "spec.containers.extra.image"],
        ...["spec.containers.extra.resources.limits", `${runner}.env.B.value`, `${runner}.resources.limits.cpu`],
      ),
      [
        ...["podTemplate.spec.schedulerName", "podTemplate.metadata.labels.team"],
        ...["podTemplate.spec.containers[0].image", "podTemplate.spec.containers[0].resources"],
        ...["podTemplate.spec.containers[1].env[0].value", "podTemplate.spec.containers[1].resources.limits.cpu"],
      ],
    );
  });

  it("leaves all else where it was, though it has moved in its list.", () => {
    const runner = "spec.containers.runner";
    assert.deepEqual(
      places(
        set,
        ...[`${runner}.env.A.value`, `${runner}.resources.limits.memory`, `${runner}.image`],
        ...["spec.initContainers.i.image", "spec.initContainers.dind.image"],
      ),
      ["env[0].value", "resources.limits.memory", "image", "initContainers[0].image", "docker.image"],
    );
  });

  it("tells elements of one name apart by their order.", () => {
    const env = [
      { name: "A", value: "1" },
      { name: "A", value: "2" },
    ];
    const doubled = setOf({ env, podTemplate: { spec: { containers: [{ name: "extra", image: "e:1" }] } } });
    const at = [0, 1].map((index) => `spec.containers.runner.env.${index}.value`);
    assert.deepEqual(places(doubled, ...at), ["env[0].value", "env[1].value"]);
  });

  it("is the place of what is missing because of it.", () => {
    const patched = setOf({ podTemplate: { spec: { volumes: [{ name: "work", $patch: "delete" }] } } });
    assert.deepEqual(places(patched, "spec.containers.runner.volumeMounts.work.name"), ["podTemplate"]);
  });
});

describe("templatePlace: layers", () => {
  it("takes the set's own part, then that of its size, then the shared one; a list from where it is given.", () => {
    const sizes = { big: { resources: { limits: { cpu: "8", memory: "9Gi" } }, initContainers: [own("i")] } };
    const more = { size: "big", sizes, runner: { resources: { limits: { cpu: "9" } } } };
    const at = ["limits.cpu", "limits.memory", "requests.cpu"].map(
      (part) => `spec.containers.runner.resources.${part}`,
    );
    assert.deepEqual(places(setOf({}, more), ...at, "spec.initContainers.i.resources"), [
      "arc:orgs[0].runnerSets[0].runner.resources.limits.cpu",
      "arc:sizes.big.resources.limits.memory",
      "resources.requests.cpu",
      "arc:sizes.big.initContainers[0].resources",
    ]);
  });
});

describe("templatePlaces", () => {
  it("are the parts on which others depend, in each layer, and the choice of the size.", () => {
    const texts = (more: Values) => templatePlaces(setOf({}, more)).map(configPath);
    const sized = texts({ size: "big", sizes: { big: {} } });
    for (const part of ["docker", "podTemplate", "containerMode", "volumes", "containers"]) {
      for (const layer of ["arc:runner", "arc:sizes.big", "arc:orgs[0].runnerSets[0].runner"])
        assert.ok(sized.includes(`${layer}.${part}`), `${layer}.${part}`);
    }
    assert.ok(sized.includes("arc:orgs[0].runnerSets[0].size"));
    assert.ok(sized.includes("arc:orgs[0].githubServerTLS"));
    for (const part of ["maxRunners", "churn", "image", "activeDeadlineSeconds"])
      assert.ok(!sized.includes(`arc:runner.${part}`), part);
    assert.deepEqual(
      texts({}).filter((place) => place.startsWith("arc:sizes")),
      [],
    );
  });
});
