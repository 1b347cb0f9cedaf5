import * as assert from "node:assert/strict";
import { DockerConnection, DockerMode } from "../../../../components/runners/pod/spec";
import { DIND_RESOURCES, dindPod, RESOURCES } from "./support";

const SOCKET = "unix:///var/run/docker.sock";
const PROBE = { initialDelaySeconds: 0, failureThreshold: 24, periodSeconds: 5 };
const WORK = { name: "work", mountPath: "/home/runner/_work" };
const EXTERNALS = { name: "dind-externals", mountPath: "/home/runner/externals" };
const SIDECAR_SOCKET = { mode: DockerMode.Sidecar, connection: DockerConnection.Socket };
const NATIVE_TLS = { mode: DockerMode.NativeSidecar, connection: DockerConnection.Tls };
const FORMS = [{}, SIDECAR_SOCKET, { mode: DockerMode.Sidecar }, NATIVE_TLS];

describe("A runner pod with a Docker daemon", () => {
  describe("by default: a native sidecar over a socket", () => {
    const { spec, init, runner, dind } = dindPod();

    it("starts the daemon as an init container that keeps running, after the copy of the runner's tools", () => {
      assert.deepEqual(init, ["init-dind-externals", "dind"]);
      assert.deepEqual(spec.initContainers![0], {
        name: "init-dind-externals",
        image: "runner:1",
        command: ["cp"],
        args: ["-r", "/home/runner/externals/.", "/home/runner/tmpDir/"],
        volumeMounts: [{ name: "dind-externals", mountPath: "/home/runner/tmpDir" }],
      });
      assert.deepEqual(dind, {
        name: "dind",
        image: "docker:dind",
        args: ["dockerd", `--host=${SOCKET}`, "--group=$(DOCKER_GROUP_GID)"],
        env: [{ name: "DOCKER_GROUP_GID", value: "123" }],
        securityContext: { privileged: true },
        restartPolicy: "Always",
        startupProbe: { exec: { command: ["docker", "info"] }, ...PROBE },
        volumeMounts: [WORK, { name: "dind-sock", mountPath: "/var/run" }, EXTERNALS],
      });
    });

    it("gives the runner the socket and the work folder, and has it wait for the daemon", () => {
      assert.deepEqual(spec.containers, [
        {
          name: "runner",
          image: "runner:1",
          command: ["/home/runner/run.sh"],
          env: [
            { name: "DOCKER_HOST", value: SOCKET },
            { name: "RUNNER_WAIT_FOR_DOCKER_IN_SECONDS", value: "120" },
          ],
          resources: RESOURCES,
          volumeMounts: [WORK, { name: "dind-sock", mountPath: "/var/run" }],
        },
      ]);
      assert.deepEqual(runner, spec.containers[0]);
    });

    it("shares socket, tools and work folder by volumes that go with the pod", () => {
      assert.deepEqual(spec.volumes, [
        { name: "dind-sock", emptyDir: {} },
        { name: "dind-externals", emptyDir: {} },
        { name: "work", emptyDir: {} },
      ]);
    });
  });

  it("as an ordinary container over a socket is the same but for place, restart policy and probe", () => {
    const native = dindPod();
    const sidecar = dindPod(SIDECAR_SOCKET);
    const { restartPolicy, startupProbe, ...rest } = native.dind;
    assert.ok(restartPolicy && startupProbe);
    assert.deepEqual(sidecar.dind, rest);
    assert.deepEqual(sidecar.init, ["init-dind-externals"]);
    assert.deepEqual(sidecar.spec.containers, [native.runner, sidecar.dind]);
    assert.deepEqual(sidecar.spec.volumes, native.spec.volumes);
  });

  it("as an ordinary container talks TLS by default and shares the certificates alone", () => {
    const { spec, runner, dind } = dindPod({ mode: DockerMode.Sidecar });
    assert.deepEqual(dind, {
      name: "dind",
      image: "docker:dind",
      env: [{ name: "DOCKER_TLS_CERTDIR", value: "/certs" }],
      securityContext: { privileged: true },
      volumeMounts: [
        { name: "docker-certs", mountPath: "/certs" },
        { name: "dind-storage", mountPath: "/var/lib/docker" },
      ],
    });
    assert.equal("initContainers" in spec, false);
    assert.deepEqual(runner.volumeMounts, [{ name: "docker-certs", mountPath: "/certs", readOnly: true }]);
    assert.deepEqual(spec.containers, [runner, dind]);
  });

  it("as a native sidecar over TLS is ready when the daemon answers where the runner will ask it", () => {
    const { init, dind, runner, spec } = dindPod(NATIVE_TLS);
    const sidecar = dindPod({ mode: DockerMode.Sidecar });
    assert.deepEqual(init, ["dind"]);
    assert.deepEqual(dind.startupProbe, {
      exec: {
        command: [
          "docker",
          "--host=tcp://localhost:2376",
          "--tlsverify",
          "--tlscacert=/certs/client/ca.pem",
          "--tlscert=/certs/client/cert.pem",
          "--tlskey=/certs/client/key.pem",
          "info",
        ],
      },
      ...PROBE,
    });
    const { restartPolicy, startupProbe: _, ...rest } = dind;
    assert.equal(restartPolicy, "Always");
    assert.deepEqual(rest, sidecar.dind);
    assert.deepEqual(runner, sidecar.runner);
    assert.deepEqual(spec.volumes, sidecar.spec.volumes);
  });

  describe("takes of the daemon's arguments", () => {
    it("image, pull policy and resources; the init container gets the same resources unless it has its own", () => {
      const { dind, initContainer } = dindPod({
        image: "docker:27-dind",
        imagePullPolicy: "IfNotPresent",
        resources: DIND_RESOURCES,
      });
      assert.deepEqual(
        [dind.image, dind.imagePullPolicy, dind.resources],
        ["docker:27-dind", "IfNotPresent", DIND_RESOURCES],
      );
      assert.deepEqual(initContainer("init-dind-externals").resources, DIND_RESOURCES);
      const own = { limits: { cpu: "1", memory: "64Mi" } };
      const pod = dindPod({ rootless: true, resources: DIND_RESOURCES, initResources: own });
      assert.deepEqual(pod.initContainer("init-dind-externals").resources, own);
      assert.deepEqual(pod.initContainer("init-dind-rootless").resources, own);
      assert.deepEqual(pod.dind.resources, DIND_RESOURCES);
    });

    it("the runner's pull policy for the init container that uses the runner's image", () => {
      const { initContainer } = dindPod({ imagePullPolicy: "Never" }, { imagePullPolicy: "Always" });
      assert.equal(initContainer("init-dind-externals").imagePullPolicy, "Always");
    });

    const OPTIONS = {
      extraArgs: ["--ipv6", "--debug"],
      storageDriver: "overlay2",
      insecureRegistries: ["registry.lan:5000", "10.0.0.0/8"],
      registryMirrors: ["https://mirror.gcr.io", "https://mirror.lan"],
      mtu: 1400,
    };
    const FLAGS = [
      "--mtu=1400",
      "--default-network-opt=bridge=com.docker.network.driver.mtu=1400",
      "--registry-mirror=https://mirror.gcr.io",
      "--registry-mirror=https://mirror.lan",
      "--insecure-registry=registry.lan:5000",
      "--insecure-registry=10.0.0.0/8",
      "--storage-driver=overlay2",
      "--ipv6",
      "--debug",
    ];

    it("MTU (also of the networks that jobs make), mirrors, insecure registries, storage driver, the user's last", () => {
      assert.deepEqual(dindPod(OPTIONS).dind.args, [
        "dockerd",
        `--host=${SOCKET}`,
        "--group=$(DOCKER_GROUP_GID)",
        ...FLAGS,
      ]);
    });

    it("over TLS flags alone, for the image adds hosts and certificates if the first argument is a flag", () => {
      assert.deepEqual(dindPod({ ...OPTIONS, ...NATIVE_TLS }).dind.args, FLAGS);
      assert.equal("args" in dindPod(NATIVE_TLS).dind, false);
    });

    it("the seconds that the runner waits, zero included", () => {
      const wait = (docker: object) =>
        (dindPod(docker).runner.env ?? []).filter(({ name }) => name === "RUNNER_WAIT_FOR_DOCKER_IN_SECONDS");
      assert.deepEqual(wait({ waitSeconds: 300 }), [{ name: "RUNNER_WAIT_FOR_DOCKER_IN_SECONDS", value: "300" }]);
      assert.deepEqual(wait({ waitSeconds: 0 }), [{ name: "RUNNER_WAIT_FOR_DOCKER_IN_SECONDS", value: "0" }]);
      assert.deepEqual(wait(NATIVE_TLS), []);
      assert.equal(wait({ ...NATIVE_TLS, waitSeconds: 60 })[0]!.value, "60");
    });

    it("a volume for the data: none over a socket, an emptyDir over TLS, the user's source in both", () => {
      const storage = { ephemeral: { volumeClaimTemplate: { spec: {} } } };
      assert.deepEqual(dindPod().volumes, ["dind-sock", "dind-externals", "work"]);
      for (const form of FORMS) {
        const { spec, dind } = dindPod({ ...form, storage });
        assert.deepEqual(
          spec.volumes!.filter(({ name }) => name === "dind-storage"),
          [{ name: "dind-storage", ...storage }],
        );
        assert.deepEqual(dind.volumeMounts!.at(-1), { name: "dind-storage", mountPath: "/var/lib/docker" });
      }
    });

    it("the group of the socket, and further environment, which wins by name", () => {
      assert.deepEqual(dindPod({ groupId: "999" }).dind.env, [{ name: "DOCKER_GROUP_GID", value: "999" }]);
      const env = [
        { name: "DOCKER_GROUP_GID", value: "1" },
        { name: "HTTPS_PROXY", value: "http://proxy:3128" },
      ];
      assert.deepEqual(dindPod({ env }).dind.env, env);
      assert.deepEqual(dindPod({ env: [env[1]!] }).dind.env, [env[1], { name: "DOCKER_GROUP_GID", value: "123" }]);
    });

    it("whether the runner's tools are copied: with a socket yes, over TLS no, and as it is told", () => {
      const none = dindPod({ copyExternals: false });
      assert.deepEqual(none.init, ["dind"]);
      assert.deepEqual(none.volumes, ["dind-sock", "work"]);
      assert.equal(none.dind.volumeMounts!.length, 2);
      const tls = dindPod({ ...NATIVE_TLS, copyExternals: true });
      assert.deepEqual(tls.init, ["init-dind-externals", "dind"]);
      assert.deepEqual(tls.dind.volumeMounts![1], EXTERNALS);
      assert.deepEqual(tls.volumes, ["docker-certs", "dind-externals", "dind-storage"]);
    });
  });

  describe("rootless", () => {
    const { init, initContainer, dind, runner, volumes } = dindPod({ rootless: true, resources: DIND_RESOURCES });

    it("makes the runner's user known to the daemon's image before the daemon starts", () => {
      assert.deepEqual(init, ["init-dind-externals", "init-dind-rootless", "dind"]);
      assert.deepEqual(initContainer("init-dind-rootless"), {
        name: "init-dind-rootless",
        image: "docker:dind-rootless",
        command: [
          "sh",
          "-c",
          [
            "set -e",
            "cp -a /etc/. /dind-etc/",
            "echo 'runner:x:1001:1001:runner:/home/runner:/bin/ash' >> /dind-etc/passwd",
            "echo 'runner:x:1001:' >> /dind-etc/group",
            "echo 'runner:100000:65536' >> /dind-etc/subgid",
            "echo 'runner:100000:65536' >> /dind-etc/subuid",
            "chmod 755 /dind-etc",
            "chmod u=rwx,g=rx+s,o=rx /dind-home",
            "chown 1001:1001 /dind-home",
          ].join("\n"),
        ],
        resources: DIND_RESOURCES,
        securityContext: { runAsUser: 0 },
        volumeMounts: [
          { name: "dind-etc", mountPath: "/dind-etc" },
          { name: "dind-home", mountPath: "/dind-home" },
        ],
      });
    });

    it("runs the daemon as that user, privileged still, on a socket where the probe finds it", () => {
      assert.equal(dind.image, "docker:dind-rootless");
      assert.deepEqual(dind.args, ["dockerd", "--host=unix:///run/user/1001/docker.sock"]);
      assert.deepEqual(dind.env, [{ name: "DOCKER_HOST", value: "unix:///run/user/1001/docker.sock" }]);
      assert.deepEqual(dind.securityContext, { privileged: true, runAsUser: 1001, runAsGroup: 1001 });
      assert.deepEqual(dind.volumeMounts, [
        WORK,
        { name: "dind-sock", mountPath: "/run/user/1001" },
        EXTERNALS,
        { name: "dind-etc", mountPath: "/etc" },
        { name: "dind-home", mountPath: "/home/runner" },
      ]);
      assert.deepEqual(volumes, ["dind-sock", "dind-externals", "dind-etc", "dind-home", "work"]);
    });

    it("gives the runner the socket of that user and no privileges", () => {
      assert.equal(runner.env![0]!.value, "unix:///run/user/1001/docker.sock");
      assert.deepEqual(runner.volumeMounts, [WORK, { name: "dind-sock", mountPath: "/run/user/1001" }]);
      assert.equal("securityContext" in runner, false);
    });

    it("keeps data of its own below its home, in a volume that it is made to own", () => {
      const pod = dindPod({ rootless: true, storage: { emptyDir: { sizeLimit: "20Gi" } } });
      const root = pod.initContainer("init-dind-rootless");
      assert.deepEqual(pod.dind.volumeMounts!.at(-1), {
        name: "dind-storage",
        mountPath: "/home/runner/.local/share/docker",
      });
      assert.deepEqual(root.volumeMounts!.at(-1), { name: "dind-storage", mountPath: "/dind-storage" });
      assert.deepEqual(root.command![2]!.split("\n").slice(-3), [
        "mkdir -p /dind-home/.local/share/docker",
        "chown -R 1001:1001 /dind-home/.local",
        "chown 1001:1001 /dind-storage",
      ]);
    });

    it("tells the MTU to rootlesskit's network as well, which lies around the daemon's", () => {
      const mtu = { name: "DOCKERD_ROOTLESS_ROOTLESSKIT_MTU", value: "1400" };
      assert.deepEqual(dindPod({ rootless: true, mtu: 1400 }).dind.env!.at(-1), mtu);
      assert.equal(JSON.stringify(dindPod({ mtu: 1400 }).dind.env).includes("ROOTLESSKIT"), false);
    });

    it("over TLS needs no socket: certificates, home and data", () => {
      const pod = dindPod({ rootless: true, ...NATIVE_TLS });
      assert.deepEqual(pod.init, ["init-dind-rootless", "dind"]);
      assert.deepEqual(pod.dind.env, [{ name: "DOCKER_TLS_CERTDIR", value: "/certs" }]);
      assert.deepEqual(pod.volumes, ["docker-certs", "dind-etc", "dind-home", "dind-storage"]);
    });
  });

  it("puts the user's init containers last, so that they find the daemon running", () => {
    const own = [{ name: "second" }, { name: "first" }];
    assert.deepEqual(dindPod({}, { initContainers: own }).init, ["init-dind-externals", "dind", "second", "first"]);
  });

  it("keeps the runner's own environment and mounts first, and adds only what is missing by name", () => {
    const { runner } = dindPod(
      {},
      {
        env: [
          { name: "EXTRA", value: "1" },
          { name: "DOCKER_HOST", value: "tcp://elsewhere:2376" },
        ],
        volumeMounts: [{ name: "work", mountPath: "/work" }],
      },
    );
    assert.deepEqual(runner.env, [
      { name: "EXTRA", value: "1" },
      { name: "DOCKER_HOST", value: "tcp://elsewhere:2376" },
      { name: "RUNNER_WAIT_FOR_DOCKER_IN_SECONDS", value: "120" },
    ]);
    assert.deepEqual(runner.volumeMounts, [
      { name: "work", mountPath: "/work" },
      { name: "dind-sock", mountPath: "/var/run" },
    ]);
  });

  it("takes the user's volume `work` in place of its own, and puts the others last", () => {
    const work = { name: "work", hostPath: { path: "/data" } };
    const { spec, volumes } = dindPod({}, { volumes: [{ name: "cache", emptyDir: {} }, work] });
    assert.deepEqual(volumes, ["dind-sock", "dind-externals", "work", "cache"]);
    assert.deepEqual(spec.volumes![2], work);
  });

  it("gives every container that it adds resources, in every form, once the daemon has them", () => {
    for (const form of FORMS) {
      for (const rootless of [false, true]) {
        const { spec } = dindPod({ ...form, rootless, copyExternals: true, resources: DIND_RESOURCES });
        const all = [...(spec.initContainers ?? []), ...spec.containers];
        assert.deepEqual(
          all.filter(({ resources }) => !resources).map(({ name }) => name),
          [],
        );
        assert.equal(all.length, rootless ? 4 : 3);
      }
    }
  });
});
