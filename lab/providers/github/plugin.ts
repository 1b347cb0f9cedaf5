import type { Call, Plugin, Properties, Provider } from "../plugin";
import { GitHubClient, PATIENCE, type Patience } from "./client";
import { GitHubError } from "./errors";
import { listInstallations } from "./installations";
import { restApi } from "./rest-api";
import { readSettings, type GitHubSettings } from "./settings";

/** The stand-in of pulumi-resource-github: it answers what this project asks of an organisation. */
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
  private readonly functions: Record<string, (args: Properties) => Promise<Properties>> = {
    "github:index/getOrganizationAppInstallations:getOrganizationAppInstallations": () =>
      listInstallations(this.client, this.owner, this.settings.perPage),
    "github:index/getRestApi:getRestApi": ({ endpoint }) => restApi(this.client, String(endpoint)),
  };

  constructor(
    private readonly client: GitHubClient,
    private readonly owner: string,
    private readonly settings: GitHubSettings,
  ) {}

  async invoke(token: string, args: Properties): Promise<Properties> {
    const invoked = this.functions[token];
    if (!invoked) throw new Error(`The stand-in of pulumi-resource-github has no function ${token}.`);
    try {
      return await invoked(args);
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
