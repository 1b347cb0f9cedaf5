import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as vault from "@pulumi/vault";
import {
  Auth,
  type ControllerArgs,
  type GitHubAppArgs,
  type ImagePullArgs,
  type OrganizationArgs,
  type OrganizationProxyEndpointArgs,
  type PlatformObservabilityArgs,
  RunnerPlatform,
  type RunnerPlatformArgs,
  SecretStoreKind,
  type VaultArgs,
} from "../components";
import { makesSecrets, storeKind, writesToVault } from "../components/platform/secret-store";
import { PROJECT } from "./config/raw";
import type { SECRET_KEYS, SecretMap, StackSettings } from "./config/schema";
import type { StackConfig } from "./config/settle";

/**
 * Builds the platform of a stack: the only place where providers, secrets and components meet.
 *
 * @param versions of what others wrote to Vault, by path, where Vault tells them.
 */
export function deployPlatform(
  { settings }: StackConfig,
  orgs: OrganizationArgs[],
  crdManifests: string[],
  versions: Record<string, string> = {},
): RunnerPlatform {
  const cluster = clusterArgs(settings);
  // Without it the plugin replaces a Secret whose data change: the Secret would be gone for a moment.
  const mutable = makesSecrets(settings) ? { enableSecretMutable: true } : {};
  const kubernetes = new k8s.Provider("kubernetes", { ...cluster, ...mutable });
  // CRDs may be there already, from Helm or by hand; only they are taken over instead of refused.
  const crdProvider = crdManifests.length
    ? new k8s.Provider("kubernetes-crds", { ...cluster, upsertExistingObjects: true })
    : undefined;
  const providers = [kubernetes, ...(writesToVault(settings) ? [vaultProvider(settings)] : [])];
  const apiServerAddress = orgs.some((org) => org.proxy) ? apiServer(settings, kubernetes) : undefined;
  const args = platformArgs(settings);
  return new RunnerPlatform(
    PROJECT,
    {
      ...args,
      ...(args.vault && Object.keys(versions).length ? { vault: { ...args.vault, versions } } : {}),
      crdManifests,
      ...(apiServerAddress === undefined ? {} : { apiServerAddress }),
      orgs: orgs.map((org) => withPasswords(withToken(org), settings)),
    },
    { providers, ...(crdProvider ? { crdProvider } : {}) },
  );
}

/** The components' arguments as far as they come straight from the stack file. */
export function platformArgs(settings: StackSettings): Omit<RunnerPlatformArgs, "orgs"> {
  const { githubApp, githubApps, imagePull, secretStore, tenant, schedule } = settings;
  const app = appArgs(githubApp, secret("githubAppPrivateKey"));
  const apps = Object.entries(githubApps ?? {}).flatMap(([name, further]) => {
    const args = appArgs(further, secretEntry("githubAppPrivateKeys", name));
    return args ? [[name, args] as const] : [];
  });
  const token = secret("imagePullToken");
  const observability = observabilityArgs(settings);
  return {
    controller: controllerOf(settings),
    ...(app ? { githubApp: app } : {}),
    ...(apps.length ? { githubApps: Object.fromEntries(apps) } : {}),
    ...(storeKind(settings) === SecretStoreKind.Vault ? { vault: vaultArgs(settings) } : { secretStore }),
    ...(imagePull ? { imagePull: { ...imagePull, ...(token ? { token } : {}) } as ImagePullArgs } : {}),
    containerDefaults: tenant.containerDefaults,
    denyIngress: tenant.denyIngress,
    createNamespaces: tenant.createNamespaces,
    scheduler: schedule,
    ...(observability ? { observability } : {}),
    protect: settings.protect,
  };
}

function appArgs(
  app: { appId?: string | undefined; slug?: string | undefined },
  privateKey: pulumi.Output<string> | undefined,
): GitHubAppArgs | undefined {
  if (!app.appId) return undefined;
  return { appId: app.appId, ...(app.slug ? { appSlug: app.slug } : {}), ...(privateKey ? { privateKey } : {}) };
}

/** What watches the platform; whether the cluster can take it, `withMonitoring` has asked. */
function observabilityArgs({ observability }: StackSettings): PlatformObservabilityArgs | undefined {
  if (!observability || observability.enabled === false) return undefined;
  const { enabled: _enabled, ...args } = observability;
  return args;
}

function vaultArgs({ vault: settings }: StackSettings): VaultArgs {
  return {
    connection: {
      server: settings.server,
      mount: settings.mount,
      storeName: settings.store,
      authMount: settings.auth.mount,
      ...(settings.auth.role ? { role: settings.auth.role } : {}),
      ...(settings.auth.audience ? { audience: settings.auth.audience } : {}),
    },
    manage: settings.manage,
    createMount: settings.createMount,
    createStore: settings.createStore,
    storeScope: settings.storeScope,
    operatorServiceAccount: settings.auth.serviceAccount,
    operatorNamespace: settings.auth.namespace,
    refreshInterval: settings.refreshInterval,
  };
}

/** An organisation with its token, where it registers with one. */
function withToken(org: OrganizationArgs): OrganizationArgs {
  const token = org.auth === Auth.Token ? secretEntry("githubTokens", org.name) : undefined;
  return { ...org, ...(token ? { token } : {}) };
}

/** An organisation with the passwords of its proxies, where Secrets are made of them. */
function withPasswords(org: OrganizationArgs, settings: StackSettings): OrganizationArgs {
  const { proxy } = org;
  if (!proxy || !makesSecrets(settings)) return org;
  const { http, https } = proxy;
  return {
    ...org,
    proxy: {
      ...proxy,
      ...(http ? { http: withPassword(http) } : {}),
      ...(https ? { https: withPassword(https) } : {}),
    },
  };
}

function withPassword(endpoint: OrganizationProxyEndpointArgs): OrganizationProxyEndpointArgs {
  const password = endpoint.username === undefined ? undefined : secretEntry("proxyPasswords", endpoint.username);
  return { ...endpoint, ...(password ? { password } : {}) };
}

function secret(key: keyof typeof SECRET_KEYS): pulumi.Output<string> | undefined {
  return new pulumi.Config(PROJECT).getSecret(key);
}

/** An entry of a secret that is a map; checks have seen that it is there where it is needed. */
function secretEntry(key: SecretMap, name: string): pulumi.Output<string> | undefined {
  return new pulumi.Config(PROJECT)
    .getSecretObject<Record<string, string>>(key)
    ?.apply((entries) => entries[name] ?? "");
}

/** The address that pods call the API server by: that of the Service `kubernetes`, which every cluster has. */
function apiServer(settings: StackSettings, provider: k8s.Provider): pulumi.Input<string> {
  const { apiServerAddress } = settings.kubernetes;
  if (apiServerAddress) return apiServerAddress;
  return k8s.core.v1.Service.get("kubernetes-api", "default/kubernetes", { provider }).spec.clusterIP;
}

function clusterArgs({ kubernetes }: StackSettings): k8s.ProviderArgs {
  return {
    ...(kubernetes.context ? { context: kubernetes.context } : {}),
    ...(kubernetes.kubeconfig ? { kubeconfig: kubernetes.kubeconfig } : {}),
  };
}

/** The controller, whose fence asks the cluster that the provider writes to. */
function controllerOf({ controller, kubernetes }: StackSettings): ControllerArgs {
  const { crds: _crds, versionFence, ...args } = controller;
  const { context, kubeconfig } = kubernetes;
  const fence = { ...versionFence, ...(context ? { context } : {}), ...(kubeconfig ? { kubeconfig } : {}) };
  return { ...args, ...(Object.keys(fence).length ? { versionFence: fence } : {}) };
}

function vaultProvider({ vault: settings }: StackSettings): vault.Provider {
  // Without an address the provider asks VAULT_ADDR. A child token would outlive no run and needs a right of its own.
  return new vault.Provider("vault", {
    skipChildToken: true,
    ...(settings.address ? { address: settings.address } : {}),
  });
}
