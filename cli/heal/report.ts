import type { DoctorReport } from "../doctor/report";
import type { Outcome } from "./carry-out";
import type { Repair } from "./repair";

/** What `arc heal` tells; `--json` prints it. */
export interface HealReport {
  repair: string;
  stack: string;
  server: string;
  /** `namespace/name` of the one set. */
  set?: string;
  /** What would be done. */
  repairs: Repair[];
  /** Why it may not be; `--force` does it all the same. */
  refusals: string[];
  notes: string[];
  /** What was done: as many as repairs, or none. */
  done: { object: string; outcome: Outcome; message?: string; command: string }[];
  /** What doctor says afterwards; absent when nothing was done. */
  doctor?: DoctorReport;
}
