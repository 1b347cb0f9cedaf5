import { type ScheduleArgs, UpdateStrategy } from "../../components";
import { firingsPerDay } from "../config/cron";
import type { SettledSet, StackConfig } from "../config/settle";
import { configPath, quoted } from "../diagnostic";
import type { Check, Finding } from "./check";
import { maxRunnersPlaces } from "./places";

/** Beyond this it is no longer working hours and their exceptions. */
const MOST_FIRINGS = 12;

export const bounds: Check = {
  id: "schedule/bounds",
  run: ({ config }) =>
    entriesOf(config)
      .filter(({ set, entry }) => entry.minRunners > set.args.maxRunners)
      .map(({ set, entry, at }) => ({
        severity: "error",
        at: [...at, "minRunners"],
        from: maxRunnersPlaces(set),
        message: `minRunners ${entry.minRunners} is more than maxRunners ${set.args.maxRunners} of ${set.args.name}; from then on the listener would refuse to start`,
        allowed: `0 to ${set.args.maxRunners}`,
        fix: "lower minRunners or raise maxRunners",
      })),
};

export const sameTime: Check = {
  id: "schedule/same-time",
  run: ({ config }) => {
    const first = new Map<string, PropertyKey[]>();
    return entriesOf(config).flatMap(({ set, entry, at }): Finding[] => {
      const zone = zoneOf(entry, config);
      const key = JSON.stringify([set.path, entry.cron.trim().toLowerCase().split(/\s+/), zone]);
      const other = first.get(key);
      if (!other) {
        first.set(key, at);
        return [];
      }
      return [
        {
          severity: "error",
          at: [...at, "cron"],
          from: [
            [...at, "timeZone"],
            [...other, "cron"],
            [...other, "timeZone"],
            ["schedule", "timeZone"],
          ],
          message: `${quoted(entry.cron)} in ${zone} is a schedule of ${set.args.name} already (${configPath(other)}); which of the two comes last is chance`,
          allowed: "each time once in a set",
          fix: "remove one, or give it another time",
        },
      ];
    });
  },
};

export const frequency: Check = {
  id: "schedule/frequency",
  run: ({ config }) =>
    config.sets.flatMap((set): Finding[] => {
      const entries = set.args.schedules ?? [];
      const firings = entries.reduce((sum, { cron }) => sum + firingsPerDay(cron), 0);
      if (firings <= MOST_FIRINGS) return [];
      return [
        {
          severity: "warning",
          at: [...set.path, "schedules"],
          message: `the schedules of ${set.args.name} fire up to ${firings} times a day; each time a pod starts, and each change of minRunners restarts the listener`,
          allowed: `up to ${MOST_FIRINGS} times a day`,
          fix: "leave out the times at which minRunners stays as it is",
        },
      ];
    }),
};

/** The listener comes back when the old EphemeralRunnerSet is empty (`autoscalingrunnerset_controller.go`, drainingJobs). */
export const eventual: Check = {
  id: "schedule/eventual",
  run: ({ config }) =>
    config.settings.controller.updateStrategy !== UpdateStrategy.Eventual
      ? []
      : config.sets
          .filter(({ args }) => args.schedules?.length)
          .map(({ path, args }) => ({
            severity: "warning",
            at: [...path, "schedules"],
            from: [["controller", "updateStrategy"]],
            message: `at each change of minRunners ${args.name} takes no new job until its running jobs have ended, for updateStrategy is eventual`,
            allowed: "schedules with updateStrategy immediate",
            fix: "set arc:controller.updateStrategy to immediate, or choose times at which no long job runs",
          })),
};

/** A schedule, its set, and where it stands. */
interface Entry {
  set: SettledSet;
  entry: ScheduleArgs;
  at: PropertyKey[];
}

function entriesOf(config: StackConfig): Entry[] {
  return config.sets.flatMap((set) =>
    (set.args.schedules ?? []).map((entry, index) => ({ set, entry, at: [...set.path, "schedules", index] })),
  );
}

function zoneOf(entry: ScheduleArgs, config: StackConfig): string {
  return entry.timeZone ?? config.settings.schedule.timeZone;
}
