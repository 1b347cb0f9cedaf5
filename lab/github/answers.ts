import type { Failure } from "./state";

/** An answer before it is written: `reset` breaks the connection instead. */
export type Answer = { status: number; body: unknown; headers?: Record<string, string> } | "reset";

const DOCS = "https://docs.github.com";
const REST = `${DOCS}/rest`;
const LIST_INSTALLATIONS = `${REST}/orgs/orgs#list-app-installations-for-an-organization`;
const RATE_LIMITS = `${DOCS}/free-pro-team@latest/rest/overview/rate-limits-for-the-rest-api`;

/** GitHub's documentation of the endpoint that an answer is about. */
export const DOCUMENTATION = {
  rest: REST,
  organization: `${REST}/orgs/orgs#get-an-organization`,
  installations: LIST_INSTALLATIONS,
  user: `${REST}/users/users#get-the-authenticated-user`,
  userByName: `${REST}/users/users#get-a-user`,
  installation: `${REST}/apps/apps#get-an-organization-installation-for-the-authenticated-app`,
  runnerGroups: `${REST}/actions/self-hosted-runner-groups#list-self-hosted-runner-groups-for-an-organization`,
  accessToken: `${REST}/apps/apps#create-an-installation-access-token-for-an-app`,
};

/** An error as GitHub words it. */
export function problem(status: number, message: string, documentation: string, headers = {}): Answer {
  return { status, body: { message, documentation_url: documentation, status: String(status) }, headers };
}

/** There is no such thing, or the token may not see it: GitHub does not tell which. */
export function notFound(documentation: string): Answer {
  return problem(404, "Not Found", documentation);
}

/** The organisation has another login now. */
export function movedTo(url: string): Answer {
  const documentation_url = `${REST}/guides/best-practices-for-using-the-rest-api#follow-redirects`;
  return { status: 301, headers: { location: url }, body: { message: "Moved Permanently", url, documentation_url } };
}

/** The token is none that GitHub knows. */
export function badCredentials(): Answer {
  return problem(401, "Bad credentials", DOCUMENTATION.rest);
}

/** What GitHub answers in the given state of failure. */
export function failed(failure: Failure, documentation: string, requestId: string): Answer {
  switch (failure.kind) {
    case "badCredentials":
      return badCredentials();
    case "forbidden":
      return problem(403, "Resource not accessible by personal access token", documentation);
    case "notFound":
      return notFound(documentation);
    case "connectionReset":
      return "reset";
    case "serverError":
      return { status: failure.status, body: { message: SERVER_ERRORS[failure.status], documentation_url: REST } };
    default:
      return rateLimited(failure.kind, failure.seconds, requestId);
  }
}

const SERVER_ERRORS = {
  500: "Server Error",
  502: "Server Error",
  503: "No server is currently available to service your request. Sorry about that. Please try refreshing and contact us if the problem persists.",
  504: "We couldn't respond to your request in time. Sorry about that. Please try resubmitting your request and contact us if the problem persists.",
};

function rateLimited(kind: "rateLimit" | "secondaryRateLimit", seconds: number, requestId: string): Answer {
  const support = `If you reach out to GitHub Support for help, please include the request ID ${requestId}.`;
  if (kind === "secondaryRateLimit") {
    const message = `You have exceeded a secondary rate limit. Please wait a few minutes before you try again. ${support}`;
    const headers = { "retry-after": String(seconds) };
    return problem(429, message, `${RATE_LIMITS}#about-secondary-rate-limits`, headers);
  }
  return problem(
    403,
    `API rate limit exceeded for user ID 1. ${support}`,
    `${REST}/overview/rate-limits-for-the-rest-api`,
    {
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": String(Math.ceil(Date.now() / 1000) + seconds),
    },
  );
}
