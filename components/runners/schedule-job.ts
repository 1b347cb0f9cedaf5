import type { ContainerResources } from "../capacity/pod-footprint";
import { valuesHash } from "../digest";
import { ARC_GROUP } from "../rbac-rule";
import { setMetadata } from "./accounts";
import type { RunnerScaleSetArgs } from "./runner-scale-set";
import type { ScheduleArgs, SchedulerArgs } from "./schedule";

/** The image is Kubernetes' own (`build/server-image/kubectl`); a patch of a custom resource works with servers of any version. */
export const SCHEDULER_DEFAULTS = { image: "registry.k8s.io/kubectl:v1.34.4", timeZone: "Etc/UTC" };

/** What the pod of a CronJob takes of the namespace's quota while it runs. */
export const SCHEDULE_RESOURCES = {
  requests: { cpu: "10m", memory: "64Mi" },
  limits: { cpu: "200m", memory: "128Mi" },
} satisfies ContainerResources;

/**
 * The field manager of the provider's own plain create. The next update takes its fields over, so that a schedule's
 * value is never in conflict with the program's, and none stays behind when the schedules go.
 */
export const SCHEDULE_FIELD_MANAGER = "pulumi-kubernetes";

/** Seconds that a firing may be late, and that it may take: a full quota or a busy API server holds it up. */
const LATEST_SECONDS = 600;
const DAY_SECONDS = 86_400;
/** The image's own user is root. */
const NONROOT_UID = 65532;

/** What tells the schedules of a set apart is when they fire: one that moves in the list, or asks for another number, stays the same. */
export function scheduleKey({ cron, timeZone }: ScheduleArgs, scheduler: SchedulerArgs = {}): string {
  return valuesHash([cron, timeZone ?? scheduler.timeZone ?? SCHEDULER_DEFAULTS.timeZone]).slice(0, 6);
}

/** Name of the ServiceAccount, the Role and the RoleBinding of a set's schedules. */
export function scheduleAccount(scaleSetName: string): string {
  return `${scaleSetName}-schedule`;
}

/** The CronJob of one schedule. */
export function scheduleCronJob(args: RunnerScaleSetArgs, schedule: ScheduleArgs, patch: object) {
  // A set's name has at most 45 characters, a CronJob's at most 52 (Kubernetes adds the time for the Job's).
  const name = `${args.scaleSetName}-${scheduleKey(schedule, args.scheduler)}`;
  const metadata = setMetadata(args, name, undefined, "schedule");
  const { labels } = metadata;
  return {
    metadata,
    spec: {
      schedule: schedule.cron,
      timeZone: schedule.timeZone ?? args.scheduler?.timeZone ?? SCHEDULER_DEFAULTS.timeZone,
      // The later firing is the one that counts.
      concurrencyPolicy: "Replace",
      startingDeadlineSeconds: LATEST_SECONDS,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 1,
      jobTemplate: {
        metadata: { labels },
        spec: {
          activeDeadlineSeconds: LATEST_SECONDS,
          backoffLimit: 4,
          ttlSecondsAfterFinished: DAY_SECONDS,
          template: { metadata: { labels }, spec: schedulePod(args, patch) },
        },
      },
    },
  };
}

/** The arguments of `kubectl` that carry out a schedule. */
export function scheduleCommand(args: RunnerScaleSetArgs, patch: object): string[] {
  return [
    "patch",
    `autoscalingrunnersets.${ARC_GROUP}`,
    args.scaleSetName,
    `--namespace=${args.namespace}`,
    "--type=merge",
    `--field-manager=${SCHEDULE_FIELD_MANAGER}`,
    `--patch=${JSON.stringify(patch)}`,
  ];
}

function schedulePod(args: RunnerScaleSetArgs, patch: object) {
  const { image = SCHEDULER_DEFAULTS.image, nodeSelector, tolerations } = args.scheduler ?? {};
  const { imagePullSecrets } = args.runner;
  return {
    serviceAccountName: scheduleAccount(args.scaleSetName),
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    restartPolicy: "Never",
    nodeSelector: { "kubernetes.io/os": "linux", ...nodeSelector },
    ...(tolerations?.length ? { tolerations } : {}),
    ...(imagePullSecrets?.length ? { imagePullSecrets: imagePullSecrets.map((name) => ({ name })) } : {}),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: NONROOT_UID,
      runAsGroup: NONROOT_UID,
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [
      {
        name: "kubectl",
        image,
        args: scheduleCommand(args, patch),
        resources: SCHEDULE_RESOURCES,
        securityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ["ALL"] },
          readOnlyRootFilesystem: true,
        },
      },
    ],
  };
}
