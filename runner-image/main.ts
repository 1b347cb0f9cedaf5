import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Command } from "commander";
import { actionsOf } from "../ci/actions";
import { type Job, needed } from "../ci/job";
import { bump, described, sourceOf, writeNewest } from "./bump";
import { GITHUB, newest } from "./newest";
import { planOf } from "./plan";
import { pullRequestText } from "./pull-request";

const print = (text: string) => void process.stdout.write(text);
const job: Job = { root: path.join(__dirname, ".."), env: process.env, actions: actionsOf(process.env, print) };

/** Runs a command of `runner-image/run`; it ends with 1 when it failed, and with 2 when it could not be understood. */
export function main(argv: string[]): void {
  program()
    .parseAsync(argv)
    .catch((error: Error) => {
      process.stderr.write(`${error.message}\n`);
      process.exit(1);
    });
}

function program(): Command {
  const command = new Command("runner-image/run")
    .description("What the workflow of the runner image does beyond building; see docs/runner-image.md.")
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  command
    .command("newest")
    .description("take the newest runner and the newest gh: writes Dockerfile and version.json")
    .action(() => takeNewest(job));
  command
    .command("plan")
    .description("whether there is something to build: outputs `build`, `image`, `runner` and `day`")
    .action(() => plan(job));
  command
    .command("bump")
    .description("note a build in version.json and give it to the stacks that use the image")
    .requiredOption("--digest <sha256:…>", "what was pushed")
    .requiredOption("--day <YYYY-MM-DD>", "the day of its packages")
    .option("--text <file>", "where to write the text of the pull request")
    .action((flags: BumpFlags) => takeBuild(job, flags));
  return command;
}

async function takeNewest({ root, env }: Job): Promise<void> {
  const before = described(root);
  const sources = { ...GITHUB, ...(env.READ_TOKEN ? { token: env.READ_TOKEN } : {}) };
  const found = await newest(before.pins, before.image.runner, sources);
  writeNewest(root, before, found);
  print(`runner ${change(before.pins.runner.version, found.runner.version)}\n`);
  print(`gh     ${change(before.pins.gh.version, found.gh.version)}\n`);
}

function change(before: string, now: string): string {
  return before === now ? now : `${before} → ${now}`;
}

function plan({ root, env, actions }: Job): void {
  const { image } = described(root);
  const trigger = { event: needed({ env }, "GITHUB_EVENT_NAME"), owner: needed({ env }, "GITHUB_REPOSITORY_OWNER") };
  const plan = planOf(image, sourceOf(root), trigger);
  const said = plan.build
    ? `Builds ${image.image} with runner ${image.runner.version}.`
    : `Nothing is built: ${plan.because}.`;
  print(`${said}\n`);
  actions.summary(said);
  actions.output("build", String(plan.build));
  actions.output("image", image.image);
  actions.output("runner", image.runner.version);
  actions.output("day", new Date().toISOString().slice(0, 10));
}

interface BumpFlags {
  digest: string;
  day: string;
  text?: string;
}

function takeBuild({ root }: Job, { digest, day, text }: BumpFlags): void {
  const changes = bump(root, digest, day);
  for (const { file, line, before, after } of changes) print(`${file}:${line}\n  - ${before}\n  + ${after}\n`);
  print(changes.length ? "" : "No stack file names the image.\n");
  if (!text) return;
  mkdirSync(path.dirname(path.resolve(text)), { recursive: true });
  writeFileSync(text, pullRequestText(described(root).image, changes));
}
