import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import type { PreviewReport } from "../../cli/preview/report";
import type { Progress } from "../../lab/progress";
import type { StackFile } from "../../lab/stack-file";
import { measureProcess } from "../process/measure";
import type { Case } from "../results";
import { stackOfSets } from "../stack-of-sets";

export interface OfflineBench {
  /** The stack file that all sizes start from. */
  base: StackFile;
  sets: number;
  runs: number;
  progress: Progress;
  /** Ends what runs. */
  signal: AbortSignal;
}

const ROOT = path.join(__dirname, "../..");
const ARC = path.join(ROOT, "bin", "arc");
/** The flags of bin/arc, so that both programs have the same Node. */
const FLOOR = ["--max-semi-space-size=128", "--require", "ts-node/register/transpile-only"];

/** Measures `arc preview` and the floor in turn, each as a whole process. */
export async function benchOffline({ base, sets, runs, progress, signal }: OfflineBench): Promise<Case> {
  const folder = projectFolder(base, sets);
  try {
    const args = ["preview", "--cwd", folder, "--stack", "bench", "--out", path.join(folder, "out"), "--offline"];
    // The first run is not counted: it tells how many resources there are, and it warms the disk's cache.
    const { stdout } = await progress.during(`Offline preview of ${sets} sets`, () =>
      measureProcess(ARC, [...args, "--json"], signal),
    );
    const resources = resourcesOf(JSON.parse(stdout) as PreviewReport);
    const measured: Case = {
      engine: "offline",
      operation: "preview",
      sets,
      resources: { ours: resources, floor: resources },
      samples: { ours: [], floor: [] },
    };
    const floor = [...FLOOR, path.join(__dirname, "floor.ts"), String(resources)];
    for (let run = 1; run <= runs; run++) {
      await progress.during(`Offline, ${sets} sets, run ${run} of ${runs}`, async () => {
        measured.samples.ours.push((await measureProcess(ARC, args, signal)).sample);
        measured.samples.floor.push((await measureProcess(process.execPath, floor, signal)).sample);
      });
    }
    return measured;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A folder that looks like the project's, with a stack file of this size. */
function projectFolder(base: StackFile, sets: number): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "arc-bench-"));
  copyFileSync(path.join(ROOT, "Pulumi.yaml"), path.join(folder, "Pulumi.yaml"));
  symlinkSync(path.join(ROOT, "index.ts"), path.join(folder, "index.ts"));
  writeFileSync(path.join(folder, "Pulumi.bench.yaml"), stringify({ config: stackOfSets(base, sets) }));
  return folder;
}

function resourcesOf({ plan, problems }: PreviewReport): number {
  if (!plan) throw new Error(`the stack file of the bench has problems: ${JSON.stringify(problems)}`);
  const stack = 1;
  return plan.resources + plan.components + plan.providers + stack;
}
