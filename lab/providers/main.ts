import { githubPlugin } from "./github/plugin";
import { kubernetesPlugin } from "./kubernetes/plugin";
import { servePlugin } from "./serve";
import { vaultPlugin } from "./vault/plugin";

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  const plugins = [kubernetesPlugin, vaultPlugin, githubPlugin].filter(({ name }) => wanted.includes(name));
  const served = await Promise.all(plugins.map(servePlugin));
  const stop = () => {
    void Promise.all(served.map((plugin) => plugin.stop())).then(() => process.exit(0));
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  // The other end of stdin closes when whoever started this process ends, however that comes.
  process.stdin.on("end", stop).on("error", stop).resume();
  console.log(`PULUMI_DEBUG_PROVIDERS=${served.map(({ name, port }) => `${name}:${port}`).join(",")}`);
}

void main();
