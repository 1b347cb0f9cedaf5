import * as pulumi from "@pulumi/pulumi";
import { setCeiling } from "./capacity/set-ceiling";
import { CONTROLLER_DEFAULTS } from "./controller/args";
import { controllerServiceAccountName } from "./controller/settings";
import { Controller } from "./controller/controller";
import { CustomResourceDefinitions } from "./controller/crds";
import { childOptions } from "./options";
import {
  controllerNamespace,
  type OrganizationArgs,
  type RunnerPlatformArgs,
  type RunnerPlatformOptions,
  type RunnerSetArgs,
  type RunnerSetSummary,
} from "./platform/args";
import { proxyOf, serverTlsOf } from "./platform/connection";
import { missingArgs } from "./platform/credentials";
import { createObservability } from "./platform/observability";
import { githubSecretName, pullSecretName, writesToVault } from "./platform/secret-store";
import { setNames } from "./platform/set-names";
import { createSharedAccess, type SharedAccess } from "./platform/shared-access";
import { tenantsOf } from "./platform/tenant-sets";
import {
  createNamespacePullSecret,
  createSpace,
  createTenant,
  type CreatedTenant,
  type TenantSettings,
} from "./platform/tenants";
import { RunnerScaleSet } from "./runners/runner-scale-set";
import { CONTAINER_DEFAULTS, type Tenant } from "./tenant/tenant";

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
      const otherwise = writesToVault(args) ? ", or set `vault.manage` to false" : "";
      throw new pulumi.RunError(`${missing.join("; ")}. Give it${otherwise}.`);
    }
    const child = childOptions(this, opts);
    const crds = this.createCrds(name, args, { ...child, ...(crdProvider ? { providers: [crdProvider] } : {}) });
    const tenants = args.orgs.flatMap((org) => tenantsOf(org).map((tenant) => ({ ...tenant, org })));
    const spaces = tenants.map((tenant) => createSpace(`${name}-${tenant.namespace}`, tenant, args, child));
    const before = [...crds, ...watchedSpaces(args, tenants, spaces)];
    const { controller, shared } = this.createController(name, args, before, opts);
    const names = setNames(name, args.orgs);
    const sets = tenants.flatMap((tenant, index) => {
      const created = createTenant(`${name}-${tenant.namespace}`, tenant, spaces[index]!, args, shared, child);
      const ready = childOptions(this, opts, [controller, ...created.ready]);
      return tenant.sets.map((set) => {
        const { name: setName, former } = names.get(set)!;
        return new RunnerScaleSet(setName, scaleSetArgs(tenant.org, set, created, args), {
          ...ready,
          ...(args.protect?.runnerSets ? { protect: true } : {}),
          ...(former === setName ? {} : { aliases: [{ name: former }] }),
        });
      });
    });
    // A set is expected once it is there, and no longer when it is to go.
    createObservability(name, args, childOptions(this, opts, [controller, ...sets]));

    this.controllerVersion = pulumi.output(args.controller.version);
    this.runnerSets = pulumi.output(runnerSetSummaries(args));
    this.registerOutputs({ controllerVersion: this.controllerVersion, runnerSets: this.runnerSets });
  }

  private createCrds(name: string, args: RunnerPlatformArgs, opts: pulumi.ComponentResourceOptions): pulumi.Resource[] {
    if (!args.crdManifests?.length) return [];
    return [new CustomResourceDefinitions(`${name}-crds`, { manifests: args.crdManifests }, opts)];
  }

  /**
   * Vault overwrites in silence what Kubernetes refuses: a second stack on the same cluster fails at the controller, or
   * at its namespace, before it takes the first one's role and registry token.
   */
  private createController(
    name: string,
    args: RunnerPlatformArgs,
    after: pulumi.Resource[],
    opts: pulumi.ComponentResourceOptions,
  ): { controller: Controller; shared: SharedAccess } {
    const controllerName = `${name}-controller`;
    const options = { ...childOptions(this, opts, after), ...(args.protect?.controller ? { protect: true } : {}) };
    if (!args.imagePull?.controller) {
      const controller = new Controller(controllerName, args.controller, options);
      return { controller, shared: createSharedAccess(name, args, childOptions(this, opts, [controller])) };
    }
    let shared: SharedAccess | undefined;
    const controller = new Controller(
      controllerName,
      { ...args.controller, imagePullSecrets: [pullSecretName(args), ...(args.controller.imagePullSecrets ?? [])] },
      {
        ...options,
        beforeDeployment: (namespace) => {
          shared = createSharedAccess(name, args, childOptions(this, opts, namespace));
          const ready = childOptions(this, opts, [...namespace, ...shared.ready]);
          return createNamespacePullSecret(controllerName, controllerNamespace(args), args, shared, ready);
        },
      },
    );
    return { controller, shared: shared! };
  }
}

/** The namespace that a controller watches alone must be there before its Role in it. */
function watchedSpaces(args: RunnerPlatformArgs, tenants: TenantSettings[], spaces: Tenant[]): Tenant[] {
  const { watchSingleNamespace } = args.controller;
  return spaces.filter((_, index) => tenants[index]!.namespace === watchSingleNamespace);
}

function scaleSetArgs(org: OrganizationArgs, set: RunnerSetArgs, tenant: CreatedTenant, args: RunnerPlatformArgs) {
  const { name, vaultPath: _path, quota: _quota, podSecurity: _level, alerts: _alerts, runner, ...own } = set;
  const { controller } = args;
  const imagePullSecrets = [...(args.imagePull ? [pullSecretName(args)] : []), ...(runner.imagePullSecrets ?? [])];
  const proxy = proxyOf(org, args);
  const githubServerTls = serverTlsOf(org);
  return {
    ...own,
    scaleSetName: name,
    githubConfigUrl: githubUrl(org),
    githubConfigSecret: org.githubConfigSecret ?? githubSecretName(args),
    githubConfigSecretVersion: tenant.secretVersion,
    ...(org.azureKeyVault ? { azureKeyVault: org.azureKeyVault } : {}),
    ...(proxy ? { proxy } : {}),
    ...(githubServerTls ? { githubServerTls } : {}),
    minRunners: set.minRunners ?? 0,
    ...(args.scheduler ? { scheduler: args.scheduler } : {}),
    runner: { ...runner, imagePullSecrets },
    controllerVersion: controller.version,
    controllerUpdateStrategy: controller.updateStrategy ?? CONTROLLER_DEFAULTS.updateStrategy,
    controllerNamespace: controllerNamespace(args),
    controllerServiceAccount: controllerServiceAccountName(controller),
  };
}

/** The URL that an organisation's runners register at. */
export function githubUrl(org: { name: string; githubConfigUrl?: string }): string {
  return (org.githubConfigUrl ?? `https://github.com/${org.name}`).replace(/\/$/, "");
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
        runsOn: set.runnerScaleSetName ?? set.name,
        githubUrl: githubUrl(org),
        minRunners: set.minRunners ?? 0,
        maxRunners: set.maxRunners,
        ...(ceiling ? { quotaCeiling: ceiling.runners } : {}),
      };
    });
  });
}
