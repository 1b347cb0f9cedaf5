import { missingSecret } from "../stacks/checks/credentials";
import { checkStack } from "../stacks/config/load";
import type { RawStack } from "../stacks/config/raw";
import type { StackConfig } from "../stacks/config/settle";
import { configPath, type Diagnostic } from "../stacks/diagnostic";
import { readStack } from "./stack-file";

/** A stack file as commands take it, which need none of its secrets. */
export interface CheckedStack {
  raw: RawStack;
  /** Absent when the file cannot be read as a whole. */
  config?: StackConfig;
  /** Errors, save for secrets that are still to be set. */
  problems: Diagnostic[];
  warnings: Diagnostic[];
  /** Secrets that are still to be set. */
  notSet: Diagnostic[];
}

/** Reads a stack file with the files that it extends, and checks it. */
export function checkedStack(root: string, stack: string): CheckedStack {
  return checkedRaw(readStack(root, stack));
}

/** {@link checkedStack} of what has no file yet. */
export function checkedRaw(raw: RawStack): CheckedStack {
  const isNotSet = secretsNotSet(raw);
  const { config, diagnostics } = checkStack(raw, isNotSet);
  return {
    raw,
    ...(config ? { config } : {}),
    problems: diagnostics.filter((diagnostic) => diagnostic.severity === "error" && !isNotSet(diagnostic)),
    warnings: diagnostics.filter(({ severity }) => severity === "warning"),
    notSet: diagnostics.filter(isNotSet),
  };
}

/** Tells the secrets that are still to be set; one that is set to nothing is a problem like any other. */
function secretsNotSet({ secrets }: RawStack): (diagnostic: Diagnostic) => boolean {
  const given = Object.keys(secrets).map((key) => configPath(key.split(".")));
  return ({ id, path: at }) => id === missingSecret.id && !given.includes(at);
}

/** The same stack, told that the CRDs are in the cluster: nothing else of the plan depends on their files. */
export function withoutCrds(raw: RawStack): RawStack {
  const controller = { ...(raw.values.controller as object), crds: { source: "preinstalled" } };
  return { ...raw, values: { ...raw.values, controller } };
}
