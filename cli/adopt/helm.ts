import type { LiveObject } from "../live-object";
import type { Survey } from "./survey";

/** A Helm release that objects of the stack come from. */
export interface HelmRelease {
  name: string;
  namespace: string;
  /** @example "gha-rs-controller-0.14.2" */
  chart?: string;
  /** Its records: Secrets of type helm.sh/release.v1, one for each revision that Helm keeps. */
  records: number;
  /** Objects of the stack that it made. */
  objects: number;
}

/** The releases that the stack's objects come from; others of the cluster do not concern it. */
export function helmReleases({ matches, releases }: Survey): HelmRelease[] {
  const found = new Map<string, HelmRelease>();
  for (const { live } of matches) {
    const owner = ownerOf(live);
    if (!owner) continue;
    const key = `${owner.namespace}/${owner.name}`;
    const chart = live.metadata.labels?.["helm.sh/chart"];
    const known = found.get(key) ?? { ...owner, records: recordsOf(owner, releases), objects: 0 };
    found.set(key, { ...known, ...(chart ? { chart } : {}), objects: known.objects + 1 });
  }
  return [...found.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Helm writes on each object which release made it. */
function ownerOf({ metadata: { annotations = {} } }: LiveObject): { name: string; namespace: string } | undefined {
  const name = annotations["meta.helm.sh/release-name"];
  const namespace = annotations["meta.helm.sh/release-namespace"];
  return name && namespace ? { name, namespace } : undefined;
}

function recordsOf(owner: { name: string; namespace: string }, releases: LiveObject[]): number {
  return releases.filter(
    ({ metadata }) =>
      metadata.namespace === owner.namespace &&
      metadata.labels?.name === owner.name &&
      metadata.name.startsWith("sh.helm.release.v1."),
  ).length;
}

/** The command that makes Helm forget a release without touching its objects. */
export function forgetCommand({ name, namespace }: HelmRelease): string {
  return `kubectl delete secret -n ${namespace} -l owner=helm,name=${name}`;
}
