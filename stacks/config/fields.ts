import * as semver from "semver";
import { z } from "zod";
import { isQuantity, parseQuantity } from "../../components/capacity/quantity";

/** What a refused value is told besides what is wrong with it; carried by zod's custom issues. */
export interface IssueHint {
  allowed: string;
  fix?: string;
  /** Names to guess from what was meant. */
  known?: string[];
}

/** A string that must pass `test`; `hint` says what would. */
export function text(problem: string, test: (value: string) => boolean, hint: IssueHint) {
  return z.string().superRefine((value, context) => {
    if (!test(value)) context.addIssue({ code: "custom", message: problem, params: hint });
  });
}

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const DNS_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const IMAGE_REFERENCE =
  // The grammar of github.com/distribution/reference: [host[:port]/]path[:tag][@digest]
  /^(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*)(?::\d+)?\/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{32,})?$/;
const GO_DURATION = /^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/;
const GITHUB_LOGIN = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,37}[a-zA-Z0-9])?$/;
const REGISTRY_HOST = /^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:\d+)?$/;

const DNS_LABEL_ALLOWED = "lower-case letters, digits and '-', starting and ending with a letter or digit (DNS-1123)";

export const namespaceName = text("is not a namespace name", (value) => DNS_LABEL.test(value) && value.length <= 63, {
  allowed: `1 to 63 ${DNS_LABEL_ALLOWED}`,
});

/** The controller derives names of up to 63 characters from it, hence 45 (facts 6.3; `autoscalingrunnerset.yaml`). */
export const scaleSetName = text(
  "is not a name for a runner set",
  (value) => DNS_LABEL.test(value) && value.length <= 45,
  { allowed: `1 to 45 ${DNS_LABEL_ALLOWED}`, fix: "shorten or rename the set; workflows name it in runs-on" },
);

export const objectName = text(
  "is not the name of a Kubernetes object",
  (value) => DNS_LABEL.test(value) && value.length <= 63,
  {
    allowed: `1 to 63 ${DNS_LABEL_ALLOWED}`,
  },
);

/** The name of an entry that the stack file refers to: a size, an App. */
export const entryName = text("is not a name", (value) => DNS_LABEL.test(value) && value.length <= 63, {
  allowed: `1 to 63 ${DNS_LABEL_ALLOWED}`,
});

export const githubLogin = text("is not the login of a GitHub organisation", (value) => GITHUB_LOGIN.test(value), {
  allowed: "1 to 39 letters, digits and '-', as in https://github.com/<login>",
  fix: "give the login, not the display name or the URL",
});

/** A bare number is a quantity too (`pods: 25`); it leaves as a string, as Kubernetes writes it. */
export const quantity = z
  .union([z.string(), z.number()])
  .superRefine((value, context) => {
    const known = isQuantity(String(value));
    if (known && parseQuantity(String(value)) >= 0n) return;
    context.addIssue({
      code: "custom",
      message: known ? "is less than 0" : "is not a Kubernetes quantity",
      params: { allowed: 'a number, 0 or more, with an optional suffix: "250m", "2", "512Mi", "24Gi"' },
    });
  })
  .transform(String);

const COMPUTE = ["cpu", "memory", "ephemeral-storage"];

/** Kubernetes refuses the pod otherwise (`IsStandardContainerResourceName`, `pkg/apis/core/helper`). */
export const containerResource = text(
  "is not a resource of a container",
  (value) => COMPUTE.includes(value) || /^hugepages-.|.\/./.test(value),
  { allowed: `${COMPUTE.join(", ")}, hugepages-<size>, or a name with a '/' as in nvidia.com/gpu`, known: COMPUTE },
);

// `standardQuotaResources` of the same package.
const QUOTA = [
  "pods",
  ...COMPUTE.map((name) => `requests.${name}`),
  ...COMPUTE.map((name) => `limits.${name}`),
  "requests.storage",
  ...COMPUTE,
  "persistentvolumeclaims",
  "secrets",
  "configmaps",
  "services",
  "services.nodeports",
  "services.loadbalancers",
  "replicationcontrollers",
  "resourcequotas",
];

/** Kubernetes refuses the quota otherwise, and no check could tell how many runners fit it. */
export const quotaResource = text(
  "is not a resource that a quota counts",
  (value) => QUOTA.includes(value) || /^(requests\.)?hugepages-.|.\/./.test(value),
  { allowed: `${QUOTA.join(", ")}, or a name with a '/' as in count/secrets`, known: QUOTA },
);

const LABEL_NAME = /^[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/;

/** The key of a node label; one that Kubernetes does not take makes it refuse every pod that selects by it. */
export const labelKey = text(
  "is not the key of a label",
  (value) => {
    const [name, prefix, ...more] = value.split("/").reverse();
    return LABEL_NAME.test(name ?? "") && more.length === 0 && (prefix === undefined || DNS_NAME.test(prefix));
  },
  { allowed: "up to 63 letters, digits, '-', '_' and '.', also after a domain and '/'; as in example.com/pool" },
);

export const labelValue = text("is not the value of a label", (value) => value === "" || LABEL_NAME.test(value), {
  allowed: "up to 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends",
});

export const imageReference = text("is not an image reference", (value) => IMAGE_REFERENCE.test(value), {
  allowed:
    "[host[:port]/]path[:tag][@sha256:digest], the path in lower case, for example ghcr.io/actions/actions-runner:2.338.0",
});

/** An image without tag, for the controller: its tag is the version. */
export const imageRepository = text(
  "is not an image repository",
  (value) => IMAGE_REFERENCE.test(value) && !value.includes("@") && !/:[^/]*$/.test(value),
  { allowed: "[host[:port]/]path without a tag, for example ghcr.io/actions/gha-runner-scale-set-controller" },
);

/** The operator takes 0 for "never again": a rotated key would not arrive. */
export const goDuration = text("is not a duration above 0", (value) => GO_DURATION.test(value) && /[1-9]/.test(value), {
  allowed: "numbers with a unit (s, m, h): 30s, 15m, 1h30m",
});

export const httpUrl = text(
  "is not a URL",
  (value) => {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    return (
      url !== undefined && ["http:", "https:"].includes(url.protocol) && url.username === "" && url.password === ""
    );
  },
  { allowed: "an http or https URL without user and password" },
);

/** Where runners register: organisation, repository or enterprise (`config.go` of actions/scaleset). */
export const githubConfigUrl = text(
  "is not a URL that runners can register at",
  (value) => /^https?:\/\/[^/\s@]+\/[^/\s?#]+(\/[^/\s?#]+)?\/?$/.test(value) && URL.canParse(value),
  {
    allowed:
      "https://<host>/ORG, https://<host>/OWNER/REPO or https://<host>/enterprises/ENTERPRISE; the host is github.com, *.ghe.com or your GitHub Enterprise Server",
  },
).transform((value) => value.replace(/\/$/, ""));

/** What `dockerd --insecure-registry` takes: a host with or without port, or a CIDR. */
export const insecureRegistry = text(
  "is not a registry host or CIDR",
  (value) => REGISTRY_HOST.test(value) || /^[\d.:a-fA-F]+\/\d{1,3}$/.test(value),
  { allowed: "host[:port] without scheme, or a CIDR as in 10.0.0.0/8" },
);

/** A label that workflows name beside the set; GitHub's limit is 256 (`autoscalingrunnerset.yaml` of the chart). */
export const scaleSetLabel = text(
  "is not a label of a scale set",
  (value) => value.trim() !== "" && value.length < 256,
  { allowed: "1 to 255 characters" },
);

export const certificatePem = text(
  "is not a PEM certificate",
  (value) => value.includes("-----BEGIN CERTIFICATE-----") && value.includes("-----END CERTIFICATE-----"),
  { allowed: "one or more certificates in PEM", fix: "give the text of the .pem or .crt file, with its line ends" },
);

export const groupId = text("is not a group id", (value) => /^\d{1,10}$/.test(value), {
  allowed: 'digits in quotes, for example "123"',
});

export const absolutePath = text("is not an absolute path", (value) => value.startsWith("/"), {
  allowed: "a path that begins with '/'",
});

export const registryHost = text("is not a registry host", (value) => REGISTRY_HOST.test(value), {
  allowed: "host[:port] without scheme and path, for example ghcr.io",
});

export const registryUser = text("is not a user name", (value) => /^[^\s:]+$/.test(value), {
  allowed: "a name without spaces and ':'",
});

export const secretProperty = text("is not the name of a property", (value) => /^[\w-]+$/.test(value), {
  allowed: "letters, digits, '_' and '-', for example token",
});

/** ESO adds the mount and `data/` itself; written out they would be looked up twice (external-secrets/external-secrets#1333). */
export const vaultPath = text(
  "is not a path in the KV engine",
  (value) => /^[\w.-]+(\/[\w.-]+)*$/.test(value) && !value.startsWith("data/"),
  {
    allowed: "names divided by '/', without the mount, without 'data/' and without '/' at either end",
    fix: "for example github-runner/github-app",
  },
);

export const vaultMount = text("is not a mount path", (value) => /^[\w.-]+(\/[\w.-]+)*$/.test(value), {
  allowed: "names divided by '/', without '/' at either end, for example secret",
});

/** Ids are strings: a large number loses its digits on the way through YAML and JSON. */
export const idString = (what: string) =>
  text(`is not ${what}`, (value) => /^(\d+|Iv[\w.]+)$/.test(value), {
    allowed: 'digits in quotes ("123456"), or a client id ("Iv23…")',
  });

export const installationId = text("is not an installation id", (value) => /^[1-9]\d*$/.test(value), {
  allowed: 'digits in quotes, for example "44556677"',
  fix: "it is the number at the end of the installation's URL (organisation → Settings → GitHub Apps → Configure)",
});

export const releaseVersion = text(
  "is not an ARC release",
  (value) =>
    semver.valid(value) === value && semver.prerelease(value) === null && semver.parse(value)?.build.length === 0,
  {
    allowed: "major.minor.patch without a 'v', for example 0.14.2",
    fix: "name a release of gha-runner-scale-set; the controller deletes every set whose version it cannot read",
  },
);
