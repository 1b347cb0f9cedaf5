import { UpdateStrategy } from "../../components";
import type { Check } from "./check";

/** Upstream: actions/actions-runner-controller#4432, #4563; seen on the real controller. */
export const eventualWarm: Check = {
  id: "controller/eventual-warm",
  run: ({ config }) =>
    config.settings.controller.updateStrategy !== UpdateStrategy.Eventual
      ? []
      : config.sets
          .filter(({ args }) => (args.minRunners ?? 0) > 0)
          .map(({ path, args }) => ({
            severity: "warning",
            at: [...path, "minRunners"],
            from: [
              ["controller", "updateStrategy"],
              [...path, "name"],
              [...path, "namespace"],
            ],
            message:
              `${args.name} keeps ${args.minRunners} idle ${args.minRunners === 1 ? "runner" : "runners"} under updateStrategy eventual: after an edit that leaves the pod ` +
              "template alone (minRunners, maxRunners, a rotated key) its listener does not come back until they are gone",
            allowed: "minRunners 0 with eventual, or any minRunners with immediate",
            fix:
              "set arc:controller.updateStrategy to immediate; or change the pod template in the same edit; or after such an " +
              `edit run: kubectl delete ephemeralrunnersets -n ${args.namespace} -l actions.github.com/scale-set-name=${args.name}`,
          })),
};
