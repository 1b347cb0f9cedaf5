import { controllerClusterRules, leaderElectionRules, listenerRules } from "../../../components/controller/rbac";
import { dockerConfigTemplate } from "../../../components/credentials/pull-secret";
import { bindingTo } from "../../../components/rbac-rule";
import { managerRules } from "../../../components/runners/rbac";
import { CONTROLLER_DEPLOYMENT, SEED_SETS, seedSpec } from "../../support/seed";
import { type Manifest, manifestsIn, namespaces } from "./installed";
import { lab } from "./lab";

/** The seed system's controller, its account and its rights. */
const CONTROLLER = { name: "arc-gha-rs-controller", namespace: "arc-systems" };
const RBAC = "rbac.authorization.k8s.io/v1";

/** Where Vault has the credentials; no other stack of the lab reads these. */
export const SEED_PATHS = { app: "seed/github-app", token: "seed/github-token" };
const ROLE = "seed-by-hand";

/** What the authors of the seed system have applied with kubectl: three sets, one controller, credentials from Vault. */
export function seedManifests(crds: string, vault: { server: string; authMount: string }): Manifest[] {
  return [
    ...manifestsIn(crds),
    ...namespaces(CONTROLLER.namespace, ...SEED_SETS.map(({ namespace }) => namespace)),
    ...controller(),
    clusterSecretStore(vault),
    {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "github-runner-quota", namespace: "github-runner" },
      spec: { hard: { pods: "25" } },
    },
    ...SEED_SETS.flatMap((set) => [
      externalSecret(set.namespace, "github-token", SEED_PATHS.app, ["app_id", "installation_id", "private_key"]),
      externalSecret(set.namespace, "ghcr-pull-secret", SEED_PATHS.token, ["token"], PULL_TEMPLATE),
      object("v1", "ServiceAccount", { name: `${set.name}-gha-rs-no-permission`, namespace: set.namespace }, {}),
      {
        ...object("actions.github.com/v1alpha1", "AutoscalingRunnerSet", set, { spec: seedSpec(set) }),
        metadata: { name: set.name, namespace: set.namespace, labels: { "app.kubernetes.io/version": "0.14.2" } },
      },
    ]),
  ];
}

function controller(): Manifest[] {
  const { name } = CONTROLLER;
  const rules = [...controllerClusterRules(), ...listenerRules(), ...managerRules()];
  const election = { name: `${name}-leader-election`, namespace: CONTROLLER.namespace };
  const { metadata, ...deployment } = structuredClone(CONTROLLER_DEPLOYMENT);
  const { "app.kubernetes.io/managed-by": _pulumi, ...labels } = metadata.labels;
  return [
    object("v1", "ServiceAccount", CONTROLLER, {}),
    object(RBAC, "ClusterRole", { name }, { rules }),
    object(RBAC, "ClusterRoleBinding", { name }, bindingTo("ClusterRole", name, CONTROLLER)),
    object(RBAC, "Role", election, { rules: leaderElectionRules() }),
    object(RBAC, "RoleBinding", election, bindingTo("Role", election.name, CONTROLLER)),
    { ...deployment, metadata: { ...metadata, labels } },
  ];
}

function clusterSecretStore({ server, authMount }: { server: string; authMount: string }): Manifest {
  const serviceAccountRef = { name: "external-secrets", namespace: "external-secrets" };
  const kubernetes = { mountPath: authMount, role: ROLE, serviceAccountRef };
  const provider = { vault: { server, path: "secret", version: "v2", auth: { kubernetes } } };
  return object("external-secrets.io/v1", "ClusterSecretStore", { name: "vault-backend" }, { spec: { provider } });
}

/** The type of a Secret never changes, so it is the one that nodes pull with from the beginning. */
const PULL_TEMPLATE = {
  type: "kubernetes.io/dockerconfigjson",
  data: { ".dockerconfigjson": dockerConfigTemplate("ghcr.io", "yldm-tech", "token") },
};

function externalSecret(
  namespace: string,
  name: string,
  key: string,
  properties: string[],
  template?: object,
): Manifest {
  const data = properties.map((property) => ({ secretKey: property, remoteRef: { key, property } }));
  const secretStoreRef = { name: "vault-backend", kind: "ClusterSecretStore" };
  const target = { name, ...(template ? { template } : {}) };
  const spec = { refreshInterval: "1h", secretStoreRef, target, data };
  return object("external-secrets.io/v1", "ExternalSecret", { name, namespace }, { spec });
}

function object(
  apiVersion: string,
  kind: string,
  { name, namespace }: { name: string; namespace?: string },
  content: object,
): Manifest {
  return { apiVersion, kind, metadata: { name, ...(namespace ? { namespace } : {}) }, ...content };
}

/** What the authors have written into Vault by hand. Answers the role that External Secrets logs in with. */
export async function seedVault(authMount: string): Promise<string> {
  const { request } = lab().vault;
  const app = { app_id: "123456", installation_id: "41000001", private_key: "by hand" };
  await request("POST", `secret/data/${SEED_PATHS.app}`, { data: app });
  await request("POST", `secret/data/${SEED_PATHS.token}`, { data: { token: "by hand" } });
  const policy = `path "secret/data/seed/*" { capabilities = ["read"] }`;
  await request("PUT", `sys/policies/acl/${ROLE}`, { policy });
  await request("POST", `auth/${authMount}/role/${ROLE}`, {
    bound_service_account_names: ["external-secrets"],
    bound_service_account_namespaces: ["external-secrets"],
    token_policies: [ROLE],
    token_ttl: "10m",
  });
  return ROLE;
}

/** Takes it out again. */
export async function emptyVault(authMount: string): Promise<void> {
  const { request } = lab().vault;
  for (const path of Object.values(SEED_PATHS)) await request("DELETE", `secret/metadata/${path}`);
  await request("DELETE", `auth/${authMount}/role/${ROLE}`);
  await request("DELETE", `sys/policies/acl/${ROLE}`);
}
