import * as assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { UpdateStrategy } from "../../../components/controller/args";
import type { RunnerScaleSetArgs } from "../../../components/runners/runner-scale-set";
import {
  createSchedules,
  scheduleAnnotations,
  scheduledTemplate,
  scheduleIgnoreChanges,
  schedulePatch,
} from "../../../components/runners/schedule";
import { scheduleCommand, scheduleKey } from "../../../components/runners/schedule-job";
import { labelsOf, record } from "../../support/recorder";

const { Eventual, Immediate } = UpdateStrategy;
const MORNING = { cron: "0 7 * * 1-5", minRunners: 4 };
const EVENING = { cron: "0 19 * * 1-5", minRunners: 0, timeZone: "Europe/Berlin" };
const ARGS: RunnerScaleSetArgs = {
  scaleSetName: "acme-runners",
  namespace: "acme",
  githubConfigUrl: "https://github.com/acme",
  maxRunners: 5,
  runner: { image: "runner:1", resources: {} },
  controllerVersion: "0.14.2",
  schedules: [MORNING, EVENING],
};
const LABELS = {
  "app.kubernetes.io/name": "acme-runners",
  "app.kubernetes.io/instance": "acme-runners",
  "app.kubernetes.io/version": "0.14.2",
  "app.kubernetes.io/managed-by": "pulumi",
  "app.kubernetes.io/part-of": "gha-rs",
  "actions.github.com/scale-set-name": "acme-runners",
  "actions.github.com/scale-set-namespace": "acme",
  "app.kubernetes.io/component": "schedule",
};
const metadata = (name: string) => ({ name, namespace: "acme", labels: LABELS });

const create = (args: Partial<RunnerScaleSetArgs> = {}, opts: pulumi.CustomResourceOptions = {}) =>
  record(() => createSchedules("arc-acme/acme-runners", { ...ARGS, ...args }, opts).length);

interface CronJobInputs {
  metadata: { name: string; labels: object };
  spec: {
    schedule: string;
    timeZone: string;
    jobTemplate: { spec: { template: { spec: Record<string, unknown> & { containers: { image: string }[] } } } };
  };
}

describe("the schedules of a runner set", () => {
  it("are one CronJob each and one account for all, which may read and patch that one set", async () => {
    const recorded = await create();
    assert.deepEqual(recorded.labels(), [
      "CronJob arc-acme/acme-runners-schedule-45c14e",
      "CronJob arc-acme/acme-runners-schedule-eeedfa",
      "Role arc-acme/acme-runners-schedule-role",
      "RoleBinding arc-acme/acme-runners-schedule-role-binding",
      "ServiceAccount arc-acme/acme-runners-schedule-service-account",
    ]);
    assert.equal(recorded.result, 5);
    const { metadata: account, automountServiceAccountToken } = recorded.one("ServiceAccount").inputs;
    assert.deepEqual(
      { account, automountServiceAccountToken },
      {
        account: metadata("acme-runners-schedule"),
        automountServiceAccountToken: false,
      },
    );
    assert.deepEqual(recorded.one("Role").inputs.rules, [
      {
        apiGroups: ["actions.github.com"],
        resources: ["autoscalingrunnersets"],
        verbs: ["get", "patch"],
        resourceNames: ["acme-runners"],
      },
    ]);
    const { roleRef, subjects } = recorded.one("RoleBinding").inputs;
    assert.deepEqual(
      { roleRef, subjects },
      {
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "acme-runners-schedule" },
        subjects: [{ kind: "ServiceAccount", name: "acme-runners-schedule", namespace: "acme" }],
      },
    );
  });

  it("run kubectl as a restricted pod that a quota lets in, at most ten minutes late", async () => {
    const recorded = await create();
    const { inputs } = recorded.one("CronJob", "arc-acme/acme-runners-schedule-eeedfa");
    const { apiVersion: _apiVersion, kind: _kind, ...made } = inputs;
    assert.deepEqual(made, {
      metadata: metadata("acme-runners-eeedfa"),
      spec: {
        schedule: "0 7 * * 1-5",
        timeZone: "Etc/UTC",
        concurrencyPolicy: "Replace",
        startingDeadlineSeconds: 600,
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 1,
        jobTemplate: {
          metadata: { labels: LABELS },
          spec: {
            activeDeadlineSeconds: 600,
            backoffLimit: 4,
            ttlSecondsAfterFinished: 86400,
            template: {
              metadata: { labels: LABELS },
              spec: {
                serviceAccountName: "acme-runners-schedule",
                automountServiceAccountToken: true,
                enableServiceLinks: false,
                restartPolicy: "Never",
                nodeSelector: { "kubernetes.io/os": "linux" },
                securityContext: {
                  runAsNonRoot: true,
                  runAsUser: 65532,
                  runAsGroup: 65532,
                  seccompProfile: { type: "RuntimeDefault" },
                },
                containers: [
                  {
                    name: "kubectl",
                    image: "registry.k8s.io/kubectl:v1.34.4",
                    args: [
                      "patch",
                      "autoscalingrunnersets.actions.github.com",
                      "acme-runners",
                      "--namespace=acme",
                      "--type=merge",
                      "--field-manager=pulumi-kubernetes",
                      '--patch={"spec":{"minRunners":4}}',
                    ],
                    resources: {
                      requests: { cpu: "10m", memory: "64Mi" },
                      limits: { cpu: "200m", memory: "128Mi" },
                    },
                    securityContext: {
                      allowPrivilegeEscalation: false,
                      capabilities: { drop: ["ALL"] },
                      readOnlyRootFilesystem: true,
                    },
                  },
                ],
              },
            },
          },
        },
      },
    });
  });

  it("take image, time zone, nodes and tolerations of the scheduler, and the registry credentials of the runners", async () => {
    const tolerations = [{ key: "cicd", operator: "Exists" }];
    const recorded = await create({
      scheduler: { image: "mirror/kubectl:1", timeZone: "Asia/Tokyo", nodeSelector: { pool: "a" }, tolerations },
      runner: { ...ARGS.runner, imagePullSecrets: ["mirror"] },
    });
    const jobs = recorded.all("CronJob").map(({ inputs }) => (inputs as unknown as CronJobInputs).spec);
    assert.deepEqual(jobs.map(({ schedule, timeZone }) => `${schedule} ${timeZone}`).sort(), [
      "0 19 * * 1-5 Europe/Berlin",
      "0 7 * * 1-5 Asia/Tokyo",
    ]);
    for (const { jobTemplate } of jobs) {
      const { nodeSelector, tolerations: tolerated, imagePullSecrets, containers } = jobTemplate.spec.template.spec;
      assert.deepEqual(
        { nodeSelector, tolerated, imagePullSecrets, image: containers[0]!.image },
        {
          nodeSelector: { "kubernetes.io/os": "linux", pool: "a" },
          tolerated: tolerations,
          imagePullSecrets: [{ name: "mirror" }],
          image: "mirror/kubectl:1",
        },
      );
    }
  });

  it("have CronJobs of at most 52 characters, whose names follow from when they fire and from nothing else", async () => {
    const scaleSetName = "s".repeat(45);
    const names = async (...schedules: { cron: string; minRunners: number; timeZone?: string }[]) =>
      (await create({ scaleSetName, schedules }))
        .all("CronJob")
        .map(({ inputs }) => (inputs as unknown as CronJobInputs).metadata.name);
    const both = await names(MORNING, EVENING);
    assert.deepEqual([...new Set(both.map(({ length }) => length))], [52]);
    assert.equal(new Set(both).size, 2);
    assert.deepEqual(await names({ ...EVENING, minRunners: 3 }, MORNING), both);
    assert.equal(scheduleKey(MORNING), scheduleKey({ ...MORNING, timeZone: "Etc/UTC" }));
    assert.notEqual(scheduleKey(MORNING), scheduleKey(MORNING, { timeZone: "Asia/Tokyo" }));
  });

  it("start when their account may act, after what they are told to wait for; without schedules there is nothing", async () => {
    const recorded = await record(() => {
      const first = new k8s.core.v1.ConfigMap("first", {});
      createSchedules("set", ARGS, { dependsOn: [first] });
    });
    assert.deepEqual(labelsOf(recorded.all("CronJob")[0]!.dependencies), [
      "ConfigMap first",
      "Role set-schedule-role",
      "RoleBinding set-schedule-role-binding",
      "ServiceAccount set-schedule-service-account",
    ]);
    assert.deepEqual(labelsOf(recorded.one("Role").dependencies), ["ConfigMap first"]);
    for (const schedules of [[], undefined]) {
      const { schedules: _schedules, ...bare } = ARGS;
      const none = await record(() => createSchedules("set", { ...bare, ...(schedules ? { schedules } : {}) }, {}));
      assert.deepEqual([none.labels(), none.result], [[], []]);
    }
  });
});

describe("the patch of a schedule", () => {
  it("sets minRunners, and under eventual the pod annotation that follows it", () => {
    assert.deepEqual(schedulePatch(MORNING, Immediate), { spec: { minRunners: 4 } });
    assert.deepEqual(schedulePatch(MORNING), { spec: { minRunners: 4 } });
    assert.deepEqual(schedulePatch(EVENING, Eventual), {
      spec: { minRunners: 0, template: { metadata: { annotations: { scheduledMinRunners: "0" } } } },
    });
  });

  it("is one argument of kubectl, whatever it holds", () => {
    assert.equal(
      scheduleCommand(ARGS, schedulePatch(EVENING, Eventual)).at(-1),
      '--patch={"spec":{"minRunners":0,"template":{"metadata":{"annotations":{"scheduledMinRunners":"0"}}}}}',
    );
  });
});

describe("a set with schedules", () => {
  it("leaves exactly the fields alone that its schedules patch", () => {
    assert.deepEqual(scheduleIgnoreChanges([MORNING], Immediate), ["spec.minRunners"]);
    assert.deepEqual(scheduleIgnoreChanges([MORNING]), ["spec.minRunners"]);
    assert.deepEqual(scheduleIgnoreChanges([MORNING], Eventual), [
      "spec.minRunners",
      "spec.template.metadata.annotations.scheduledMinRunners",
    ]);
    assert.deepEqual([scheduleIgnoreChanges([], Eventual), scheduleIgnoreChanges(undefined, Eventual)], [[], []]);
  });

  it("says so in an annotation, which goes with the last schedule", () => {
    assert.deepEqual(scheduleAnnotations([MORNING]), { "scheduled-fields": "spec.minRunners" });
    assert.deepEqual([scheduleAnnotations([]), scheduleAnnotations()], [{}, {}]);
  });

  it("starts under eventual with the annotation that a schedule of the same minRunners would set", () => {
    const template = { metadata: { labels: { a: "b" }, annotations: { c: "d" } }, spec: { containers: [] } };
    const { spec } = schedulePatch({ cron: "@daily", minRunners: 2 }, Eventual);
    const args = { schedules: [MORNING], minRunners: 2, controllerUpdateStrategy: Eventual };
    assert.deepEqual(scheduledTemplate(template as never, args), {
      metadata: { labels: { a: "b" }, annotations: { c: "d", ...spec.template!.metadata.annotations } },
      spec: { containers: [] },
    });
    const bare = { spec: { containers: [] } };
    assert.deepEqual(
      scheduledTemplate(bare as never, { schedules: [MORNING], controllerUpdateStrategy: Eventual }).metadata,
      { annotations: { scheduledMinRunners: "0" } },
    );
  });

  it("has the pod template of any other set under immediate, and so has a set without schedules under eventual", () => {
    const template = { spec: { containers: [] } } as never;
    assert.equal(scheduledTemplate(template, { schedules: [MORNING], minRunners: 2 }), template);
    assert.equal(scheduledTemplate(template, { schedules: [], controllerUpdateStrategy: Eventual }), template);
    assert.equal(scheduledTemplate(template, { controllerUpdateStrategy: Eventual }), template);
  });
});
