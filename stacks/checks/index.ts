import { isSpoiled } from "../config/parse";
import { suggestion } from "../config/problems";
import { configPath, type Diagnostic, quoted } from "../diagnostic";
import * as capacity from "./capacity";
import type { Check, CheckInput } from "./check";
import * as controller from "./controller";
import * as credentials from "./credentials";
import * as images from "./images";
import * as names from "./names";
import * as pod from "./pod";

/** Every check, in the order in which findings are shown. */
export const CHECKS: Check[] = [
  names.duplicateSet,
  names.duplicateScaleSet,
  names.sharedNamespace,
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
  pod.resources,
  capacity.headroom,
  controller.eventualWarm,
  images.unpinned,
];

/** Ids of the problems that reading the stack file itself finds; they cannot be turned off. */
export const CONFIG_PROBLEMS = ["config/unknown-key", "config/missing", "config/invalid", "config/unknown-check"];

/** Runs every check that the stack file has not turned off; `spoiled` are places whose findings mean nothing. */
export function runChecks(input: CheckInput, spoiled: PropertyKey[][] = []): Diagnostic[] {
  const { off } = input.config.settings.checks;
  const silent = new Set(off.map(({ id }) => id));
  const findings = CHECKS.filter((check) => !silent.has(check.id)).flatMap((check) =>
    check
      .run(input)
      .filter((finding) => !isSpoiled(finding.at, spoiled))
      .map(({ at, ...finding }) => ({ id: check.id, path: configPath(at), ...finding })),
  );
  return [...off.flatMap(({ id }, index) => unknownCheck(id, index)), ...findings];
}

function unknownCheck(id: string, index: number): Diagnostic[] {
  const known = CHECKS.map((check) => check.id);
  if (known.includes(id)) return [];
  const guess = suggestion(id, known);
  return [
    {
      id: "config/unknown-check",
      severity: "error",
      path: configPath(["checks", "off", index, "id"]),
      message: `${quoted(id)} is not the id of a check that can be turned off`,
      allowed: known.join(", "),
      ...(guess ? { fix: `did you mean "${guess}"?` } : {}),
    },
  ];
}
