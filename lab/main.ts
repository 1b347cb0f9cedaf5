import { writeFileSync } from "node:fs";
import path from "node:path";
import { Command } from "commander";
import { table, terminal } from "../cli/terminal";
import { Deployment } from "./engine";
import { type Lab, startLab } from "./lab";
import { LAB_ORGANIZATIONS } from "./organizations";
import { printedTable } from "./printed-table";
import { showProgress } from "./progress";
import { labSecrets, labStackFile } from "./stack-file";
import { prepareToolchain } from "./toolchain";

interface Flags {
  stack: string;
  deploy: boolean;
  once?: boolean;
}

const command = new Command("lab")
  .description(
    "A cluster's control plane, a Vault and a GitHub on this machine, and the stack deployed to them by the real engine.",
  )
  .option("-s, --stack <name>", "stack whose file is deployed, with the lab's addresses in it", "local")
  .option("--no-deploy", "start everything and deploy nothing")
  .option("--once", "stop as soon as the stack is deployed")
  .addHelpText(
    "after",
    `
Examples:
  make lab                          deploy Pulumi.local.yaml and keep it running until Ctrl-C
  make lab ARGS='--stack prod'      the same with Pulumi.prod.yaml
  make lab ARGS='--once'            see that it deploys, and stop

Exit status: 0 deployed and stopped, 1 the deployment failed, 2 the lab could not start.`,
  )
  .action(run);

command.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});

async function run(flags: Flags): Promise<void> {
  const progress = showProgress(process.stderr as NodeJS.WriteStream);
  const interrupted = interrupt();
  const tools = await prepareToolchain(progress);
  const lab = await progress.during("Starting the control plane, Vault, External Secrets and GitHub", () =>
    startLab(tools, { organizations: LAB_ORGANIZATIONS }),
  );
  try {
    print(`Pulumi works with ${lab.plugins.description}.`);
    if (flags.deploy) await deploy(lab, flags.stack);
    if (flags.once) return;
    print(howToUse(lab));
    await interrupted;
  } finally {
    await progress.during("Stopping", () => lab.stop());
  }
}

/** Resolves at the first Ctrl-C or request to end; a second one does not wait for what is being stopped. */
function interrupt(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.once(signal, () => {
        resolve();
        process.once(signal, () => process.exit(130));
      });
    }
  });
}

async function deploy(lab: Lab, stack: string): Promise<void> {
  // The program inherits the environment, and a provider takes its defaults from there: another cluster must not be meant.
  const { GITHUB_TOKEN, KUBECONFIG } = lab.env;
  Object.assign(process.env, { GITHUB_TOKEN, KUBECONFIG });
  const deployment = await Deployment.create(lab, { stack, config: labStackFile(stack, lab) });
  await deployment.setSecrets(labSecrets());
  print(`\npulumi up --stack ${stack}\n`);
  const run = await deployment.up({ onOutput: (text) => process.stdout.write(text) });
  if (!run.ok) {
    process.exitCode = 1;
    return;
  }
  // The table is to show what the controller makes of the sets; without that it shows them as they are.
  await lab.cluster.models.controllers.settled().catch(() => {});
  print("\nkubectl get autoscalingrunnersets -A\n");
  const shown = await printedTable(
    lab.cluster.controlPlane.client,
    "/apis/actions.github.com/v1alpha1/autoscalingrunnersets",
  );
  print(table(shown.head, shown.rows, [], terminal({})));
}

function howToUse({ env, folder, github }: Lab): string {
  // What a terminal prints stays in its history.
  const tokenFile = path.join(folder, "vault-token");
  writeFileSync(tokenFile, env.VAULT_TOKEN, { mode: 0o600 });
  return [
    "",
    "It runs until Ctrl-C. To use it from another shell:",
    "",
    `  export KUBECONFIG=${env.KUBECONFIG}`,
    `  export VAULT_ADDR=${env.VAULT_ADDR}`,
    `  export VAULT_TOKEN=$(cat ${tokenFile})`,
    "",
    `GitHub answers at ${github.apiUrl}; logs are in ${path.join(folder, "logs")}.`,
    "",
  ].join("\n");
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
