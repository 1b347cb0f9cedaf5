import { type Lab, startLab } from "../../lab/lab";
import type { Progress } from "../../lab/progress";
import type { StackFile } from "../../lab/stack-file";
import type { Toolchain } from "../../lab/toolchain";
import type { Case, Results, Side } from "../results";
import { installationsOf } from "../stack-of-sets";
import type { Operation } from "./messages";
import { type Subject, deploySubject, hostOf } from "./subject";
import { measureStack } from "./task";

export interface EngineBench {
  tools: Toolchain;
  /** The stack file that all sizes start from. */
  base: StackFile;
  sets: number;
  runs: number;
  /** Folder for CPU profiles of the measured programs, one file for each run. */
  profile?: string;
  progress: Progress;
  /** Ends what runs. */
  signal: AbortSignal;
  /** Gets each measurement as it comes, so that none is lost when a later one fails. */
  results: Results;
}

/** Deploys our program and the floor to a lab of their own, and measures the runs that find nothing to do. */
export async function benchEngine(bench: EngineBench): Promise<void> {
  const { tools, base, sets, progress } = bench;
  const organizations = installationsOf(base, sets);
  const lab = await progress.during(`Starting the lab for ${sets} sets`, () => startLab(tools, { organizations }));
  try {
    await benchInLab(lab, bench);
  } finally {
    await progress.during("Stopping the lab", () => lab.stop());
  }
}

async function benchInLab(lab: Lab, bench: EngineBench): Promise<void> {
  const { sets, results } = bench;
  results.versions.plugins = lab.plugins.description;
  // ARC's model looks at every set four times a second, and nothing here waits for what it does.
  await lab.cluster.models.controllers.stop();
  const ours = await deploySubject(lab, bench, "ours");
  const floor = await deploySubject(lab, bench, { floor: ours.resources });
  await lab.cluster.models.nodes.stop();
  results.deployed.push({ sets, side: "ours", seconds: ours.seconds }, { sets, side: "floor", seconds: floor.seconds });
  await measureInTurn(lab, bench, { ours, floor });
}

async function measureInTurn(lab: Lab, bench: EngineBench, subjects: Record<Side, Subject>): Promise<void> {
  const { sets, runs, profile, progress, signal, results } = bench;
  const cases = (["preview", "up"] as const).map((operation) => emptyCase(operation, sets, subjects));
  results.cases.push(...cases);
  for (let run = 1; run <= runs; run++) {
    for (const { operation, samples } of cases) {
      for (const side of ["ours", "floor"] as const) {
        const { stack, program, passphrase } = subjects[side];
        const task = { host: hostOf(lab), stack, program, passphrase, ...(profile ? { profile } : {}) };
        const text = `Engine, ${sets} sets, run ${run} of ${runs}, ${operation} of ${side}`;
        samples[side].push(await progress.during(text, () => measureStack(task, operation, signal)));
      }
    }
  }
}

function emptyCase(
  operation: Operation,
  sets: number,
  { ours, floor }: Record<Side, Subject>,
): Case & { operation: Operation } {
  return {
    engine: "pulumi",
    operation,
    sets,
    resources: { ours: ours.resources, floor: floor.resources },
    stateBytes: { ours: ours.stateBytes, floor: floor.stateBytes },
    samples: { ours: [], floor: [] },
  };
}
