import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { UpdateStrategy } from "../controller/args";
import { ARC_GROUP, bindingTo, rule } from "../rbac-rule";
import { setMetadata } from "./accounts";
import type { RunnerPodTemplate } from "./pod/spec";
import type { RunnerScaleSetArgs } from "./runner-scale-set";
import { scheduleAccount, scheduleCronJob, scheduleKey } from "./schedule-job";

/** A time at which a set's `minRunners` changes. */
export interface ScheduleArgs {
  /** When, as a Kubernetes CronJob writes it: five fields, or a macro as `@daily`. @example "0 7 * * 1-5" */
  cron: string;
  /** Idle runners kept ready from then on. */
  minRunners: number;
  /** Time zone of `cron`, a name of the tz database. @default - that of the scheduler, UTC */
  timeZone?: string;
}

/* eslint-disable @typescript-eslint/no-explicit-any -- Kubernetes' toleration has fields that package schemas cannot say */

/** What the CronJobs of all schedules have in common. */
export interface SchedulerArgs {
  /** Image whose entrypoint is `kubectl`. @default "registry.k8s.io/kubectl:v1.34.4" */
  image?: string;
  /** Time zone of the schedules that name none, a name of the tz database. @default "Etc/UTC" */
  timeZone?: string;
  /** Labels of the nodes that the CronJobs' pods may run on. @default - any Linux node */
  nodeSelector?: Record<string, string>;
  /** Taints that the CronJobs' pods tolerate, as in Kubernetes. @default - none */
  tolerations?: Record<string, any>[];
}

/* eslint-enable @typescript-eslint/no-explicit-any */

/**
 * Pod annotation that repeats the scheduled `minRunners`. It is a plain word on purpose: the Kubernetes provider keeps
 * ignored fields as they are in the cluster only on paths of letters, digits and `_` (`handleSSAIgnoreFields`).
 */
export const SCHEDULED_MIN_RUNNERS = "scheduledMinRunners";

/**
 * Annotation of a set with schedules. With the last schedule it goes, and that change makes the update which sets
 * `minRunners` back to the program's: the value in the state may equal it while the cluster has the last schedule's.
 */
export const SCHEDULED_FIELDS_ANNOTATION = "scheduled-fields";

/** Fields of a set that its schedules change: its `ignoreChanges`. */
export function scheduleIgnoreChanges(schedules?: ScheduleArgs[], updateStrategy?: UpdateStrategy): string[] {
  if (!schedules?.length) return [];
  const annotation = `spec.template.metadata.annotations.${SCHEDULED_MIN_RUNNERS}`;
  return ["spec.minRunners", ...(isEventual(updateStrategy) ? [annotation] : [])];
}

/** Annotations of the set itself that its schedules ask for. */
export function scheduleAnnotations(schedules?: ScheduleArgs[]): Record<string, string> {
  return schedules?.length ? { [SCHEDULED_FIELDS_ANNOTATION]: "spec.minRunners" } : {};
}

/** The pod template that a set starts with: a schedule that asks for the same `minRunners` changes nothing then. */
export function scheduledTemplate(
  template: RunnerPodTemplate,
  args: Pick<RunnerScaleSetArgs, "schedules" | "minRunners" | "controllerUpdateStrategy">,
): RunnerPodTemplate {
  if (!args.schedules?.length || !isEventual(args.controllerUpdateStrategy)) return template;
  const { metadata } = template;
  const annotations = { ...metadata?.annotations, [SCHEDULED_MIN_RUNNERS]: String(args.minRunners ?? 0) };
  return { ...template, metadata: { ...metadata, annotations } };
}

/**
 * The merge patch of a schedule. Under `eventual` the listener of a set with idle runners comes back only when the pod
 * template changes too (actions/actions-runner-controller#4432), so it changes with the number, and only then.
 */
export function schedulePatch({ minRunners }: ScheduleArgs, updateStrategy?: UpdateStrategy) {
  const annotations = { [SCHEDULED_MIN_RUNNERS]: String(minRunners) };
  return { spec: { minRunners, ...(isEventual(updateStrategy) ? { template: { metadata: { annotations } } } : {}) } };
}

/** What a schedule may do: `kubectl patch` reads the object, then patches it (`RunPatch` of k8s.io/kubectl). */
export function scheduleRules(scaleSetName: string) {
  return [{ ...rule(ARC_GROUP, "autoscalingrunnersets", "get", "patch"), resourceNames: [scaleSetName] }];
}

/**
 * Creates the CronJobs of a set's schedules and the account that they act as; nothing without schedules. Let them depend
 * on the set: a destroy takes them first then.
 */
export function createSchedules(
  name: string,
  args: RunnerScaleSetArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  if (!args.schedules?.length) return [];
  const account = createScheduleAccount(name, args, opts);
  const cronJobs = args.schedules.map((schedule) => {
    const key = scheduleKey(schedule, args.scheduler);
    const patch = schedulePatch(schedule, args.controllerUpdateStrategy);
    return new k8s.batch.v1.CronJob(`${name}-schedule-${key}`, scheduleCronJob(args, schedule, patch), {
      ...opts,
      dependsOn: [...dependenciesOf(opts), ...account],
    });
  });
  return [...account, ...cronJobs];
}

function createScheduleAccount(name: string, args: RunnerScaleSetArgs, opts: pulumi.CustomResourceOptions) {
  const account = { name: scheduleAccount(args.scaleSetName), namespace: args.namespace };
  const metadata = setMetadata(args, account.name, undefined, "schedule");
  return [
    new k8s.core.v1.ServiceAccount(
      `${name}-schedule-service-account`,
      // The CronJobs' pods mount the token, and no other pod by accident.
      { metadata, automountServiceAccountToken: false },
      opts,
    ),
    new k8s.rbac.v1.Role(`${name}-schedule-role`, { metadata, rules: scheduleRules(args.scaleSetName) }, opts),
    new k8s.rbac.v1.RoleBinding(
      `${name}-schedule-role-binding`,
      { metadata, ...bindingTo("Role", account.name, account) },
      opts,
    ),
  ];
}

function dependenciesOf({ dependsOn = [] }: pulumi.CustomResourceOptions): pulumi.Input<pulumi.Resource>[] {
  return Array.isArray(dependsOn) ? dependsOn : [dependsOn as pulumi.Input<pulumi.Resource>];
}

function isEventual(updateStrategy: UpdateStrategy | undefined): boolean {
  return updateStrategy === UpdateStrategy.Eventual;
}
