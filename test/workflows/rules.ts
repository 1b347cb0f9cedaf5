import { parse } from "yaml";

/** A workflow of GitHub Actions, as far as the rules read it. */
export interface Workflow {
  on?: string | string[] | Record<string, unknown>;
  permissions?: Permissions;
  concurrency?: unknown;
  env?: Record<string, unknown>;
  jobs?: Record<string, Job>;
}

export interface Job {
  uses?: string;
  if?: unknown;
  environment?: unknown;
  permissions?: Permissions;
  concurrency?: unknown;
  env?: Record<string, unknown>;
  secrets?: unknown;
  with?: Record<string, unknown>;
  "timeout-minutes"?: number;
  steps?: Step[];
}

export interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
  env?: Record<string, unknown>;
}

type Permissions = string | Record<string, string>;

/** A rule: what a workflow breaks of it, each as `place: what`; nothing when it keeps it. */
export type Rule = (workflow: Workflow, text: string) => string[];

/** `uses:` with what it names and the comment behind it. */
const USES = /^\s*(?:-\s+)?uses:\s*["']?([^\s"'#]+)["']?\s*(?:#\s*(.*))?$/gm;

/** Actions of others are named by the commit, since a tag can be moved, and the comment says which release that is. */
export const pinned: Rule = (_workflow, text) =>
  usesIn(text).flatMap(({ action, comment }) => {
    if (action.startsWith("./")) return [];
    if (!/^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/.test(action)) return [`${action}: no full commit id`];
    return /^v\d+\.\d+\.\d+$/.test(comment) ? [] : [`${action}: no release in a comment (# vX.Y.Z)`];
  });

export function usesIn(text: string): { action: string; comment: string }[] {
  return [...text.matchAll(USES)].map(([, action, comment]) => ({ action: action!, comment: comment?.trim() ?? "" }));
}

/** The token starts with no right, or may read; each job names its own. */
export const leastPermissions: Rule = ({ permissions, jobs = {} }) => [
  ...(grantsNothing(permissions) ? [] : ["workflow: permissions is not {} or read-only"]),
  ...Object.entries(jobs).flatMap(([name, job]) => {
    if (job.permissions === undefined) return [`${name}: no permissions of its own`];
    return typeof job.permissions === "string" ? [`${name}: permissions: ${job.permissions}`] : [];
  }),
];

function grantsNothing(permissions: Permissions | undefined): boolean {
  if (permissions === undefined || typeof permissions === "string") return permissions === "read-all";
  return Object.values(permissions).every((right) => right === "read" || right === "none");
}

/** Nothing is put into a shell's text: values come as variables, and the shell reads them as data. */
export const noExpressionsInScripts: Rule = ({ jobs = {} }) =>
  stepsOf(jobs).flatMap(({ place, step }) => {
    const scripts = [step.run, step.with?.script].filter((script) => typeof script === "string");
    return scripts.some((script) => script.includes("${{")) ? [`${place}: an expression in a script`] : [];
  });

/** Scripts are files with tests. */
export const oneCommand: Rule = ({ jobs = {} }) =>
  stepsOf(jobs).flatMap(({ place, step }) =>
    (step.run ?? "").trim().split("\n").length > 1 ? [`${place}: a script of several lines`] : [],
  );

/** The token is not left in the folder, where every later step could read it. */
export const noLeftCredentials: Rule = ({ jobs = {} }) =>
  stepsOf(jobs).flatMap(({ place, step }) =>
    step.uses?.startsWith("actions/checkout@") && String(step.with?.["persist-credentials"]) !== "false"
      ? [`${place}: checkout without persist-credentials: false`]
      : [],
  );

/** Code of others does not run with the rights of this repository. */
export const noForeignCode: Rule = ({ on, jobs = {} }) =>
  ["pull_request_target", "workflow_run"]
    .filter((event) => eventsOf(on).includes(event))
    .flatMap((event) =>
      event === "pull_request_target" || stepsOf(jobs).some(({ step }) => step.uses?.startsWith("actions/checkout@"))
        ? [`on: ${event}`]
        : [],
    );

/** A pull request gives credentials to branches of this repository alone. */
export const noCredentialsForForks: Rule = ({ on, jobs = {} }) => {
  if (!eventsOf(on).includes("pull_request")) return [];
  return Object.entries(jobs).flatMap(([name, job]) => {
    const hasIdentity = typeof job.permissions === "object" && job.permissions["id-token"] === "write";
    if (!hasIdentity && job.environment === undefined) return [];
    return String(job.if ?? "").includes("github.event.pull_request.head.repo.full_name == github.repository")
      ? []
      : [`${name}: credentials for forks`];
  });
};

/** A job that hangs ends. One that calls another workflow has its limit there. */
export const timeLimit: Rule = ({ jobs = {} }) =>
  Object.entries(jobs).flatMap(([name, job]) =>
    job.uses || typeof job["timeout-minutes"] === "number" ? [] : [`${name}: no timeout-minutes`],
  );

/** What has an environment writes to something that two must not write to at once. */
export const oneAtATime: Rule = ({ on, concurrency, jobs = {} }) => {
  const isCalled = eventsOf(on).join() === "workflow_call";
  const jobsToo = Object.entries(jobs).flatMap(([name, job]) =>
    job.environment !== undefined && job.concurrency === undefined && (isCalled || concurrency === undefined)
      ? [`${name}: an environment without concurrency`]
      : [],
  );
  return [...(isCalled || concurrency !== undefined ? [] : ["workflow: no concurrency"]), ...jobsToo];
};

/** A secret goes to the step that needs it. */
export const secretsInStepsOnly: Rule = ({ env = {}, jobs = {} }) => [
  ...(mentionsSecret(env) ? ["workflow: a secret in env"] : []),
  ...Object.entries(jobs).flatMap(([name, job]) => [
    ...(mentionsSecret(job.env ?? {}) ? [`${name}: a secret in env`] : []),
    ...(job.secrets === "inherit" ? [`${name}: secrets: inherit`] : []),
  ]),
];

/** A program from the network is installed by its digest, or by an action. */
export const noPipedInstall: Rule = ({ jobs = {} }) =>
  stepsOf(jobs).flatMap(({ place, step }) =>
    /\b(curl|wget)\b[^\n]*\|\s*(sudo\s+)?(ba|z|da)?sh\b/.test(step.run ?? "") ? [`${place}: curl | sh`] : [],
  );

/** `arc` and the program look installations up with GITHUB_TOKEN: that of a workflow sees none, and hides the mistake. */
export const noTokenForLookUps: Rule = ({ env = {}, jobs = {} }) => {
  const has = (variables: Record<string, unknown> | undefined) => "GITHUB_TOKEN" in (variables ?? {});
  return [
    ...(has(env) ? ["workflow: GITHUB_TOKEN in env"] : []),
    ...Object.entries(jobs).flatMap(([name, job]) => (has(job.env) ? [`${name}: GITHUB_TOKEN in env`] : [])),
    ...stepsOf(jobs).flatMap(({ place, step }) =>
      has(step.env) && /\b(ci\/run|bin\/arc|pulumi)\b/.test(step.run ?? "") ? [`${place}: GITHUB_TOKEN in env`] : [],
    ),
  ];
};

/** What another job put into a cache does not run with the credentials of an environment. */
export const noCacheWithCredentials: Rule = ({ jobs = {} }) =>
  stepsOf(jobs).flatMap(({ place, job, step }) => {
    if (job.environment === undefined) return [];
    const restores =
      step.uses?.startsWith("actions/cache") ||
      step.with?.cache !== undefined ||
      (step.uses?.startsWith("actions/setup-node@") && step.with?.["package-manager-cache"] !== false);
    return restores ? [`${place}: a cache beside credentials`] : [];
  });

/** All rules, by name. */
export const RULES: Record<string, Rule> = {
  pinned,
  leastPermissions,
  noExpressionsInScripts,
  oneCommand,
  noLeftCredentials,
  noForeignCode,
  noCredentialsForForks,
  timeLimit,
  oneAtATime,
  secretsInStepsOnly,
  noPipedInstall,
  noTokenForLookUps,
  noCacheWithCredentials,
};

/** What a workflow breaks of a rule. */
export function broken(rule: Rule, text: string): string[] {
  return rule(parse(text) as Workflow, text);
}

function stepsOf(jobs: Record<string, Job>): { place: string; job: Job; step: Step }[] {
  return Object.entries(jobs).flatMap(([name, job]) =>
    (job.steps ?? []).map((step, index) => ({ place: `${name}[${index}]`, job, step })),
  );
}

function eventsOf(on: Workflow["on"]): string[] {
  if (typeof on === "string") return [on];
  return Array.isArray(on) ? on : Object.keys(on ?? {});
}

function mentionsSecret(variables: Record<string, unknown>): boolean {
  return Object.values(variables).some((value) => /\bsecrets\s*[.[]|\bgithub\.token\b/.test(String(value)));
}
