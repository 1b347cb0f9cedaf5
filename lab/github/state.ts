/** An App's installation on an organisation, as far as it is not the same everywhere. */
export interface Installation {
  id: number;
  appId: number;
  appSlug: string;
  clientId?: string;
  /** Suspended by an owner of the organisation. */
  suspended?: boolean;
  /** What is granted for the organisation's self-hosted runners; `none` leaves the permission out. */
  selfHostedRunners?: "write" | "read" | "none";
  /** What is granted for the administration of repositories. @default - nothing */
  administration?: "write" | "read";
  repositorySelection?: "all" | "selected";
  /** Names of the repositories that are selected. */
  repositories?: string[];
}

/** A runner group that is not for all repositories. */
export interface RunnerGroup {
  name: string;
  visibility?: "all" | "private" | "selected";
  /** How many repositories are selected. @default 0 */
  repositories?: number;
}

/** What is asked of an organisation; `app` is what its App asks about itself. */
export type Part = "organization" | "installations" | "runnerGroups" | "app";

/** What GitHub answers instead of the organisation. */
export type Failure = { times?: number; on?: Part } & (
  | { kind: "badCredentials" | "forbidden" | "notFound" | "connectionReset" }
  /** `seconds` until the limit is lifted. */
  | { kind: "rateLimit" | "secondaryRateLimit"; seconds: number }
  | { kind: "serverError"; status: 500 | 502 | 503 | 504 }
);

/** One organisation: who is installed on it and how GitHub answers about it. */
export interface Organization {
  id: number;
  login: string;
  installations: Installation[];
  /** Its runner groups; a name alone is one for all repositories. */
  runnerGroups: (string | RunnerGroup)[];
  failure?: Failure;
  /** Milliseconds before each answer. */
  delay?: number;
  /** Logins that it had before; who asks for one is sent on. */
  formerly?: string[];
}

/** What may be said of an organisation; the rest is made up. */
export type OrganizationArgs = Partial<Omit<Organization, "login">>;

/** A request that GitHub has got. Tokens are not kept. */
export interface RecordedRequest {
  method: string;
  path: string;
  tokenSent: boolean;
  /** 0 when the connection was reset. */
  status: number;
}

/** What GitHub knows; it can be changed while the server runs. */
export class GitHubState {
  readonly organizations = new Map<string, Organization>();
  readonly requests: RecordedRequest[] = [];
  /** Requests left of the rate limit. */
  remaining = RATE_LIMIT;
  /** Seconds that GitHub's clock is ahead. */
  ahead = 0;
  /** Public keys of Apps, PEM, by App id. */
  readonly appKeys = new Map<string, string[]>();

  constructor(organizations: Record<string, OrganizationArgs>) {
    for (const [login, args] of Object.entries(organizations)) this.set(login, args);
  }

  /** Adds the organisation or changes what is named; `undefined` removes it, or its failure. */
  set(login: string, args: OrganizationArgs | undefined): void {
    const key = login.toLowerCase();
    if (!args) {
      this.organizations.delete(key);
      return;
    }
    const known = this.organizations.get(key) ?? {
      id: 1000 + this.organizations.size,
      login,
      installations: [],
      runnerGroups: ["Default"],
    };
    // Failures are counted off, but not in the caller's object.
    const failure = args.failure && { failure: { ...args.failure } };
    this.organizations.set(key, { ...known, ...args, ...failure });
  }

  /** An organisation by its login, in any case, or by its id. */
  find(loginOrId: string | number): Organization | undefined {
    if (typeof loginOrId === "string") return this.organizations.get(loginOrId.toLowerCase());
    return [...this.organizations.values()].find(({ id }) => id === loginOrId);
  }

  /** An organisation by a login that it has no more. */
  findFormer(login: string): Organization | undefined {
    const lower = login.toLowerCase();
    return [...this.organizations.values()].find(({ formerly }) =>
      formerly?.some((old) => old.toLowerCase() === lower),
    );
  }

  /** Seconds since 1970, as GitHub's clock has them. */
  now(): number {
    return Math.floor(Date.now() / 1000) + this.ahead;
  }

  /** The failure that the next answer about this part of the organisation is, counted off. */
  takeFailure(organization: Organization, part: Part): Failure | undefined {
    const { failure } = organization;
    if (!failure || failure.times === 0) return undefined;
    // Everybody may look at an organisation; what is in it is for its owners.
    const forOwners = failure.kind === "forbidden" && part !== "organization";
    if (failure.on ? failure.on !== part : failure.kind === "forbidden" && !forOwners) return undefined;
    if (failure.times !== undefined) failure.times--;
    return failure;
  }
}

/** Requests an hour that GitHub allows a user. */
export const RATE_LIMIT = 5000;
