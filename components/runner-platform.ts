import * as pulumi from "@pulumi/pulumi";
import { setCeiling } from "./capacity/set-ceiling";
import { CONTROLLER_DEFAULTS, Controller } from "./controller/controller";
import { CustomResourceDefinitions } from "./controller/crds";
import { GITHUB_SECRET_NAME } from "./credentials/github-app";
import { PULL_SECRET_NAME } from "./credentials/pull-secret";
import { childOptions } from "./options";
import type {
  OrganizationArgs,
  RunnerPlatformArgs,
  RunnerPlatformOptions,
  RunnerSetArgs,
  RunnerSetSummary,
} from "./platform/args";
import { createSharedAccess, missingArgs } from "./platform/shared-access";
import { tenantsOf } from "./platform/tenant-sets";
import { type CreatedTenant, createTenant } from "./platform/tenants";
import { RunnerScaleSet } from "./runners/runner-scale-set";
import { CONTAINER_DEFAULTS } from "./tenant/tenant";

/**
 * The whole platform: CRDs, controller, Vault access and, for each organisation, its tenants, credentials and runner sets.
 *
 * @example
 * new RunnerPlatform("arc", {
 *   controller: { version: "0.14.2" },
 *   githubApp: { appId: "123456", privateKey },
 *   vault: { connection: { server: "https://vault.example.org:8200" } },
 *   orgs: [{ name: "acme", installationId: "987", runnerSets: [
 *     { name: "acme-runners", namespace: "acme-runners", vaultPath: "acme/github-app", maxRunners: 4, runner } ] }],
 * }, { providers: [kubernetes, vault] });
 */
export class RunnerPlatform extends pulumi.ComponentResource {
  /** The release that runs. */
  public readonly controllerVersion: pulumi.Output<string>;
  /** One entry for each runner set, in the order of the arguments. */
  public readonly runnerSets: pulumi.Output<RunnerSetSummary[]>;

  constructor(name: string, args: RunnerPlatformArgs, options: RunnerPlatformOptions = {}) {
    const { crdProvider, ...opts } = options;
    // Nothing is recorded as this component's own input: its children have it all, and the arguments hold secrets.
    super("arc:index:RunnerPlatform", name, {}, opts);
    const missing = missingArgs(args);
    if (missing.length) {
      throw new pulumi.RunError(`${missing.join("; ")}. Give it, or set \`vault.manage\` to false.`);
    }
    const child = childOptions(this, opts);
    const crds = this.createCrds(name, args, { ...child, ...(crdProvider ? { providers: [crdProvider] } : {}) });
    const controller = new Controller(`${name}-controller`, args.controller, childOptions(this, opts, crds));
    // Vault overwrites in silence what Kubernetes refuses: a second stack on the same cluster fails at the controller,
    // before it takes the first one's role and registry token.
    const shared = createSharedAccess(name, args, childOptions(this, opts, [controller]));
    for (const org of args.orgs) {
      for (const tenant of tenantsOf(org)) {
        const tenantName = `${name}-${tenant.namespace}`;
        const created = createTenant(tenantName, { ...tenant, org }, args, shared, child);
        for (const set of tenant.sets) {
          const ready = childOptions(this, opts, [controller, ...created.ready]);
          new RunnerScaleSet(`${tenantName}/${set.name}`, scaleSetArgs(org, set, created, args), ready);
        }
      }
    }

    this.controllerVersion = pulumi.output(args.controller.version);
    this.runnerSets = pulumi.output(runnerSetSummaries(args));
    this.registerOutputs({ controllerVersion: this.controllerVersion, runnerSets: this.runnerSets });
  }

  private createCrds(name: string, args: RunnerPlatformArgs, opts: pulumi.ComponentResourceOptions): pulumi.Resource[] {
    if (!args.crdManifests?.length) return [];
    return [new CustomResourceDefinitions(`${name}-crds`, { manifests: args.crdManifests }, opts)];
  }
}

function scaleSetArgs(org: OrganizationArgs, set: RunnerSetArgs, tenant: CreatedTenant, args: RunnerPlatformArgs) {
  const { runner } = set;
  const imagePullSecrets = [...(args.imagePull ? [PULL_SECRET_NAME] : []), ...(runner.imagePullSecrets ?? [])];
  return {
    scaleSetName: set.name,
    namespace: set.namespace,
    githubConfigUrl: githubUrl(org),
    githubConfigSecret: GITHUB_SECRET_NAME,
    githubConfigSecretVersion: tenant.secretVersion,
    ...(set.runnerGroup ? { runnerGroup: set.runnerGroup } : {}),
    minRunners: set.minRunners ?? 0,
    maxRunners: set.maxRunners,
    runner: { ...runner, imagePullSecrets },
    controllerVersion: args.controller.version,
    controllerNamespace: args.controller.namespace ?? CONTROLLER_DEFAULTS.namespace,
    controllerServiceAccount: args.controller.fullname ?? CONTROLLER_DEFAULTS.fullname,
  };
}

/** The URL that an organisation's runners register at. */
export function githubUrl(org: { name: string; githubConfigUrl?: string }): string {
  return org.githubConfigUrl ?? `https://github.com/${org.name}`;
}

/** What a user wants to know of each runner set; plain, so that previews show it before anything exists. */
export function runnerSetSummaries(args: RunnerPlatformArgs): RunnerSetSummary[] {
  const defaults = args.containerDefaults ?? CONTAINER_DEFAULTS;
  return args.orgs.flatMap((org) => {
    const tenants = new Map(tenantsOf(org).map((tenant) => [tenant.namespace, tenant]));
    return org.runnerSets.map((set) => {
      const tenant = tenants.get(set.namespace)!;
      const ceiling = setCeiling(set, tenant.sets, tenant.quota, defaults);
      return {
        org: org.name,
        name: set.name,
        namespace: set.namespace,
        runsOn: set.name,
        githubUrl: githubUrl(org),
        minRunners: set.minRunners ?? 0,
        maxRunners: set.maxRunners,
        ...(ceiling ? { quotaCeiling: ceiling.runners } : {}),
      };
    });
  });
}
