export type { ContainerResources } from "./capacity/pod-footprint";
export { Controller, type ControllerArgs, UpdateStrategy } from "./controller/controller";
export { CustomResourceDefinitions, type CustomResourceDefinitionsArgs } from "./controller/crds";
export { StoreKind, type StoreRef } from "./credentials/external-secret";
export { GitHubAppCredentials, type GitHubAppCredentialsArgs, type GitHubAppWriteArgs } from "./credentials/github-app";
export { PullSecret, type PullSecretArgs } from "./credentials/pull-secret";
export { TenantVaultAccess, type TenantVaultAccessArgs } from "./credentials/tenant-vault-access";
export { StoreScope, VaultAccess, type VaultAccessArgs, type VaultConnectionArgs } from "./credentials/vault-access";
export type {
  GitHubAppArgs,
  ImagePullArgs,
  OrganizationArgs,
  RunnerPlatformArgs,
  RunnerPlatformOptions,
  RunnerSetArgs,
  RunnerSetSummary,
  VaultArgs,
} from "./platform/args";
export { RunnerPlatform } from "./runner-platform";
export { type DockerArgs, DockerMode, type RunnerPodArgs } from "./runners/pod/spec";
export { RunnerScaleSet, type RunnerScaleSetArgs } from "./runners/runner-scale-set";
export { PodSecurityLevel } from "./tenant/pod-security";
export { Tenant, type TenantArgs } from "./tenant/tenant";
