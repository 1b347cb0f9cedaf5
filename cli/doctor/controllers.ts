import { CONTROLLER_DEFAULTS } from "../../components/controller/args";
import { isAllowed, minorOf, versionOf } from "../../components/controller/version-fence";
import { isNewerMinor } from "../../components/controller/releases";
import { listenerName as nameInRelease } from "../../components/controller/version-fence-listeners";
import { VERSION_LABEL } from "../../components/labels";
import { type Container, type Deployment, nameOf, type Pod, type RunnerSet } from "./objects";
import type { Context } from "./observation";

/** A controller as its Deployment starts it. */
export interface Manager {
  deployment: Deployment;
  image: string;
  /** Release of the image, else of the label; undefined when neither names one. */
  version?: string;
  /** Image of its listeners (`CONTROLLER_MANAGER_CONTAINER_IMAGE`). */
  listenerImage?: string;
  /** The only namespace that it serves (`--watch-single-namespace`). */
  watched?: string;
  /** Waits for the old runners before new ones start (`--update-strategy=eventual`). */
  eventual: boolean;
  replicas: number;
}

export function managerOf(deployment: Deployment): Manager {
  const { metadata, spec } = deployment;
  const container = managerContainer(deployment);
  const image = container?.image ?? "";
  const version = [versionOf(image), metadata.labels?.[VERSION_LABEL]].find(isBuild);
  const listenerImage = container?.env?.find(({ name }) => name === "CONTROLLER_MANAGER_CONTAINER_IMAGE")?.value;
  const watched = flagOf(container, "watch-single-namespace");
  return {
    deployment,
    image,
    ...(version === undefined ? {} : { version }),
    ...(listenerImage === undefined ? {} : { listenerImage }),
    ...(watched ? { watched } : {}),
    eventual: flagOf(container, "update-strategy") === "eventual",
    replicas: spec.replicas ?? 1,
  };
}

function managerContainer({ spec }: Deployment): Container | undefined {
  const { containers = [] } = spec.template.spec;
  return containers.find(({ name }) => name === "manager") ?? containers[0];
}

/** The value of a flag as Go reads it: one dash or two, `=` or the next argument, and the last one counts. */
function flagOf(container: Container | undefined, name: string): string | undefined {
  const { args = [] } = container ?? {};
  const values = args.flatMap((arg, index) => {
    const [, flag, value] = /^--?([^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
    return flag === name ? [value ?? args[index + 1]] : [];
  });
  return values.at(-1);
}

/** What the controller's version gate can read, or lets everything pass for; a tag such as `stable` says nothing. */
function isBuild(version: string | undefined): version is string {
  return version !== undefined && (minorOf(version) !== undefined || isAllowed(undefined, version));
}

/** The stack's own controller. */
export function ownController(controllers: Deployment[], context: Context): Manager | undefined {
  const own = controllers.find((deployment) => nameOf(deployment) === ownControllerName(context));
  return own && managerOf(own);
}

/** `namespace/name` of the Deployment that the stack makes. */
export function ownControllerName({ controllerNamespace, config }: Context): string {
  return `${controllerNamespace}/${config.settings.controller.fullname ?? CONTROLLER_DEFAULTS.fullname}`;
}

export function watches({ watched }: Pick<Manager, "watched">, namespace: string | undefined): boolean {
  return watched === undefined || watched === namespace;
}

/** The pods of a Deployment that have not ended, or, when all have, those. */
export function podsOf({ metadata, spec }: Deployment, pods: Pod[]): Pod[] {
  const selector = Object.entries(spec.selector?.matchLabels ?? {});
  const own = pods.filter(
    (pod) =>
      pod.metadata.namespace === metadata.namespace &&
      selector.length > 0 &&
      selector.every(([key, value]) => pod.metadata.labels?.[key] === value),
  );
  const living = own.filter(({ status }) => !/^(Succeeded|Failed)$/.test(status?.phase ?? ""));
  return living.length ? living : own;
}

/**
 * The name that the controller gives to a set's listener, and finds it by; undefined for a release whose names are not
 * known here.
 */
export function listenerNameOf({ metadata, spec }: RunnerSet, version: string): string | undefined {
  if (isNewerMinor(version)) return undefined;
  const { namespace = "", name } = metadata;
  const { runnerGroup = "", githubConfigUrl = "" } = spec;
  return nameInRelease({ namespace, name, runnerGroup, githubConfigUrl }, version);
}
