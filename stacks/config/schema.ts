import { z } from "zod";
import { CONTAINER_DEFAULTS } from "../../components/tenant/tenant";
import {
  githubConfigUrl,
  githubLogin,
  installationId,
  namespaceName,
  quantity,
  quotaResource,
  scaleSetName,
  vaultPath,
} from "./fields";
import { controller } from "./schema-controller";
import { githubApp, imagePull, vault } from "./schema-credentials";
import { count, resources } from "./schema-parts";
import { runner, runnerFields, runnerOverride } from "./schema-runner";

const runnerSet = z
  .strictObject({
    name: scaleSetName.describe("Name of the set and what workflows write after runs-on."),
    namespace: namespaceName.optional().describe("Namespace of the set; default its name."),
    minRunners: count.default(0).describe("Idle runners kept ready, on top of those with a job."),
    maxRunners: runnerFields.maxRunners.optional().describe("Most runners at a time; default that of arc:runner."),
    runnerGroup: z
      .string()
      .min(1)
      .optional()
      .describe("GitHub runner group; default the organisation's default group."),
    vaultPath: vaultPath
      .optional()
      .describe("Path of the App credentials in the KV engine; default <namespace>/github-app."),
    quota: z
      .record(quotaResource, quantity)
      .optional()
      .describe("Hard limits of the namespace's ResourceQuota; default no quota."),
    runner: runnerOverride.optional(),
  })
  .describe("A runner set.");

const org = z
  .strictObject({
    name: githubLogin.describe("Login of the GitHub organisation."),
    url: githubConfigUrl.optional().describe("Where its runners register; default https://github.com/<name>."),
    installationId: installationId.optional().describe("Id of the App's installation, in quotes; default looked up."),
    runnerSets: z.array(runnerSet).min(1).describe("The organisation's runner sets."),
  })
  .describe("A GitHub organisation.");

/** The stack file's `arc:` keys. The single source of types, defaults and documentation. */
export const stackSchema = z.strictObject({
  controller,
  githubApp,
  vault,
  imagePull: imagePull.optional(),
  runner,
  orgs: z.array(org).min(1).describe("The organisations and their runner sets."),
  tenant: z
    .strictObject({
      denyIngress: z.boolean().default(true).describe("Refuse connections into the tenants' pods."),
      containerDefaults: resources
        .prefault(CONTAINER_DEFAULTS)
        .describe("What containers without requests or limits get in namespaces with a quota."),
    })
    .prefault({})
    .describe("What the tenants' namespaces have in common."),
  kubernetes: z
    .strictObject({
      context: z.string().min(1).optional().describe("Context of the kubeconfig; default the current one."),
      kubeconfig: z
        .string()
        .min(1)
        .optional()
        .describe("Path of the kubeconfig; default KUBECONFIG or ~/.kube/config."),
    })
    .prefault({})
    .describe("Which cluster."),
  checks: z
    .strictObject({
      off: z
        .array(
          z.strictObject({
            id: z.string().min(1).describe("Id of the check, for example images/unpinned."),
            reason: z.string().min(1).describe("Why it does not apply here."),
          }),
        )
        .default([])
        .describe("Checks that are turned off."),
    })
    .prefault({})
    .describe("Checks of the stack file; see docs/checks.md."),
});

/** Secrets are flat keys: one `secure:` leaf would make a whole object secret. */
export const SECRET_KEYS = {
  githubAppPrivateKey: "Private key of the GitHub App (PEM), when vault.manage is true.",
  imagePullToken: "Token of the registry user, when vault.manage is true and imagePull is set.",
} as const;
export type SecretKey = keyof typeof SECRET_KEYS;

export type StackSettings = z.output<typeof stackSchema>;
export type OrgSettings = StackSettings["orgs"][number];
export type RunnerSetSettings = OrgSettings["runnerSets"][number];
export type RunnerSettings = StackSettings["runner"];
export type RunnerOverride = z.output<typeof runnerOverride>;
