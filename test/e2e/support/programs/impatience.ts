/** The variable that hands a test's wishes to the program of `impatient.ts`. */
export const IMPATIENT_PROGRAM = "ARC_TEST_IMPATIENCE";

/** What that program does otherwise than the project's. */
export interface Impatience {
  /** Seconds that it waits for what must become ready. */
  ready: number;
  /** Seconds that it waits for a set to be gone. */
  gone: number;
  /** Another token of Vault. */
  vaultToken?: string;
}
