import { OFF, portOf } from "./address";
import { CONTROLLER_DEFAULTS, type ControllerArgs, type ControllerMetricsArgs } from "./args";
import { features } from "./releases";

export const METRICS_DEFAULTS: Required<ControllerMetricsArgs> = {
  enabled: true,
  controllerManagerAddr: ":8080",
  listenerAddr: ":8080",
  listenerEndpoint: "/metrics",
};

const HEALTH_ADDRESS = ":8081";

/** The user of the upstream image (`gcr.io/distroless/static:nonroot`). */
const NONROOT_UID = 65532;

const SECURITY_DEFAULTS: Required<Pick<ControllerArgs, "podSecurityContext" | "securityContext">> = {
  podSecurityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
  securityContext: {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    runAsUser: NONROOT_UID,
    runAsGroup: NONROOT_UID,
  },
};

/** {@link ControllerArgs} with every default in its place. */
export type ControllerSettings = Omit<ControllerArgs, "metrics" | "serviceAccount"> &
  Required<Pick<ControllerArgs, keyof typeof CONTROLLER_DEFAULTS | keyof typeof SECURITY_DEFAULTS>> & {
    metrics: Required<ControllerMetricsArgs>;
    serviceAccount: { create: boolean; name: string; annotations?: Record<string, string> };
    /** Undefined where the release has no probes, or they are turned off. */
    healthProbeBindAddress?: string;
  };

/** Puts every default in its place. */
export function controllerSettings(args: ControllerArgs): ControllerSettings {
  const { healthProbeBindAddress: health = HEALTH_ADDRESS, ...given } = definedOnly(args);
  return {
    ...CONTROLLER_DEFAULTS,
    ...SECURITY_DEFAULTS,
    ...given,
    metrics: { ...METRICS_DEFAULTS, ...definedOnly(args.metrics ?? {}) },
    serviceAccount: {
      create: true,
      ...definedOnly(args.serviceAccount ?? {}),
      name: controllerServiceAccountName(args),
    },
    ...(features(args.version).healthProbe && health !== OFF ? { healthProbeBindAddress: health } : {}),
  };
}

/** The ServiceAccount that every scale set's manager RoleBinding names. */
export function controllerServiceAccountName(args: Pick<ControllerArgs, "fullname" | "serviceAccount">): string {
  return args.serviceAccount?.name || (args.fullname ?? CONTROLLER_DEFAULTS.fullname);
}

/** What the chart's templates refuse, and we do: each problem a sentence. */
export function invalidControllerArgs(args: ControllerArgs): string[] {
  const { metrics, serviceAccount } = args;
  const addresses = {
    "metrics.controllerManagerAddr": metrics?.controllerManagerAddr,
    "metrics.listenerAddr": metrics?.listenerAddr,
    healthProbeBindAddress: args.healthProbeBindAddress,
    pprofAddr: args.pprofAddr,
  };
  return [
    ...(serviceAccount?.name === "default" ? ["`serviceAccount.name` cannot be `default`"] : []),
    ...(serviceAccount?.create === false && !serviceAccount.name
      ? ["`serviceAccount.name` is needed where `serviceAccount.create` is false"]
      : []),
    ...Object.entries(addresses)
      .filter(([, address]) => address !== undefined && address !== OFF && portOf(address) === undefined)
      .map(([name, address]) => `\`${name}\` must be [host]:port with a numeric port, not ${JSON.stringify(address)}`),
  ];
}

/** An explicit `undefined` must not hide a default when objects are spread over one another. */
function definedOnly<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}
