import * as assert from "node:assert/strict";
import { Deployment } from "../../../lab/engine";
import { lab } from "./lab";
import { SECRETS, stackFile } from "./stack-files";

let prod: Promise<Deployment> | undefined;

/** The stack prod as the suites share it: deployed by the first that asks, and only looked at from then on. */
export function deployedProd(): Promise<Deployment> {
  prod ??= deploy();
  return prod;
}

async function deploy(): Promise<Deployment> {
  const deployment = await Deployment.create(lab(), { stack: "prod", config: stackFile("prod") });
  await deployment.setSecrets(SECRETS);
  const { errors, output } = await deployment.up();
  assert.deepEqual(errors, [], output);
  return deployment;
}
