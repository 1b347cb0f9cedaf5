import type { OrganizationArgs, RunnerSetArgs } from "./args";

/** The logical name of a set, and the one that it had in states of 0.1. */
export interface SetName {
  name: string;
  former: string;
}

/**
 * The logical names of all sets: `<platform>-<organisation>/<set>`. The namespace is no part of them. Otherwise a set
 * that moves would be made anew before the old one goes, both would hold one scale set on GitHub, and the deletion of the
 * old one would take it away from the new. Sets of one organisation that have the same name are told apart by it all the same.
 */
export function setNames(platform: string, orgs: OrganizationArgs[]): Map<RunnerSetArgs, SetName> {
  const sets = orgs.flatMap((org) =>
    org.runnerSets.map((set) => ({ org, set, name: `${platform}-${org.name}/${set.name}` })),
  );
  const times = new Map<string, number>();
  for (const { name } of sets) times.set(name, (times.get(name) ?? 0) + 1);
  return new Map(
    sets.map(({ set, name }) => [
      set,
      {
        name: times.get(name)! > 1 ? `${name}@${set.namespace}` : name,
        former: `${platform}-${set.namespace}/${set.name}`,
      },
    ]),
  );
}
