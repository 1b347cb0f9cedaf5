import { type StackFile, block, labSecrets, labStackFile } from "../../../lab/stack-file";
import { officialCrdDir } from "../../support/shared";
import { lab } from "./lab";

/** The values that must never be seen in clear. */
export const SECRETS = labSecrets();

/** A stack file of the project for the lab, with upstream's own CRDs where they are at hand. */
export function stackFile(name: "prod" | "staging" | "local"): StackFile {
  const config = labStackFile(name, lab());
  const directory = officialCrdDir();
  const crds = directory ? { crds: { source: "directory", directory } } : {};
  return { ...config, "arc:controller": { ...block(config, "arc:controller"), ...crds } };
}
