import { z } from "zod";
import { SecretStoreKind, StoreScope } from "../../components";
import { DEFAULT_REFRESH_INTERVAL } from "../../components/credentials/external-secret";
import { OPERATOR_DEFAULTS, VAULT_DEFAULTS } from "../../components/credentials/vault-access";
import {
  entryName,
  githubLogin,
  goDuration,
  httpUrl,
  idString,
  namespaceName,
  objectName,
  registryHost,
  registryUser,
  secretProperty,
  vaultMount,
  vaultPath,
} from "./fields";

const app = {
  appId: idString("a GitHub App id")
    .optional()
    .describe("App id or client id, in quotes. Needed when vault.manage is true, and with secretStore none."),
  slug: z.string().min(1).optional().describe("The App's slug, to match installations by besides its id."),
  owner: githubLogin.optional().describe("Organisation that owns the App; named in errors."),
};

export const githubApp = z
  .strictObject({
    ...app,
    installationLookup: z
      .enum(["app", "token", "none"])
      .default("none")
      .describe(
        "app asks GitHub for each organisation's installation id with the App's own private key, and whether the runner groups exist; token asks with the GITHUB_TOKEN of an organisation owner; none takes installationId of each org.",
      ),
    apiUrl: httpUrl
      .optional()
      .describe("Base URL of GitHub's REST API for the look-up; default https://api.github.com/."),
  })
  .prefault({})
  .describe(
    "The GitHub App that all organisations have installed. Its key is the flat secret arc:githubAppPrivateKey.",
  );

export const githubApps = z
  .record(entryName, z.strictObject(app))
  .describe(
    "Further GitHub Apps by a name that an org picks with githubApp. Their keys are the secrets arc:githubAppPrivateKeys.<name>.",
  );

const otherStore = {
  name: objectName.describe("Name of the store; of SecretStores, which lie one in each namespace, the name of all."),
  refreshInterval: goDuration
    .default(DEFAULT_REFRESH_INTERVAL)
    .describe("How often the External Secrets Operator reads the store again."),
};

export const secretStore = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal(SecretStoreKind.Vault) }).describe("Vault, as arc:vault says."),
    z
      .strictObject({ kind: z.literal(SecretStoreKind.ClusterSecretStore), ...otherStore })
      .describe("A ClusterSecretStore that somebody else made: of AWS, GCP, Azure or any other provider."),
    z
      .strictObject({ kind: z.literal(SecretStoreKind.SecretStore), ...otherStore })
      .describe("SecretStores that somebody else made, one in each namespace."),
    z
      .strictObject({ kind: z.literal(SecretStoreKind.None) })
      .describe("No Vault and no operator: the Secrets are made from the stack's own secrets."),
  ])
  .default({ kind: SecretStoreKind.Vault })
  .describe("Where the Secrets with credentials come from.");

export const vault = z
  .strictObject({
    server: httpUrl
      .default("https://vault.vault.svc:8200")
      .describe("URL of Vault as the External Secrets Operator sees it."),
    address: httpUrl.optional().describe("URL of Vault as this program sees it; default the environment's VAULT_ADDR."),
    mount: vaultMount.default(VAULT_DEFAULTS.mount).describe("Mount of the KV v2 engine."),
    createMount: z.boolean().default(false).describe("Create that mount (protected from deletion)."),
    manage: z
      .boolean()
      .default(true)
      .describe(
        "Write credentials, policies and auth roles to Vault; false when Vault holds them already. From true to false deletes what was written (vault kv undelete brings it back).",
      ),
    store: objectName.default(VAULT_DEFAULTS.storeName).describe("Name of the ClusterSecretStore or SecretStores."),
    storeScope: z
      .enum(StoreScope)
      .default(StoreScope.Shared)
      .describe("shared: one ClusterSecretStore limited to the tenants' namespaces; namespace: a SecretStore in each."),
    createStore: z.boolean().default(true).describe("Create the store or stores; false when they exist already."),
    auth: z
      .strictObject({
        mount: vaultMount.default(VAULT_DEFAULTS.authMount).describe("Mount of Vault's Kubernetes auth method."),
        serviceAccount: objectName
          .default(OPERATOR_DEFAULTS.serviceAccount)
          .describe("ServiceAccount of the operator."),
        namespace: namespaceName.default(OPERATOR_DEFAULTS.namespace).describe("Namespace of the operator."),
        role: vaultMount
          .optional()
          .describe(
            "Role of Vault that the operator logs in with; default arc-external-secrets. A second stack with the same Vault and auth mount needs another.",
          ),
        audience: z.string().min(1).optional().describe("Audience of the operator's token."),
      })
      .prefault({})
      .describe("How the operator logs in."),
    refreshInterval: goDuration.default(DEFAULT_REFRESH_INTERVAL).describe("How often the operator reads Vault again."),
  })
  .prefault({})
  .describe("Vault and the External Secrets Operator that reads it.");

export const imagePull = z
  .strictObject({
    registry: registryHost.default("ghcr.io").describe("Registry host."),
    username: registryUser.describe("User that the token belongs to."),
    vaultPath: vaultPath.optional().describe("Path of the token in the store; needed unless secretStore is none."),
    property: secretProperty.default("token").describe("Property of that path that holds the token."),
    controller: z
      .boolean()
      .default(false)
      .describe("Give controller and listeners the credential too, for an image of theirs that is not public."),
  })
  .describe(
    "Registry credential of runner pods. The token is the flat secret arc:imagePullToken. Without this block images are pulled anonymously.",
  );
