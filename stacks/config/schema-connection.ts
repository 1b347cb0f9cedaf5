import { z } from "zod";
import { absolutePath, certificatePem, httpUrl, objectName, secretProperty, vaultPath } from "./fields";

const endpoint = z
  .strictObject({
    url: httpUrl.describe("URL of the proxy, without user and password."),
    credentialSecretRef: objectName
      .optional()
      .describe("Secret in the set's namespace with the keys username and password."),
    vaultPath: vaultPath
      .optional()
      .describe("Path in the store with the properties username and password; the Secret is made from it."),
    username: secretProperty
      .optional()
      .describe("User of the proxy, with secretStore none; the password is the secret arc:proxyPasswords.<username>."),
  })
  .describe("One proxy.");

export const proxy = z
  .strictObject({
    http: endpoint.optional().describe("Proxy for http URLs."),
    https: endpoint.optional().describe("Proxy for https URLs."),
    noProxy: z
      .array(z.string().min(1))
      .optional()
      .describe("Hosts, domains and CIDRs that are reached directly; the cluster's API server is added."),
  })
  .describe("Proxy between controller, listener, runners and GitHub.");

export const githubServerTls = z
  .strictObject({
    certificateFrom: z
      .strictObject({
        configMapKeyRef: z
          .strictObject({
            name: objectName.describe("Name of the ConfigMap in the set's namespace."),
            key: z.string().min(1).describe("Key of the ConfigMap with the certificates, PEM."),
          })
          .describe("A ConfigMap of your own."),
      })
      .optional()
      .describe("Where the certificates are, when they are in the cluster already."),
    certificate: certificatePem.optional().describe("The certificates themselves, PEM; a ConfigMap is made from them."),
    runnerMountPath: absolutePath
      .optional()
      .describe("Folder where runners find the certificates too; default only controller and listener trust them."),
  })
  .describe("Certificate authority of a GitHub Enterprise Server.");

export const azureKeyVault = z
  .strictObject({
    url: httpUrl.describe("URL of the vault."),
    tenantId: z.string().min(1).describe("Id of the Azure tenant."),
    clientId: z.string().min(1).describe("Id of the client that the certificate belongs to."),
    certificatePath: absolutePath.describe(
      "Path of the client's certificate in the controller and the listener (controller.volumes, listener.volumes).",
    ),
    proxy: proxy.optional(),
  })
  .describe("Azure Key Vault that controller and listener read the credentials from, instead of a Secret.");
