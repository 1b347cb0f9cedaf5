import { existsSync } from "node:fs";
import { KubeConfig } from "@kubernetes/client-node";
import type { Properties } from "../plugin";

/** The arguments of a Provider resource that are a yes or a no. */
export interface Flags {
  upsertExistingObjects: boolean;
  enablePatchForce: boolean;
  enableConfigMapMutable: boolean;
  enableSecretMutable: boolean;
  deleteUnreachable: boolean;
  skipUpdateUnreachable: boolean;
}

/** The arguments of a Provider resource that this plugin follows. */
export interface Settings extends Flags {
  kubeConfig: KubeConfig;
  /** The namespace of an object that says none. */
  namespace: string;
}

/** The engine sends each argument that is no string as its JSON text. */
function flag(args: Properties, name: string, variable: string): boolean {
  const value = args[name] ?? process.env[variable];
  return value === true || value === "true";
}

/** Reads the arguments that are a yes or a no, each of which an environment variable may give instead. */
export function flagsOf(args: Properties): Flags {
  return {
    upsertExistingObjects: flag(args, "upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
    enablePatchForce: flag(args, "enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE"),
    enableConfigMapMutable: flag(args, "enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
    enableSecretMutable: flag(args, "enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
    deleteUnreachable: flag(args, "deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
    skipUpdateUnreachable: flag(args, "skipUpdateUnreachable", "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE"),
  };
}

function text(args: Properties, name: string): string {
  const value = args[name];
  return typeof value === "string" ? value : "";
}

function loadKubeConfig(kubeconfig: string): KubeConfig {
  const config = new KubeConfig();
  if (kubeconfig === "") {
    config.loadFromDefault();
  } else if (existsSync(kubeconfig)) {
    config.loadFromFile(kubeconfig);
  } else {
    config.loadFromString(kubeconfig);
  }
  return config;
}

function select(config: KubeConfig, context: string, cluster: string): void {
  if (context !== "") {
    config.setCurrentContext(context);
  }
  const current = config.getContextObject(config.getCurrentContext());
  if (current === null) {
    throw new Error(`the kubeconfig has no context "${config.getCurrentContext()}"`);
  }
  if (cluster !== "") {
    const name = `${current.name}/${cluster}`;
    config.addContext({ ...current, name, cluster });
    config.setCurrentContext(name);
  }
}

/** Reads the arguments of a Provider. Throws when its kubeconfig names no cluster. */
export function settingsOf(args: Properties): Settings {
  const kubeConfig = loadKubeConfig(text(args, "kubeconfig"));
  select(kubeConfig, text(args, "context"), text(args, "cluster"));
  const current = kubeConfig.getContextObject(kubeConfig.getCurrentContext());
  return {
    kubeConfig,
    namespace: text(args, "namespace") || current?.namespace || "default",
    ...flagsOf(args),
  };
}
