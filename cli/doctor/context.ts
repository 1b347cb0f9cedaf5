import { checkStack } from "../../stacks/config/load";
import type { RawStack } from "../../stacks/config/raw";
import type { StackConfig } from "../../stacks/config/settle";
import { loadCrds } from "../../stacks/crds";
import { problemsText } from "../../stacks/diagnostic";
import { plannedObjects } from "../adopt/planned";
import { secretsNotSet } from "../commands/preview";
import { evaluateProgram } from "../offline/evaluate";
import { readStack, StackFileError } from "../stack-file";
import type { Crd } from "./objects";
import type { Context, Seen } from "./observation";

/** What a stack is to be, as far as doctor compares the cluster with it. */
export type Intended = Omit<Context, "now"> & { expectedCrds: Seen<Crd[]> };

/**
 * Reads a stack and works out what it would deploy.
 *
 * @throws {StackFileError} when the stack file has errors: what is wrong with the cluster cannot be told then.
 */
export async function intended(root: string, stack: string): Promise<Intended> {
  const raw = readStack(root, stack);
  const isNotSet = secretsNotSet(raw);
  const { config, diagnostics } = checkStack(raw, isNotSet);
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error" && !isNotSet(diagnostic));
  if (!config || errors.length) throw new StackFileError(problemsText(errors));
  const expectedCrds = await crdsOf(config);
  const program = "value" in expectedCrds ? raw : withoutCrds(raw);
  const { resources } = await evaluateProgram(root, stack, program);
  return {
    config,
    planned: plannedObjects(resources),
    controllerNamespace: config.settings.controller.namespace,
    expectedCrds,
  };
}

async function crdsOf({ settings }: StackConfig): Promise<Seen<Crd[]>> {
  const { crds, version } = settings.controller;
  try {
    return { value: (await loadCrds(crds, version)).map((text) => JSON.parse(text) as Crd) };
  } catch (error) {
    return { unknown: (error as Error).message };
  }
}

/** The same stack, told that the CRDs are in the cluster: nothing else of the plan depends on their files. */
export function withoutCrds(raw: RawStack): RawStack {
  const controller = { ...(raw.values.controller as object), crds: { source: "preinstalled" } };
  return { ...raw, values: { ...raw.values, controller } };
}
