import type * as pulumi from "@pulumi/pulumi";

/** One proxy. */
export interface ProxyEndpointArgs {
  /** URL of the proxy, without user and password. @example "http://proxy.example.org:3128" */
  url: string;
  /** Secret in the set's namespace with the keys `username` and `password`. @default - no credentials */
  credentialSecretRef?: string;
}

/** Proxy between controller, listener, runners and GitHub. */
export interface ProxyArgs {
  /** Proxy for http URLs. @default - none */
  http?: ProxyEndpointArgs;
  /** Proxy for https URLs. @default - none */
  https?: ProxyEndpointArgs;
  /**
   * Hosts, domains and CIDRs that are reached directly. The listener calls the API server by its address inside the
   * cluster (`KUBERNETES_SERVICE_HOST`), so that has to be among them.
   * @default - none
   */
  noProxy?: pulumi.Input<string>[];
}

/** A key of a ConfigMap. */
export interface ConfigMapKeyArgs {
  /** Name of the ConfigMap in the set's namespace. */
  name: string;
  /** Key with the certificates, PEM. */
  key: string;
}

/** Certificate authority of a GitHub Enterprise Server. */
export interface GitHubServerTlsArgs {
  /** ConfigMap with the certificates. */
  configMapKeyRef: ConfigMapKeyArgs;
  /** Folder where runners find the certificates too. @default - only controller and listener trust them */
  runnerMountPath?: string;
  /** Digest of the certificates; when it changes, the listener restarts and reads them again. @default - not followed */
  version?: string;
}

/** Azure Key Vault that controller and listener read the credentials from; `githubConfigSecret` is the secret's name there. */
export interface AzureKeyVaultArgs {
  /** URL of the vault. */
  url: string;
  /** Id of the Azure tenant. */
  tenantId: string;
  /** Id of the client that the certificate belongs to. */
  clientId: string;
  /** Path of the client's certificate in the controller and the listener. */
  certificatePath: string;
  /** Proxy on the way to the vault. @default - none */
  proxy?: ProxyArgs;
}

/** The parts of an AutoscalingRunnerSet's `spec` that say how GitHub is reached; what is not given is absent. */
export function connectionSpec(args: {
  proxy?: ProxyArgs;
  githubServerTls?: GitHubServerTlsArgs;
  azureKeyVault?: AzureKeyVaultArgs;
}) {
  const { proxy, githubServerTls, azureKeyVault } = args;
  return {
    ...proxyField(proxy),
    ...(githubServerTls
      ? { githubServerTLS: { certificateFrom: { configMapKeyRef: { ...githubServerTls.configMapKeyRef } } } }
      : {}),
    ...(azureKeyVault ? { vaultConfig: vaultConfig(azureKeyVault) } : {}),
  };
}

/** The proxy of a spec; one without a URL is none. */
function proxyField({ http, https, noProxy }: ProxyArgs = {}) {
  if (!http && !https) return {};
  const proxy = {
    ...(http ? { http: endpointSpec(http) } : {}),
    ...(https ? { https: endpointSpec(https) } : {}),
    ...(noProxy?.length ? { noProxy } : {}),
  };
  return { proxy };
}

function endpointSpec({ url, credentialSecretRef }: ProxyEndpointArgs) {
  return { url, ...(credentialSecretRef ? { credentialSecretRef } : {}) };
}

/** The only type that the controller knows (`apis/…/appconfig`); the experimental chart writes another, which it refuses. */
function vaultConfig({ url, tenantId, clientId, certificatePath, proxy }: AzureKeyVaultArgs) {
  return {
    type: "azure_key_vault",
    azureKeyVault: { url, tenantId, clientId, certificatePath },
    ...proxyField(proxy),
  };
}
