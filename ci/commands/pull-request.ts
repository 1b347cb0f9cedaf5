import { changedFiles, changedStacks, sourcesOfStacks } from "../changed-stacks";
import { type DeployedStack, deployedStacks, SAFE_NAME } from "../deployed-stacks";
import { SUMMARY_LIMIT } from "../actions";
import { type Job, needed, placeOf } from "../job";
import { COMMENT_LIMIT, PREVIEW_MARKER, previewComment } from "../preview-comment";
import { readReports, type StackPreview } from "../preview-report";
import { type Repository, stickyComment } from "../sticky";

/** Tells which stacks differ: those to check, those of them that are deployed, and those whose file is gone. */
export async function stacks({ root, actions }: Job, base: string | undefined): Promise<boolean> {
  const sources = sourcesOfStacks(root);
  const unsafe = [...sources.keys()].find((stack) => !SAFE_NAME.test(stack));
  if (unsafe !== undefined) throw new Error(`a stack's name has characters that no command should get: ${unsafe}`);
  const { changed, removed } =
    base === undefined
      ? { changed: [...sources.keys()].sort(), removed: [] }
      : changedStacks(changedFiles(root, base), sources);
  const plan = deployedStacks(root).filter(({ stack }) => changed.includes(stack));
  actions.output("check", JSON.stringify(changed));
  actions.output("plan", JSON.stringify(plan));
  actions.output("removed", JSON.stringify(removed));
  return true;
}

/** Writes what the reports say to the run's page and, but for forks, as the one comment of the pull request. */
export async function comment(job: Job, reports: string): Promise<boolean> {
  const { env, actions } = job;
  const isFork = env.FORK === "true";
  const planned = listed<DeployedStack>(env.PLANNED_STACKS).map(({ stack }) => stack);
  const input = {
    ...placeOf(job),
    commit: env.HEAD_COMMIT || needed(job, "GITHUB_SHA"),
    previews: mergedReports(readReports<StackPreview>(reports), listed(env.CHECKED_STACKS)),
    planned: isFork ? [] : planned,
    removed: listed<string>(env.REMOVED_STACKS),
  };
  actions.summary(previewComment(input, SUMMARY_LIMIT));
  if (isFork) return true;
  const body = previewComment(input, COMMENT_LIMIT);
  await stickyComment(repositoryOf(job), Number(needed(job, "PULL_REQUEST")), { marker: PREVIEW_MARKER, body });
  return true;
}

function listed<T>(json: string | undefined): T[] {
  return JSON.parse(json || "[]") as T[];
}

/** One report for each stack: of two the one with the plan, which says more; of none, that its job ended too early. */
function mergedReports(reports: readonly StackPreview[], stacks: readonly string[]): StackPreview[] {
  return stacks.map((stack) => {
    const own = reports.filter((report) => report.stack === stack);
    return (
      own.find(({ engine }) => engine) ?? own[0] ?? { stack, check: { failed: "its job ended before it could look" } }
    );
  });
}

/** The repository of the job, with the right that its step was given. */
export function repositoryOf(job: Job): Repository {
  const [owner = "", repo = ""] = needed(job, "GITHUB_REPOSITORY").split("/");
  const { GITHUB_API_URL: apiUrl } = job.env;
  return { owner, repo, token: needed(job, "WRITE_TOKEN"), ...(apiUrl ? { apiUrl } : {}) };
}
