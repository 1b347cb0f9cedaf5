import { ContainerMode } from "../../components";
import { isKubernetesMode } from "../../components/runners/rbac";
import type { SettledSet, StackConfig } from "../config/settle";
import { valueAt } from "../diagnostic";
import type { Check, Finding } from "./check";
import { runnerPlace, runnerPlaces } from "./places";

/** Options that only some container modes read; of nested ones the outer comes first. */
const OPTIONS: { part: string[]; modes: ContainerMode[] }[] = [
  { part: ["docker"], modes: [ContainerMode.Dind] },
  { part: ["kubernetes"], modes: [ContainerMode.Kubernetes, ContainerMode.KubernetesNoVolume] },
  { part: ["kubernetes", "workVolumeClaim"], modes: [ContainerMode.Kubernetes] },
];

export const modeOptions: Check = {
  id: "pod/mode-options",
  run: ({ config }) =>
    config.sets.flatMap((set) => {
      const mode = modeOf(set);
      const unread = OPTIONS.filter(({ modes }) => !modes.includes(mode));
      return unread
        .filter(({ part }) => part.length === 1 || isKubernetesMode(mode))
        .flatMap(({ part, modes }) =>
          placesOf(config, set, part, modes).map((at): Finding => ({
            severity: "warning",
            at,
            from: [...runnerPlaces(set, part), ...runnerPlaces(set, ["containerMode"])],
            message: `does nothing in containerMode ${mode}`,
            allowed: `${part.join(".")} with containerMode ${modes.join(" or ")}`,
            fix: `remove it, or set containerMode to ${modes.join(" or ")}`,
          })),
        );
    }),
};

/** Where a set or its size gives a part that the set does not read; another set of the same size may. */
function placesOf(config: StackConfig, set: SettledSet, part: string[], modes: ContainerMode[]): PropertyKey[][] {
  const { path, settings, size } = set;
  const isRead = config.sets.some((other) => other.settings.size === settings.size && modes.includes(modeOf(other)));
  return [
    ...(isGiven(settings.runner, part) ? [[...path, "runner", ...part]] : []),
    ...(isGiven(size, part) && !isRead ? [["sizes", settings.size!, ...part]] : []),
  ];
}

function isGiven(runner: unknown, part: string[]): boolean {
  const value = valueAt(runner, part);
  return value !== undefined && Object.keys(value as object).length > 0;
}

function modeOf({ args }: SettledSet): ContainerMode {
  return args.runner.containerMode ?? ContainerMode.Dind;
}

export const serviceAccount: Check = {
  id: "pod/service-account",
  run: ({ config }) =>
    config.sets.flatMap((set): Finding[] => {
      const { serviceAccountName, kubernetes } = set.args.runner;
      if (!serviceAccountName || !kubernetes?.additionalRoleRules?.length || !isKubernetesMode(modeOf(set))) return [];
      return [
        {
          severity: "warning",
          at: runnerPlace(set, ["kubernetes", "additionalRoleRules"]),
          from: [["containerMode"], ["serviceAccountName"], ["kubernetes", "additionalRoleRules"]].flatMap((part) =>
            runnerPlaces(set, part),
          ),
          message: `is granted to nobody: the runners have the ServiceAccount ${serviceAccountName} of your own, and no Role is made for it`,
          allowed: "additionalRoleRules without serviceAccountName",
          fix: "grant the rules to your ServiceAccount yourself and remove them here, or remove serviceAccountName",
        },
      ];
    }),
};
