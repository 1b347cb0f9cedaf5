import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { loadCrds } from "../../stacks/crds";
import { checkedStack, withoutCrds } from "../checked-stack";
import { type ClusterAccess, type ClusterChoice, openCluster } from "../cluster";
import { clusterOf } from "../kubeconfig";
import { type ImportFile, importFile, providersFirst } from "../adopt/import-file";
import { handOverPatch } from "../adopt/hand-over";
import { plannedObjects } from "../adopt/planned";
import { type AdoptReport, adoptReport } from "../adopt/report";
import { inTurn, type Match, survey } from "../adopt/survey";
import { evaluateProgram } from "../offline/evaluate";
import { counted, withProgress } from "../terminal";

/** Options of `arc adopt`. */
export interface AdoptOptions {
  /** The project's folder. */
  root: string;
  stack: string;
  /** Where the import file goes. */
  out: string;
  /** The cluster, where it is not the one that the stack file names. */
  cluster: ClusterChoice;
  /** Also write who manages the objects' fields. */
  handOver: boolean;
}

/** Reads a cluster and says what of it becomes the stack's, and how. */
export async function adopt(options: AdoptOptions): Promise<AdoptReport> {
  const { raw, config, problems } = checkedStack(options.root, options.stack);
  if (!config || problems.length) return emptyReport(options.stack, problems);

  const { controller, kubernetes } = config.settings;
  const access = await openCluster({ ...clusterOf(kubernetes), ...options.cluster });
  // The provider takes it from there, and it becomes one of the provider's arguments in the import file.
  if (options.cluster.kubeconfig) process.env.KUBECONFIG = path.resolve(options.cluster.kubeconfig);
  const program = await loadCrds(controller.crds, controller.version).then(
    () => raw,
    () => withoutCrds(raw),
  );
  const { resources } = await withProgress(`planning ${counted(config.sets.length, "runner set")}`, () =>
    evaluateProgram(options.root, options.stack, program),
  );
  const found = await withProgress(`reading ${access.server}`, () => survey(plannedObjects(resources), access));
  const report = adoptReport(found, resources, {
    stack: options.stack,
    server: access.server,
    version: controller.version,
    updateStrategy: controller.updateStrategy,
  });
  if (report.obstacles.length || !found.matches.length) return report;
  const handOver = options.handOver ? await handOverFields(found.matches, access, report.handOver) : report.handOver;
  const matched = found.matches.map(({ planned }) => planned);
  const file = importFile(matched, resources, sdkVersions());
  writeImportFile(path.resolve(options.root, options.out), file);
  const sameCluster = sameClusterCommands(options, clusterOf(kubernetes));
  const written = { path: options.out, objects: matched.length, providersFirst: providersFirst(file), sameCluster };
  return { ...report, handOver, importFile: written };
}

/** What makes Pulumi work on the cluster that was read, where the stack file does not name it. */
function sameClusterCommands({ stack, cluster }: AdoptOptions, { kubeconfig, context }: ClusterChoice): string[] {
  const set = (key: string, value: string) =>
    `pulumi config set --stack ${stack} --path arc:kubernetes.${key} ${value}`;
  const commands = [];
  if (cluster.kubeconfig && cluster.kubeconfig !== kubeconfig) {
    const file = path.resolve(cluster.kubeconfig);
    commands.push(kubeconfig ? set("kubeconfig", file) : `export KUBECONFIG=${file}`);
  }
  if (cluster.context && cluster.context !== context) commands.push(set("context", cluster.context));
  return commands;
}

function emptyReport(stack: string, problems: AdoptReport["problems"]): AdoptReport {
  return {
    stack,
    problems,
    obstacles: [],
    adopted: [],
    created: [],
    crds: { planned: 0, found: 0 },
    elsewhere: {},
    releases: [],
    leftAlone: [],
    handOver: { objects: 0, tools: {}, done: false },
  };
}

async function handOverFields(
  matches: Match[],
  access: ClusterAccess,
  planned: AdoptReport["handOver"],
): Promise<AdoptReport["handOver"]> {
  await inTurn(matches, ({ planned: object, live }) =>
    access.patch(live, (now) => handOverPatch({ planned: object, live: now })),
  );
  return { ...planned, done: true };
}

function writeImportFile(file: string, content: ImportFile): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
}

/** The plugin that belongs to each SDK of the program. */
function sdkVersions(): Record<string, string> {
  const file = require.resolve("@pulumi/kubernetes/package.json");
  return { kubernetes: (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version };
}
