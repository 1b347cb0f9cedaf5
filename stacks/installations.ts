import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import type { OrganizationArgs } from "../components";
import { selectInstallation } from "../components/credentials/installation";
import type { StackSettings } from "./config/schema";
import type { StackConfig } from "./config/settle";

/**
 * The organisations with their installation ids: those that the stack file leaves out are asked of GitHub. It is done
 * before anything is built, so that a wrong App or token is one error about all organisations and nothing else.
 *
 * @throws {pulumi.RunError} with every organisation that has no usable installation.
 */
export async function findInstallations({ settings, orgs }: StackConfig): Promise<OrganizationArgs[]> {
  const { vault, githubApp } = settings;
  if (!vault.manage || githubApp.installationLookup !== "token") return orgs;
  // An organisation may stand in the file twice, with another URL; GitHub is asked about it once.
  const asked = new Map<string, Promise<Answer>>();
  for (const org of orgs) {
    if (!org.installationId && !asked.has(org.name)) asked.set(org.name, lookUp(org.name, githubApp));
  }
  const answers = await Promise.all(
    orgs.map((org) => (org.installationId ? { installationId: org.installationId } : asked.get(org.name)!)),
  );
  const problems = [...new Set(answers.flatMap((answer) => ("problem" in answer ? [answer.problem] : [])))];
  if (problems.length) {
    throw new pulumi.RunError(
      ["The GitHub App cannot be used for every organisation; nothing was changed.", ...problems].join("\n\n"),
    );
  }
  return orgs.map((org, index) => ({ ...org, ...answers[index] }));
}

type Answer = { installationId: string } | { problem: string };

/** Variables that the plugin asks about before the owner that it is given; it would answer about another organisation. */
const OWNER_VARIABLES = ["GITHUB_ORGANIZATION", "GITHUB_OWNER"] as const;

async function lookUp(org: string, app: StackSettings["githubApp"]): Promise<Answer> {
  const foreign = OWNER_VARIABLES.find((name) => (process.env[name] || org).toLowerCase() !== org.toLowerCase());
  if (foreign) {
    return {
      problem: [
        `The installations of ${org} would be asked of ${process.env[foreign]}: the environment variable ${foreign} goes before the stack file`,
        `  allowed: ${foreign} not set`,
        `  fix: run: unset ${foreign}`,
      ].join("\n"),
    };
  }
  // The provider asks as the organisation that owns it, so each organisation has one.
  const provider = new github.Provider(
    `github-${org}`,
    { owner: org, ...(app.apiUrl ? { baseUrl: app.apiUrl } : {}) },
    { transformations: [withoutToken] },
  );
  try {
    const { installations } = await github.getOrganizationAppInstallations({ provider });
    const query = {
      org,
      ...(app.appId ? { appId: app.appId } : {}),
      ...(app.slug ? { appSlug: app.slug } : {}),
      ...(app.owner ? { owner: app.owner } : {}),
    };
    return chosen(() => selectInstallation(installations, query));
  } catch (error) {
    return { problem: lookUpProblem(org, (error as Error).message) };
  }
}

/**
 * The SDK makes GITHUB_TOKEN an argument, and so part of the state (pulumi/pulumi-github#613) and, even as a secret, of
 * the engine's debug messages. The plugin reads the variable by itself; then a new token is no change of the stack.
 */
function withoutToken({ props, opts }: pulumi.ResourceTransformationArgs): pulumi.ResourceTransformationResult {
  return { props: { ...props, token: undefined }, opts };
}

function chosen(select: () => string): Answer {
  try {
    return { installationId: select() };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

/** What GitHub said, and what to do about it. */
export function lookUpProblem(org: string, said: string): string {
  return [
    `The installations of ${org} could not be looked up: ${said.trim()}`,
    `  allowed: GITHUB_TOKEN of an owner of ${org}, with the scope admin:read`,
    `  fix: ${remedy(org, said)}; or write the id into the file: installationId of ${org} in arc:orgs`,
  ].join("\n");
}

function remedy(org: string, said: string): string {
  if (/rate limit/i.test(said)) return "wait until GitHub's rate limit is over";
  if (/\b401\b|bad credentials/i.test(said)) return "set GITHUB_TOKEN to a token that is valid";
  if (/\b403\b|forbidden/i.test(said)) return `use the token of an owner of ${org}`;
  if (/\b404\b|not found/i.test(said)) return `check the name ${org} and that the token's user is one of its owners`;
  return "check that GitHub can be reached from here (arc:githubApp.apiUrl)";
}
