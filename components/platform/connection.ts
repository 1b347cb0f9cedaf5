import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { createExternalSecret, DEFAULT_REFRESH_INTERVAL, type StoreRef } from "../credentials/external-secret";
import { createPlainSecret, proxyData } from "../credentials/plain-secret";
import { valuesHash } from "../digest";
import { tenantLabels } from "../labels";
import type { GitHubServerTlsArgs, ProxyArgs, ProxyEndpointArgs } from "../runners/connection";
import type {
  OrganizationArgs,
  OrganizationProxyArgs,
  OrganizationProxyEndpointArgs,
  RunnerPlatformArgs,
} from "./args";
import { makesSecrets, refreshInterval } from "./secret-store";

const CERTIFICATE_CONFIG_MAP = "github-server-ca";
const CERTIFICATE_KEY = "ca.crt";
const SCHEMES = ["http", "https"] as const;
type Scheme = (typeof SCHEMES)[number];

/** Secret with the credentials of a proxy that stand in the store. */
function proxySecretName(scheme: Scheme): string {
  return `github-proxy-${scheme}`;
}

/** Secret with the credentials of a proxy that are given here; another name, as with the other Secrets made here. */
function givenSecretName(scheme: Scheme): string {
  return `${proxySecretName(scheme)}-credentials`;
}

/** Paths in the store with the credentials of an organisation's proxies. */
export function proxyVaultPaths({ proxy }: OrganizationArgs): string[] {
  return [...new Set(SCHEMES.flatMap((scheme) => proxy?.[scheme]?.vaultPath ?? []))];
}

/** Creates what an organisation's way to GitHub needs in one namespace: certificates and proxy credentials. */
export function createConnection(
  name: string,
  namespace: string,
  org: OrganizationArgs,
  args: RunnerPlatformArgs,
  store: StoreRef | undefined,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const certificate = org.githubServerTls?.certificate;
  return [
    ...(certificate && !org.githubServerTls?.configMapKeyRef
      ? [
          new k8s.core.v1.ConfigMap(
            `${name}-github-server-ca`,
            {
              metadata: { name: CERTIFICATE_CONFIG_MAP, namespace, labels: tenantLabels() },
              data: { [CERTIFICATE_KEY]: certificate },
            },
            opts,
          ),
        ]
      : []),
    ...SCHEMES.flatMap((scheme) => {
      const { vaultPath: path, username, password } = org.proxy?.[scheme] ?? {};
      if (store) return path ? [createProxySecret(name, namespace, scheme, path, args, store, opts)] : [];
      if (username === undefined) return [];
      const data = proxyData(username, password!);
      const settings = { secretName: givenSecretName(scheme), namespace, type: "Opaque", data };
      return [createPlainSecret(`${name}-${givenSecretName(scheme)}`, settings, opts)];
    }),
  ];
}

function createProxySecret(
  name: string,
  namespace: string,
  scheme: Scheme,
  path: string,
  args: RunnerPlatformArgs,
  store: StoreRef,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  return createExternalSecret(
    `${name}-${proxySecretName(scheme)}`,
    {
      secretName: proxySecretName(scheme),
      namespace,
      store,
      refreshInterval: DEFAULT_REFRESH_INTERVAL,
      ...refreshInterval(args),
      path,
      properties: ["username", "password"],
      type: "Opaque",
      // A line end at the end of either would become a part of the proxy's URL (`proxyConfig.ToSecretData`).
      template: { username: "{{ .username | trim }}", password: "{{ .password | trim }}" },
    },
    opts,
  );
}

/** The proxy as a set takes it: the API server is reached directly, or the listener could not scale anything. */
export function proxyOf(org: OrganizationArgs, args: RunnerPlatformArgs): ProxyArgs | undefined {
  const { proxy } = org;
  const { apiServerAddress } = args;
  if (!proxy?.http && !proxy?.https) return undefined;
  const listed = proxy.noProxy ?? [];
  const isListed = typeof apiServerAddress === "string" && listed.includes(apiServerAddress);
  return {
    ...endpoints(proxy, args),
    noProxy: [...listed, ...(apiServerAddress === undefined || isListed ? [] : [apiServerAddress])],
  };
}

function endpoints(proxy: OrganizationProxyArgs, args: RunnerPlatformArgs): ProxyArgs {
  return Object.fromEntries(
    SCHEMES.flatMap((scheme) => {
      const given = proxy[scheme];
      return given ? [[scheme, endpoint(scheme, given, args)]] : [];
    }),
  );
}

function endpoint(scheme: Scheme, given: OrganizationProxyEndpointArgs, args: RunnerPlatformArgs): ProxyEndpointArgs {
  const { vaultPath, username, credentialSecretRef } = given;
  const made = makesSecrets(args)
    ? username !== undefined && givenSecretName(scheme)
    : vaultPath !== undefined && proxySecretName(scheme);
  const secret = made || credentialSecretRef;
  return { url: given.url, ...(secret ? { credentialSecretRef: secret } : {}) };
}

/** The certificate authority as a set takes it. */
export function serverTlsOf({ githubServerTls: tls }: OrganizationArgs): GitHubServerTlsArgs | undefined {
  if (!tls || (!tls.configMapKeyRef && !tls.certificate)) return undefined;
  return {
    configMapKeyRef: tls.configMapKeyRef ?? { name: CERTIFICATE_CONFIG_MAP, key: CERTIFICATE_KEY },
    ...(tls.runnerMountPath ? { runnerMountPath: tls.runnerMountPath } : {}),
    ...(tls.certificate ? { version: valuesHash(tls.certificate) } : {}),
  };
}
