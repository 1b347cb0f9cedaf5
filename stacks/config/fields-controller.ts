import { OFF, portOf } from "../../components/controller/address";
import { labelKey, text } from "./fields";

const ADDRESS = 'a host, or none, and a port from 1 to 65535: ":8080", "127.0.0.1:6060", "[::1]:8080"';
const PORT_FIX = "put ':' and the port behind it, and quote the whole";

/** As the chart, which refuses an address without a port in digits: container port and probes are read from it. */
export const listenAddress = text("is not an address with a port", (value) => portOf(value) !== undefined, {
  allowed: ADDRESS,
  fix: PORT_FIX,
});

export const listenAddressOrOff = text(
  "is not an address with a port",
  (value) => value === OFF || portOf(value) !== undefined,
  { allowed: `${ADDRESS}; or "${OFF}" for none`, fix: PORT_FIX },
);

/** The kubelet asks at the pod's own address. */
export const healthAddress = text(
  "is not an address with a port that the kubelet can ask",
  (value) => value === OFF || (portOf(value) !== undefined && !/^(127\.|localhost:|\[::1\])/.test(value)),
  { allowed: `a port from 1 to 65535, on every address of the pod: ":8081"; or "${OFF}" for no probes` },
);

export const imageDigest = text("is not the digest of an image", (value) => /^sha256:[0-9a-f]{64}$/.test(value), {
  allowed: "sha256: and 64 hexadecimal digits in lower case",
});

export const urlPath = text("is not the path of a URL", (value) => /^\/[^\s?#]*$/.test(value), {
  allowed: "a path that begins with '/', without '?' and '#': /metrics",
});

/** The chart refuses `default` too: all pods of the namespace that name no account would have the controller's rights. */
export const controllerAccountName = text(
  "is not a ServiceAccount for the controller",
  (value) => value !== "default" && /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(value),
  {
    allowed: "1 to 253 lower-case letters, digits, '-' and '.', but not default, which every pod of the namespace has",
  },
);

/** Selectors and the scale-set chart find the controller by its own. */
export const foreignLabelKey = labelKey.superRefine((value, context) => {
  if (!/^(app\.kubernetes\.io|actions\.github\.com)\//.test(value)) return;
  const params = { allowed: "any key but app.kubernetes.io/… and actions.github.com/…" };
  context.addIssue({ code: "custom", message: "is the key of a label that is set already", params });
});

/** A flag of the manager, or the value of one. */
export const managerArgument = text("is not an argument", (value) => value.trim() === value && value !== "", {
  allowed: "one argument for each entry, for example --sync-period=5m",
});
