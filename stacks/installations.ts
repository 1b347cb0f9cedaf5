import * as pulumi from "@pulumi/pulumi";
import { Auth, type OrganizationArgs } from "../components";
import {
  type AppInstallation,
  type InstallationQuery,
  selectInstallation,
} from "../components/credentials/installation";
import { fromVault } from "../components/platform/credentials";
import type { StackSettings } from "./config/schema";
import type { StackConfig } from "./config/settle";
import { GitHubOrganizations, lookUpProblem } from "./github";
import { missingRunnerGroups } from "./runner-groups";

/**
 * The organisations with their installation ids: those that the stack file leaves out are asked of GitHub, and so is
 * whether the runner groups exist. It is done before anything is built, so that a wrong App, token or group is one error
 * about all organisations and nothing else.
 *
 * @throws {pulumi.RunError} with every organisation that has no usable installation, and every group that is not there.
 */
export async function findInstallations({ settings, orgs }: StackConfig): Promise<OrganizationArgs[]> {
  if (settings.githubApp.installationLookup !== "token") return orgs;
  const github = new GitHubOrganizations(settings.githubApp.apiUrl);
  const [answers, groups] = await Promise.all([
    Promise.all(orgs.map((org) => installationOf(org, settings, github))),
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

async function installationOf(
  org: OrganizationArgs,
  { vault, githubApp, githubApps = {} }: StackSettings,
  github: GitHubOrganizations,
): Promise<Answer> {
  if (org.installationId) return { installationId: org.installationId };
  if (!vault.manage || org.auth === Auth.Token || !fromVault(org)) return {};
  const app = org.githubApp ? githubApps[org.githubApp]! : githubApp;
  const query = {
    org: org.name,
    ...(app.appId ? { appId: app.appId } : {}),
    ...(app.slug ? { appSlug: app.slug } : {}),
    ...(app.owner ? { owner: app.owner } : {}),
  };
  try {
    return chosen(selectInstallation, await github.installations(org.name), query);
  } catch (error) {
    return { problem: lookUpProblem(org.name, error as Error) };
  }
}

type Answer = { installationId: string } | { problem: string } | Record<string, never>;

function chosen(select: typeof selectInstallation, installations: AppInstallation[], query: InstallationQuery): Answer {
  try {
    return { installationId: select(installations, query) };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}
