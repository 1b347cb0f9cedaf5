import * as fs from "node:fs";
import * as path from "node:path";
import * as yaml from "yaml";
import { sharedDir } from "./shared";

/** An object of a rendered chart. */
export interface ChartObject {
  kind: string;
  metadata: { name: string; namespace?: string };
  rules?: unknown;
  roleRef?: unknown;
  subjects?: unknown;
}

/**
 * What upstream's chart renders for one of the value files beside the project, or the running test is skipped and says why.
 *
 * @param rendering for example `controller/production`
 */
export function requireChart(test: Mocha.Context, rendering: string): ChartObject[] {
  const shared = sharedDir();
  const file = shared && path.join(shared, "arc-0.14.2", "helm", rendering, "rendered.yaml");
  if (file && fs.existsSync(file)) {
    return yaml.parseAllDocuments(fs.readFileSync(file, "utf8")).map((document) => document.toJS() as ChartObject);
  }
  console.log(`      skipped: no rendered chart in ../shared/arc-0.14.2/helm/${rendering} beside the project`);
  return test.skip();
}

/** The object of a kind and a name. */
export function chartObject(objects: ChartObject[], kind: string, name: string): ChartObject {
  const found = objects.filter((object) => object.kind === kind && object.metadata.name === name);
  if (found.length !== 1) throw new Error(`${found.length} objects ${kind} ${name} in the rendered chart`);
  return found[0]!;
}
