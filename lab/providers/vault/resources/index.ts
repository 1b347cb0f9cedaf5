import type { ResourceType } from "../schema";
import { authBackend } from "./auth-backend";
import { kubernetesConfig } from "./kubernetes-config";
import { kubernetesRole } from "./kubernetes-role";
import { mount } from "./mount";
import { policy } from "./policy";
import { secretV2 } from "./secret-v2";

/** The resource types by Pulumi's token. */
export const RESOURCE_TYPES: Record<string, ResourceType> = {
  "vault:index/authBackend:AuthBackend": authBackend,
  "vault:index/mount:Mount": mount,
  "vault:index/policy:Policy": policy,
  "vault:kubernetes/authBackendConfig:AuthBackendConfig": kubernetesConfig,
  "vault:kubernetes/authBackendRole:AuthBackendRole": kubernetesRole,
  "vault:kv/secretV2:SecretV2": secretV2,
};
