import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CoreV1Api, RbacAuthorizationV1Api } from "@kubernetes/client-node";
import type { ControlPlane } from "./control-plane";
import { type Service, type Services, freePorts } from "./services";
import type { Toolchain } from "./toolchain";

/** A Vault server on 127.0.0.1, with a KV v2 engine at `secret`. */
export interface Vault {
  address: string;
  rootToken: string;
  /** One request to its HTTP API; answers the body, or throws with Vault's own errors. */
  request(method: string, apiPath: string, body?: object, token?: string): Promise<VaultAnswer>;
  seal(): Promise<void>;
  unseal(): Promise<void>;
  /** Ends it as a crash does; its data stay. */
  crash(): Promise<void>;
  /** Starts it again on the same port and data, unsealed. */
  restart(): Promise<void>;
  /** Lets it trust the service accounts of a cluster, through an auth method at this mount. */
  trust(controlPlane: ControlPlane, mount: string): Promise<void>;
}

export interface VaultAnswer {
  status: number;
  body: Record<string, unknown>;
}

/** Starts it, opens it, and enables the KV engine that stacks use unless they make one. */
export async function startVault(tools: Toolchain, services: Services, folder: string): Promise<Vault> {
  const [port, clusterPort] = (await freePorts(2)) as [number, number];
  const address = `http://127.0.0.1:${port}`;
  const config = configFile(folder, address, port, clusterPort);
  let service = await startServer(tools, services, folder, address, config);
  const { keys, root } = await initialise(address);
  const ask = (method: string, apiPath: string, body?: object, token = root) =>
    request(address, method, apiPath, body, token);
  const unseal = async () => void (await ask("PUT", "sys/unseal", { key: keys[0] }));
  await unseal();
  await ask("POST", "sys/mounts/secret", { type: "kv", options: { version: "2" } });
  return {
    address,
    rootToken: root,
    request: ask,
    seal: async () => void (await ask("PUT", "sys/seal")),
    unseal,
    crash: () => service.kill(),
    restart: async () => {
      service = await startServer(tools, services, folder, address, config);
      await unseal();
    },
    trust: (controlPlane, mount) => enableKubernetesAuth(ask, controlPlane, mount),
  };
}

function configFile(folder: string, address: string, port: number, clusterPort: number): string {
  const file = path.join(folder, "vault.json");
  const data = path.join(folder, "vault");
  mkdirSync(data, { recursive: true });
  const config = {
    storage: { file: { path: data } },
    listener: [
      {
        tcp: { address: `127.0.0.1:${port}`, cluster_address: `127.0.0.1:${clusterPort}`, tls_disable: true },
      },
    ],
    disable_mlock: true,
    api_addr: address,
    log_level: "warn",
  };
  writeFileSync(file, JSON.stringify(config, null, 2));
  return file;
}

function startServer(
  tools: Toolchain,
  services: Services,
  folder: string,
  address: string,
  config: string,
): Promise<Service> {
  return services.start({
    name: "vault",
    command: tools.vault.path,
    args: ["server", `-config=${config}`],
    logs: path.join(folder, "logs"),
    // Also a server that is not initialised yet answers this one.
    ready: async () => (await fetch(`${address}/v1/sys/seal-status`)).ok,
    limit: 30,
  });
}

async function initialise(address: string): Promise<{ keys: string[]; root: string }> {
  const { body } = await request(address, "PUT", "sys/init", { secret_shares: 1, secret_threshold: 1 });
  return { keys: body.keys as string[], root: body.root_token as string };
}

type Ask = Vault["request"];

/** Vault asks the API server whether a service account's token is good, and needs an account of its own for that. */
async function enableKubernetesAuth(ask: Ask, controlPlane: ControlPlane, mount: string): Promise<void> {
  const metadata = { name: "vault", namespace: "vault" };
  const core = controlPlane.client.makeApiClient(CoreV1Api);
  await core.createNamespace({ body: { metadata: { name: "vault" } } });
  await core.createNamespacedServiceAccount({ namespace: "vault", body: { metadata } });
  await controlPlane.client.makeApiClient(RbacAuthorizationV1Api).createClusterRoleBinding({
    body: {
      metadata: { name: "vault-token-review" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:auth-delegator" },
      subjects: [{ kind: "ServiceAccount", ...metadata }],
    },
  });
  const { status } = await core.createNamespacedServiceAccountToken({
    ...metadata,
    body: { spec: { audiences: [], expirationSeconds: 86_400 } },
  });
  await ask("POST", `sys/auth/${mount}`, { type: "kubernetes" });
  await ask("POST", `auth/${mount}/config`, {
    kubernetes_host: controlPlane.server,
    kubernetes_ca_cert: controlPlane.certificateAuthority,
    token_reviewer_jwt: status!.token,
    disable_local_ca_jwt: true,
  });
}

async function request(
  address: string,
  method: string,
  apiPath: string,
  body?: object,
  token?: string,
): Promise<VaultAnswer> {
  const response = await fetch(`${address}/v1/${apiPath}`, {
    method,
    headers: token ? { "X-Vault-Token": token } : {},
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  const answer = { status: response.status, body: text ? (JSON.parse(text) as Record<string, unknown>) : {} };
  if (!response.ok) {
    throw new VaultError(answer.status, `Vault refused ${method} ${apiPath}: ${JSON.stringify(answer.body.errors)}`);
  }
  return answer;
}

/** What Vault refused, with the HTTP status that it gave. */
export class VaultError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}
