import { isSpoiled } from "../config/parse";
import { suggestion } from "../config/suggestion";
import { configPath, type Diagnostic, quoted } from "../diagnostic";
import * as capacity from "./capacity";
import type { Check, CheckInput, Finding } from "./check";
import * as controller from "./controller";
import * as credentials from "./credentials";
import * as github from "./github";
import * as images from "./images";
import * as listener from "./listener";
import * as listenerSchema from "./listener-schema";
import * as metadata from "./metadata";
import * as names from "./names";
import * as observability from "./observability";
import * as pod from "./pod";
import * as podMode from "./pod-mode";
import * as podPatch from "./pod-patch";
import * as podResources from "./pod-resources";
import * as podSecurity from "./pod-security";
import * as releases from "./releases";
import * as runner from "./runner";
import * as runnerAge from "./runner-age";
import * as schedule from "./schedule";
import * as secretStore from "./secret-store";

/** Every check, in the order in which findings are shown. */
export const CHECKS: Check[] = [
  names.duplicateSet,
  names.duplicateScaleSet,
  names.tooLong,
  names.sharedNamespace,
  names.sharedVaultPath,
  names.controllerNamespace,
  capacity.minMax,
  capacity.ceiling,
  capacity.quotaConflict,
  schedule.bounds,
  schedule.sameTime,
  credentials.unknownApp,
  credentials.enterpriseApp,
  credentials.keyVaultSecret,
  secretStore.secretStore,
  credentials.appId,
  credentials.installation,
  credentials.vaultPathMount,
  credentials.missingSecret,
  credentials.privateKeyFormat,
  secretStore.notRead,
  github.serverTls,
  github.proxyCredentials,
  runner.unknownSize,
  pod.initRestartPolicy,
  pod.workVolume,
  podPatch.patch,
  pod.rules,
  pod.schema,
  podResources.resources,
  podSecurity.securityLevel,
  podSecurity.securityConflict,
  listener.image,
  listenerSchema.schema,
  observability.metricsOff,
  capacity.headroom,
  releases.ghesVersion,
  releases.unsupportedOption,
  controller.singleNamespace,
  controller.excludedPrefix,
  releases.knownBadVersion,
  releases.unknownVersion,
  releases.ignoredField,
  schedule.eventual,
  schedule.frequency,
  podMode.modeOptions,
  podMode.serviceAccount,
  runnerAge.runnerAge,
  images.unpinned,
  github.customLabels,
  listener.templateContainer,
  metadata.reservedLabel,
  observability.missingMetrics,
  observability.neverFires,
  observability.noEffect,
];

/** Ids of the problems that reading the stack file itself finds; they cannot be turned off. */
export const CONFIG_PROBLEMS = [
  "config/unknown-key",
  "config/missing",
  "config/invalid",
  "config/extends",
  "config/base-key",
  "config/unknown-check",
];

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
          allowed: "the ids in docs/checks.md",
          ...(guess ? { fix: `did you mean "${guess}"?` } : {}),
        },
      ];
    });
  },
};
