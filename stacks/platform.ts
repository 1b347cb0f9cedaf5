import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as vault from "@pulumi/vault";
import { type OrganizationArgs, RunnerPlatform, type RunnerPlatformArgs } from "../components";
import { PROJECT } from "./config/raw";
import type { SecretKey, StackSettings } from "./config/schema";
import type { StackConfig } from "./config/settle";

/** Builds the platform of a stack: the only place where providers, secrets and components meet. */
export function deployPlatform(
  { settings }: StackConfig,
  orgs: OrganizationArgs[],
  crdManifests: string[],
): RunnerPlatform {
  const cluster = clusterArgs(settings);
  const kubernetes = new k8s.Provider("kubernetes", cluster);
  // CRDs may be there already, from Helm or by hand; only they are taken over instead of refused.
  const crdProvider = crdManifests.length
    ? new k8s.Provider("kubernetes-crds", { ...cluster, upsertExistingObjects: true })
    : undefined;
  const providers = [kubernetes, ...(settings.vault.manage ? [vaultProvider(settings)] : [])];
  return new RunnerPlatform(
    PROJECT,
    {
      ...platformArgs(settings),
      crdManifests,
      orgs,
    },
    { providers, ...(crdProvider ? { crdProvider } : {}) },
  );
}

/** The components' arguments as far as they come straight from the stack file. */
export function platformArgs(settings: StackSettings): Omit<RunnerPlatformArgs, "orgs"> {
  const { controller, githubApp, vault: vaultSettings, imagePull, tenant } = settings;
  const { crds: _crds, ...controllerArgs } = controller;
  const privateKey = secret("githubAppPrivateKey");
  const token = secret("imagePullToken");
  return {
    controller: controllerArgs,
    ...(githubApp.appId
      ? {
          githubApp: {
            appId: githubApp.appId,
            ...(githubApp.slug ? { appSlug: githubApp.slug } : {}),
            ...(privateKey ? { privateKey } : {}),
          },
        }
      : {}),
    vault: {
      connection: {
        server: vaultSettings.server,
        mount: vaultSettings.mount,
        storeName: vaultSettings.store,
        authMount: vaultSettings.auth.mount,
        ...(vaultSettings.auth.audience ? { audience: vaultSettings.auth.audience } : {}),
      },
      manage: vaultSettings.manage,
      createMount: vaultSettings.createMount,
      createStore: vaultSettings.createStore,
      storeScope: vaultSettings.storeScope,
      operatorServiceAccount: vaultSettings.auth.serviceAccount,
      operatorNamespace: vaultSettings.auth.namespace,
      refreshInterval: vaultSettings.refreshInterval,
    },
    ...(imagePull ? { imagePull: { ...imagePull, ...(token ? { token } : {}) } } : {}),
    containerDefaults: tenant.containerDefaults,
    denyIngress: tenant.denyIngress,
  };
}

function secret(key: SecretKey): pulumi.Output<string> | undefined {
  return new pulumi.Config(PROJECT).getSecret(key);
}

function clusterArgs({ kubernetes }: StackSettings): k8s.ProviderArgs {
  return {
    ...(kubernetes.context ? { context: kubernetes.context } : {}),
    ...(kubernetes.kubeconfig ? { kubeconfig: kubernetes.kubeconfig } : {}),
  };
}

function vaultProvider({ vault: settings }: StackSettings): vault.Provider {
  // Without an address the provider asks VAULT_ADDR. A child token would outlive no run and needs a right of its own.
  return new vault.Provider("vault", {
    skipChildToken: true,
    ...(settings.address ? { address: settings.address } : {}),
  });
}
