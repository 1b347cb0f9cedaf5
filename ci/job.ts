import type { Actions } from "./actions";

/** What a command has to work with. */
export interface Job {
  /** The project's folder. */
  root: string;
  env: NodeJS.ProcessEnv;
  actions: Actions;
}

/** A variable that there must be. @throws {Error} when there is none */
export function needed({ env }: Pick<Job, "env">, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`${name} is not set; docs/ci.md lists the variables`);
  return value;
}

/** Where the job runs, as GitHub's own variables say. */
export interface Place {
  commit: string;
  /** Address of the repository. */
  repository: string;
  /** Address of the run. */
  run: string;
  /** Address of the docs at this commit. */
  docs: string;
}

export function placeOf(job: Pick<Job, "env">): Place {
  const commit = needed(job, "GITHUB_SHA");
  const repository = `${needed(job, "GITHUB_SERVER_URL")}/${needed(job, "GITHUB_REPOSITORY")}`;
  const run = `${repository}/actions/runs/${needed(job, "GITHUB_RUN_ID")}`;
  return { commit, repository, run, docs: `${repository}/blob/${commit}/docs` };
}
