import { readFileSync } from "node:fs";
import path from "node:path";
import {
  ApiextensionsV1Api,
  CoreV1Api,
  type KubeConfig,
  type V1CustomResourceDefinition,
  loadYaml,
} from "@kubernetes/client-node";
import { setTimeout as sleep } from "node:timers/promises";
import type { ControlPlane } from "./control-plane";
import type { Service, Services } from "./services";
import type { Toolchain } from "./toolchain";
import { TOOLS } from "./toolchain/tools";

/** Installs External Secrets' CRDs and the operator's account, and starts its reconcilers. */
export async function startExternalSecrets(
  tools: Toolchain,
  services: Services,
  { client, kubeconfig }: ControlPlane,
  logs: string,
): Promise<Service> {
  await installExternalSecretsCrds(client, tools);
  const core = client.makeApiClient(CoreV1Api);
  const namespace = "external-secrets";
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name: "external-secrets" } } });
  return services.start({
    name: "external-secrets",
    command: tools["external-secrets"].path,
    args: ["--kubeconfig", kubeconfig],
    logs,
    // It serves nothing; the suite sees it at work in the objects' conditions.
    ready: async () => true,
    limit: 10,
  });
}

/** Installs External Secrets' CRDs, and waits until the API server has taken them up. */
export async function installExternalSecretsCrds(client: KubeConfig, tools: Toolchain): Promise<void> {
  const folder = tools["external-secrets"].assets;
  const api = client.makeApiClient(ApiextensionsV1Api);
  const files = TOOLS.find(({ name }) => name === "external-secrets")!.assets!.files;
  const names = await Promise.all(
    files.map(async (file) => {
      const crd = loadYaml<V1CustomResourceDefinition>(readFileSync(path.join(folder, file), "utf8"));
      // The conversion webhook and its certificate belong to an installation that serves the old versions too.
      delete crd.spec.conversion;
      await api.createCustomResourceDefinition({ body: crd });
      return crd.metadata!.name!;
    }),
  );
  for (const name of names) await established(api, name);
}

async function established(api: ApiextensionsV1Api, name: string): Promise<void> {
  for (const deadline = Date.now() + 15_000; Date.now() < deadline; await sleep(100)) {
    const { status } = await api.readCustomResourceDefinition({ name });
    if (status?.conditions?.some((condition) => condition.type === "Established" && condition.status === "True"))
      return;
  }
  throw new Error(`The API server did not take up the kind of ${name} within 15 s`);
}
