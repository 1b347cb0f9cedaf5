import { GITHUB_SECRET_NAME } from "../credentials/github-app";
import { runnerServiceAccount } from "./accounts";
import { connectionSpec, type GitHubServerTlsArgs } from "./connection";
import { listenerMetrics, listenerTemplate } from "./listener";
import type { PodPlace } from "./pod/spec";
import { runnerPodTemplate } from "./pod/template";
import { resourceMetaSpec } from "./resource-meta";
import type { RunnerScaleSetArgs } from "./runner-scale-set";
import { scheduledTemplate } from "./schedule";

/** The `spec` of the AutoscalingRunnerSet; what is not asked for is absent, because the controller hashes it as it stands. */
export function autoscalingRunnerSetSpec(args: RunnerScaleSetArgs) {
  const template = listenerTemplate(args.listener);
  const metrics = listenerMetrics(args.listener?.metrics);
  return {
    githubConfigUrl: args.githubConfigUrl.replace(/\/$/, ""),
    githubConfigSecret: args.githubConfigSecret ?? GITHUB_SECRET_NAME,
    ...(args.runnerGroup ? { runnerGroup: args.runnerGroup } : {}),
    ...(args.runnerScaleSetName ? { runnerScaleSetName: args.runnerScaleSetName } : {}),
    ...(args.runnerScaleSetLabels?.length ? { runnerScaleSetLabels: args.runnerScaleSetLabels } : {}),
    ...connectionSpec(args),
    minRunners: args.minRunners ?? 0,
    maxRunners: args.maxRunners,
    ...(template ? { listenerTemplate: template } : {}),
    ...(metrics ? { listenerMetrics: metrics } : {}),
    ...resourceMetaSpec(args.resourceMeta),
    template: scheduledTemplate(runnerPodTemplate(args.runner, podPlace(args)), args),
  };
}

/** What the pods of a set have from the set. */
export function podPlace(args: Pick<RunnerScaleSetArgs, "scaleSetName" | "runner" | "githubServerTls">): PodPlace {
  const { scaleSetName, runner, githubServerTls } = args;
  return {
    serviceAccountName: runnerServiceAccount(scaleSetName, runner.containerMode),
    ...(githubServerTls?.runnerMountPath
      ? { serverTls: serverTls(githubServerTls, githubServerTls.runnerMountPath) }
      : {}),
    ...(runner.kubernetes?.hookTemplate ? { hookTemplateConfigMap: hookTemplateName(scaleSetName) } : {}),
  };
}

function serverTls({ configMapKeyRef }: GitHubServerTlsArgs, runnerMountPath: string) {
  return { configMapName: configMapKeyRef.name, key: configMapKeyRef.key, runnerMountPath };
}

/** ConfigMap with the template that the container hooks merge into job pods. */
export function hookTemplateName(scaleSetName: string): string {
  return `${scaleSetName}-hook-extension`;
}
