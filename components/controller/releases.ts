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

/** A release of `gha-runner-scale-set`. */
export interface ArcRelease {
  /** SHA-256 of the official CRD file as it is in the git tag `gha-runner-scale-set-<version>`. */
  crdSha256: Record<CrdFile, string>;
}

const CRDS_0_12: Record<CrdFile, string> = {
  autoscalinglisteners: "b4e4c6fc251bdca80cbdbe052acf66f2c7ff847ded10581574f7bde50e7abf55",
  autoscalingrunnersets: "a4228799985ca6902c702fcddb50dd4452dcefb9c9ef02e2bd92e385c12001f3",
  ephemeralrunners: "177f5380ed397dd3c9a8afdf58ee5ca5cd35d75362c9bf49c7916f358cd3df0a",
  ephemeralrunnersets: "3c35cbb96d9a11382009f01bd71bd0157ebc0b841bd812200203bc37cda7c632",
};

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
  "0.12.1": { crdSha256: CRDS_0_12 },
  "0.13.0": { crdSha256: CRDS_0_13 },
  "0.13.1": { crdSha256: CRDS_0_13 },
  "0.14.0": { crdSha256: CRDS_0_14 },
  "0.14.1": { crdSha256: CRDS_0_14 },
  "0.14.2": { crdSha256: CRDS_0_14 },
};

/** The versions of {@link ARC_RELEASES}, oldest first. */
export const KNOWN_VERSIONS: string[] = Object.keys(ARC_RELEASES);

/** The newest of {@link KNOWN_VERSIONS}. */
export const NEWEST_VERSION: string = KNOWN_VERSIONS.at(-1)!;

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

/** Since which release the manager knows a flag (upstream `main.go`), or the CRDs a field, at the release's git tag. */
export const FEATURE_SINCE = {
  /** `--exclude-label-propagation-prefix`. */
  excludeLabelPropagation: "0.9.3",
  /** `--k8s-client-rate-limiter-qps` and `--k8s-client-rate-limiter-burst`. */
  clientRateLimiter: "0.10.0",
  /** `--runner-max-concurrent-reconciles`. */
  maxConcurrentReconciles: "0.10.0",
  /** One `--auto-scaler-image-pull-secrets` for each Secret; before, one with a comma between the names (#4164). */
  pullSecretPerArgument: "0.13.0",
  /** Container mode `kubernetes-novolume` (#4250). */
  kubernetesNoVolume: "0.13.0",
  /** Field `runnerScaleSetLabels` of an AutoscalingRunnerSet (#4408). */
  runnerScaleSetLabels: "0.14.0",
  /** Field `autoscalingListener` and the seven `…Metadata` fields of an AutoscalingRunnerSet (#4400, #4410). */
  resourceMetadata: "0.14.0",
  /** `--health-probe-bind-address` (#4459). */
  healthProbe: "0.14.2",
  /** `--pprof-addr` (#4449). */
  pprof: "0.14.2",
  /** `--workqueue-rate-limiter` (#4451). */
  workqueueRateLimiter: "0.14.2",
} as const;

/** What a release knows. */
export interface ReleaseFeatures extends Record<keyof typeof FEATURE_SINCE, boolean> {
  /** `--update-strategy`; gone from upstream's main branch after 0.14 (#4516), so no newer minor is given it. */
  updateStrategy: boolean;
}

/**
 * What a release knows. The manager exits on a flag that it does not know, so a version that is not a semantic version
 * is given none that is newer than the scale sets themselves; a release newer than the known ones counts as the newest of them.
 */
export function features(version: string): ReleaseFeatures {
  const parsed = semver.parse(version);
  const since = (release: string) => parsed !== null && semver.gte(parsed, release);
  return {
    ...(Object.fromEntries(
      Object.entries(FEATURE_SINCE).map(([feature, release]) => [feature, since(release)]),
    ) as Record<keyof typeof FEATURE_SINCE, boolean>),
    updateStrategy: parsed !== null && !isNewerMinor(version),
  };
}

/** Whether a version is newer than all that the package knows. */
export function isNewer(version: string): boolean {
  return semver.valid(version) !== null && semver.gt(version, NEWEST_VERSION);
}

/** Whether a version has a minor that is newer than all that the package knows; `0.15.0-rc.1` has. */
export function isNewerMinor(version: string): boolean {
  const [parsed, newest] = [semver.parse(version), semver.parse(NEWEST_VERSION)!];
  return parsed !== null && (parsed.major - newest.major || parsed.minor - newest.minor) > 0;
}
