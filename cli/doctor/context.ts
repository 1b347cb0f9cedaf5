import { runnerAge } from "../../stacks/checks/runner-age";
import type { RawStack } from "../../stacks/config/raw";
import { RunnerImageError } from "../../stacks/config/runner-image";
import type { StackConfig } from "../../stacks/config/settle";
import { loadCrds } from "../../stacks/crds";
import { problemsText } from "../../stacks/diagnostic";
import { plannedObjects } from "../adopt/planned";
import { checkedRaw, withoutCrds } from "../checked-stack";
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
  const { raw, config, problems } = checkedRaw(ageless(readStack(root, stack)));
  if (!config || problems.length) throw new StackFileError(problemsText(problems));
  const expectedCrds = await crdsOf(config);
  const program = "value" in expectedCrds ? raw : withoutCrds(raw);
  const { resources } = await evaluateProgram(root, stack, program);
  return {
    config,
    planned: plannedObjects(resources),
    controllerNamespace: config.settings.controller.namespace,
    expectedCrds,
    ...runnerImageOf(raw),
  };
}

/** Runners that are too old stop a deployment; here they are what somebody wants to be told of, with all the rest. */
function ageless(raw: RawStack): RawStack {
  const { off = [], ...checks } = (raw.values.checks ?? {}) as { off?: object[] };
  const told = { id: runnerAge.id, reason: "doctor tells it of what runs" };
  return { ...raw, values: { ...raw.values, checks: { ...checks, off: [...off, told] } } };
}

/** Without it versions by digest are not known, which the report says; why is told by a preview. */
function runnerImageOf({ surroundings }: RawStack): Pick<Context, "runnerImage"> {
  const image = surroundings?.runnerImage;
  return image && !(image instanceof RunnerImageError) ? { runnerImage: image } : {};
}

async function crdsOf({ settings }: StackConfig): Promise<Seen<Crd[]>> {
  const { crds, version } = settings.controller;
  try {
    return { value: (await loadCrds(crds, version)).map((text) => JSON.parse(text) as Crd) };
  } catch (error) {
    return { unknown: (error as Error).message };
  }
}
