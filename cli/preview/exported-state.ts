import { readFileSync } from "node:fs";
import { PROJECT } from "../../stacks/config/raw";
import { StackFileError } from "../stack-file";

/** A resource as `pulumi stack export` writes it, as far as it is read here. */
export interface StateResource {
  urn: string;
  type: string;
  custom?: boolean;
  /** Only read, not made by the stack. */
  external?: boolean;
  /** Was replaced, and is still to be deleted. */
  delete?: boolean;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

/** The resources of a state by URN, without those that are on their way out. */
export type ExportedState = Map<string, StateResource>;

/** Reads what `pulumi stack export` wrote for a stack. */
export function readExportedState(file: string, stack: string): ExportedState {
  const { resources = [] } = deploymentOf(file);
  const state = new Map(resources.filter((each) => !each.delete).map((each) => [each.urn, each]));
  const [, , other, project] = /^(urn:pulumi:)([^:]+)::([^:]+)::/.exec(resources[0]?.urn ?? "") ?? [];
  if (other !== undefined && (other !== stack || project !== PROJECT)) {
    throw new StackFileError(`${file} is the state of stack ${other} of project ${project}, not of ${stack} of arc.`);
  }
  return state;
}

interface Deployment {
  resources?: StateResource[];
}

function deploymentOf(file: string): Deployment {
  let content: { deployment?: Deployment } | null;
  try {
    content = JSON.parse(readFileSync(file, "utf8")) as typeof content;
  } catch (error) {
    throw new StackFileError(`${file} cannot be read: ${(error as Error).message}`);
  }
  if (typeof content?.deployment !== "object" || content.deployment === null) {
    throw new StackFileError(`${file} is no state: it must be the output of \`pulumi stack export\`.`);
  }
  return content.deployment;
}
