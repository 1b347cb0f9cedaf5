/** What GitHub says of an organisation (or the owner of a repository), as far as a credential could ask. */
export interface OrganizationSeen {
  /** Name in the stack file. */
  org: string;
  installation?: { id: string; suspended: boolean; permissions: Record<string, string> };
  /** Absent when the credential may not see them. */
  runnerGroups?: { name: string; visibility: string; allowsPublicRepositories: boolean }[];
  rateLimit?: { limit: number; remaining: number; reset: string };
  /** What could not be asked, and why. */
  unknown: string[];
}

/** What GitHub says of all of them. */
export interface GitHubSeen {
  organizations: OrganizationSeen[];
  /** Components that GitHub itself reports as disturbed; absent where its status page was not asked. */
  incidents?: string[];
}
