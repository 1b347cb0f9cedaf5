import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import type { VersionFenceArgs } from "./args";
import { minorOf, versionOf } from "./version-fence";
import { FenceApi } from "./version-fence-api";
import { LiveCluster, loadKubeConfig } from "./version-fence-cluster";
import { fence, type FenceReport, type FenceSettings, messageOf, surveyed, WrongCluster } from "./version-fence-steps";
import type { ControllerSettings } from "./settings";

const TIMEOUT_SECONDS = 120;

/**
 * What runs before an update of the controller's Deployment, so that no set is deleted by a controller of another minor
 * version. A preview looks and tells; nothing is changed by it.
 *
 * @param controller the component whose Deployment it is; what is told stands beside it.
 */
export function versionFenceHooks(
  controller: pulumi.Resource,
  name: string,
  settings: ControllerSettings,
): pulumi.ResourceHookBinding {
  if (settings.versionFence?.enabled === false) return {};
  const place = { preview: pulumi.runtime.isDryRun(), report: reportBeside(controller) };
  // The engine calls from outside the program, where the SDK would not know which run of the Automation API it is about.
  const run = AsyncResource.bind((hook: pulumi.ResourceHookArgs) => beforeUpdate(hook, settings, place));
  // The name is the hook's identity in the program: a cluster may have several controllers.
  return { beforeUpdate: [new pulumi.ResourceHook(`arc-version-fence-${name}`, run, { onDryRun: true })] };
}

/** How the hook runs. */
interface Place {
  preview: boolean;
  report: FenceReport & { warn(text: string): void };
}

/** What happens before the Deployment is updated, or in a preview would be. */
export async function beforeUpdate(
  hook: Pick<pulumi.ResourceHookArgs, "oldInputs" | "oldOutputs">,
  settings: ControllerSettings,
  { preview, report }: Place,
): Promise<void> {
  const args = settings.versionFence ?? {};
  const old = (await known({ inputs: hook.oldInputs, outputs: hook.oldOutputs })) as OldDeployment;
  const fenced = fenceSettings(settings, args, old.outputs?.metadata?.uid);
  // A failure to look is only told where nothing can be lost: in a preview, and where the minor version stays.
  const isFatal = (error: unknown) => !keepsMinor(old, settings.version) && (!preview || error instanceof WrongCluster);
  const connected = await connect(settings, args, fenced).catch((error: unknown) => {
    if (isFatal(error)) throw error;
    report.warn(
      `The version fence could not look at the cluster (${messageOf(error).replace(/\.$/, "")}), ` +
        "so nothing is told here of what becomes of the runner sets.",
    );
  });
  if (!connected) return;
  const { api, cluster, survey } = connected;
  try {
    const { plan } = survey;
    if (!plan.needed) return;
    if (plan.refusals.length) throw new Error(plan.refusals.join("\n"));
    if (preview) report.info(plan.text);
    else await fence(cluster, fenced, survey, report);
  } finally {
    api.close();
  }
}

/** The cluster, and a first look at it. */
async function connect(settings: ControllerSettings, args: VersionFenceArgs, fenced: FenceSettings) {
  const kubeconfig = await known(args.kubeconfig);
  if (pulumi.isUnknown(kubeconfig)) throw new Error("the kubeconfig is not known yet");
  const api = await FenceApi.connect(loadKubeConfig(kubeconfig as string | undefined, args.context));
  const { namespace, fullname: name, watchSingleNamespace: watched } = settings;
  const cluster = new LiveCluster(api, { namespace, name, ...(watched === undefined ? {} : { watched }) });
  try {
    return { api, cluster, survey: await surveyed(cluster, fenced) };
  } catch (error) {
    api.close();
    throw error;
  }
}

/** The Deployment in the state; a hook gets a value with a secret in it as an Output. */
interface OldDeployment {
  inputs?: { spec?: { template?: { spec?: { containers?: { name?: string; image?: string }[] } } } };
  outputs?: { metadata?: { uid?: string } };
}

function keepsMinor({ inputs }: OldDeployment, version: string): boolean {
  const containers = inputs?.spec?.template?.spec?.containers ?? [];
  const before = versionOf(containers.find(({ name }) => name === "manager")?.image ?? "");
  return before !== undefined && minorOf(before) !== undefined && minorOf(before) === minorOf(version);
}

function fenceSettings(settings: ControllerSettings, args: VersionFenceArgs, uid: string | undefined): FenceSettings {
  const { namespace, fullname, version, watchSingleNamespace } = settings;
  return {
    controller: `${namespace}/${fullname}`,
    to: version,
    timeoutSeconds: args.timeoutSeconds ?? TIMEOUT_SECONDS,
    ...(watchSingleNamespace === undefined ? {} : { watched: watchSingleNamespace }),
    ...(uid === undefined ? {} : { uid }),
  };
}

function reportBeside(component: pulumi.Resource): Place["report"] {
  return {
    info: (text) => void pulumi.log.info(text, component),
    progress: (text) => void pulumi.log.info(text, component, undefined, true),
    warn: (text) => void pulumi.log.warn(text, component),
  };
}

/** The value with all Outputs in it resolved; what a preview cannot know stays unknown. */
function known(value: unknown): Promise<unknown> {
  return (pulumi.output(value) as unknown as { promise(withUnknowns: boolean): Promise<unknown> }).promise(true);
}
