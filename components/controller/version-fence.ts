import * as semver from "semver";
import { type ListenedSet, type ListenerRef, orphanListeners } from "./version-fence-listeners";
import { arcRelease, CRD_FILES, type CrdFile } from "./releases";

/** An AutoscalingRunnerSet of the cluster, as far as the fence looks at it. */
export interface FencedSet extends ListenedSet {
  /** Its label `app.kubernetes.io/version`. */
  version?: string;
}

/** What the fence has found in the cluster, and where the program wants to go. */
export interface FenceState {
  /** Namespace and name of the controller's Deployment. */
  controller: string;
  /** Release that the Deployment has in the cluster; undefined when it cannot be told. */
  from?: string;
  /** Release that it is to have. */
  to: string;
  sets: FencedSet[];
  listeners?: ListenerRef[];
  /** The only namespace that the controller watches. */
  watched?: string;
}

/** What the fence is to do. */
export interface FencePlan {
  needed: boolean;
  /** Why it cannot be done in place, each a sentence or two. */
  refusals: string[];
  /** Every set that the controller watches. */
  kept: FencedSet[];
  /** Those of them that get another label. */
  relabelled: FencedSet[];
  /** Names of listeners that no set will have after the change. */
  orphans: string[];
  /** What a user is told. */
  text: string;
}

/** Releases whose objects no other minor release takes over. */
const NOT_IN_PLACE = {
  before: "0.12.1",
  why: "what controllers before 0.12 wrote into EphemeralRunners, those since cannot decode (#4167)",
};

/** Where the way around it is described. */
const WAY = "docs/upgrading.md#from-or-to-a-release-before-0121";

/** `major.minor[.patch]` as the controller reads it (`apis/actions.github.com/v1alpha1/version.go`). */
const VERSION = /^(0|[1-9]\d*)(?:\.(0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)(?!\d).*)?)?$/;

/** `0.14` of `0.14.2`, undefined for what the controller cannot read: `v0.14.2`, `0.14.x`. */
export function minorOf(version: string): string | undefined {
  const [matched, major, minor = "0"] = VERSION.exec(version) ?? [];
  return matched === undefined ? undefined : `${major}.${minor}`;
}

/** Whether a controller lets a set with this version label live (`version.go: IsVersionAllowed`); otherwise it deletes the set. */
export function isAllowed(label: string | undefined, controller: string): boolean {
  if (controller === "dev" || controller.startsWith("canary-") || label === controller) return true;
  const minor = minorOf(controller);
  return minor !== undefined && label !== undefined && minorOf(label) === minor;
}

/** Version of an image: its tag. */
export function versionOf(image: string): string | undefined {
  return /^[^@]*:([^/:@]+)(?:@.*)?$/.exec(image)?.[1];
}

/** What is to be done so that no set is deleted when the controller becomes another release. */
export function fencePlan(state: FenceState): FencePlan {
  const { from, to, watched } = state;
  const watches = (namespace: string) => watched === undefined || namespace === watched;
  const kept = state.sets.filter(({ namespace }) => watches(namespace));
  const listeners = (state.listeners ?? []).filter(({ setNamespace }) => watches(setNamespace));
  const changesMinor = from !== undefined && from !== to && minorOf(from) !== minorOf(to);
  const orphans = orphanListeners(from, to, kept, listeners);
  // Labels may be ahead or behind of the Deployment when an earlier change was cut off.
  const needed = changesMinor || orphans.length > 0 || kept.some(({ version }) => !isAllowed(version, to));
  const plan = {
    needed,
    refusals: needed && kept.length ? refusals(from, to, kept.length) : [],
    kept,
    relabelled: needed ? kept.filter(({ version }) => version !== to) : [],
    orphans,
  };
  return { ...plan, text: planText(state, plan) };
}

function refusals(from: string | undefined, to: string, sets: number): string[] {
  const { before, why } = NOT_IN_PLACE;
  const old = [from, to].find((version) => semver.valid(version) !== null && semver.lt(version!, before));
  if (old === undefined) return [];
  return [
    `${change(from, to)} with ${counted(sets, "runner set")} in the cluster cannot be done in place: ` +
      `${old} is older than ${before}, and ${why}. Remove the runner sets first: ${WAY}.`,
  ];
}

function planText({ controller, from, to }: FenceState, plan: Omit<FencePlan, "text">): string {
  const { kept, orphans } = plan;
  const crds = from === undefined ? undefined : changedCrds(from, to);
  return [
    `${change(from, to)}: ${counted(kept.length, "set")} kept`,
    `  stops for some seconds: the controller ${controller}; meanwhile no runner is started or removed`,
    "  stays as it is: each set with its uid and its id on GitHub, and every running job",
    `  starts anew afterwards: listeners, with the image of ${to}, and idle runners`,
    `  CRDs that differ: ${crds === undefined ? "unknown, not both releases are known here" : crds.join(", ") || "none"}`,
    ...(orphans.length
      ? [`  is deleted: ${counted(orphans.length, "listener")} whose name ${to} does not know: ${orphans.join(", ")}`]
      : []),
  ].join("\n");
}

/** `upgrade 0.13.1 → 0.14.2` */
function change(from: string | undefined, to: string): string {
  if (from === undefined || from === to) return `version labels of ${to}`;
  const older = semver.valid(from) !== null && semver.valid(to) !== null && semver.lt(to, from);
  return `${older ? "downgrade" : "upgrade"} ${from} → ${to}`;
}

/** The CRDs that differ between two releases; undefined when one of them is not known. */
function changedCrds(from: string, to: string): CrdFile[] | undefined {
  const [before, after] = [arcRelease(from), arcRelease(to)];
  if (!before || !after) return undefined;
  return CRD_FILES.filter((file) => before.crdSha256[file] !== after.crdSha256[file]);
}

/** `1 set`, `3 sets` */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
