import assert from "node:assert/strict";
import { podSecurityNeeds } from "../../../../components/runners/pod/security";
import type { RunnerPodSpec, RunnerPodTemplate } from "../../../../components/runners/pod/spec";
import { runnerPodTemplate } from "../../../../components/runners/pod/template";
import type { PodSecurityLevel } from "../../../../components/tenant/pod-security";

type Fields = Record<string, unknown>;

/** What `restricted` asks of a container. */
const HARDENED = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  runAsNonRoot: true,
  seccompProfile: { type: "RuntimeDefault" },
};

function pod(spec: Fields, annotations?: Record<string, string>): RunnerPodTemplate {
  const base = { restartPolicy: "Never", serviceAccountName: "a" };
  return { ...(annotations ? { metadata: { annotations } } : {}), spec: { ...base, ...spec } as RunnerPodSpec };
}

/** A pod whose one container has these fields. */
const container = (fields: Fields) => pod({ containers: [{ name: "c", image: "i:1", ...fields }] });
/** A pod that `restricted` takes, but for these fields of its container's security context. */
const context = (fields: Fields) => container({ securityContext: { ...HARDENED, ...fields } });
/** The same, but for these fields of the pod. */
const spec = (fields: Fields) => pod({ containers: [{ name: "c", securityContext: HARDENED }], ...fields });

const at = (level: PodSecurityLevel, template: RunnerPodTemplate) =>
  podSecurityNeeds(template, level).map((violation) => `${violation.at.join(".")}: ${violation.message}`);

function refusedByBoth(template: RunnerPodTemplate, ...violations: string[]) {
  assert.deepEqual(at("baseline", template), violations);
  assert.deepEqual(at("restricted", template), violations);
}

function refusedByRestricted(template: RunnerPodTemplate, ...violations: string[]) {
  assert.deepEqual(at("baseline", template), []);
  assert.deepEqual(at("restricted", template), violations);
}

const CONTEXT = "spec.containers.0.securityContext";

describe("podSecurityNeeds: both levels", () => {
  it("take a hardened container, and privileged takes everything.", () => {
    refusedByBoth(context({}));
    assert.deepEqual(at("privileged", spec({ hostNetwork: true, hostPID: true })), []);
    assert.deepEqual(at("privileged", context({ privileged: true })), []);
  });

  it("refuse each namespace of the host.", () => {
    refusedByBoth(
      spec({ hostNetwork: true, hostPID: true, hostIPC: true }),
      "spec.hostNetwork: the pod sets hostNetwork to true",
      "spec.hostPID: the pod sets hostPID to true",
      "spec.hostIPC: the pod sets hostIPC to true",
    );
    refusedByBoth(spec({ hostNetwork: false, hostPID: null }));
  });

  it("refuse a privileged container, init containers first.", () => {
    const securityContext = { ...HARDENED, privileged: true };
    refusedByBoth(
      pod({
        containers: [
          { name: "a", securityContext: { ...HARDENED, privileged: false } },
          { name: "b", securityContext },
        ],
        initContainers: [{ name: "i", securityContext }],
      }),
      "spec.initContainers.0.securityContext.privileged: container i sets securityContext.privileged to true",
      "spec.containers.1.securityContext.privileged: container b sets securityContext.privileged to true",
    );
  });

  it("refuse a port of the host, but not port 0, which is none.", () => {
    const ports = [{ containerPort: 1 }, { containerPort: 2, hostPort: 0 }, { containerPort: 3, hostPort: 8080 }];
    refusedByBoth(
      container({ ports, securityContext: HARDENED }),
      "spec.containers.0.ports.2.hostPort: container c takes port 8080 of the host",
    );
  });

  it("refuse an AppArmor profile of one's own, in the fields and in the old annotations.", () => {
    const profile = (type: string) => ({ appArmorProfile: { type } });
    refusedByBoth(context(profile("RuntimeDefault")));
    refusedByBoth(context(profile("Localhost")));
    refusedByBoth(
      context(profile("Unconfined")),
      `${CONTEXT}.appArmorProfile.type: container c sets securityContext.appArmorProfile.type to "Unconfined"`,
    );
    refusedByBoth(
      spec({ securityContext: profile("Unconfined") }),
      'spec.securityContext.appArmorProfile.type: the pod sets securityContext.appArmorProfile.type to "Unconfined"',
    );
    const key = (name: string) => `container.apparmor.security.beta.kubernetes.io/${name}`;
    const annotations = {
      [key("a")]: "runtime/default",
      [key("b")]: "localhost/mine",
      [key("c")]: "",
      [key("d")]: "unconfined",
      other: "unconfined",
    };
    refusedByBoth(
      pod({ containers: [{ name: "c", securityContext: HARDENED }] }, annotations),
      `metadata.annotations.${key("d")}: annotation ${key("d")} is "unconfined"`,
    );
  });

  it("refuse SELinux types but those of containers, and every SELinux user and role.", () => {
    for (const type of ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"])
      refusedByBoth(context({ seLinuxOptions: { type, user: "", role: "", level: "s0" } }));
    const where = `${CONTEXT}.seLinuxOptions`;
    const field = "container c sets securityContext.seLinuxOptions";
    refusedByBoth(
      context({ seLinuxOptions: { type: "spc_t", user: "u", role: "r" } }),
      `${where}.type: ${field}.type to "spc_t"`,
      `${where}.user: ${field}.user to "u"`,
      `${where}.role: ${field}.role to "r"`,
    );
  });

  it("refuse a seccomp profile but the runtime's and the node's.", () => {
    refusedByBoth(context({ seccompProfile: { type: "Localhost", localhostProfile: "p" } }));
    refusedByBoth(
      context({ seccompProfile: { type: "Unconfined" } }),
      `${CONTEXT}.seccompProfile.type: container c sets securityContext.seccompProfile.type to "Unconfined"`,
    );
  });

  it("refuse sysctls that are not safe.", () => {
    const sysctls = ["net.ipv4.tcp_notsent_lowat", "kernel.shm_rmid_forced", "kernel.msgmax"].map((name) => ({ name }));
    refusedByBoth(
      spec({ securityContext: { sysctls } }),
      "spec.securityContext.sysctls.2.name: the pod sets sysctl kernel.msgmax",
    );
  });

  it("refuse a host in probes and lifecycle handlers.", () => {
    const fields = {
      livenessProbe: { httpGet: { host: "" } },
      startupProbe: { tcpSocket: { host: "10.0.0.1" } },
      lifecycle: { preStop: { httpGet: { host: "h" } } },
    };
    refusedByBoth(
      container({ ...fields, securityContext: HARDENED }),
      'spec.containers.0.startupProbe.tcpSocket.host: container c sets startupProbe.tcpSocket.host to "10.0.0.1"',
      'spec.containers.0.lifecycle.preStop.httpGet.host: container c sets lifecycle.preStop.httpGet.host to "h"',
    );
  });

  it("refuse host processes of Windows.", () => {
    refusedByBoth(
      spec({ securityContext: { windowsOptions: { hostProcess: true } } }),
      "spec.securityContext.windowsOptions.hostProcess: the pod sets securityContext.windowsOptions.hostProcess to true",
    );
  });

  it("refuse a masked-off /proc; baseline lets a pod with users of its own have it.", () => {
    const unmasked = { ...HARDENED, procMount: "Unmasked" };
    const refused = `${CONTEXT}.procMount: container c sets securityContext.procMount to "Unmasked"`;
    refusedByBoth(context({ procMount: "Default" }));
    refusedByBoth(context(unmasked), refused);
    refusedByRestricted(pod({ hostUsers: false, containers: [{ name: "c", securityContext: unmasked }] }), refused);
  });

  it("refuse added capabilities: baseline those beyond the usual, restricted all but NET_BIND_SERVICE.", () => {
    const template = context({
      capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE", "CHOWN", "SYS_ADMIN", "chown"] },
    });
    const adds = (index: number, name: string) =>
      `${CONTEXT}.capabilities.add.${index}: container c adds capability ${name}`;
    assert.deepEqual(at("baseline", template), [adds(2, "SYS_ADMIN"), adds(3, "chown")]);
    assert.deepEqual(at("restricted", template), [adds(1, "CHOWN"), adds(2, "SYS_ADMIN"), adds(3, "chown")]);
  });

  it("refuse volumes: baseline those of the host, restricted all outside of its list.", () => {
    const listed = ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "projected", "secret"];
    const volumes = [
      ...[...listed, "persistentVolumeClaim"].map((type) => ({ name: type, [type]: {} })),
      // Kubernetes makes an emptyDir of it.
      { name: "bare" },
      { name: "h", hostPath: { path: "/" } },
      { name: "n", nfs: {} },
    ];
    const ofHost = "spec.volumes.10.hostPath: volume h is of type hostPath";
    assert.deepEqual(at("baseline", spec({ volumes })), [ofHost]);
    assert.deepEqual(at("restricted", spec({ volumes })), [ofHost, "spec.volumes.11.nfs: volume n is of type nfs"]);
  });
});

describe("podSecurityNeeds: restricted", () => {
  it("asks each container for all that baseline leaves open.", () => {
    refusedByRestricted(
      container({}),
      `${CONTEXT}.runAsNonRoot: neither container c nor the pod sets securityContext.runAsNonRoot to true`,
      `${CONTEXT}.allowPrivilegeEscalation: container c does not set securityContext.allowPrivilegeEscalation to false`,
      `${CONTEXT}.capabilities.drop: container c does not set securityContext.capabilities.drop to [ALL]`,
      `${CONTEXT}.seccompProfile.type: neither container c nor the pod sets securityContext.seccompProfile.type to RuntimeDefault or Localhost`,
    );
  });

  it("takes runAsNonRoot and the seccomp profile from the pod for all containers.", () => {
    const { allowPrivilegeEscalation, capabilities, ...shared } = HARDENED;
    const containers = ["a", "b"].map((name) => ({
      name,
      securityContext: { allowPrivilegeEscalation, capabilities },
    }));
    refusedByRestricted(pod({ securityContext: shared, containers }));
  });

  it("refuses an explicit runAsNonRoot false and user 0, unless the pod has users of its own.", () => {
    const root = { ...HARDENED, runAsNonRoot: false, runAsUser: 0 };
    refusedByRestricted(
      context(root),
      `${CONTEXT}.runAsNonRoot: container c sets securityContext.runAsNonRoot to false`,
      `${CONTEXT}.runAsUser: container c sets securityContext.runAsUser to 0`,
    );
    refusedByRestricted(pod({ hostUsers: false, containers: [{ name: "c", securityContext: root }] }));
    refusedByRestricted(context({ runAsUser: 1001 }));
  });

  it("asks for no Linux settings in a pod for Windows.", () => {
    refusedByRestricted(
      pod({ os: { name: "windows" }, securityContext: { runAsNonRoot: true }, containers: [{ name: "c" }] }),
    );
  });
});

describe("podSecurityNeeds: the runners' own pods", () => {
  const place = { serviceAccountName: "a" };
  const runner = { image: "r:1", resources: {} };
  const needs = (level: PodSecurityLevel, more: Fields) =>
    at(level, runnerPodTemplate({ ...runner, ...more }, place)).length;

  it("need privileged with a Docker daemon, rootless or not, and baseline without.", () => {
    for (const docker of [{}, { rootless: true }, { mode: "sidecar" }]) assert.equal(needs("baseline", { docker }), 1);
    for (const containerMode of ["none", "kubernetes", "kubernetes-novolume"])
      assert.equal(needs("baseline", { containerMode }), 0);
  });

  it("start under restricted once the runner's security context asks for it.", () => {
    assert.equal(needs("restricted", { containerMode: "none" }), 4);
    assert.equal(needs("restricted", { containerMode: "none", securityContext: HARDENED }), 0);
  });

  it("are looked at without harm when the fields have no sense.", () => {
    for (const securityContext of [5, "a", [], null, { capabilities: { add: "ALL", drop: 5 } }, { seLinuxOptions: 5 }])
      assert.doesNotThrow(() => at("restricted", container({ securityContext, ports: 5, livenessProbe: "x" })));
    assert.doesNotThrow(() =>
      at("restricted", spec({ volumes: 5, initContainers: [null], securityContext: { sysctls: [5] } })),
    );
  });
});
