import type { RunnerImage, RunnerImageError } from "../config/runner-image";
import type { SecretKey } from "../config/schema";
import type { StackConfig } from "../config/settle";
import type { Diagnostic } from "../diagnostic";

/** What checks look at: the settled stack file, and the secrets that stand outside of it. */
export interface CheckInput {
  config: StackConfig;
  secrets: Partial<Record<SecretKey, SecretValue>>;
  /** The day that ages are counted to; without one nothing is said of them. */
  now?: Date;
  /** The repository's own runner image, or why its file cannot be read. */
  runnerImage?: RunnerImage | RunnerImageError;
}

/** A secret of the stack: its text, or only the knowledge that it is set, where nobody can decrypt it. */
export type SecretValue = { text: string } | { encrypted: true };

/** What a check found, and where. */
export interface Finding extends Omit<Diagnostic, "id" | "path"> {
  at: PropertyKey[];
  /** Further places that the finding follows from: it means nothing while the value of one of them is not known. */
  from?: PropertyKey[][];
}

/** One check of the stack file: pure, so that a test is a call. */
export interface Check {
  /** `<concern>/<what>`; users turn a check off by it, and docs/checks.md has a section for it. */
  id: string;
  run(input: CheckInput): Finding[];
}
