import path from "node:path";
import { Command } from "commander";
import { showProgress } from "../lab/progress";
import { prepareToolchain } from "../lab/toolchain";
import { PROMTOOL, TOOLS } from "../lab/toolchain/tools";
import { runActionlint } from "./actionlint";
import { actionsOf } from "./actions";
import { clusterToken, useKubeconfig } from "./cluster-access";
import { comment, stacks } from "./commands/pull-request";
import { apply, drift, driftReport, plan, preview } from "./commands/stack";
import { crashSummary } from "./deploy-summary";
import { type Job, needed, placeOf } from "./job";
import { redacted } from "./redacted";
import { loginToVault, logoutOfVault } from "./vault-login";

const job: Job = {
  root: path.join(__dirname, ".."),
  env: process.env,
  actions: actionsOf(process.env, (text) => process.stdout.write(text)),
};

/** Runs a command of `ci/run`; it ends with 1 when it failed, and with 2 when it could not be understood. */
export function main(argv: string[]): void {
  program()
    .parseAsync(argv)
    .catch(async (error: Error) => {
      const message = redacted(error.message);
      await job.actions.quoting(async (log) => log(`${message}\n`));
      // Without a runner there is no page, and no address of one.
      if (job.env.GITHUB_STEP_SUMMARY) job.actions.summary(crashSummary(argv[2] ?? "", message, placeOf(job)));
      process.exit(1);
    });
}

function program(): Command {
  const command = new Command("ci/run")
    .description("What the workflows do beyond calling make; see docs/ci.md.")
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  const add = (name: string, about: string) => command.command(name).description(about);

  add("stacks", "which stacks a change concerns: outputs `check`, `plan` and `removed`")
    .option("--base <commit>", "the commit that the branch left; without it all stacks are told")
    .action((flags: { base?: string }) => ended(stacks(job, flags.base)));
  add("preview", "check a stack, and plan it against its state; writes a report")
    .requiredOption("--stack <name>")
    .requiredOption("--out <dir>")
    .option("--offline", "the stack file alone")
    .action((flags: { stack: string; out: string; offline?: boolean }) => ended(preview(job, flags)));
  add("comment", "write the comment of a pull request, from the reports")
    .requiredOption("--reports <dir>")
    .action((flags: { reports: string }) => ended(comment(job, flags.reports)));
  add("plan", "make and save the plan of a deployment: output `changes`")
    .requiredOption("--stack <name>")
    .requiredOption("--out <dir>")
    .action((flags: { stack: string; out: string }) => ended(plan(job, flags)));
  add("apply", "carry out a saved plan, then let doctor look")
    .requiredOption("--stack <name>")
    .requiredOption("--plan <dir>")
    .action((flags: { stack: string; plan: string }) => ended(apply(job, flags)));
  add("drift", "compare stack file, state and cluster, and let doctor look; writes a report")
    .requiredOption("--stack <name>")
    .requiredOption("--out <dir>")
    .action((flags: { stack: string; out: string }) => ended(drift(job, flags)));
  add("drift-report", "open, rewrite or close the issue about drift, from the reports")
    .requiredOption("--reports <dir>")
    .action((flags: { reports: string }) => ended(driftReport(job, flags.reports)));
  addAccess(add);
  add("actionlint", "let actionlint look at the workflows").action(() => ended(runActionlint(job.root, job.env)));
  add("toolchain", "build what the lab and its tests run, see docs/lab.md").action(async () => {
    await prepareToolchain(showProgress(process.stdout), job.env, [...TOOLS, PROMTOOL]);
  });
  return command;
}

/** The commands that get credentials for the others. */
function addAccess(add: (name: string, about: string) => Command): void {
  add("vault-login", "log in to Vault by the job's identity (VAULT_ADDR, VAULT_AUTH_MOUNT, VAULT_ROLE, …)").action(() =>
    loginToVault(
      {
        address: needed(job, "VAULT_ADDR"),
        mount: job.env.VAULT_AUTH_MOUNT || "jwt-github",
        role: needed(job, "VAULT_ROLE"),
        audience: job.env.VAULT_AUDIENCE || needed(job, "VAULT_ADDR"),
        ...(job.env.VAULT_NAMESPACE ? { namespace: job.env.VAULT_NAMESPACE } : {}),
        ...(job.env.PASSPHRASE_IN_VAULT ? { passphrase: job.env.PASSPHRASE_IN_VAULT } : {}),
      },
      job.actions,
      job.env,
    ),
  );
  add("vault-logout", "give the token of vault-login back").action(() => {
    const { VAULT_TOKEN, VAULT_NAMESPACE } = job.env;
    if (!VAULT_TOKEN) return undefined;
    return logoutOfVault(
      { address: needed(job, "VAULT_ADDR"), ...(VAULT_NAMESPACE ? { namespace: VAULT_NAMESPACE } : {}) },
      VAULT_TOKEN,
    );
  });
  add("kubeconfig", "use the kubeconfig of the variable KUBECONFIG_TEXT").action(() =>
    useKubeconfig(needed(job, "KUBECONFIG_TEXT"), needed(job, "RUNNER_TEMP"), job.actions),
  );
  add("cluster-token", "what a kubeconfig's exec prints: the job's identity, for an API server that trusts GitHub")
    .requiredOption("--audience <name>")
    .action(async ({ audience }: { audience: string }) => {
      process.stdout.write(`${await clusterToken(audience, job.env)}
`);
    });
}

/** A command that says whether all is well; it has said what is not. */
async function ended(well: Promise<boolean>): Promise<void> {
  if (!(await well)) process.exitCode = 1;
}
