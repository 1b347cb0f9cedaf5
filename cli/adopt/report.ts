import { type EditEffect, editEffect, type Pause, type SetInputs } from "../../components/runners/edit-effect";
import type { UpdateStrategy } from "../../components/controller/args";
import { type Diagnostic, looksSecret } from "../../stacks/diagnostic";
import { kindOf, type PlannedResource } from "../offline/plan";
import { applied, comparable } from "./applied";
import { type Difference, differences, immutable } from "./differences";
import { type HelmRelease, helmReleases } from "./helm";
import { colliding, handedOver, toolsOf } from "./managers";
import { type Obstacle, obstacles } from "./obstacles";
import { inputsOf, objectKey } from "./planned";
import type { Match, Survey } from "./survey";

/** All that `arc adopt` found out; what `--json` prints. */
export interface AdoptReport {
  stack: string;
  /** The API server that was read. */
  server?: string;
  version?: string;
  /** What is wrong with the stack file; the cluster is not read then. */
  problems: Diagnostic[];
  /** What stands in the way of adoption; without any, nothing is replaced or deleted. */
  obstacles: Obstacle[];
  /** Objects that the import file brings in, and what the first `pulumi up` does to each. */
  adopted: AdoptedObject[];
  /** Objects that the first `pulumi up` makes. */
  created: string[];
  /** CRDs that `pulumi up` takes over or makes, without an import. */
  crds: { planned: number; found: number };
  /** What is not in the cluster, such as Vault's; it is not looked at. */
  elsewhere: Record<string, number>;
  releases: HelmRelease[];
  /** Objects that neither the stack nor a controller made: nothing happens to them. */
  leftAlone: LeftAlone[];
  /** Objects whose fields other tools have set, by tool: `--hand-over` makes them the stack's. */
  handOver: { objects: number; tools: Record<string, number>; done: boolean };
  importFile?: {
    path: string;
    objects: number;
    /** Providers that `pulumi up` has to make before the import. */
    providersFirst: string[];
    /** Commands that make Pulumi work on the cluster that was read. */
    sameCluster: string[];
  };
}

/** What the first `pulumi up` does to an object. */
export const Outcome = {
  Nothing: "unchanged",
  Updated: "updated",
  Replaced: "replaced",
} as const;
export type Outcome = (typeof Outcome)[keyof typeof Outcome];

/** An object that becomes the stack's. */
export interface AdoptedObject {
  /** @example "Role github-runner/acme-runners-gha-rs-manager" */
  object: string;
  outcome: Outcome;
  differences: Difference[];
  /** What the change means for running things. */
  effect?: string;
  pause?: Pause;
  /** Managers that keep fields which the stack sets otherwise: `pulumi up` is refused there. */
  others: string[];
}

/** An object that nothing happens to. */
export interface LeftAlone {
  object: string;
  note?: string;
}

/** Puts together what was found. */
export function adoptReport(
  found: Survey,
  plan: PlannedResource[],
  settings: { stack: string; server: string; version: string; updateStrategy: UpdateStrategy },
): AdoptReport {
  const { updateStrategy, ...about } = settings;
  const adopted = found.matches.map((match) => adoptedObject(match, updateStrategy));
  return {
    ...about,
    problems: [],
    obstacles: obstacles(found, settings.version),
    adopted,
    created: found.missing.map(({ kind, namespace, name }) => objectKey(kind, namespace, name)).sort(),
    crds: found.crds,
    elsewhere: counted(
      plan
        .filter(({ custom, type }) => custom && !/^(kubernetes|pulumi):/.test(type))
        .map(({ type }) => elsewhereKind(type)),
    ),
    releases: helmReleases(found),
    leftAlone: leftAlone(found),
    handOver: toHandOver(found.matches),
  };
}

function adoptedObject({ planned, live, defaulted }: Match, strategy: UpdateStrategy): AdoptedObject {
  const after = applied(live, inputsOf(planned, live), defaulted);
  const before = comparable(live);
  const changed = differences(before, after);
  const replaced = immutable(planned.kind, changed).length > 0;
  const effect = effectOf(planned.kind, before, after, changed, replaced, strategy);
  return {
    object: objectKey(planned.kind, planned.namespace, planned.name),
    outcome: replaced ? Outcome.Replaced : changed.length ? Outcome.Updated : Outcome.Nothing,
    differences: changed.map(shown),
    ...effect,
    others: colliding(
      live,
      changed.filter(({ kind }) => kind === "change").map(({ path }) => path),
    ),
  };
}

function effectOf(
  kind: string,
  before: SetInputs,
  after: SetInputs,
  changed: Difference[],
  replaced: boolean,
  strategy: UpdateStrategy,
): { effect?: EditEffect | string; pause?: Pause } {
  if (kind === "AutoscalingRunnerSet") {
    const { effect, pause } = editEffect(before, after, strategy);
    return { effect, pause };
  }
  if (kind !== "Deployment") return {};
  if (replaced) return { effect: "deleted and made anew; no controller for some seconds, sets and runners stay" };
  const rolls = changed.some(({ path }) => path.startsWith("spec.template"));
  return rolls ? { effect: "the controller's pod restarts; sets, listeners and runners stay" } : {};
}

/** A difference without what somebody has put into a manifest that does not belong there. */
function shown({ path, kind, before, after }: Difference): Difference {
  return {
    path,
    kind,
    ...(before === undefined ? {} : { before: withoutCredentials(before) }),
    ...(after === undefined ? {} : { after: withoutCredentials(after) }),
  };
}

function withoutCredentials(value: unknown): unknown {
  const text = JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "string" && looksSecret(inner) ? "[hidden]" : inner,
  );
  return JSON.parse(text) as unknown;
}

/** `vault:kv/secretV2:SecretV2` → `vault SecretV2` */
function elsewhereKind(type: string): string {
  return `${type.split(":")[0]} ${kindOf(type)}`;
}

function toHandOver(matches: Match[]): AdoptReport["handOver"] {
  const objects = matches.filter(({ live }) => handedOver(live));
  return {
    objects: objects.length,
    tools: counted(objects.flatMap(({ live }) => toolsOf(live))),
    done: false,
  };
}

const CLEANUP_PROTECTION = "actions.github.com/cleanup-protection";

function leftAlone({ others }: Survey): LeftAlone[] {
  return others
    .map(({ kind, metadata: { namespace, name, finalizers = [] } }) => ({
      object: objectKey(kind, namespace, name),
      ...(finalizers.includes(CLEANUP_PROTECTION)
        ? { note: `before it can be deleted, its finalizer ${CLEANUP_PROTECTION} has to be removed` }
        : {}),
    }))
    .sort((one, other) => (one.object < other.object ? -1 : 1));
}

function counted(names: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of [...names].sort()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
