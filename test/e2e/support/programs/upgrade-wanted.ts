import type { VersionFenceArgs } from "../../../../components";

/** The variable that hands a test's wishes to the program of `upgrade.ts`. */
export const UPGRADE_PROGRAM = "ARC_TEST_UPGRADE";

/** What that program deploys. */
export interface Wanted {
  version: string;
  versionFence: VersionFenceArgs;
  image: string;
  maxRunners: number;
  namespaces: string[];
}
