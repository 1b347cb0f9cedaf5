import * as assert from "node:assert/strict";
import { daemonOf, mtuOf } from "../../../cli/doctor/daemon";
import { dindMode } from "../../../components/runners/pod/dind";

const DIND = { name: "dind", image: "docker:29-dind" };

describe("The Docker daemon of a pod", () => {
  it("is a native sidecar, or an ordinary container, or not there", () => {
    const native = { ...DIND, restartPolicy: "Always" };
    assert.deepEqual(daemonOf({ initContainers: [{ name: "init" }, native], containers: [{ name: "runner" }] }), {
      container: native,
      isNative: true,
    });
    assert.deepEqual(daemonOf({ containers: [{ name: "runner" }, DIND] }), { container: DIND, isNative: false });
    assert.equal(daemonOf({ containers: [{ name: "runner" }] }), undefined);
  });
});

describe("The MTU of a daemon's networks", () => {
  it("is read from its arguments, however they are written, the last counting", () => {
    const option = "bridge=com.docker.network.driver.mtu=1400";
    assert.deepEqual(mtuOf({ ...DIND, args: ["dockerd", "--mtu=1450", `--default-network-opt=${option}`] }), {
      bridge: 1450,
      networks: 1400,
      isHidden: false,
    });
    assert.deepEqual(mtuOf({ ...DIND, args: ["--mtu", "1450", "--mtu=1400", "--default-network-opt", option] }), {
      bridge: 1400,
      networks: 1400,
      isHidden: false,
    });
    assert.deepEqual(mtuOf(DIND), { isHidden: false });
  });

  it("is what the component was asked for", () => {
    const args = { image: "ghcr.io/acme/ci:1", resources: {}, docker: { mtu: 1450 } };
    const daemon = daemonOf({ initContainers: dindMode(args).initContainers, containers: [] });
    assert.deepEqual(mtuOf(daemon!.container), { bridge: 1450, networks: 1450, isHidden: false });
  });

  it("may stand in a file, which nobody sees here", () => {
    assert.ok(mtuOf({ ...DIND, args: ["--config-file=/config/daemon.json"] }).isHidden);
    assert.ok(mtuOf({ ...DIND, volumeMounts: [{ mountPath: "/etc/docker/daemon.json" }] }).isHidden);
  });
});
