import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import path from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { type Service, type Services, freePorts } from "./services";
import type { Toolchain } from "./toolchain";

/** A Kubernetes control plane on 127.0.0.1: etcd, the API server and the controllers, without nodes. */
export interface ControlPlane {
  server: string;
  /** Path of a cluster administrator's kubeconfig. */
  kubeconfig: string;
  client: KubeConfig;
  /** The certificate to trust, PEM. */
  certificateAuthority: string;
  /** Ends the API server as a crash does; etcd keeps the objects. */
  crashApiServer(): Promise<void>;
  /** Starts the API server again, on the same port. */
  restartApiServer(): Promise<void>;
}

/** The controllers that the suite sees at work; the others only cost start-up time. */
const CONTROLLERS = [
  "deployment-controller",
  "replicaset-controller",
  "namespace-controller",
  "garbage-collector-controller",
  "resourcequota-controller",
  "serviceaccount-controller",
  "root-ca-certificate-publisher-controller",
  "clusterrole-aggregation-controller",
];

interface Layout {
  folder: string;
  logs: string;
  certificates: string;
  etcd: { client: string; peer: string };
  apiPort: number;
  managerPort: number;
  token: string;
}

/**
 * Starts it in a folder of its own and waits until the API server and the controllers are at work.
 *
 * @param controllers without them objects stay as they are written, whatever they say of each other. @default true
 */
export async function startControlPlane(
  tools: Toolchain,
  services: Services,
  folder: string,
  { controllers = true } = {},
): Promise<ControlPlane> {
  const layout = await prepare(folder);
  await startEtcd(tools, services, layout);
  let apiServer = await startApiServer(tools, services, layout);
  const certificateAuthority = readFileSync(path.join(layout.certificates, "apiserver.crt"), "utf8");
  const server = `https://127.0.0.1:${layout.apiPort}`;
  const kubeconfig = path.join(folder, "kubeconfig");
  const client = administrator(server, certificateAuthority, layout.token);
  writeFileSync(kubeconfig, client.exportConfig(), { mode: 0o600 });
  if (controllers) await startControllerManager(tools, services, layout, kubeconfig);
  return {
    server,
    kubeconfig,
    client,
    certificateAuthority,
    crashApiServer: () => apiServer.kill(),
    restartApiServer: async () => {
      apiServer = await startApiServer(tools, services, layout);
    },
  };
}

async function prepare(folder: string): Promise<Layout> {
  const certificates = path.join(folder, "certificates");
  const logs = path.join(folder, "logs");
  for (const made of [certificates, logs]) mkdirSync(made, { recursive: true });
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writeFileSync(path.join(certificates, "sa.key"), privateKey.export({ type: "pkcs1", format: "pem" }), {
    mode: 0o600,
  });
  writeFileSync(path.join(certificates, "sa.pub"), publicKey.export({ type: "spki", format: "pem" }));
  const token = randomBytes(24).toString("hex");
  writeFileSync(path.join(certificates, "tokens.csv"), `${token},admin,admin,system:masters\n`, { mode: 0o600 });
  const [clientPort, peerPort, apiPort, managerPort] = (await freePorts(4)) as [number, number, number, number];
  return {
    folder,
    logs,
    certificates,
    etcd: { client: `http://127.0.0.1:${clientPort}`, peer: `http://127.0.0.1:${peerPort}` },
    apiPort,
    managerPort,
    token,
  };
}

function startEtcd(tools: Toolchain, services: Services, { folder, logs, etcd }: Layout): Promise<Service> {
  return services.start({
    name: "etcd",
    command: tools.etcd.path,
    args: [
      `--data-dir=${path.join(folder, "etcd")}`,
      `--listen-client-urls=${etcd.client}`,
      `--advertise-client-urls=${etcd.client}`,
      `--listen-peer-urls=${etcd.peer}`,
      `--initial-advertise-peer-urls=${etcd.peer}`,
      `--initial-cluster=default=${etcd.peer}`,
      // The data need to survive a process, not the machine.
      "--unsafe-no-fsync",
    ],
    logs,
    ready: async () => (await fetch(`${etcd.client}/health`)).ok,
    limit: 20,
  });
}

function startApiServer(tools: Toolchain, services: Services, layout: Layout): Promise<Service> {
  const { certificates, apiPort } = layout;
  const certificate = (file: string) => path.join(certificates, file);
  return services.start({
    name: "kube-apiserver",
    command: tools["kube-apiserver"].path,
    args: [
      `--etcd-servers=${layout.etcd.client}`,
      "--bind-address=127.0.0.1",
      "--advertise-address=127.0.0.1",
      `--secure-port=${apiPort}`,
      `--cert-dir=${certificates}`,
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-key-file=${certificate("sa.pub")}`,
      `--service-account-signing-key-file=${certificate("sa.key")}`,
      `--token-auth-file=${certificate("tokens.csv")}`,
      "--authorization-mode=RBAC",
      "--allow-privileged=true",
      "--service-cluster-ip-range=10.0.0.0/24",
      // The endpoints of the kubernetes Service may not be on loopback, and nothing in the lab asks for them.
      "--endpoint-reconciler-type=none",
    ],
    logs: layout.logs,
    ready: async () => (await insecureStatus(`https://127.0.0.1:${apiPort}/readyz`, layout.token)) === 200,
    limit: 60,
  });
}

function startControllerManager(tools: Toolchain, services: Services, layout: Layout, kubeconfig: string) {
  return services.start({
    name: "kube-controller-manager",
    command: tools["kube-controller-manager"].path,
    args: [
      `--kubeconfig=${kubeconfig}`,
      `--service-account-private-key-file=${path.join(layout.certificates, "sa.key")}`,
      `--root-ca-file=${path.join(layout.certificates, "apiserver.crt")}`,
      "--bind-address=127.0.0.1",
      `--secure-port=${layout.managerPort}`,
      `--cert-dir=${path.join(layout.folder, "manager-certificates")}`,
      "--leader-elect=false",
      "--use-service-account-credentials=false",
      `--controllers=${CONTROLLERS.join(",")}`,
    ],
    logs: layout.logs,
    ready: async () => (await insecureStatus(`https://127.0.0.1:${layout.managerPort}/healthz`, "")) === 200,
    limit: 60,
  });
}

function administrator(server: string, certificateAuthority: string, token: string): KubeConfig {
  const client = new KubeConfig();
  client.loadFromOptions({
    clusters: [{ name: "lab", server, caData: Buffer.from(certificateAuthority).toString("base64") }],
    users: [{ name: "admin", token }],
    contexts: [{ name: "lab", cluster: "lab", user: "admin" }],
    currentContext: "lab",
  });
  return client;
}

/** The status that a server answers with; its certificate is made at its start and is not known here yet. */
function insecureStatus(url: string, token: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { rejectUnauthorized: false, headers: token ? { authorization: `Bearer ${token}` } : {} }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).once("error", reject);
  });
}
