import { DockerMode } from "../runners/pod/spec";
import { PodSecurityLevel } from "../tenant/pod-security";
import type { OrganizationArgs, RunnerSetArgs } from "./args";

/** The sets of one namespace: they share its quota, its Pod Security level and its credentials. */
export interface TenantSets {
  namespace: string;
  vaultPath: string;
  quota?: Record<string, string>;
  sets: RunnerSetArgs[];
}

/** The organisation's sets by namespace, in the order in which the namespaces first appear. */
export function tenantsOf(org: OrganizationArgs): TenantSets[] {
  const tenants = new Map<string, TenantSets>();
  for (const set of org.runnerSets) {
    const tenant = tenants.get(set.namespace);
    if (tenant) {
      tenant.sets.push(set);
      tenant.quota ??= set.quota;
    } else {
      tenants.set(set.namespace, {
        namespace: set.namespace,
        vaultPath: set.vaultPath,
        ...(set.quota ? { quota: set.quota } : {}),
        sets: [set],
      });
    }
  }
  return [...tenants.values()];
}

/** The least Pod Security level under which all runner pods of the namespace start. */
export function podSecurityOf(sets: RunnerSetArgs[]): PodSecurityLevel {
  return sets.some((set) => set.runner.docker.mode === DockerMode.Sidecar)
    ? PodSecurityLevel.Privileged
    : PodSecurityLevel.Baseline;
}
