import * as fs from "node:fs";
import * as path from "node:path";

/** The folder of upstream's own files beside the project, which not every checkout has: a test that needs it skips without. */
export function sharedDir(): string | undefined {
  const directory = path.resolve(__dirname, "../../../shared");
  return fs.existsSync(directory) ? directory : undefined;
}

/** The official CRD files of ARC 0.14.2, if they are there. */
export function officialCrdDir(): string | undefined {
  const shared = sharedDir();
  const directory = shared && path.join(shared, "arc-0.14.2", "crds");
  return directory && fs.existsSync(directory) ? directory : undefined;
}

/** {@link officialCrdDir}, or the running test is skipped and says why. */
export function requireOfficialCrds(test: Mocha.Context): string {
  const directory = officialCrdDir();
  if (directory) return directory;
  console.log(`      skipped: no official CRD files in ../shared/arc-0.14.2/crds beside the project`);
  return test.skip();
}
