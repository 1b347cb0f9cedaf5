import * as semver from "semver";

/** A known defect of some releases. */
export interface ReleaseDefect {
  /** Range of the releases that have it. */
  affected: string;
  /** First release without it. */
  fixed: string;
  /** What goes wrong. */
  what: string;
  /** Where it is reported, in actions/actions-runner-controller. */
  issue: string;
}

/** Jobs of a GitHub Enterprise Server are not taken (actions/scaleset v0.2.0). */
export const GHES_DEFECT: ReleaseDefect = {
  affected: ">=0.14.0 <0.14.1",
  fixed: "0.14.1",
  what: "takes no jobs of a GitHub Enterprise Server",
  issue: "#4442",
};

/** Defects that reach every user of a release. */
export const DEFECTS: ReleaseDefect[] = [
  {
    affected: "<0.13.1",
    fixed: "0.13.1",
    what: "gives a runner up for good when the namespace's quota refuses its pod for a moment",
    issue: "#4305",
  },
  {
    affected: "<0.13.1",
    fixed: "0.13.1",
    what: "does not start a listener again that was evicted",
    issue: "#4331",
  },
  {
    affected: ">=0.14.0 <0.14.2",
    fixed: "0.14.2",
    what: "may make two EphemeralRunnerSets for a new runner set, and its listener then starts over and over",
    issue: "#4489",
  },
];

/** The defects of a release, those of {@link DEFECTS} unless others are given. */
export function defectsOf(version: string, defects: ReleaseDefect[] = DEFECTS): ReleaseDefect[] {
  return defects.filter(({ affected }) => semver.satisfies(version, affected));
}
