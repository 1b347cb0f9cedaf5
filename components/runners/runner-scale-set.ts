import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { UpdateStrategy } from "../controller/args";
import { valuesHash } from "../digest";
import { VALUES_HASH_ANNOTATION } from "../labels";
import { childOptions } from "../options";
import { createAccounts, setMetadata } from "./accounts";
import type { AzureKeyVaultArgs, GitHubServerTlsArgs, ProxyArgs } from "./connection";
import { editEffectHook } from "./edit-effect-hook";
import type { ListenerArgs } from "./listener";
import { withListenerDigest } from "./listener-digest";
import type { RunnerPodArgs } from "./pod/spec";
import { isKubernetesMode } from "./rbac";
import type { ResourceMetaArgs } from "./resource-meta";
import {
  createSchedules,
  type ScheduleArgs,
  scheduleAnnotations,
  scheduleIgnoreChanges,
  type SchedulerArgs,
} from "./schedule";
import { autoscalingRunnerSetSpec, hookTemplateName } from "./spec";

export const ARC_API = "actions.github.com/v1alpha1";

/** Seconds beyond the longest job that a deletion waits: for the listener, the pods and GitHub's answer. */
const DELETE_SLACK_SECONDS = 600;
/** Without a deadline of the pod: GitHub ends a job after six hours unless the workflow says otherwise. */
const DEFAULT_JOB_SECONDS = 6 * 3600;

/** Arguments of {@link RunnerScaleSet}. */
export interface RunnerScaleSetArgs {
  /** Name of the AutoscalingRunnerSet and, on GitHub, of the scale set: what `runs-on` names. At most 45 characters. */
  scaleSetName: string;
  /** Name on GitHub, when it is no name for a Kubernetes object. @default - `scaleSetName` */
  runnerScaleSetName?: string;
  /** Namespace of the set and its runners; it must exist. */
  namespace: string;
  /** URL of the organisation, repository or enterprise that the runners serve. @example "https://github.com/acme" */
  githubConfigUrl: string;
  /** Name of the Secret with the GitHub credentials, or of the secret in Azure Key Vault. @default "github-token" */
  githubConfigSecret?: string;
  /** Version of those credentials; when it changes, the listener restarts and reads them again. @default - not followed */
  githubConfigSecretVersion?: pulumi.Input<string>;
  /** Azure Key Vault that holds the credentials. @default - they are in a Secret */
  azureKeyVault?: AzureKeyVaultArgs;
  /** GitHub runner group. @default - the organisation's default group */
  runnerGroup?: string;
  /** Labels for `runs-on` beside the name; GitHub reads them when the set is made, so a change replaces it. @default - none */
  runnerScaleSetLabels?: string[];
  /** Proxy on the way to GitHub, of controller, listener and runners. @default - none */
  proxy?: ProxyArgs;
  /** Certificate authority of a GitHub Enterprise Server. @default - a public one */
  githubServerTls?: GitHubServerTlsArgs;
  /** Idle runners kept ready, on top of those with a job. @default 0 */
  minRunners?: number;
  /** Most runners at a time. */
  maxRunners: number;
  /** Times at which minRunners changes; the program leaves it alone then. @default - never */
  schedules?: ScheduleArgs[];
  /** What the CronJobs of the schedules have in common. @default - upstream's kubectl image, UTC */
  scheduler?: SchedulerArgs;
  /** The listener. @default - as the controller makes it, with fewer metrics */
  listener?: ListenerArgs;
  /** Labels and annotations of what is made for the set. @default - none */
  resourceMeta?: ResourceMetaArgs;
  /** The runner pod. */
  runner: RunnerPodArgs;
  /** Release of the controller that serves the set. */
  controllerVersion: string;
  /** How that controller rolls runners. @default "immediate" */
  controllerUpdateStrategy?: UpdateStrategy;
  /** Namespace of that controller. @default "arc-systems" */
  controllerNamespace?: string;
  /** ServiceAccount of that controller. @default "arc-gha-rs-controller" */
  controllerServiceAccount?: string;
}

/**
 * One runner scale set: the AutoscalingRunnerSet, the ServiceAccount that its runners use, and the Role that lets the
 * controller work in the namespace. Make it depend on the controller, the namespace and the credentials: its deletion
 * needs all of them alive.
 */
export class RunnerScaleSet extends pulumi.ComponentResource {
  /** Name for `runs-on`. */
  public readonly runsOn: pulumi.Output<string>;
  /** Namespace of the set. */
  public readonly namespace: pulumi.Output<string>;

  constructor(name: string, args: RunnerScaleSetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("arc:index:RunnerScaleSet", name, args, opts);
    const child = childOptions(this, opts);
    const needed = [...createAccounts(name, args, child), ...createHookTemplate(name, args, child)];
    const set = createSet(name, args, childOptions(this, opts, needed));
    createSchedules(name, args, childOptions(this, opts, [set]));
    this.runsOn = pulumi.output(args.runnerScaleSetName ?? args.scaleSetName);
    this.namespace = pulumi.output(args.namespace);
    this.registerOutputs({ runsOn: this.runsOn, namespace: this.namespace });
  }
}

function createSet(name: string, args: RunnerScaleSetArgs, opts: pulumi.CustomResourceOptions) {
  const metadata = setMetadata(args, args.scaleSetName, "autoscalingRunnerSet", "autoscaling-runner-set");
  const hash = listenerHash(args);
  const deleteSeconds = (args.runner.activeDeadlineSeconds ?? DEFAULT_JOB_SECONDS) + DELETE_SLACK_SECONDS;
  return new k8s.apiextensions.CustomResource(
    name,
    {
      apiVersion: ARC_API,
      kind: "AutoscalingRunnerSet",
      metadata: {
        ...metadata,
        annotations: {
          ...metadata.annotations,
          ...scheduleAnnotations(args.schedules),
          [VALUES_HASH_ANNOTATION]: hash,
        },
      },
      spec: withListenerDigest(autoscalingRunnerSetSpec(args), hash, args),
    },
    {
      ...opts,
      // The controller waits for running jobs before it lets the set go.
      customTimeouts: { delete: `${deleteSeconds}s` },
      // Editing these leaves a listener behind or does nothing at all; a second set of the same name cannot exist meanwhile.
      replaceOnChanges: [
        "spec.githubConfigUrl",
        "spec.runnerGroup",
        "spec.runnerScaleSetName",
        "spec.runnerScaleSetLabels",
      ],
      deleteBeforeReplace: true,
      hooks: { beforeUpdate: [editEffectHook(name, args.controllerUpdateStrategy)] },
      ignoreChanges: scheduleIgnoreChanges(args.schedules, args.controllerUpdateStrategy),
    },
  );
}

/** The template that the container hooks merge into the pods of jobs. */
function createHookTemplate(name: string, args: RunnerScaleSetArgs, opts: pulumi.CustomResourceOptions) {
  const { containerMode, kubernetes } = args.runner;
  const template = kubernetes?.hookTemplate;
  if (!template || kubernetes.hookTemplateConfigMap || !isKubernetesMode(containerMode)) return [];
  const metadata = setMetadata(args, hookTemplateName(args.scaleSetName), undefined, "hook-extension");
  return [
    new k8s.core.v1.ConfigMap(
      `${name}-hook-extension`,
      // JSON is YAML, and its text does not depend on who prints it.
      { metadata, data: { extension: JSON.stringify(template, null, 2) } },
      opts,
    ),
  ];
}

/**
 * What the listener depends on and the controller does not see change by itself: the release (its image), the version of
 * the credentials and the certificates. The spec has a hash of its own in the controller.
 */
function listenerHash(args: RunnerScaleSetArgs): pulumi.Output<string> {
  const certificates = args.githubServerTls?.version;
  return pulumi.output(args.githubConfigSecretVersion ?? "").apply((secretVersion) =>
    valuesHash({
      controllerVersion: args.controllerVersion,
      secretVersion,
      ...(certificates ? { certificates } : {}),
    }),
  );
}
