import type { StackConfig } from "../../stacks/config/settle";
import type { PlannedObject } from "../adopt/planned";
import type {
  Crd,
  Deployment,
  EphemeralRunner,
  EphemeralRunnerSet,
  ExternalSecret,
  KubernetesEvent,
  LimitRange,
  Listener,
  Pod,
  Quota,
  RunnerSet,
  Secret,
  SecretStore,
} from "./objects";
import type { GitHubSeen } from "./github/seen";

/** What was read, or why it could not be: what was not seen is unknown, never healthy. */
export type Seen<T> = { value: T } | { unknown: string };

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
  events: KubernetesEvent[];
  quotas: Quota[];
  limitRanges: LimitRange[];
  externalSecrets: ExternalSecret[];
  /** SecretStores and ClusterSecretStores that the stack's ExternalSecrets name. */
  secretStores: SecretStore[];
  /** By `namespace/name`: those with GitHub's and the registry's credentials; undefined where there is none. */
  secrets: Map<string, Secret | undefined>;
  /** ARC's CRDs that are in the cluster. */
  crds: Crd[];
  /** CRDs as the stack installs them; none when someone else does. */
  expectedCrds: Crd[];
  controllerLogs: Log[];
  listenerLogs: Log[];
  /** What GitHub says of each organisation. */
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
}

/** A cluster at one moment. */
export interface Observation extends Context {
  /** The API server. */
  server: string;
  sources: { [S in Source]: Seen<Sources[S]> };
}
