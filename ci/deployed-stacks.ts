import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { stackNames } from "../cli/stack-file";

/** A stack that the workflows deploy. */
export interface DeployedStack {
  stack: string;
  /** GitHub environment of its deployments. */
  environment: string;
}

/** Names that are safe in a path, an artifact's name and a shell alike. */
export const SAFE_NAME = /^[A-Za-z0-9][\w.-]{0,99}$/;

const FILE = path.join("ci", "stacks.yaml");

const safeName = z.string().regex(SAFE_NAME, "letters, digits, and - _ . between them");
const Stacks = z.array(z.strictObject({ stack: safeName, environment: safeName })).min(1);

/**
 * The stacks of `ci/stacks.yaml`, in the order in which they are deployed.
 *
 * @throws {Error} when the file does not hold them, or a stack has no stack file.
 */
export function deployedStacks(root: string): DeployedStack[] {
  const parsed = Stacks.safeParse(parse(readFileSync(path.join(root, FILE), "utf8")));
  if (!parsed.success) throw new Error(`${FILE}: ${z.prettifyError(parsed.error)}`);
  const files = stackNames(root);
  const missing = parsed.data.find(({ stack }) => !files.includes(stack));
  if (missing) throw new Error(`${FILE}: there is no Pulumi.${missing.stack}.yaml; stacks here: ${files.join(", ")}`);
  return parsed.data;
}
