import type { ControllerArgs } from "../../components";
import { OFF } from "../../components/controller/address";
import { defectsOf, GHES_DEFECT, type ReleaseDefect } from "../../components/controller/defects";
import {
  FEATURE_SINCE,
  features,
  isNewer,
  isNewerMinor,
  KNOWN_VERSIONS,
  NEWEST_VERSION,
} from "../../components/controller/releases";
import { resourceMetaSpec } from "../../components/runners/resource-meta";
import type { SettledSet } from "../config/settle";
import type { Check, Finding } from "./check";
import { hostOf, isGitHubCloud } from "./github-host";

const VERSION = ["controller", "version"];
const SET_NEWEST = `set arc:controller.version to ${NEWEST_VERSION}`;

export const knownBadVersion: Check = {
  id: "controller/known-bad-version",
  run: ({ config }) => {
    const { version } = config.settings.controller;
    return defectsOf(version).map((defect) => ({ severity: "warning", at: VERSION, ...defectText(version, defect) }));
  },
};

export const ghesVersion: Check = {
  id: "controller/ghes-version",
  run: ({ config }) => {
    const { controller, orgs } = config.settings;
    return defectsOf(controller.version, [GHES_DEFECT]).flatMap((defect) =>
      orgs.flatMap(({ url }, index): Finding[] => {
        if (isGitHubCloud(url)) return [];
        const text = defectText(controller.version, defect);
        const message = `is on the GitHub Enterprise Server ${hostOf(url)}, but ${text.message}`;
        return [{ severity: "error", at: ["orgs", index, "url"], from: [VERSION], ...text, message }];
      }),
    );
  },
};

function defectText(version: string, { what, issue, fixed }: ReleaseDefect) {
  return { message: `${version} ${what} (${issue})`, allowed: `${fixed} or newer`, fix: SET_NEWEST };
}

export const unknownVersion: Check = {
  id: "controller/unknown-version",
  run: ({ config }) => {
    const { version } = config.settings.controller;
    if (!isNewer(version)) return [];
    const taken = `${version} is newer than ${NEWEST_VERSION}, the newest release that is known here; it is taken for one like it`;
    const leftOut = ", but --update-strategy is left out, which upstream has removed after 0.14 (#4516)";
    return [
      {
        severity: "warning",
        at: VERSION,
        message: `${taken}${isNewerMinor(version) ? leftOut : ""}`,
        allowed: KNOWN_VERSIONS.join(", "),
        fix: `read the notes of the release and try it on a cluster of your own first; or ${SET_NEWEST}`,
      },
    ];
  },
};

/** What each option of the stack file needs, and the manager's flag. */
const OPTIONS: [option: keyof ControllerArgs, feature: keyof typeof FEATURE_SINCE, flag: string][] = [
  ["healthProbeBindAddress", "healthProbe", "--health-probe-bind-address"],
  ["pprofAddr", "pprof", "--pprof-addr"],
  ["workqueueRateLimiter", "workqueueRateLimiter", "--workqueue-rate-limiter"],
  ["runnerMaxConcurrentReconciles", "maxConcurrentReconciles", "--runner-max-concurrent-reconciles"],
  ["k8sClientRateLimiterQPS", "clientRateLimiter", "--k8s-client-rate-limiter-qps"],
  ["k8sClientRateLimiterBurst", "clientRateLimiter", "--k8s-client-rate-limiter-burst"],
  ["excludeLabelPropagationPrefixes", "excludeLabelPropagation", "--exclude-label-propagation-prefix"],
];

export const unsupportedOption: Check = {
  id: "controller/unsupported-option",
  run: ({ config }) => {
    const settings: Partial<Record<keyof ControllerArgs, unknown>> = config.settings.controller;
    const { version } = config.settings.controller;
    const known = features(version);
    return OPTIONS.filter(
      ([option, feature]) => settings[option] !== undefined && settings[option] !== OFF && !known[feature],
    ).map(([option, feature, flag]) => ({
      severity: "error",
      at: ["controller", option],
      from: [VERSION],
      message: `the controller of ${version} exits when it is given ${flag}, which this option stands for`,
      allowed: `version ${FEATURE_SINCE[feature]} or newer`,
      fix: `${SET_NEWEST}, or remove ${option}`,
    }));
  },
};

/** What of a set needs a release of the controller that knows the field; an older one drops it without a word. */
const FIELDS: [
  key: "labels" | "resourceMeta",
  feature: keyof typeof FEATURE_SINCE,
  isAsked: (set: SettledSet) => boolean,
][] = [
  ["labels", "runnerScaleSetLabels", ({ args }) => Boolean(args.runnerScaleSetLabels?.length)],
  ["resourceMeta", "resourceMetadata", ({ args }) => Object.keys(resourceMetaSpec(args.resourceMeta)).length > 0],
];

export const ignoredField: Check = {
  id: "controller/ignored-field",
  run: ({ config }) => {
    const { version } = config.settings.controller;
    const known = features(version);
    return FIELDS.filter(([, feature]) => !known[feature]).flatMap(([key, feature, isAsked]) =>
      config.sets.filter(isAsked).map(({ path, settings }): Finding => ({
        severity: "warning",
        // What all sets share stands at the top of the file.
        at: key in settings ? [...path, key] : [key],
        from: [VERSION],
        message: `does nothing: the controller of ${version} does not know it`,
        allowed: `version ${FEATURE_SINCE[feature]} or newer`,
        fix: `${SET_NEWEST}, or remove ${key}`,
      })),
    );
  },
};
