import * as semver from "semver";
import { z } from "zod";
import { isQuantity, parseQuantity } from "../../components/capacity/quantity";

/** What a refused value is told besides what is wrong with it; carried by zod's custom issues. */
export interface IssueHint {
  allowed: string;
  fix?: string;
}

/** A string that must pass `test`; `hint` says what would. */
export function text(problem: string, test: (value: string) => boolean, hint: IssueHint) {
  return z.string().superRefine((value, context) => {
    if (!test(value)) context.addIssue({ code: "custom", message: problem, params: hint });
  });
}

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
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

export const githubLogin = text("is not the login of a GitHub organisation", (value) => GITHUB_LOGIN.test(value), {
  allowed: "1 to 39 letters, digits and '-', as in https://github.com/<login>",
  fix: "give the login, not the display name or the URL",
});

/** A bare number is a quantity too (`pods: 25`); it leaves as a string, as Kubernetes writes it. */
export const quantity = z
  .union([z.string(), z.number()])
  .superRefine((value, context) => {
    if (isQuantity(String(value)) && parseQuantity(String(value)) >= 0n) return;
    context.addIssue({
      code: "custom",
      message: "is not a Kubernetes quantity",
      params: { allowed: 'a number with an optional suffix: "250m", "2", "512Mi", "24Gi"' },
    });
  })
  .transform(String);

export const imageReference = text("is not an image reference", (value) => IMAGE_REFERENCE.test(value), {
  allowed: "[host[:port]/]path[:tag][@sha256:digest], for example ghcr.io/actions/actions-runner:2.330.0",
});

/** An image without tag, for the controller: its tag is the version. */
export const imageRepository = text(
  "is not an image repository",
  (value) => IMAGE_REFERENCE.test(value) && !value.includes("@") && !/:[^/]*$/.test(value),
  { allowed: "[host[:port]/]path without a tag, for example ghcr.io/actions/gha-runner-scale-set-controller" },
);

export const goDuration = text("is not a duration", (value) => GO_DURATION.test(value), {
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
  (value) => /^https?:\/\/[^/\s@]+\/[^/\s]+(\/[^/\s]+)?$/.test(value) && URL.canParse(value),
  {
    allowed:
      "https://github.com/ORG, https://github.com/OWNER/REPO or https://HOST/enterprises/NAME, without a '/' at its end",
  },
);

export const registryHost = text("is not a registry host", (value) => REGISTRY_HOST.test(value), {
  allowed: "host[:port] without scheme and path, for example ghcr.io",
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
    fix: "the controller deletes every set whose version label it cannot read; see the releases gha-runner-scale-set-*",
  },
);
