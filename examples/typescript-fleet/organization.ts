import type { OrganizationArgs, RunnerSetArgs } from "arc";
import { type Size, SIZES } from "./sizes";

/** An organisation with a set of each size, all in one namespace; `most` says how many runners a set may have. */
export function organization(
  name: string,
  installationId: string,
  most: Partial<Record<Size, number>>,
): OrganizationArgs {
  const sizes = Object.keys(most) as Size[];
  return { name, installationId, runnerSets: sizes.map((size) => runnerSet(name, size, most[size]!)) };
}

function runnerSet(org: string, size: Size, maxRunners: number): RunnerSetArgs {
  return {
    name: `${org}-${size}`,
    namespace: `${org}-runners`,
    vaultPath: `${org}-runners/github-app`,
    maxRunners,
    runner: SIZES[size],
  };
}
