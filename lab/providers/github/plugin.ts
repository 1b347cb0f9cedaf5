import type { Call, Plugin, Properties, Provider } from "../plugin";
import { GitHubClient, PATIENCE, type Patience } from "./client";
import { GitHubError } from "./errors";
import { listInstallations } from "./installations";
import { readSettings, type GitHubSettings } from "./settings";

const LIST_INSTALLATIONS = "github:index/getOrganizationAppInstallations:getOrganizationAppInstallations";

/** The stand-in of pulumi-resource-github: it answers the look-up of an organisation's installations. */
export const githubPlugin: Plugin = createGitHubPlugin();

/** The plugin with other limits of time; tests use it. */
export function createGitHubPlugin(patience: Patience = PATIENCE): Plugin {
  return {
    name: "github",
    version: "6.15.0",
    replacesOn: [],
    async configure(args) {
      const settings = readSettings(args, process.env);
      const client = new GitHubClient(settings, patience);
      return new GitHubProvider(client, await findOwner(client, settings), settings);
    },
  };
}

/** The official plugin asks for the owner before anything else, so a bad token is found out here. */
async function findOwner(client: GitHubClient, { owner, token }: GitHubSettings): Promise<string> {
  if (owner === "") {
    if (token === "") return "";
    try {
      return (await client.get<{ login: string }>("user")).body.login;
    } catch (error) {
      throw new Error(`owner cannot be found by token: ${(error as Error).message}`);
    }
  }
  try {
    await client.get(`orgs/${encodeURIComponent(owner)}`);
  } catch (error) {
    // A user's account is no organisation; that is no error yet.
    if (!(error instanceof GitHubError) || error.status !== 404) {
      throw new Error(`failed to lookup organization "${owner}": ${(error as Error).message}`);
    }
  }
  return owner;
}

class GitHubProvider implements Provider {
  constructor(
    private readonly client: GitHubClient,
    private readonly owner: string,
    private readonly settings: GitHubSettings,
  ) {}

  async invoke(token: string, _args: Properties): Promise<Properties> {
    if (token !== LIST_INSTALLATIONS)
      throw new Error(`The stand-in of pulumi-resource-github has no function ${token}.`);
    try {
      return await listInstallations(this.client, this.owner, this.settings.perPage);
    } catch (error) {
      throw new Error(`invoking ${token}: 1 error occurred:\n\t* ${(error as Error).message}\n\n`);
    }
  }

  check = unsupported;
  diff = unsupported;
  create = unsupported;
  update = unsupported;
  read = unsupported;
  delete = unsupported;
}

async function unsupported({ type }: Call): Promise<never> {
  throw new Error(`The stand-in of pulumi-resource-github has no resources, and ${type} is one.`);
}
