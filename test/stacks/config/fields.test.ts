import assert from "node:assert/strict";
import type { z } from "zod";
import * as fields from "../../../stacks/config/fields";

const DNS = "lower-case letters, digits and '-', starting and ending with a letter or digit (DNS-1123)";

/** What a parser refuses a value with: its only problem, and the hints that a user reads beside it. */
function refusal(parser: z.ZodType, value: unknown): unknown {
  const result = parser.safeParse(value);
  if (result.success) return "accepted";
  assert.equal(result.error.issues.length, 1, `${JSON.stringify(value)} has one problem`);
  const [issue] = result.error.issues;
  return issue!.code === "custom" ? { message: issue!.message, ...issue!.params } : issue!.code;
}

interface Case {
  parser: z.ZodType;
  good: unknown[];
  bad: unknown[];
  /** The one answer to all bad values. */
  says: object;
}

const CASES: Record<string, Case> = {
  "A namespace": {
    parser: fields.namespaceName,
    good: ["a", "0", "github-runner", "a--b", "a".repeat(63)],
    bad: ["", "a".repeat(64), "A", "a_b", "a.b", "-a", "a-", "a b", "ä", "a\n"],
    says: { message: "is not a namespace name", allowed: `1 to 63 ${DNS}` },
  },
  "The name of a Kubernetes object": {
    parser: fields.objectName,
    good: ["vault-backend", "a".repeat(63)],
    bad: ["", "a".repeat(64), "Vault", "vault_backend", "vault.backend", "-x"],
    says: { message: "is not the name of a Kubernetes object", allowed: `1 to 63 ${DNS}` },
  },
  "The name of a runner set": {
    parser: fields.scaleSetName,
    good: ["r", "yldm-backend-runners", "r".repeat(45)],
    bad: ["", "r".repeat(46), "Runners", "runners_1", "runners.1", "runners-", "-runners", "self hosted"],
    says: {
      message: "is not a name for a runner set",
      allowed: `1 to 45 ${DNS}`,
      fix: "shorten or rename the set; workflows name it in runs-on",
    },
  },
  "A GitHub organisation": {
    parser: fields.githubLogin,
    good: ["a", "yldm-tech", "Acme", "a".repeat(39)],
    bad: ["", "a".repeat(40), "-acme", "acme-", "acme inc", "acme_inc", "https://github.com/acme", "acme/repo"],
    says: {
      message: "is not the login of a GitHub organisation",
      allowed: "1 to 39 letters, digits and '-', as in https://github.com/<login>",
      fix: "give the login, not the display name or the URL",
    },
  },
  "A quantity": {
    parser: fields.quantity,
    good: ["250m", "2", "0", "1.5Gi", "24Gi", "1e3", "512Mi", "100k", 25, 0, 0.5, 1e21],
    bad: ["", "1GB", "1 Gi", "Gi", "4gb", "one", "1,5", "0x10", "1e9999"],
    says: {
      message: "is not a Kubernetes quantity",
      allowed: 'a number, 0 or more, with an optional suffix: "250m", "2", "512Mi", "24Gi"',
    },
  },
  "An amount below 0": {
    parser: fields.quantity,
    good: ["-0"],
    bad: ["-1", "-1Gi", -1, -0.5],
    says: {
      message: "is less than 0",
      allowed: 'a number, 0 or more, with an optional suffix: "250m", "2", "512Mi", "24Gi"',
    },
  },
  "A resource of a container": {
    parser: fields.containerResource,
    good: ["cpu", "memory", "ephemeral-storage", "hugepages-2Mi", "nvidia.com/gpu"],
    bad: ["", "cpus", "mem", "requests.cpu", "pods", "storage", "gpu", "hugepages-", "/gpu", "nvidia.com/"],
    says: {
      message: "is not a resource of a container",
      allowed: "cpu, memory, ephemeral-storage, hugepages-<size>, or a name with a '/' as in nvidia.com/gpu",
      known: ["cpu", "memory", "ephemeral-storage"],
    },
  },
  "A resource of a quota": {
    parser: fields.quotaResource,
    good: [
      "pods",
      "cpu",
      "memory",
      "requests.cpu",
      "limits.memory",
      "requests.ephemeral-storage",
      "secrets",
      "services.nodeports",
      "hugepages-1Gi",
      "requests.hugepages-1Gi",
      "count/secrets",
      "requests.nvidia.com/gpu",
      "gold.storageclass.storage.k8s.io/requests.storage",
    ],
    bad: ["", "pod", "request.memory", "limit.cpu", "limits.hugepages-1Gi", "limits.storage", "count/", "nodes"],
    says: {
      message: "is not a resource that a quota counts",
      allowed:
        "pods, requests.cpu, requests.memory, requests.ephemeral-storage, limits.cpu, limits.memory, " +
        "limits.ephemeral-storage, requests.storage, cpu, memory, ephemeral-storage, persistentvolumeclaims, secrets, " +
        "configmaps, services, services.nodeports, services.loadbalancers, replicationcontrollers, resourcequotas, " +
        "or a name with a '/' as in count/secrets",
      known: [
        ...["pods", "requests.cpu", "requests.memory", "requests.ephemeral-storage", "limits.cpu", "limits.memory"],
        ...["limits.ephemeral-storage", "requests.storage", "cpu", "memory", "ephemeral-storage"],
        ...["persistentvolumeclaims", "secrets", "configmaps", "services", "services.nodeports"],
        ...["services.loadbalancers", "replicationcontrollers", "resourcequotas"],
      ],
    },
  },
  "The key of a node label": {
    parser: fields.labelKey,
    good: ["node-role", "a", "kubernetes.io/os", "example.com/pool_1", "A.b-c_d", "a".repeat(63)],
    bad: ["", "a b", "-a", "a-", "a".repeat(64), "/a", "a/", "a/b/c", "Example.com/a", "ex_ample/a"],
    says: {
      message: "is not the key of a label",
      allowed: "up to 63 letters, digits, '-', '_' and '.', also after a domain and '/'; as in example.com/pool",
    },
  },
  "The value of a node label": {
    parser: fields.labelValue,
    good: ["", "cicd", "true", "1.30", "A_b-c.d", "a".repeat(63)],
    bad: ["a b", "-a", "a-", "a".repeat(64), "a/b", "{}"],
    says: {
      message: "is not the value of a label",
      allowed: "up to 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends",
    },
  },
  "An image": {
    parser: fields.imageReference,
    good: [
      "docker",
      "docker:dind",
      "docker:28-dind",
      "library/docker:28",
      "ghcr.io/actions/actions-runner:2.338.0",
      "localhost:5000/runner",
      "localhost:5000/team/runner:1",
      "Registry.Example.com:443/runner:1",
      "registry:5000",
      `docker@sha256:${"0".repeat(64)}`,
      `ghcr.io/actions/actions-runner:2.338.0@sha256:${"a1".repeat(32)}`,
      "a__b/c.d/e-f:V1_2",
      `a:${"t".repeat(128)}`,
    ],
    bad: [
      "",
      "Runner:1",
      "ghcr.io/Acme/runner:1",
      "docker:",
      "docker: dind",
      ":dind",
      "https://ghcr.io/acme/runner",
      "ghcr.io:port/runner",
      "docker@sha256:abc",
      `docker@${"0".repeat(64)}`,
      "a//b",
      "a/",
      "a..b",
      `a:${"t".repeat(129)}`,
    ],
    says: {
      message: "is not an image reference",
      allowed:
        "[host[:port]/]path[:tag][@sha256:digest], the path in lower case, for example ghcr.io/actions/actions-runner:2.338.0",
    },
  },
  "An image without tag": {
    parser: fields.imageRepository,
    good: ["ghcr.io/actions/gha-runner-scale-set-controller", "localhost:5000/controller", "controller"],
    bad: ["", "controller:0.14.2", "localhost:5000/controller:1", `controller@sha256:${"0".repeat(64)}`, "Controller"],
    says: {
      message: "is not an image repository",
      allowed: "[host[:port]/]path without a tag, for example ghcr.io/actions/gha-runner-scale-set-controller",
    },
  },
  "A duration": {
    parser: fields.goDuration,
    good: ["30s", "15m", "1h", "1h30m", "1.5h", "100ms", "1h0m0s"],
    bad: ["", "0s", "0h0m", "30", "1d", "1 h", "-5m", "h", "1H", "five minutes"],
    says: { message: "is not a duration above 0", allowed: "numbers with a unit (s, m, h): 30s, 15m, 1h30m" },
  },
  "A URL": {
    parser: fields.httpUrl,
    good: ["https://vault.vault.svc:8200", "http://127.0.0.1:8200", "http://127.0.0.1:8088/api/v3/"],
    bad: [
      "",
      "vault:8200",
      "vault.vault.svc",
      "ftp://vault",
      "https://",
      "https://user:pass@vault",
      "https://user@vault",
    ],
    says: { message: "is not a URL", allowed: "an http or https URL without user and password" },
  },
  "The URL that runners register at": {
    parser: fields.githubConfigUrl,
    good: [
      "https://github.com/acme",
      "https://github.com/acme/",
      "https://github.com/acme/repo",
      "https://github.com/enterprises/acme",
      "https://acme.ghe.com/acme",
      "http://127.0.0.1:8088/local-org",
    ],
    bad: [
      "",
      "acme",
      "github.com/acme",
      "https://github.com",
      "https://github.com/",
      "https://github.com/acme//",
      "https://github.com/acme/repo/tree",
      "https://user:pass@github.com/acme",
      "https://github.com/acme?tab=repositories",
    ],
    says: {
      message: "is not a URL that runners can register at",
      allowed:
        "https://<host>/ORG, https://<host>/OWNER/REPO or https://<host>/enterprises/ENTERPRISE; the host is github.com, *.ghe.com or your GitHub Enterprise Server",
    },
  },
  "The name of a size or an App": {
    parser: fields.entryName,
    good: ["small", "eu1", "a".repeat(63)],
    bad: ["", "Small", "a_b", "a.b", "a".repeat(64)],
    says: { message: "is not a name", allowed: `1 to 63 ${DNS}` },
  },
  "A registry without valid TLS": {
    parser: fields.insecureRegistry,
    good: ["registry.local", "registry.local:5000", "10.0.0.0/8", "fd00::/8"],
    bad: ["", "https://registry.local", "registry.local/acme", "10.0.0.0/"],
    says: {
      message: "is not a registry host or CIDR",
      allowed: "host[:port] without scheme, or a CIDR as in 10.0.0.0/8",
    },
  },
  "A label of a scale set": {
    parser: fields.scaleSetLabel,
    good: ["linux", "GPU A100", "l".repeat(255)],
    bad: ["", " ", "l".repeat(256)],
    says: { message: "is not a label of a scale set", allowed: "1 to 255 characters" },
  },
  "A certificate": {
    parser: fields.certificatePem,
    good: ["-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"],
    bad: ["", "AA==", "-----BEGIN CERTIFICATE-----\nAA==", "-----BEGIN PUBLIC KEY-----"],
    says: {
      message: "is not a PEM certificate",
      allowed: "one or more certificates in PEM",
      fix: "give the text of the .pem or .crt file, with its line ends",
    },
  },
  "A group id": {
    parser: fields.groupId,
    good: ["0", "123", "1001"],
    bad: ["", "docker", "-1", "12345678901"],
    says: { message: "is not a group id", allowed: 'digits in quotes, for example "123"' },
  },
  "An absolute path": {
    parser: fields.absolutePath,
    good: ["/", "/home/runner/k8s/index.js"],
    bad: ["", "home/runner", "~/k8s"],
    says: { message: "is not an absolute path", allowed: "a path that begins with '/'" },
  },
  "A registry": {
    parser: fields.registryHost,
    good: ["ghcr.io", "localhost:5000", "registry-1.docker.io"],
    bad: ["", "https://ghcr.io", "ghcr.io/acme", "ghcr.io:", "ghcr.io:https", "-ghcr.io", "ghcr io"],
    says: {
      message: "is not a registry host",
      allowed: "host[:port] without scheme and path, for example ghcr.io",
    },
  },
  "The user of a registry": {
    parser: fields.registryUser,
    good: ["yldm-tech", "robot$ci", "_json_key"],
    bad: ["", "a b", "user:password"],
    says: { message: "is not a user name", allowed: "a name without spaces and ':'" },
  },
  "The property of a Vault secret": {
    parser: fields.secretProperty,
    good: ["token", "ghcr_token", "token-2"],
    bad: ["", "a b", "a.b", "a/b"],
    says: {
      message: "is not the name of a property",
      allowed: "letters, digits, '_' and '-', for example token",
    },
  },
  "A Vault path": {
    parser: fields.vaultPath,
    good: ["github-runner/github-app", "app", "a/b/c.d", "database/app"],
    bad: ["", "/a", "a/", "a//b", "data/github-runner/github-app", "a b"],
    says: {
      message: "is not a path in the KV engine",
      allowed: "names divided by '/', without the mount, without 'data/' and without '/' at either end",
      fix: "for example github-runner/github-app",
    },
  },
  "A Vault mount": {
    parser: fields.vaultMount,
    good: ["secret", "team/kv", "kubernetes"],
    bad: ["", "secret/", "/secret", "my secret"],
    says: {
      message: "is not a mount path",
      allowed: "names divided by '/', without '/' at either end, for example secret",
    },
  },
  "A GitHub App id": {
    parser: fields.idString("a GitHub App id"),
    good: ["123456", "Iv23liAbCdEf", "Iv1.0123456789abcdef"],
    bad: ["", "acme-app", "12 34", "1.2e+06", "-1"],
    says: {
      message: "is not a GitHub App id",
      allowed: 'digits in quotes ("123456"), or a client id ("Iv23…")',
    },
  },
  "An installation id": {
    parser: fields.installationId,
    good: ["44556677", "1"],
    bad: ["", "0", "0123", "1.2e+06", "acme", "-1"],
    says: {
      message: "is not an installation id",
      allowed: 'digits in quotes, for example "44556677"',
      fix: "it is the number at the end of the installation's URL (organisation → Settings → GitHub Apps → Configure)",
    },
  },
  "A release": {
    parser: fields.releaseVersion,
    good: ["0.14.2", "0.9.3", "1.0.0"],
    bad: ["", "v0.14.2", "0.14", "0.14.2-rc1", "0.14.2+build", "0.14.x", "latest", " 0.14.2", "0.14.02", "^0.14.2"],
    says: {
      message: "is not an ARC release",
      allowed: "major.minor.patch without a 'v', for example 0.14.2",
      fix: "name a release of gha-runner-scale-set; the controller deletes every set whose version it cannot read",
    },
  },
};

describe("The fields of a stack file", () => {
  for (const [what, { parser, good, bad, says }] of Object.entries(CASES)) {
    it(`${what}: ${good.length} sound values pass, ${bad.length} others get one answer.`, () => {
      for (const value of good) assert.equal(refusal(parser, value), "accepted", JSON.stringify(value));
      for (const value of bad) assert.deepEqual(refusal(parser, value), says, JSON.stringify(value));
    });
  }

  it("are texts: a number, a boolean, a list, an object and nothing are refused by all of them, except quantities.", () => {
    for (const [what, { parser }] of Object.entries(CASES)) {
      const isQuantity = parser === fields.quantity;
      for (const value of [true, [], {}, null, undefined, Number.NaN]) {
        assert.equal(refusal(parser, value), isQuantity ? "invalid_union" : "invalid_type", what);
      }
      if (!isQuantity) assert.equal(refusal(parser, 123456), "invalid_type", what);
    }
  });

  it("A bare number becomes the text that Kubernetes writes.", () => {
    assert.equal(fields.quantity.parse(25), "25");
    assert.equal(fields.quantity.parse(0.5), "0.5");
    assert.equal(fields.quantity.parse("24Gi"), "24Gi");
  });

  it("Every parser of the module is tried here.", () => {
    const parsers = Object.entries(fields).filter(([, value]) => typeof value === "object");
    const tried = new Set<unknown>(Object.values(CASES).map(({ parser }) => parser));
    assert.deepEqual(
      parsers.filter(([, parser]) => !tried.has(parser)).map(([name]) => name),
      [],
    );
    assert.equal(parsers.length, 27);
  });
});
