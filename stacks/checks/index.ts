import { isSpoiled } from "../config/parse";
import { suggestion } from "../config/suggestion";
import { configPath, type Diagnostic, quoted } from "../diagnostic";
import * as capacity from "./capacity";
import type { Check, CheckInput, Finding } from "./check";
import * as controller from "./controller";
import * as credentials from "./credentials";
import * as images from "./images";
import * as names from "./names";
import * as pod from "./pod";
import * as podResources from "./pod-resources";

/** Every check, in the order in which findings are shown. */
export const CHECKS: Check[] = [
  names.duplicateSet,
  names.duplicateScaleSet,
  names.sharedNamespace,
  names.sharedVaultPath,
  names.controllerNamespace,
  capacity.minMax,
  capacity.ceiling,
  capacity.quotaConflict,
  credentials.appId,
  credentials.installation,
  credentials.vaultPathMount,
  credentials.missingSecret,
  credentials.privateKeyFormat,
  pod.initRestartPolicy,
  pod.rules,
  pod.schema,
  podResources.resources,
  capacity.headroom,
  controller.eventualWarm,
  images.unpinned,
];

/** Ids of the problems that reading the stack file itself finds; they cannot be turned off. */
export const CONFIG_PROBLEMS = ["config/unknown-key", "config/missing", "config/invalid", "config/unknown-check"];

/** Runs every check that the stack file has not turned off; what follows from `spoiled` places is left out. */
export function runChecks(input: CheckInput, spoiled: PropertyKey[][] = []): Diagnostic[] {
  const { off } = input.config.settings.checks;
  const silent = new Set(off.map(({ id }) => id));
  const checks = [unknownChecks, ...CHECKS.filter((check) => !silent.has(check.id))];
  const diagnostics = checks.flatMap((check) =>
    check
      .run(input)
      .filter(({ at, from = [] }) => !spoiled.length || ![at, ...from].some((place) => isSpoiled(place, spoiled)))
      .map(({ at, from: _from, ...finding }): Diagnostic => ({ id: check.id, path: configPath(at), ...finding })),
  );
  // What several sets share is found with each of them, and is one problem.
  return [...new Map(diagnostics.map((diagnostic) => [JSON.stringify(diagnostic), diagnostic])).values()];
}

const unknownChecks: Check = {
  id: "config/unknown-check",
  run: ({ config }) => {
    const known = CHECKS.map((check) => check.id);
    return config.settings.checks.off.flatMap(({ id }, index): Finding[] => {
      if (known.includes(id)) return [];
      const guess = suggestion(id, known);
      return [
        {
          severity: "error",
          at: ["checks", "off", index, "id"],
          message: `${quoted(id)} is not the id of a check that can be turned off`,
          allowed: known.join(", "),
          ...(guess ? { fix: `did you mean "${guess}"?` } : {}),
        },
      ];
    });
  },
};
