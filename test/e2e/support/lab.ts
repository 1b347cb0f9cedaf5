import { type Lab, startLab } from "../../../lab/lab";
import { LAB_ORGANIZATIONS } from "../../../lab/organizations";
import { showProgress } from "../../../lab/progress";
import { prepareToolchain } from "../../../lab/toolchain";

let running: Lab | undefined;

/** The lab that all tests of a run share. */
export function lab(): Lab {
  if (!running) throw new Error("The lab is started by mocha's global set-up: run the suite with `make e2e`");
  return running;
}

/** Builds what is missing and starts the lab, once for all test files. */
export async function mochaGlobalSetup(): Promise<void> {
  const progress = showProgress(process.stdout as NodeJS.WriteStream);
  const tools = await prepareToolchain(progress);
  running = await progress.during("Starting the lab", () => startLab(tools, { organizations: LAB_ORGANIZATIONS }));
  // The program asks GitHub with the token of its own environment, and the version fence the cluster that it names.
  process.env.GITHUB_TOKEN = running.env.GITHUB_TOKEN;
  process.env.KUBECONFIG = running.env.KUBECONFIG;
  const versions = `Pulumi ${tools.pulumi.version}, Kubernetes ${tools["kube-apiserver"].version}, Vault ${tools.vault.version}`;
  console.log(`\n${versions}; ${running.plugins.description}`);
}

export async function mochaGlobalTeardown(): Promise<void> {
  await running?.stop();
}
