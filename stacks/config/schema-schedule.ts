import { z } from "zod";
import { SCHEDULER_DEFAULTS } from "../../components/runners/schedule-job";
import { cronProblem } from "./cron";
import { imageReference, type IssueHint, text } from "./fields";
import { count, labels } from "./schema-parts";
import { isTimeZone } from "./time-zone";

const CRON_HINT: IssueHint = {
  allowed:
    "minute (0-59), hour (0-23), day of month (1-31), month (1-12), day of week (0-6, 0 is Sunday), each with * , - / or names as MON; or @hourly, @daily, @weekly, @monthly, @yearly",
  fix: 'for example "0 7 * * 1-5", on working days at seven; the time zone is the key timeZone',
};

const cron = z.string().superRefine((expression, context) => {
  const problem = cronProblem(expression);
  if (problem) context.addIssue({ code: "custom", message: `is no schedule: it ${problem}`, params: CRON_HINT });
});

const timeZone = text("is not a time zone", isTimeZone, {
  allowed: "a name of the tz database in its own spelling, for example Europe/Berlin or Etc/UTC",
});

export const schedules = z
  .array(
    z
      .strictObject({
        cron: cron.describe("When, as a Kubernetes CronJob writes it."),
        minRunners: count.describe("Idle runners kept ready from then on."),
        timeZone: timeZone.optional().describe("Time zone of cron; default that of arc:schedule."),
      })
      .describe("A time at which minRunners changes."),
  )
  .describe("Times at which minRunners changes; minRunners of the set is only what it starts with then.");

export const schedule = z
  .strictObject({
    image: imageReference.default(SCHEDULER_DEFAULTS.image).describe("Image whose entrypoint is kubectl."),
    timeZone: timeZone.default(SCHEDULER_DEFAULTS.timeZone).describe("Time zone of schedules that name none."),
    nodeSelector: labels
      .optional()
      .describe("Labels of the nodes that the schedules' pods may run on; default any Linux node."),
    tolerations: z
      .array(z.looseObject({}))
      .optional()
      .describe("Taints that the schedules' pods tolerate, as in Kubernetes."),
  })
  .prefault({})
  .describe("What the CronJobs of all schedules have in common; see docs/schedules.md.");
