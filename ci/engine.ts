import { type EngineEvent, LocalWorkspace, type PreviewOptions, type Stack } from "@pulumi/pulumi/automation";
import { kindOf } from "../cli/offline/plan";
import { redacted } from "./redacted";

/** One resource that the engine would change, or has changed. No values: they may be secret. */
export interface Step {
  /** @example "update" */
  op: string;
  kind: string;
  name: string;
  /** Changed properties. */
  fields: string[];
}

/** What a run of the engine came to. */
export interface EngineRun {
  ok: boolean;
  /** In the order in which they began; without components and providers. */
  steps: Step[];
  /** The engine was told to expect no changes, and there are some. */
  unexpected?: true;
  /** How many resources of each operation, `same` included. */
  counts: Record<string, number>;
  /** Messages of severity error, each once. */
  errors: string[];
  seconds: number;
}

/** Where the engine's own text goes, and what ends it early. */
export interface Watching {
  log(text: string): void;
  signal?: AbortSignal;
}

/** Opens a stack that there is already, with the environment of this process. */
export function openStack(root: string, stack: string): Promise<Stack> {
  return LocalWorkspace.selectStack({ stackName: stack, workDir: root });
}

/** A preview. @param options.plan file that the plan is saved to */
export function previewed(
  stack: Stack,
  watching: Watching,
  options: Pick<PreviewOptions, "plan" | "refresh" | "expectNoChanges"> = {},
): Promise<EngineRun> {
  return watched(watching, (common) => stack.preview({ ...common, ...options }));
}

/** An update that does what the plan says, and fails where anything else would have to be done. */
export function updated(stack: Stack, watching: Watching, plan: string): Promise<EngineRun> {
  return watched(watching, (common) => stack.up({ ...common, plan }));
}

/** Whether a run changes anything. */
export function changesAnything({ counts, unexpected }: Pick<EngineRun, "counts" | "unexpected">): boolean {
  if (unexpected) return true;
  return Object.entries(counts).some(([op, count]) => count > 0 && !UNCHANGED.has(op));
}

/** Operations that change nothing, as the engine sees it (`HasChanges` in pkg/engine/update.go), and the look itself. */
const UNCHANGED = new Set(["same", "read", "read-discard", "read-replacement", "refresh"]);

interface Common {
  color: "never";
  onOutput: (text: string) => void;
  onError: (text: string) => void;
  onEvent: (event: EngineEvent) => void;
  signal?: AbortSignal;
}

async function watched({ log, signal }: Watching, operation: (common: Common) => Promise<unknown>): Promise<EngineRun> {
  const run: EngineRun = { ok: true, steps: [], counts: {}, errors: [], seconds: 0 };
  const started = performance.now();
  let output = "";
  const print = (text: string) => {
    output += text;
    log(text);
  };
  const common: Common = {
    color: "never",
    onOutput: print,
    onError: print,
    onEvent: (event) => record(run, event),
    ...(signal ? { signal } : {}),
  };
  try {
    await operation(common);
  } catch (error) {
    if (UNEXPECTED.test(output) && !run.errors.length) run.unexpected = true;
    else fail(run, printedError(output) ?? (error as Error).message);
  }
  run.seconds = Math.round((performance.now() - started) / 1000);
  return run;
}

/** Components and providers are means, not ends. */
function isMeans(type: string): boolean {
  return type.startsWith("pulumi:") || type.startsWith("arc:");
}

/** The engine has done its work, and found changes where it was told to expect none (pkg/backend/backenderr). */
const UNEXPECTED = /^error: no changes were expected for preview but changes were proposed$/m;

function fail(run: EngineRun, message: string): void {
  run.ok = false;
  // A failure before the engine was at work, such as a locked stack, is no event; the CLI prints it.
  if (!run.errors.length) run.errors.push(redacted(message));
}

/** What the CLI printed from its first `error:` on. */
function printedError(output: string): string | undefined {
  const at = /^error: /m.exec(output);
  return at ? output.slice(at.index).trim() : undefined;
}

function record(run: EngineRun, { resourcePreEvent, diagnosticEvent, summaryEvent }: EngineEvent): void {
  if (resourcePreEvent) {
    const { op, urn, type, diffs, detailedDiff } = resourcePreEvent.metadata;
    const fields = detailedDiff ? Object.keys(detailedDiff).sort() : (diffs ?? []);
    if (!UNCHANGED.has(op) && !isMeans(type))
      run.steps.push({ op, kind: kindOf(type), name: urn.split("::").slice(3).join("::"), fields });
  }
  if (summaryEvent) run.counts = summaryEvent.resourceChanges as Record<string, number>;
  if (diagnosticEvent?.severity === "error") {
    const message = redacted(diagnosticEvent.message.trim());
    if (!run.errors.includes(message)) run.errors.push(message);
  }
}
