import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { CONTROLLER_DEFAULTS } from "../controller/controller";
import { GITHUB_SECRET_NAME } from "../credentials/github-app";
import { valuesHash } from "../digest";
import { scaleSetLabels, VALUES_HASH_ANNOTATION } from "../labels";
import { childOptions } from "../options";
import { bindingTo } from "../rbac-rule";
import type { RunnerPodArgs } from "./pod/spec";
import { runnerPodTemplate } from "./pod/template";
import { managerRules } from "./rbac";

export const ARC_API = "actions.github.com/v1alpha1";

/** Seconds beyond the longest job that a deletion waits: for the listener, the pods and GitHub's answer. */
const DELETE_SLACK_SECONDS = 600;
/** Without a deadline of the pod: GitHub ends a job after six hours unless the workflow says otherwise. */
const DEFAULT_JOB_SECONDS = 6 * 3600;

/** Arguments of {@link RunnerScaleSet}. */
export interface RunnerScaleSetArgs {
  /** Name of the AutoscalingRunnerSet and, on GitHub, of the scale set: what `runs-on` names. At most 45 characters. */
  scaleSetName: string;
  /** Namespace of the set and its runners; it must exist. */
  namespace: string;
  /** URL of the organisation, repository or enterprise that the runners serve. @example "https://github.com/acme" */
  githubConfigUrl: string;
  /** Name of the Secret with the GitHub credentials. @default "github-token" */
  githubConfigSecret?: string;
  /** Version of those credentials; when it changes, the listener restarts and reads them again. @default - not followed */
  githubConfigSecretVersion?: pulumi.Input<string>;
  /** GitHub runner group. @default - the organisation's default group */
  runnerGroup?: string;
  /** Idle runners kept ready, on top of those with a job. @default 0 */
  minRunners?: number;
  /** Most runners at a time. */
  maxRunners: number;
  /** The runner pod. */
  runner: RunnerPodArgs;
  /** Release of the controller that serves the set. */
  controllerVersion: string;
  /** Namespace of that controller. @default "arc-systems" */
  controllerNamespace?: string;
  /** ServiceAccount of that controller. @default "arc-gha-rs-controller" */
  controllerServiceAccount?: string;
}

/**
 * One runner scale set: the AutoscalingRunnerSet, the ServiceAccount without rights that its runners use, and the Role
 * that lets the controller work in the namespace. Make it depend on the controller, the namespace and the credentials:
 * its deletion needs all of them alive.
 */
export class RunnerScaleSet extends pulumi.ComponentResource {
  /** Name for `runs-on`. */
  public readonly runsOn: pulumi.Output<string>;
  /** Namespace of the set. */
  public readonly namespace: pulumi.Output<string>;

  constructor(name: string, args: RunnerScaleSetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("arc:index:RunnerScaleSet", name, args, opts);
    const needed = this.createAccounts(name, args, opts);
    const deleteSeconds = (args.runner.activeDeadlineSeconds ?? DEFAULT_JOB_SECONDS) + DELETE_SLACK_SECONDS;
    new k8s.apiextensions.CustomResource(
      name,
      {
        apiVersion: ARC_API,
        kind: "AutoscalingRunnerSet",
        metadata: {
          name: args.scaleSetName,
          namespace: args.namespace,
          labels: scaleSetLabels(args.scaleSetName, args.namespace, args.controllerVersion, "autoscaling-runner-set"),
          annotations: { [VALUES_HASH_ANNOTATION]: listenerHash(args) },
        },
        spec: autoscalingRunnerSetSpec(args),
      },
      {
        ...childOptions(this, opts, needed),
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
      },
    );
    this.runsOn = pulumi.output(args.scaleSetName);
    this.namespace = pulumi.output(args.namespace);
    this.registerOutputs({ runsOn: this.runsOn, namespace: this.namespace });
  }

  private createAccounts(name: string, args: RunnerScaleSetArgs, opts?: pulumi.ComponentResourceOptions) {
    const labels = (component?: string) =>
      scaleSetLabels(args.scaleSetName, args.namespace, args.controllerVersion, component);
    const metadata = (objectName: string, component?: string) => ({
      name: objectName,
      namespace: args.namespace,
      labels: labels(component),
    });
    const managerName = `${args.scaleSetName}-gha-rs-manager`;
    const child = childOptions(this, opts);
    return [
      new k8s.core.v1.ServiceAccount(
        `${name}-service-account`,
        { metadata: metadata(runnerServiceAccount(args.scaleSetName)), automountServiceAccountToken: false },
        child,
      ),
      new k8s.rbac.v1.Role(
        `${name}-manager-role`,
        { metadata: metadata(managerName, "manager-role"), rules: managerRules() },
        child,
      ),
      new k8s.rbac.v1.RoleBinding(
        `${name}-manager-role-binding`,
        {
          metadata: metadata(managerName, "manager-role-binding"),
          ...bindingTo("Role", managerName, {
            name: args.controllerServiceAccount ?? CONTROLLER_DEFAULTS.fullname,
            namespace: args.controllerNamespace ?? CONTROLLER_DEFAULTS.namespace,
          }),
        },
        child,
      ),
    ];
  }
}

/** The `spec` of the AutoscalingRunnerSet. */
export function autoscalingRunnerSetSpec(args: RunnerScaleSetArgs) {
  return {
    githubConfigUrl: args.githubConfigUrl,
    githubConfigSecret: args.githubConfigSecret ?? GITHUB_SECRET_NAME,
    ...(args.runnerGroup ? { runnerGroup: args.runnerGroup } : {}),
    minRunners: args.minRunners ?? 0,
    maxRunners: args.maxRunners,
    template: runnerPodTemplate(args.runner, runnerServiceAccount(args.scaleSetName)),
  };
}

/** ServiceAccount of the runners, bound to no role. */
export function runnerServiceAccount(scaleSetName: string): string {
  return `${scaleSetName}-gha-rs-no-permission`;
}

/**
 * What the listener depends on and the controller does not see change by itself: the release (its image) and the
 * version of the credentials. The spec has a hash of its own in the controller.
 */
function listenerHash(args: RunnerScaleSetArgs): pulumi.Output<string> {
  return pulumi
    .output(args.githubConfigSecretVersion ?? "")
    .apply((secretVersion) => valuesHash({ controllerVersion: args.controllerVersion, secretVersion }));
}
