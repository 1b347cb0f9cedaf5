/** `major.minor.patch` of a release. */
export interface Release {
  major: number;
  minor: number;
  patch: number;
}

/** Plain digits without leading zeros; only a third number may have something behind it (facts 7.2). */
const VERSION = /^(0|[1-9]\d*)(?:\.(0|[1-9]\d*)(?:\.(0|[1-9]\d*)(?!\d).*)?)?$/s;

/** A version label or tag as the controller parses it (facts 7.2); what is missing is 0. */
export function parseRelease(text: string): Release | undefined {
  const [, major, minor = "0", patch = "0"] = VERSION.exec(text) ?? [];
  return major === undefined ? undefined : { major: Number(major), minor: Number(minor), patch: Number(patch) };
}

/** Whether a controller of that build keeps a set with that label (`version.go: IsVersionAllowed`, facts 7.2). */
export function isVersionAllowed(label: string | undefined, build: string): boolean {
  if (build === "dev" || build.startsWith("canary-") || label === build) return true;
  const [set, controller] = [parseRelease(label ?? ""), parseRelease(build)];
  return Boolean(set && controller && set.major === controller.major && set.minor === controller.minor);
}

/** Whether a build is that release or a later one; one without a number is built from the newest source. */
export function isSince(build: string, since: string): boolean {
  const [a, b] = [parseRelease(build), parseRelease(since)!];
  if (!a) return true;
  return (a.major - b.major || a.minor - b.minor || a.patch - b.patch) >= 0;
}

/** What a build does that others do not (facts 11). */
export function behaviour(build: string) {
  return {
    /** `status.phase`, the change hash, and the end of a set whose runners are outdated. */
    phases: isSince(build, "0.14.0"),
    /** A listener's name depends on URL and group too; before, on the namespace alone (#4299). */
    listenerNameOfConnection: isSince(build, "0.13.1"),
  };
}

/** The part of a build that all its hashes depend on: the types that they are taken of change with it (observed 3). */
export function minorOf(build: string): string {
  const release = parseRelease(build);
  return release ? `${release.major}.${release.minor}` : build;
}
