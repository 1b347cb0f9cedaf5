import { patchProblems } from "../../components/runners/pod/patch-problems";
import type { Check } from "./check";
import { inheritedPlace } from "./inherited";
import { runnerPlace, runnerPlaces } from "./places";

/** What the patch says and the merge has no meaning for: it would be lost without a word. */
export const patch: Check = {
  id: "pod/patch",
  run: ({ config }) =>
    config.sets.flatMap((set) => [
      ...patchProblems(set.args.runner.podTemplate).map(({ at, ...problem }) => ({
        severity: "error" as const,
        at: runnerPlace(set, ["podTemplate", ...at]),
        from: runnerPlaces(set, ["podTemplate"]),
        ...problem,
      })),
      ...patchProblems(set.args.listener?.template).map(({ at, ...problem }) => ({
        severity: "error" as const,
        ...inheritedPlace(set, "listener", ["template", ...at]),
        ...problem,
      })),
    ]),
};
