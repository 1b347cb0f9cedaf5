import type { StackConfig } from "../../stacks/config/settle";
import { loadCrds } from "../../stacks/crds";
import { problemsText } from "../../stacks/diagnostic";
import { plannedObjects } from "../adopt/planned";
import { checkedStack, withoutCrds } from "../checked-stack";
import { evaluateProgram } from "../offline/evaluate";
import { StackFileError } from "../stack-file";
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
  const { raw, config, problems } = checkedStack(root, stack);
  if (!config || problems.length) throw new StackFileError(problemsText(problems));
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
