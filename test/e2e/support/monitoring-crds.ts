import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import {
  ApiextensionsV1Api,
  type KubeConfig,
  loadYaml,
  type V1CustomResourceDefinition,
} from "@kubernetes/client-node";

const MODULE = "github.com/prometheus-operator/prometheus-operator@v0.92.0";
const FOLDER = "example/prometheus-operator-crd";
const SHA256: Record<string, string> = {
  podmonitors: "1f7dec723dd75a6d926dbadaabba8827577b2eca864cf59ac51ee9ccc5adc6dc",
  prometheusrules: "322438a788fb7490c9bf3370bd7bca7aea856c50617df13b1c337f8649b3c87c",
};

/** The Prometheus Operator's own CRDs of the two kinds, out of its Go module; undefined where it cannot be had. */
export function monitoringCrds(): V1CustomResourceDefinition[] | undefined {
  const folder = moduleFolder();
  if (folder === undefined) return undefined;
  return Object.entries(SHA256).map(([plural, expected]) => {
    const text = readFileSync(path.join(folder, FOLDER, `monitoring.coreos.com_${plural}.yaml`), "utf8");
    const found = createHash("sha256").update(text).digest("hex");
    if (found !== expected) throw new Error(`the CRD of ${plural} in ${MODULE} is not the known one: ${found}`);
    return loadYaml<V1CustomResourceDefinition>(text);
  });
}

function moduleFolder(): string | undefined {
  try {
    const env = { ...process.env, GOWORK: "off", GOFLAGS: "" };
    const text = execFileSync("go", ["mod", "download", "-json", MODULE], { cwd: os.tmpdir(), env, encoding: "utf8" });
    return (JSON.parse(text) as { Dir: string }).Dir;
  } catch {
    return undefined;
  }
}

/** Puts CRDs into a cluster and waits until it serves them. */
export async function installCrds(client: KubeConfig, crds: V1CustomResourceDefinition[]): Promise<void> {
  const api = client.makeApiClient(ApiextensionsV1Api);
  for (const body of crds) await api.createCustomResourceDefinition({ body });
  for (const { metadata } of crds) {
    const established = async () => {
      const { status } = await api.readCustomResourceDefinition({ name: metadata!.name! });
      return status?.conditions?.some((each) => each.type === "Established" && each.status === "True");
    };
    while (!(await established())) await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
