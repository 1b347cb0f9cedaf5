import * as assert from "node:assert/strict";
import { ContainerMode } from "../../../../components/runners/pod/spec";
import { template } from "./support";

const SERVER_TLS = { configMapName: "ca", key: "ca.crt", runnerMountPath: "/usr/local/share/ca-certificates/" };
const FILE = "/usr/local/share/ca-certificates/ca.crt";
const VOLUME = {
  name: "github-server-tls-cert",
  configMap: { name: "ca", items: [{ key: "ca.crt", path: "ca.crt" }] },
};
const MOUNT = { name: "github-server-tls-cert", mountPath: FILE, subPath: "ca.crt" };
const ENV = [
  { name: "NODE_EXTRA_CA_CERTS", value: FILE },
  { name: "RUNNER_UPDATE_CA_CERTS", value: "1" },
];

describe("The GitHub server's certificate authority in a runner pod", () => {
  for (const containerMode of Object.values(ContainerMode)) {
    it(`comes in mode \`${containerMode}\` as first volume, and as last mount and environment of the runner`, () => {
      const without = template({ containerMode }).spec;
      const { spec } = template({ containerMode }, { serverTls: SERVER_TLS });
      const [runner, before] = [spec.containers[0]!, without.containers[0]!];
      assert.deepEqual(spec.volumes, [VOLUME, ...(without.volumes ?? [])]);
      assert.deepEqual(runner.volumeMounts, [...(before.volumeMounts ?? []), MOUNT]);
      assert.deepEqual(runner.env, [...(before.env ?? []), ...ENV]);
      assert.deepEqual(spec.initContainers, without.initContainers);
    });
  }

  it("has a clean path, whether the folder ends in a slash or not", () => {
    for (const runnerMountPath of ["/certs", "/certs/", "/certs//", "/other/../certs"]) {
      const { spec } = template({}, { serverTls: { ...SERVER_TLS, runnerMountPath } });
      assert.equal(spec.containers[0]!.volumeMounts![0]!.mountPath, "/certs/ca.crt");
    }
  });

  it("leaves environment, mount and volume of the same names to the user", () => {
    const own = {
      env: [{ name: "NODE_EXTRA_CA_CERTS", value: "/own.crt" }],
      volumeMounts: [{ name: "github-server-tls-cert", mountPath: "/own" }],
      volumes: [{ name: "github-server-tls-cert", secret: { secretName: "own" } }],
    };
    const { spec } = template(own, { serverTls: SERVER_TLS });
    assert.deepEqual(spec.containers[0]!.env, [own.env[0], ENV[1]]);
    assert.deepEqual(spec.containers[0]!.volumeMounts, own.volumeMounts);
    assert.deepEqual(spec.volumes, own.volumes);
  });
});
