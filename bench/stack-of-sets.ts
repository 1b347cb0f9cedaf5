import type { OrganizationArgs } from "../lab/github/state";
import { type StackFile, block } from "../lab/stack-file";

const SETS_OF_NAMESPACE = 10;
const NAMESPACES_OF_ORGANIZATION = 5;

/** Room for two runners of each of the ten sets, as the shared pod template has them, and for those that are ending. */
const QUOTA = {
  pods: 25,
  "requests.cpu": "10",
  "requests.memory": "40Gi",
  "limits.cpu": "150",
  "limits.memory": "150Gi",
};

interface RunnerSet {
  name: string;
  namespace: string;
  minRunners: number;
  maxRunners: number;
  quota?: typeof QUOTA;
}

interface Organization {
  name: string;
  runnerSets: RunnerSet[];
}

/**
 * A stack file with this many runner sets: the given one where it has as many, else with organisations made up. Ten
 * sets share a namespace with a quota, five namespaces belong to one organisation.
 */
export function stackOfSets(base: StackFile, sets: number): StackFile {
  const common = {
    ...base,
    // The same CRDs on every machine, without a download.
    "arc:controller": { ...block(base, "arc:controller"), crds: { source: "embedded" } },
    // What is read again in the middle of a run would be measured with it.
    "arc:vault": { ...block(base, "arc:vault"), refreshInterval: "1h" },
  };
  return setsOf(base) === sets ? common : { ...common, "arc:orgs": organizationsOf(sets) };
}

/** How many runner sets a stack file has. */
export function setsOf(stack: StackFile): number {
  const organizations = (stack["arc:orgs"] ?? []) as { runnerSets: unknown[] }[];
  return organizations.reduce((count, { runnerSets }) => count + runnerSets.length, 0);
}

/** What GitHub must know for a stack of this size: each organisation, with the App installed. */
export function installationsOf(base: StackFile, sets: number): Record<string, OrganizationArgs> {
  const { appId } = block(base, "arc:githubApp");
  const organizations = stackOfSets(base, sets)["arc:orgs"] as Organization[];
  return Object.fromEntries(
    organizations.map(({ name }, index) => [
      name,
      { installations: [{ id: 42_000_000 + index, appId: Number(appId), appSlug: "runners" }] },
    ]),
  );
}

function organizationsOf(sets: number): Organization[] {
  const namespaces = chunks(
    Array.from({ length: sets }, (_, index) => index),
    SETS_OF_NAMESPACE,
  ).map(runnerSetsOf);
  return chunks(namespaces, NAMESPACES_OF_ORGANIZATION).map((group, index) => ({
    name: `organization-${numbered(index)}`,
    runnerSets: group.flat(),
  }));
}

function runnerSetsOf(indexes: number[], namespace: number): RunnerSet[] {
  const team = `team-${numbered(namespace)}`;
  return indexes.map((index, position) => ({
    name: `${team}-runners-${numbered(index)}`,
    namespace: team,
    minRunners: 0,
    maxRunners: 2,
    ...(position === 0 ? { quota: QUOTA } : {}),
  }));
}

function numbered(index: number): string {
  return String(index + 1).padStart(4, "0");
}

function chunks<T>(items: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
