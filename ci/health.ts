import { setTimeout as sleep } from "node:timers/promises";
import type { DoctorReport } from "../cli/doctor/report";
import { type Finding, Harm } from "../cli/doctor/rule";
import type { Answer } from "./arc-command";

/** What `arc doctor` says after a deployment. */
export interface Health {
  /** Findings with which sets take no jobs, or lose some. */
  bad: Finding[];
  /** Findings that do not stop a deployment. */
  others: Finding[];
  /** What could not be seen, with the reason. */
  unseen: string[];
  /** Why nothing could be seen at all. */
  failed?: string;
}

/** How often and how long doctor is asked again: listeners need a minute to come up after an update. */
export interface Patience {
  looks: number;
  secondsBetween: number;
}

export const PATIENCE: Patience = { looks: 10, secondsBetween: 30 };

const BAD: readonly Harm[] = [Harm.Loses, Harm.Stops];

/** Asks until nothing is bad any more, or patience ends; what the last look saw. */
export async function settledHealth(
  look: () => Promise<Answer<DoctorReport>>,
  { looks, secondsBetween }: Patience = PATIENCE,
): Promise<Health> {
  for (let left = looks; ; left--) {
    const health = healthOf(await look());
    if (isHealthy(health) || left <= 1) return health;
    await sleep(secondsBetween * 1000);
  }
}

export function healthOf(answer: Answer<DoctorReport>): Health {
  if ("failed" in answer) return { bad: [], others: [], unseen: [], failed: answer.failed };
  const { findings, unknown } = answer.report;
  return {
    bad: findings.filter(({ harm }) => BAD.includes(harm)),
    others: findings.filter(({ harm }) => !BAD.includes(harm)),
    unseen: unknown.map(({ source, why }) => `${source}: ${why}`),
  };
}

export function isHealthy({ bad, failed }: Health): boolean {
  return bad.length === 0 && failed === undefined;
}
