import { What } from "./events";
import { type AutoscalingRunnerSet, GROUP_NAME, Kind, nameOf, SCALE_SET_ID, SCALE_SET_NAME } from "./objects";
import type { Pass } from "./pass";
import { scaleSetId } from "./resources";

/** Makes or adopts the set's scale set on GitHub, and follows changes of its group and name (facts 7.1, 7.5). */
export async function register(pass: Pass, set: AutoscalingRunnerSet): Promise<AutoscalingRunnerSet> {
  const id = scaleSetId(set);
  if (id === undefined) return registerAnew(pass, set);
  const { annotations = {} } = set.metadata;
  const { runnerGroup = "", runnerScaleSetName = "" } = set.spec;
  const differs = (key: string, wanted: string) =>
    wanted !== "" && wanted.toLowerCase() !== (annotations[key] ?? "").toLowerCase();
  const changes = {
    ...(differs(GROUP_NAME, runnerGroup) ? { group: runnerGroup } : {}),
    ...(differs(SCALE_SET_NAME, runnerScaleSetName) ? { name: runnerScaleSetName } : {}),
  };
  if (!Object.keys(changes).length) return set;
  await readCredentials(pass, set);
  pass.memory.github.change(id, changes);
  const { group, name } = changes;
  const changed = { ...(group ? { [GROUP_NAME]: group } : {}), ...(name ? { [SCALE_SET_NAME]: name } : {}) };
  return pass.access.patch(Kind.Set, set, { metadata: { annotations: changed } });
}

async function registerAnew(pass: Pass, set: AutoscalingRunnerSet): Promise<AutoscalingRunnerSet> {
  const { metadata, spec } = set;
  const url = spec.githubConfigUrl ?? "";
  const labels = placeLabels(url);
  await readCredentials(pass, set);
  const name = spec.runnerScaleSetName || metadata.name;
  const { scaleSet, adopted } = pass.memory.github.register({ url, group: spec.runnerGroup ?? "", name });
  const what = adopted ? What.ScaleSetAdopted : What.ScaleSetCreated;
  pass.tell(what, { set: nameOf(set), id: scaleSet.id });
  const annotations = {
    [SCALE_SET_ID]: String(scaleSet.id),
    [GROUP_NAME]: scaleSet.group,
    [SCALE_SET_NAME]: scaleSet.name,
  };
  return pass.access.patch(Kind.Set, set, { metadata: { annotations, labels } });
}

/** Deletes the scale set on GitHub, which takes the credentials; one without an id has none (facts 7.9). */
export async function deregister(pass: Pass, set: AutoscalingRunnerSet): Promise<void> {
  const id = scaleSetId(set);
  if (id === undefined) return;
  await readCredentials(pass, set);
  if (pass.memory.github.delete(id)) pass.tell(What.ScaleSetDeleted, { set: nameOf(set), id });
}

/** Before each request to GitHub the controller reads the set's Secret, with the rights of the manager Role (facts 3.7). */
async function readCredentials({ access }: Pass, { metadata, spec }: AutoscalingRunnerSet): Promise<void> {
  if (spec.vaultConfig) return;
  await access.get(`/api/v1/namespaces/${metadata.namespace}/secrets/${spec.githubConfigSecret}`);
}

/**
 * The labels that say whom a set serves (facts 3.3, 7.13).
 *
 * @throws {Error} for a URL of another shape, which the controller does not get past.
 */
export function placeLabels(url: string): Record<string, string> {
  const parts = new URL(url).pathname.split("/").filter(Boolean);
  const [first = "", second = ""] = parts;
  if (parts.length === 1) return { "actions.github.com/organization": first };
  if (parts.length !== 2) throw new Error(`invalid config URL: ${url}`);
  if (first === "enterprises") return { "actions.github.com/enterprise": second };
  return { "actions.github.com/organization": first, "actions.github.com/repository": second };
}
