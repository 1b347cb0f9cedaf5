import * as pulumi from "@pulumi/pulumi";
import { runChecks } from "../checks";
import type { Diagnostic } from "../diagnostic";
import { bySeverity, diagnosticText, problemsText } from "../diagnostic";
import { withBases } from "./layers";
import { originsOf } from "./origins";
import { parseStack } from "./parse";
import { MISSING } from "./problems";
import { type RawStack, readEngineConfig } from "./raw";
import { inSurroundings } from "./runner-image";
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
  // What is missing may stand in the file that could not be read, and then nothing follows from its absence.
  const readable = raw.incomplete ? undefined : (settings ?? remainder?.settings);
  const config = readable && settle(readable);
  const found = config ? runChecks({ config, secrets: raw.secrets, ...raw.surroundings }, remainder?.spoiled) : [];
  const ofValues = [...(raw.incomplete ? problems.filter(({ id }) => id !== MISSING) : problems), ...found];
  const diagnostics = bySeverity([...(raw.problems ?? []), ...withFiles(ofValues, raw)]);
  const sound = settings && !diagnostics.some((diagnostic) => diagnostic.severity === "error" && !bearable(diagnostic));
  return { ...(sound && config ? { config } : {}), diagnostics };
}

/** The diagnostics with the files where their values stand; what is missing belongs to the file of what it is missing in. */
function withFiles(diagnostics: Diagnostic[], { layers, values }: RawStack): Diagnostic[] {
  if (!layers || !diagnostics.length) return diagnostics;
  const origins = originsOf(layers, values);
  return diagnostics.map((diagnostic) => {
    const { id, path } = diagnostic;
    const file = origins.get(id === MISSING ? path.replace(LAST_PART, "") : path);
    return { ...diagnostic, ...(file === undefined ? {} : { file }) };
  });
}

/** The last part of a path as `configPath` writes it. */
const LAST_PART = /(\.[\w$-]+|\[(\d+|"(\\.|[^"\\])*")\])$/;

/**
 * The stack's configuration, checked. Warnings go to the engine's log.
 *
 * @param today by which the runners' age is told. Without an engine nothing is deployed, and whoever evaluates the program
 * has checked the stack before.
 * @throws {pulumi.RunError} with every problem, before anything is touched.
 */
export function loadStack(today: Date | undefined = pulumi.runtime.getEngine() && new Date()): StackConfig {
  // Pulumi runs the program in the project's folder, as it does for arc:controller.crds.directory.
  const place = { root: process.cwd(), file: `Pulumi.${pulumi.getStack()}.yaml` };
  const raw = withBases(readEngineConfig(), place);
  const { config, diagnostics } = checkStack(today ? inSurroundings(raw, place.root, today) : raw);
  if (!config) {
    throw new pulumi.RunError(problemsText(diagnostics.filter((diagnostic) => diagnostic.severity === "error")));
  }
  for (const warning of diagnostics) void pulumi.log.warn(diagnosticText(warning));
  return config;
}
