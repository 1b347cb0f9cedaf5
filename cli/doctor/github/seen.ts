/** An App's installation, as far as runners depend on it. */
export interface InstallationSeen {
  id: string;
  /** Login of the organisation or user that it is installed on. */
  account: string;
  suspended: boolean;
  permissions: Record<string, string>;
}

/** What GitHub makes of credentials; where it refuses them, its own words. */
export type CredentialsSeen =
  { installation: InstallationSeen } | { notInstalled: string } | { refused: string } | { token: "known" };

/** A runner group. */
export interface RunnerGroupSeen {
  name: string;
  /** The one of sets that name none. */
  isDefault: boolean;
  /** Who may use it: `all`, `private` repositories, or those that are `selected`. */
  visibility: string;
  /** How many are selected; absent where nobody asked. */
  repositories?: number;
}

/** Requests that credentials have left in this hour. */
export interface RateLimitSeen {
  limit: number;
  remaining: number;
  /** When the hour ends, ISO 8601. */
  reset: string;
}

/** The sets that reach GitHub at one URL by the same credentials; what is absent was not seen. */
export interface ConnectionSeen {
  /** Name in the stack file. */
  org: string;
  /** Where the runners register. */
  url: string;
  /** `namespace/name` of the sets. */
  sets: string[];
  /** `namespace/name` of the Secrets with the credentials. */
  secrets: string[];
  credentials?: CredentialsSeen;
  runnerGroups?: RunnerGroupSeen[];
  rateLimit?: RateLimitSeen;
}

/** What GitHub says. */
export interface GitHubSeen {
  connections: ConnectionSeen[];
  /** Parts of itself that GitHub reports as disturbed, with how; absent where its status page was not seen. */
  incidents?: string[];
}
