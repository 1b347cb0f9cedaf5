import * as github from "@pulumi/github";
import type * as pulumi from "@pulumi/pulumi";
import type { OrganizationArgs } from "../components";
import type { AppInstallation } from "../components/credentials/installation";
import type { GroupSource } from "./runner-groups";

/** Variables that the plugin asks about before the owner that it is given; it would answer about another organisation. */
const OWNER_VARIABLES = ["GITHUB_ORGANIZATION", "GITHUB_OWNER"] as const;

/** What GitHub knows of the organisations, asked with GITHUB_TOKEN through a provider for each: it asks as its owner. */
export class GitHubOrganizations implements GroupSource {
  private readonly providers = new Map<string, github.Provider>();
  // An organisation may stand in the file twice, with another URL; GitHub is asked about it once.
  private readonly asked = new Map<string, Promise<AppInstallation[]>>();

  constructor(private readonly apiUrl?: string) {}

  /** The Apps that are installed on an organisation. */
  public installations(org: string): Promise<AppInstallation[]> {
    const asked =
      this.asked.get(org) ??
      refuseForeignOwner(org)
        .then(() => github.getOrganizationAppInstallations({ provider: this.provider(org) }))
        .then(({ installations }) => installations);
    this.asked.set(org, asked);
    return asked;
  }

  /** One page of GitHub's REST API about an organisation. */
  public async get({ name }: OrganizationArgs, path: string): Promise<{ code: number; body: string }> {
    await refuseForeignOwner(name);
    return github.getRestApi({ endpoint: `orgs/${name}/${path}` }, { provider: this.provider(name) });
  }

  public groupsNeed(org: string): string {
    return `GITHUB_TOKEN needs the scope admin:org of an owner of ${org} for it.`;
  }

  private provider(org: string): github.Provider {
    const provider =
      this.providers.get(org) ??
      new github.Provider(
        `github-${org}`,
        { owner: org, ...(this.apiUrl ? { baseUrl: this.apiUrl } : {}) },
        { transformations: [withoutToken] },
      );
    this.providers.set(org, provider);
    return provider;
  }
}

/** A problem that is told as it is, with its own fix. */
export class Told extends Error {}

async function refuseForeignOwner(org: string): Promise<void> {
  const foreign = OWNER_VARIABLES.find((name) => (process.env[name] || org).toLowerCase() !== org.toLowerCase());
  if (!foreign) return;
  throw new Told(
    [
      `The installations of ${org} would be asked of ${process.env[foreign]}: the environment variable ${foreign} goes before the stack file`,
      `  allowed: ${foreign} not set`,
      `  fix: run: unset ${foreign}`,
    ].join("\n"),
  );
}

/**
 * The SDK makes GITHUB_TOKEN an argument, and so part of the state (pulumi/pulumi-github#613) and, even as a secret, of
 * the engine's debug messages. The plugin reads the variable by itself; then a new token is no change of the stack.
 */
function withoutToken({ props, opts }: pulumi.ResourceTransformationArgs): pulumi.ResourceTransformationResult {
  return { props: { ...props, token: undefined }, opts };
}

/** What GitHub said, and what to do about it. */
export function lookUpProblem(org: string, said: Error): string {
  if (said instanceof Told) return said.message;
  const text = said.message.trim();
  return [
    `The installations of ${org} could not be looked up: ${text}`,
    `  allowed: GITHUB_TOKEN of an owner of ${org}, with the scope admin:read`,
    `  fix: ${remedy(org, text)}; or write the id into the file: installationId of ${org} in arc:orgs`,
  ].join("\n");
}

function remedy(org: string, said: string): string {
  if (/rate limit/i.test(said)) return "wait until GitHub's rate limit is over";
  if (/\b401\b|bad credentials/i.test(said)) return "set GITHUB_TOKEN to a token that is valid";
  if (/\b403\b|forbidden/i.test(said)) return `use the token of an owner of ${org}`;
  if (/\b404\b|not found/i.test(said)) return `check the name ${org} and that the token's user is one of its owners`;
  return "check that GitHub can be reached from here (arc:githubApp.apiUrl)";
}
