import * as pulumi from "@pulumi/pulumi";
import { runChecks } from "../checks";
import type { Diagnostic } from "../diagnostic";
import { bySeverity, diagnosticText, problemsText } from "../diagnostic";
import { parseStack } from "./parse";
import { type RawStack, readEngineConfig } from "./raw";
import { type StackConfig, settle } from "./settle";

/** A stack file as read and checked: `config` only when nothing stops a deployment. */
export interface CheckedStack {
  config?: StackConfig;
  diagnostics: Diagnostic[];
}

/**
 * Reads and checks a stack file; finds all its problems at once, whichever stage they belong to. Those that are
 * `bearable` are told like the others and do not make the stack unsound.
 */
export function checkStack(raw: RawStack, bearable: (diagnostic: Diagnostic) => boolean = () => false): CheckedStack {
  const { settings, problems, remainder } = parseStack(raw.values);
  const readable = settings ?? remainder?.settings;
  const config = readable && settle(readable);
  const found = config ? runChecks({ config, secrets: raw.secrets }, remainder?.spoiled) : [];
  const diagnostics = bySeverity([...problems, ...found]);
  const sound = settings && !diagnostics.some((diagnostic) => diagnostic.severity === "error" && !bearable(diagnostic));
  return { ...(sound && config ? { config } : {}), diagnostics };
}

/**
 * The stack's configuration, checked. Warnings go to the engine's log.
 *
 * @throws {pulumi.RunError} with every problem, before anything is touched.
 */
export function loadStack(): StackConfig {
  const { config, diagnostics } = checkStack(readEngineConfig());
  if (!config) {
    throw new pulumi.RunError(problemsText(diagnostics.filter((diagnostic) => diagnostic.severity === "error")));
  }
  for (const warning of diagnostics) void pulumi.log.warn(diagnosticText(warning));
  return config;
}
