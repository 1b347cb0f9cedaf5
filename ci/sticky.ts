import { request } from "@octokit/request";

/** A repository and the right to write to it. */
export interface Repository {
  owner: string;
  repo: string;
  token: string;
  /** @default "https://api.github.com" */
  apiUrl?: string;
  /** Who writes: what somebody else wrote with the same marker is left alone. @default "github-actions[bot]" */
  login?: string;
}

interface Entry {
  marker: string;
  body: string;
}

const WORKFLOWS = "github-actions[bot]";

/** Rewrites the comment with the marker, or writes it for the first time. @returns its address */
export async function stickyComment(
  repository: Repository,
  issue: number,
  { marker, body }: Entry,
): Promise<string | undefined> {
  const { ask, at } = asking(repository);
  const found = await firstOf(repository, marker, async (page) => {
    const { data } = await ask("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      ...at,
      issue_number: issue,
      per_page: PAGE,
      page,
    });
    return data;
  });
  const { data } = found
    ? await ask("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", { ...at, comment_id: found.id, body })
    : await ask("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", { ...at, issue_number: issue, body });
  return data.html_url;
}

/**
 * Keeps one open issue for something that is wrong: opens it, rewrites it, and closes it when nothing is wrong any more.
 *
 * @param entry nothing when nothing is wrong.
 */
export async function stickyIssue(
  repository: Repository,
  { marker, title }: { marker: string; title: string },
  body: string | undefined,
): Promise<string | undefined> {
  const { ask, at } = asking(repository);
  const creator = repository.login ?? WORKFLOWS;
  const found = await firstOf(repository, marker, async (page) => {
    const { data } = await ask("GET /repos/{owner}/{repo}/issues", {
      ...at,
      state: "open",
      creator,
      per_page: PAGE,
      page,
    });
    return data.map(({ number, body: text, user }) => ({ id: number, body: text ?? "", user }));
  });
  if (body === undefined) {
    if (found) {
      const closed = { ...at, issue_number: Number(found.id), state: "closed", state_reason: "completed" } as const;
      await ask("PATCH /repos/{owner}/{repo}/issues/{issue_number}", closed);
    }
    return undefined;
  }
  const { data } = found
    ? await ask("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
        ...at,
        issue_number: Number(found.id),
        title,
        body,
      })
    : await ask("POST /repos/{owner}/{repo}/issues", { ...at, title, body });
  return data.html_url;
}

const PAGE = 100;

/** The comments and issues of a page, as far as they are read here. */
interface Listed {
  /** GitHub's own type of ids in a comment. */
  id: number | bigint;
  body?: string | undefined;
  user: { login: string } | null;
}

async function firstOf(
  { login = WORKFLOWS }: Repository,
  marker: string,
  pageOf: (page: number) => Promise<Listed[]>,
): Promise<Listed | undefined> {
  for (let page = 1; ; page++) {
    const listed = await pageOf(page);
    const found = listed.find(({ body, user }) => user?.login === login && body?.startsWith(marker));
    if (found || listed.length < PAGE) return found;
  }
}

function asking({ owner, repo, token, apiUrl }: Repository) {
  const ask = request.defaults({
    ...(apiUrl ? { baseUrl: apiUrl } : {}),
    headers: { authorization: `Bearer ${token}`, "x-github-api-version": "2022-11-28" },
  });
  return { ask, at: { owner, repo } };
}
