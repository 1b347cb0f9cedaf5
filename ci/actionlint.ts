import { spawnSync } from "node:child_process";
import { showProgress } from "../lab/progress";
import { prepareToolchain } from "../lab/toolchain";
import { ACTIONLINT } from "../lab/toolchain/tools";

/**
 * Lets actionlint look at the workflows. Where it is not installed and cannot be built, that is told and nothing fails:
 * the jobs of ci.yml have Go.
 */
export async function runActionlint(root: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  let program: string;
  try {
    const tools = await prepareToolchain(showProgress(process.stderr as NodeJS.WriteStream), env, [ACTIONLINT]);
    program = tools.actionlint.path;
  } catch (error) {
    if (env.CI) throw error;
    process.stderr.write(`The workflows are not checked by actionlint. ${(error as Error).message}\n`);
    return true;
  }
  // Without these two, what it finds would depend on what else is installed; `run` holds no scripts to look at.
  const { status } = spawnSync(program, ["-shellcheck=", "-pyflakes="], { cwd: root, stdio: "inherit" });
  return status === 0;
}
