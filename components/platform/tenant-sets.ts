import { podSecurityNeeds } from "../runners/pod/security";
import { runnerPodTemplate } from "../runners/pod/template";
import { podPlace } from "../runners/spec";
import { PodSecurityLevel } from "../tenant/pod-security";
import type { OrganizationArgs, RunnerSetArgs } from "./args";
import { serverTlsOf } from "./connection";

/** The sets of one namespace: they share its quota, its Pod Security level and its credentials. */
export interface TenantSets {
  namespace: string;
  vaultPath?: string;
  quota?: Record<string, string>;
  podSecurity?: PodSecurityLevel;
  sets: RunnerSetArgs[];
}

/** The organisation's sets by namespace, in the order in which the namespaces first appear. */
export function tenantsOf(org: OrganizationArgs): TenantSets[] {
  const tenants = new Map<string, TenantSets>();
  for (const set of org.runnerSets) {
    const tenant = tenants.get(set.namespace) ?? {
      namespace: set.namespace,
      ...(set.vaultPath ? { vaultPath: set.vaultPath } : {}),
      sets: [],
    };
    tenant.sets.push(set);
    const quota = tenant.quota ?? set.quota;
    const podSecurity = tenant.podSecurity ?? set.podSecurity;
    tenants.set(set.namespace, { ...tenant, ...(quota ? { quota } : {}), ...(podSecurity ? { podSecurity } : {}) });
  }
  return [...tenants.values()];
}

/** The pod template of a set, as it will stand in the AutoscalingRunnerSet. */
export function podTemplateOf(set: RunnerSetArgs, org?: OrganizationArgs) {
  const tls = org && serverTlsOf(org);
  const place = podPlace({ scaleSetName: set.name, runner: set.runner, ...(tls ? { githubServerTls: tls } : {}) });
  return runnerPodTemplate(set.runner, place);
}

/** The namespace's Pod Security level: what is asked for, or the strictest of two under which all its runners start. */
export function podSecurityOf({ podSecurity, sets }: TenantSets): PodSecurityLevel {
  if (podSecurity) return podSecurity;
  return sets.some((set) => podSecurityNeeds(podTemplateOf(set), PodSecurityLevel.Baseline).length)
    ? PodSecurityLevel.Privileged
    : PodSecurityLevel.Baseline;
}
