import { setTimeout as sleep } from "node:timers/promises";
import type { Observation } from "../doctor/observation";
import { setKey } from "../doctor/names";
import type { Asked } from "../heal/asked";
import { carryOut, type Done, Outcome } from "../heal/carry-out";
import { obstaclesTo } from "../heal/guard";
import { REPAIR_KINDS, type RepairName } from "../heal/kinds";
import { commandOf, limited, type Plan } from "../heal/repair";
import type { HealReport } from "../heal/report";
import { type DoctorOptions, type Operation, operation } from "./doctor";

/** Options of `arc heal`. */
export interface HealOptions extends DoctorOptions {
  repair: RepairName;
  /** Do it although something speaks against it. */
  force: boolean;
  /** Most objects that are changed. */
  limit: number;
}

/** A repair that was planned, and nothing done yet. */
export interface Healing {
  report: HealReport;
  /** Whether there is something to do, and nothing or nobody against it. */
  isReady: boolean;
  /** Does it, and asks doctor afterwards. */
  carryOut(told: (done: Done) => void): Promise<HealReport>;
}

/** The controller follows a change within a second or two; doctor is to see what comes of it. */
const SETTLE_SECONDS = 4;

/** Reads the cluster and says what a repair would do to it. */
export async function planned(options: HealOptions): Promise<Healing> {
  const { repair, stack, force, limit } = options;
  const operating = await operation(options);
  const observation = await operating.observe();
  const set = options.set === undefined ? undefined : setKey(observation, options.set);
  const plan = planOf({ observation, ...(set ? { set } : {}) }, repair, limit);
  const obstacles = plan.repairs.length ? obstaclesIn(observation, operating) : [];
  const report: HealReport = {
    repair,
    stack,
    server: observation.server,
    ...(set ? { set } : {}),
    ...plan,
    refusals: [...obstacles, ...plan.refusals],
    done: [],
  };
  return {
    report,
    isReady: report.repairs.length > 0 && (force || report.refusals.length === 0),
    carryOut: (told) => carriedOut(report, operating, told),
  };
}

function planOf(asked: Asked, repair: RepairName, limit: number): Plan {
  const { plan, isList } = REPAIR_KINDS[repair];
  return isList ? limited(plan(asked), limit) : plan(asked);
}

function obstaclesIn(observation: Observation, { report }: Operation): string[] {
  return obstaclesTo({ observation }, report(observation).findings);
}

async function carriedOut(
  report: HealReport,
  { access, observe, report: examined }: Operation,
  told: (done: Done) => void,
): Promise<HealReport> {
  const done = await carryOut(access, report.repairs, told);
  const results = done.map(({ repair, outcome, message }) => ({
    object: `${repair.object.kind} ${repair.object.namespace}/${repair.object.name}`,
    outcome,
    ...(message === undefined ? {} : { message }),
    command: commandOf(repair),
  }));
  if (done.some(({ outcome }) => outcome === Outcome.Done)) await sleep(SETTLE_SECONDS * 1000);
  return { ...report, done: results, doctor: examined(await observe(), report.set) };
}
