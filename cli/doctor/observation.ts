import type { RunnerImage } from "../../stacks/config/runner-image";
import type { StackConfig } from "../../stacks/config/settle";
import type { PlannedObject } from "../adopt/planned";
import type {
  ConfigMap,
  Crd,
  Deployment,
  EphemeralRunner,
  EphemeralRunnerSet,
  ExternalSecret,
  KubernetesEvent,
  LimitRange,
  Listener,
  Node,
  Pod,
  Quota,
  RunnerSet,
  Secret,
  SecretStore,
} from "./objects";
import type { GitHubSeen } from "./github/seen";
import type { RunnerVersions } from "./runner-versions";
import type { VaultSeen } from "./vault";

/**
 * What was read, or why it could not be: what was not seen is unknown, never healthy. `inPart` says what of it is missing
 * where the rest is worth looking at.
 */
export type Seen<T> = { value: T; inPart?: string } | { unknown: string };

/** The last lines that a container printed. */
export interface Log {
  namespace: string;
  pod: string;
  container: string;
  lines: string[];
}

/** Everything that doctor can look at. A rule names what it needs, and is unknown when one of that was not seen. */
export interface Sources {
  /** Deployments of ARC's controller, wherever they are. */
  controllers: Deployment[];
  runnerSets: RunnerSet[];
  listeners: Listener[];
  ephemeralRunnerSets: EphemeralRunnerSet[];
  ephemeralRunners: EphemeralRunner[];
  /** Of the controller's namespace and the runners'. */
  pods: Pod[];
  nodes: Node[];
  events: KubernetesEvent[];
  quotas: Quota[];
  limitRanges: LimitRange[];
  externalSecrets: ExternalSecret[];
  /** SecretStores and ClusterSecretStores that the stack's ExternalSecrets name. */
  secretStores: SecretStore[];
  /** By `namespace/name`: those with GitHub's and the registry's credentials; undefined where there is none. */
  secrets: Map<string, Secret | undefined>;
  /** By `namespace/name`: where the controller copies credentials to for each listener. */
  listenerSecrets: Map<string, Secret | undefined>;
  /** By `namespace/name`: those with the certificates that sets trust GitHub's server by. */
  configMaps: Map<string, ConfigMap | undefined>;
  /** ARC's CRDs that are in the cluster. */
  crds: Crd[];
  /** CRDs as the stack installs them; none when someone else does. */
  expectedCrds: Crd[];
  controllerLogs: Log[];
  listenerLogs: Log[];
  /** Of runners that failed or have run for long, and of no more than some of these. */
  runnerLogs: Log[];
  /** What is known of the runner in each set's image; in part, since not every image tells. */
  runnerVersions: RunnerVersions;
  /** What Vault has where the ExternalSecrets read. */
  vault: VaultSeen;
  /** What GitHub says to the credentials, and of each organisation. */
  github: GitHubSeen;
}
export type Source = keyof Sources;

/** What doctor knows without asking anybody. */
export interface Context {
  now: Date;
  config: StackConfig;
  /** Every object of the cluster that the stack makes. */
  planned: PlannedObject[];
  /** Where the controller is. */
  controllerNamespace: string;
  /** The repository's own runner image, where it has one. */
  runnerImage?: RunnerImage;
}

/** A cluster at one moment. */
export interface Observation extends Context {
  /** The API server. */
  server: string;
  sources: { [S in Source]: Seen<Sources[S]> };
}

/** What was seen, else nothing. */
export function valueOf<T>(seen: { value: T } | { unknown: string }): T | undefined {
  return "value" in seen ? seen.value : undefined;
}
