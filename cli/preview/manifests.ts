import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { stringify } from "yaml";
import { isKubernetesObject, kindOf, type PlannedResource, SECRET_SIGNATURE } from "../offline/plan";

/** The list of files that the last preview wrote, so that the next one removes those that are no longer made. */
const INDEX = ".arc-preview.json";

/** Files that are written at a time: enough to keep the disk busy, few enough for any limit of open files. */
const AT_ONCE = 64;

interface KubernetesObject {
  metadata?: { name?: string; namespace?: string };
}

/**
 * Where an object's manifest goes. The numbers put what others need first, so that
 * `kubectl apply --recursive -f out/<stack>` meets CRDs and namespaces before their users.
 */
export function manifestPath(kind: string, object: KubernetesObject): string {
  const name = object.metadata?.name ?? "unnamed";
  const namespace = object.metadata?.namespace;
  if (kind === "CustomResourceDefinition") return path.join("00-crds", `${name}.yaml`);
  if (kind === "Namespace") return path.join("10-namespaces", `${name}.yaml`);
  if (kind === "AutoscalingRunnerSet") return path.join("40-runner-sets", `${namespace}.${name}.yaml`);
  const file = `${kind.toLowerCase()}-${name}.yaml`;
  return namespace ? path.join("30-namespaced", namespace, file) : path.join("20-cluster", file);
}

/** The manifests of a plan: path → YAML. */
export function manifestsOf(resources: PlannedResource[]): Map<string, string> {
  const files = resources.filter(isKubernetesObject).map((resource): [string, string] => {
    const object = readable(resource.inputs) as KubernetesObject;
    return [
      manifestPath(kindOf(resource.type), object),
      stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }),
    ];
  });
  return new Map(files.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** Writes the manifests below `directory` and removes those of an earlier preview that are not among them. */
export async function writeManifests(directory: string, manifests: Map<string, string>): Promise<void> {
  const index = path.join(directory, INDEX);
  for (const stale of readIndex(index)) {
    if (!manifests.has(stale)) rmSync(path.join(directory, stale), { force: true });
  }
  const folders = new Set([...manifests.keys()].map((file) => path.dirname(path.join(directory, file))));
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  const files = [...manifests];
  while (files.length) {
    await Promise.all(files.splice(-AT_ONCE).map(([file, text]) => writeFile(path.join(directory, file), text)));
  }
  mkdirSync(directory, { recursive: true });
  writeFileSync(index, `${JSON.stringify([...manifests.keys()], null, 2)}\n`);
}

function readIndex(file: string): string[] {
  if (!existsSync(file)) return [];
  try {
    const listed: unknown = JSON.parse(readFileSync(file, "utf8"));
    const inside = (name: unknown): name is string =>
      typeof name === "string" && !path.isAbsolute(name) && !name.split(path.sep).includes("..");
    return Array.isArray(listed) ? listed.filter(inside) : [];
  } catch {
    return [];
  }
}

/** Secret values never reach a file: what is wrapped stays unreadable. Empty objects (`emptyDir: {}`) stay. */
export function readable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readable);
  if (value === null || typeof value !== "object") return value;
  if (SECRET_SIGNATURE in value) return "[secret]";
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, readable(field)]));
}
