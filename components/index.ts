// Pulumi compiles the package in the folder of whoever uses it, so with its own defaults: tsconfig.json is not read there.
/// <reference lib="es2023" />
export type { ContainerResources } from "./capacity/pod-footprint";
export {
  type ControllerArgs,
  type ControllerMetricsArgs,
  type ControllerServiceAccountArgs,
  UpdateStrategy,
  type VersionFenceArgs,
  WorkqueueRateLimiter,
} from "./controller/args";
export { Controller, type ControllerOptions } from "./controller/controller";
export type { CrdManifest, CrdMetadata } from "./controller/crds";
export { embeddedCrds } from "./controller/embedded-crds";
export { CustomResourceDefinitions, type CustomResourceDefinitionsArgs } from "./controller/crds";
export { StoreKind, type StoreRef } from "./credentials/external-secret";
export type { ClusterAccessArgs } from "./credentials/operator-read";
export { GitHubAppCredentials, type GitHubAppCredentialsArgs, type GitHubAppWriteArgs } from "./credentials/github-app";
export { PullSecret, type PullSecretArgs } from "./credentials/pull-secret";
export { TenantVaultAccess, type TenantVaultAccessArgs } from "./credentials/tenant-vault-access";
export { StoreScope, VaultAccess, type VaultAccessArgs, type VaultConnectionArgs } from "./credentials/vault-access";
export { GitHubTokenCredentials, type GitHubTokenCredentialsArgs } from "./credentials/github-token";
export {
  type AlertArgs,
  type AlertsArgs,
  type DashboardArgs,
  type MonitorsArgs,
  type ObservabilityArgs,
  type ObservedSetArgs,
  type PlatformObservabilityArgs,
  Severity,
} from "./observability/args";
export { Observability } from "./observability/observability";
export {
  Auth,
  type GitHubAppArgs,
  type ImagePullArgs,
  type OrganizationArgs,
  type OrganizationProxyArgs,
  type OrganizationProxyEndpointArgs,
  type OrganizationTlsArgs,
  type ProtectArgs,
  type RunnerPlatformArgs,
  type RunnerPlatformOptions,
  type RunnerSetArgs,
  type RunnerSetSummary,
  type VaultArgs,
} from "./platform/args";
export { type SecretStoreArgs, SecretStoreKind } from "./platform/secret-store";
export { RunnerPlatform } from "./runner-platform";
export type { ListenerArgs } from "./runners/listener";
export {
  type ListenerHistogramArgs,
  type ListenerMetricArgs,
  type ListenerMetricsArgs,
  MetricsPreset,
} from "./runners/listener-metrics";
export type {
  AzureKeyVaultArgs,
  ConfigMapKeyArgs,
  GitHubServerTlsArgs,
  ProxyArgs,
  ProxyEndpointArgs,
} from "./runners/connection";
export {
  ContainerMode,
  type DockerArgs,
  DockerConnection,
  DockerMode,
  type KubernetesModeArgs,
  type RunnerPodArgs,
} from "./runners/pod/spec";
export type { MetadataArgs, ResourceMetaArgs } from "./runners/resource-meta";
export { RunnerScaleSet, type RunnerScaleSetArgs } from "./runners/runner-scale-set";
export type { ScheduleArgs, SchedulerArgs } from "./runners/schedule";
export { PodSecurityLevel } from "./tenant/pod-security";
export { Tenant, type TenantArgs } from "./tenant/tenant";
