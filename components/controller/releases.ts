import * as semver from "semver";

/**
 * Plural names of ARC's four kinds, in the alphabetical order of the upstream folder
 * `charts/gha-runner-scale-set-controller/crds`.
 */
export const CRD_FILES = [
  "autoscalinglisteners",
  "autoscalingrunnersets",
  "ephemeralrunners",
  "ephemeralrunnersets",
] as const;

/** One of {@link CRD_FILES}. */
export type CrdFile = (typeof CRD_FILES)[number];

/** What differs between releases of `gha-runner-scale-set` as far as this package is concerned. */
export interface ArcRelease {
  /** SHA-256 of the official CRD file as it is in the git tag `gha-runner-scale-set-<version>`. */
  crdSha256: Record<CrdFile, string>;
  /** The controller knows `--health-probe-bind-address` (upstream `main.go`, new in 0.14.2). */
  healthProbe: boolean;
}

const CRDS_0_13: Record<CrdFile, string> = {
  autoscalinglisteners: "328cd02827773caf9561d7e05911a16840cc37b4170808db96e86d1a26f458c8",
  autoscalingrunnersets: "c198bdec9670a0184047fc2ef419a4eaa3c98fe7defc47e231292086934e204e",
  ephemeralrunners: "a8655e6de500d24cffe7844e56e0e275357ddcf0bf71831b0298124a2e69c8c8",
  ephemeralrunnersets: "43f5e8a90a96105c960dafb24b173daea02fc2faa246ebeb222bf98fb2a50462",
};

const CRDS_0_14: Record<CrdFile, string> = {
  autoscalinglisteners: "46a122d05090d06b791ccd027cda73e0f0a639b8d8fd733b1a15efcf6000063b",
  autoscalingrunnersets: "8c6299f835fdb774789a02ce2eb296e1c83d0cc7ad7260a988523c6055a56d9c",
  ephemeralrunners: "b4991b4aeb29bc21f872eb94fe1aa5fcaa9208681fc58ab32947dd27d1e7f00a",
  ephemeralrunnersets: "3943d931cbe5b9615d5d9948285ee60d13fcd2cf31737fb30ca433d7b822fada",
};

/** The ARC releases this package knows, oldest first. A release that is not here still deploys, save for the CRD source `release`. */
export const ARC_RELEASES: Record<string, ArcRelease> = {
  "0.13.0": { crdSha256: CRDS_0_13, healthProbe: false },
  "0.13.1": { crdSha256: CRDS_0_13, healthProbe: false },
  "0.14.0": { crdSha256: CRDS_0_14, healthProbe: false },
  "0.14.1": { crdSha256: CRDS_0_14, healthProbe: false },
  "0.14.2": { crdSha256: CRDS_0_14, healthProbe: true },
};

/** The versions of {@link ARC_RELEASES}, oldest first. */
export const KNOWN_VERSIONS: string[] = Object.keys(ARC_RELEASES);

/** The entry of {@link ARC_RELEASES} for a version, undefined when the package does not know it. */
export function arcRelease(version: string): ArcRelease | undefined {
  return Object.hasOwn(ARC_RELEASES, version) ? ARC_RELEASES[version] : undefined;
}

/** Name of the official CRD file, e.g. `actions.github.com_ephemeralrunners.yaml`. */
export function crdFileName(plural: CrdFile): string {
  return `actions.github.com_${plural}.yaml`;
}

/** Address of the official CRD file of a release: the chart folder at the release's git tag. */
export function crdUrl(version: string, plural: CrdFile): string {
  const tag = `gha-runner-scale-set-${version}`;
  const folder = "charts/gha-runner-scale-set-controller/crds";
  return `https://raw.githubusercontent.com/actions/actions-runner-controller/${tag}/${folder}/${crdFileName(plural)}`;
}

/**
 * Whether this release's controller accepts `--health-probe-bind-address`. An older one exits on the unknown flag,
 * so a version that is not a semantic version counts as one without it.
 */
export function supportsHealthProbe(version: string): boolean {
  const known = arcRelease(version);
  if (known) return known.healthProbe;
  return semver.valid(version) !== null && semver.gte(version, "0.14.2");
}
