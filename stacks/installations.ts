import * as pulumi from "@pulumi/pulumi";
import { Auth, type OrganizationArgs } from "../components";
import { selectInstallation } from "../components/credentials/installation";
import { fromVault } from "../components/platform/credentials";
import { needsValues } from "../components/platform/secret-store";
import { githubUrl } from "../components/runner-platform";
import { AppLookup } from "./app-lookup";
import type { CheckInput } from "./checks/check";
import { readEngineConfig } from "./config/raw";
import type { StackSettings } from "./config/schema";
import type { StackConfig } from "./config/settle";
import { GitHubOrganizations, lookUpProblem } from "./github";
import { scopeOf } from "./github-place";
import { missingRunnerGroups } from "./runner-groups";

/**
 * The organisations with their installation ids: those that the stack file leaves out are asked of GitHub, and so is
 * whether the runner groups exist. It is done before anything is built, so that a wrong App, token or group is one error
 * about all organisations and nothing else.
 *
 * @param secrets what the Apps ask with.
 * @throws {pulumi.RunError} with every organisation that has no usable installation, and every group that is not there.
 */
export async function findInstallations(
  { settings, orgs }: StackConfig,
  secrets: CheckInput["secrets"] = readEngineConfig().secrets,
): Promise<OrganizationArgs[]> {
  const { installationLookup, apiUrl } = settings.githubApp;
  if (installationLookup === "none") return orgs;
  // A preview without an engine knows no key that an App could ask with, and the ids show nowhere in it.
  if (installationLookup === "app" && Object.values(secrets).some((secret) => secret && "encrypted" in secret)) {
    return orgs.map((org) => ({ ...org, installationId: org.installationId ?? "1" }));
  }
  const github = installationLookup === "app" ? new AppLookup({ settings, secrets }) : new GitHubOrganizations(apiUrl);
  const find = (org: OrganizationArgs) =>
    github instanceof AppLookup ? github.installationId(org) : askedByOwner(org, settings, github);
  const [answers, groups] = await Promise.all([
    Promise.all(orgs.map((org) => installationOf(org, settings, find))),
    missingRunnerGroups(orgs, github),
  ]);
  const problems = [
    ...new Set([...answers.flatMap((answer) => ("problem" in answer ? [answer.problem] : [])), ...groups]),
  ];
  if (problems.length) {
    const heading = groups.length
      ? "GitHub is not as the stack file needs it"
      : "The GitHub App cannot be used for every organisation";
    throw new pulumi.RunError([`${heading}; nothing was changed.`, ...problems].join("\n\n"));
  }
  return orgs.map((org, index) => ({ ...org, ...answers[index] }));
}

type Answer = { installationId: string } | { problem: string } | Record<string, never>;

async function installationOf(
  org: OrganizationArgs,
  settings: StackSettings,
  find: (org: OrganizationArgs) => Promise<string>,
): Promise<Answer> {
  if (org.installationId) return { installationId: org.installationId };
  if (!needsValues(settings) || org.auth === Auth.Token || !fromVault(org)) return {};
  try {
    return { installationId: await find(org) };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

/** Asked with GITHUB_TOKEN: an owner sees all Apps of an organisation. */
async function askedByOwner(
  org: OrganizationArgs,
  { githubApp, githubApps = {} }: StackSettings,
  github: GitHubOrganizations,
): Promise<string> {
  const app = org.githubApp ? githubApps[org.githubApp]! : githubApp;
  const { repository } = scopeOf(githubUrl(org));
  const installations = await github.installations(org.name).catch((error: Error) => {
    throw new Error(lookUpProblem(org.name, error));
  });
  return selectInstallation(installations, {
    org: org.name,
    ...(repository ? { repository } : {}),
    ...(app.appId ? { appId: app.appId } : {}),
    ...(app.slug ? { appSlug: app.slug } : {}),
    ...(app.owner ? { owner: app.owner } : {}),
  });
}
