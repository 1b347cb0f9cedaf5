import assert from "node:assert/strict";
import { check, found, soundValues, type Values } from "../../support/checked-stack";

const values = (version: string, controller: Values = {}, more: Values = {}): Values => ({
  ...soundValues(),
  controller: { version, ...controller },
  ...more,
});

describe("controller/known-bad-version", () => {
  const bad = (version: string) => found("controller/known-bad-version", values(version));
  const finding = (message: string, allowed: string) => ({
    severity: "warning",
    path: "arc:controller.version",
    message,
    allowed,
    fix: "set arc:controller.version to 0.14.2",
  });

  for (const version of ["0.14.0", "0.14.1"]) {
    it(`warns that ${version} may make two EphemeralRunnerSets.`, () => {
      assert.deepEqual(bad(version), [
        finding(
          `${version} may make two EphemeralRunnerSets for a new runner set, and its listener then starts over and over (#4489)`,
          "0.14.2 or newer",
        ),
      ]);
    });
  }

  for (const version of ["0.12.1", "0.13.0"]) {
    it(`warns that ${version} loses runners to a full quota and listeners to an eviction.`, () => {
      assert.deepEqual(bad(version), [
        finding(
          `${version} gives a runner up for good when the namespace's quota refuses its pod for a moment (#4305)`,
          "0.13.1 or newer",
        ),
        finding(`${version} does not start a listener again that was evicted (#4331)`, "0.13.1 or newer"),
      ]);
    });
  }

  it("is silent for 0.13.1, 0.14.2 and newer ones.", () => {
    for (const version of ["0.13.1", "0.14.2", "0.14.3", "0.15.0"]) assert.deepEqual(bad(version), [], version);
  });

  it("says nothing of a version that cannot be read.", () => {
    assert.deepEqual(
      check(values("v0.14.0")).map(({ id }) => id),
      ["config/invalid"],
    );
  });
});

describe("controller/ghes-version", () => {
  const at = (version: string, ...urls: (string | undefined)[]) =>
    found(
      "controller/ghes-version",
      values(
        version,
        {},
        {
          orgs: urls.map((url, index) => ({
            name: `org-${index}`,
            ...(url ? { url } : {}),
            runnerSets: [{ name: `set-${index}` }],
          })),
        },
      ),
    );

  it("refuses 0.14.0 for each organisation on a GitHub Enterprise Server, and for no other.", () => {
    const found = at(
      "0.14.0",
      undefined,
      "https://ghes.example.org/acme",
      "https://github.com/acme",
      "https://www.github.com/acme",
      "https://acme.ghe.com/acme",
      "https://ghe.com.example.org:8443/acme/repo",
    );
    const finding = (index: number, host: string) => ({
      severity: "error",
      path: `arc:orgs[${index}].url`,
      message: `is on the GitHub Enterprise Server ${host}, but 0.14.0 takes no jobs of a GitHub Enterprise Server (#4442)`,
      allowed: "0.14.1 or newer",
      fix: "set arc:controller.version to 0.14.2",
    });
    assert.deepEqual(found, [finding(1, "ghes.example.org"), finding(5, "ghe.com.example.org:8443")]);
  });

  it("is silent for the release before and the release after.", () => {
    for (const version of ["0.13.1", "0.14.1", "0.14.2"]) {
      assert.deepEqual(at(version, "https://ghes.example.org/acme"), [], version);
    }
  });
});

describe("controller/unknown-version", () => {
  const unknown = (version: string) => found("controller/unknown-version", values(version));
  const finding = (message: string) => ({
    severity: "warning",
    path: "arc:controller.version",
    message,
    allowed: "0.12.1, 0.13.0, 0.13.1, 0.14.0, 0.14.1, 0.14.2",
    fix: "read the notes of the release and try it on a cluster of your own first; or set arc:controller.version to 0.14.2",
  });

  it("warns of a newer patch, which is given what 0.14.2 is given.", () => {
    assert.deepEqual(unknown("0.14.3"), [
      finding("0.14.3 is newer than 0.14.2, the newest release that is known here; it is taken for one like it"),
    ]);
  });

  it("warns of a newer minor or major, and says what it is not given.", () => {
    for (const version of ["0.15.0", "1.0.0"]) {
      assert.deepEqual(unknown(version), [
        finding(
          `${version} is newer than 0.14.2, the newest release that is known here; it is taken for one like it, ` +
            "but --update-strategy is left out, which upstream has removed after 0.14 (#4516)",
        ),
      ]);
    }
  });

  it("is silent for known and for older releases.", () => {
    for (const version of ["0.14.2", "0.12.1", "0.12.0"]) assert.deepEqual(unknown(version), [], version);
  });
});

describe("controller/unsupported-option", () => {
  const unsupported = (version: string, controller: Values) =>
    found("controller/unsupported-option", values(version, controller));
  const NEW = { healthProbeBindAddress: ":8081", pprofAddr: ":6060", workqueueRateLimiter: "typed_rate_limiter" };
  const OLD = {
    runnerMaxConcurrentReconciles: 4,
    k8sClientRateLimiterQPS: 50,
    k8sClientRateLimiterBurst: 100,
    excludeLabelPropagationPrefixes: ["x.org/"],
  };

  it("refuses each option whose flag the release does not know, with the release that does.", () => {
    const finding = (option: string, flag: string) => ({
      severity: "error",
      path: `arc:controller.${option}`,
      message: `the controller of 0.14.1 exits when it is given ${flag}, which this option stands for`,
      allowed: "version 0.14.2 or newer",
      fix: `set arc:controller.version to 0.14.2, or remove ${option}`,
    });
    assert.deepEqual(unsupported("0.14.1", { ...NEW, ...OLD }), [
      finding("healthProbeBindAddress", "--health-probe-bind-address"),
      finding("pprofAddr", "--pprof-addr"),
      finding("workqueueRateLimiter", "--workqueue-rate-limiter"),
    ]);
  });

  it("refuses the older options for releases that are older still.", () => {
    assert.deepEqual(
      unsupported("0.9.3", OLD).map(({ path, allowed }) => `${path} ${allowed}`),
      [
        "arc:controller.runnerMaxConcurrentReconciles version 0.10.0 or newer",
        "arc:controller.k8sClientRateLimiterQPS version 0.10.0 or newer",
        "arc:controller.k8sClientRateLimiterBurst version 0.10.0 or newer",
      ],
    );
  });

  it("is silent where the release knows them, and for probes that are off.", () => {
    assert.deepEqual(unsupported("0.14.2", { ...NEW, ...OLD }), []);
    assert.deepEqual(unsupported("0.14.1", { healthProbeBindAddress: "0" }), []);
    assert.deepEqual(unsupported("0.13.1", {}), []);
  });
});
