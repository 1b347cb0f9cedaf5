import { formatAmount } from "../../components/capacity/quantity";
import { runnerFootprint } from "../../components/capacity/set-ceiling";
import { githubUrl } from "../../components/runner-platform";
import { ceilings } from "../../stacks/checks/capacity";
import type { StackConfig } from "../../stacks/config/settle";
import type { Diagnostic } from "../../stacks/diagnostic";
import { kindOf, type PlannedResource } from "../offline/plan";
import type { ChangesReport } from "./changes";

/** All that `arc preview` found out; what `--json` prints. */
export interface PreviewReport {
  stack: string;
  version?: string;
  /** What stops `pulumi up`. */
  problems: Diagnostic[];
  warnings: Diagnostic[];
  /** Secrets that are still to be set; the preview does without them. */
  beforeUp: Diagnostic[];
  plan?: PlanReport;
  /** What differs from the state that was given. */
  changes?: ChangesReport;
  runnerSets?: RunnerSetRow[];
  crds?: CrdReport;
  manifests?: { directory: string; files: number };
  outputs?: Record<string, unknown>;
}

/** What the program would create. */
export interface PlanReport {
  /** Resources apart from components and providers. */
  resources: number;
  components: number;
  providers: number;
  tree: PlanNode[];
}

/** A component and what is in it. */
export interface PlanNode {
  name: string;
  kind: string;
  /** Its own resources, without those of the components in it. */
  resources: PlanLeaf[];
  components: PlanNode[];
}

/** A resource of a component. */
export interface PlanLeaf {
  name: string;
  kind: string;
  urn: string;
  retainOnDelete: boolean;
  protect: boolean;
  /** Only what is not waited for through another dependency already. */
  dependsOn: string[];
}

/** Where the CRDs come from, and those that could not be had. */
export interface CrdReport {
  source: string;
  missing: string[];
  reason?: string;
}

/** A runner set as the table shows it. */
export interface RunnerSetRow {
  org: string;
  namespace: string;
  name: string;
  runsOn: string;
  githubUrl: string;
  minRunners: number;
  maxRunners: number;
  /** Runners that the quota has room for; absent without a quota. */
  quotaCeiling?: number;
  /** Which dimensions of the quota bind. */
  binding?: string[];
  /** Room between maxRunners and the ceiling. */
  headroom?: number;
  /** What the idle runners keep from others. */
  idleCpu: string;
  idleMemory: string;
}

/** The rows of the runner-set table. */
export function runnerSetRows(config: StackConfig): RunnerSetRow[] {
  const found = new Map(ceilings(config).map(({ set, ceiling }) => [set, ceiling]));
  const { containerDefaults } = config.settings.tenant;
  return config.sets.map((set) => {
    const { args, org } = set;
    const ceiling = found.get(set);
    const footprint = runnerFootprint(args, ceiling ? containerDefaults : undefined);
    const idle = (dimension: string) =>
      formatAmount((footprint[`requests.${dimension}`] ?? 0n) * BigInt(args.minRunners ?? 0), dimension);
    return {
      org: org.name,
      namespace: args.namespace,
      name: args.name,
      runsOn: args.name,
      githubUrl: githubUrl({ name: org.name, ...(org.url ? { githubConfigUrl: org.url } : {}) }),
      minRunners: args.minRunners ?? 0,
      maxRunners: args.maxRunners,
      ...(ceiling
        ? { quotaCeiling: ceiling.runners, binding: ceiling.binding, headroom: ceiling.runners - args.maxRunners }
        : {}),
      idleCpu: idle("cpu"),
      idleMemory: idle("memory"),
    };
  });
}

/** The plan as a tree by component. */
export function planReport(resources: PlannedResource[], withDependencies: boolean): PlanReport {
  const nodes = new Map<string, PlanNode>();
  const tree: PlanNode[] = [];
  // By name, so that what belongs to one tenant stands together; the order of registration is not stable.
  const key = ({ name, urn }: PlannedResource) => `${name} ${urn}`;
  const ordered = [...resources].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  for (const resource of ordered.filter((each) => !each.custom)) {
    nodes.set(resource.urn, { name: resource.name, kind: kindOf(resource.type), resources: [], components: [] });
  }
  const reduced = withDependencies ? directDependencies(resources) : new Map<string, string[]>();
  let providers = 0;
  for (const resource of ordered) {
    const parent = resource.parent ? nodes.get(resource.parent) : undefined;
    if (!resource.custom) (parent?.components ?? tree).push(nodes.get(resource.urn)!);
    else if (resource.type.startsWith("pulumi:providers:")) providers++;
    else parent?.resources.push(leaf(resource, reduced.get(resource.urn) ?? []));
  }
  const components = nodes.size;
  return { resources: resources.length - components - providers, components, providers, tree };
}

function leaf(resource: PlannedResource, dependsOn: string[]): PlanLeaf {
  const { name, type, urn, retainOnDelete, protect } = resource;
  return { name, kind: kindOf(type), urn, retainOnDelete, protect, dependsOn };
}

/** Dependencies that no other dependency brings along: the engine is told all of them, a reader wants these. */
function directDependencies(resources: PlannedResource[]): Map<string, string[]> {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const custom = (urns: string[]) => urns.filter((urn) => byUrn.get(urn)?.custom && !urn.includes("pulumi:providers:"));
  return new Map(
    resources.map((resource) => {
      const all = custom(resource.dependencies).filter((urn) => urn !== resource.urn);
      const implied = new Set(all.flatMap((urn) => byUrn.get(urn)!.dependencies));
      return [resource.urn, all.filter((urn) => !implied.has(urn))];
    }),
  );
}
