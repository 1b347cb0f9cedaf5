import { assertFindings, diagnosed, stopWorldCluster } from "./support/cases";
import { anEvent } from "./support/runners";
import { ACME, GLOBEX } from "./support/stack";
import type { World } from "./support/world";

after(stopWorldCluster);

const APP = "acme-ci/github-token";
const STORE = "vault-backend";

/** What the operator leaves when it fails (`markAsFailed`): a short condition, and an event with the reason. */
function failing(world: World, name: string, reason: string, seconds = 900): void {
  const external = world.get("ExternalSecret", name);
  external.status = {
    refreshTime: world.ago(seconds),
    conditions: [
      {
        type: "Ready",
        status: "False",
        reason: "SecretSyncedError",
        message: "could not get secret data from provider",
        lastTransitionTime: world.ago(seconds),
      },
    ],
  };
  anEvent(world, external, { reason: "UpdateFailed", message: reason, ago: 60, count: 7 });
}

function invalid(world: World, seconds: number): void {
  world.get("ClusterSecretStore", STORE).status = {
    conditions: [
      {
        type: "Ready",
        status: "False",
        reason: "InvalidProviderConfig",
        message: "unable to create client",
        lastTransitionTime: world.ago(seconds),
      },
    ],
  };
}

function withoutSecret(world: World, name: string): void {
  world.remove("Secret", name);
}

const ABSENT = "error processing spec.data[0] (key: acme-ci/github-app), err: Secret does not exist";
const CONDITION = "Ready is False, SecretSyncedError: could not get secret data from provider, for 15m";
const READS = "reads secret/acme-ci/github-app: app_id, installation_id, private_key";

describe("Doctor, about ExternalSecrets", () => {
  it("finds one that is not Ready, with the operator's reason and the path in Vault", async () => {
    const diagnosis = await diagnosed((world) => failing(world, APP, ABSENT));
    assertFindings(diagnosis, [
      {
        id: "external-secret/not-ready",
        harm: "may break",
        set: ACME,
        what: `the ExternalSecret ${APP} is not Ready`,
        cause: "Vault has no such path, or it lacks a property that the ExternalSecret names",
        evidence: [CONDITION, `event UpdateFailed: ${ABSENT} (7 times)`, READS],
        fix: ["pulumi up --refresh", `bin/arc heal external-secrets --set ${ACME}`],
      },
    ]);
  });

  it("says what to write where Vault is somebody else's", async () => {
    const diagnosis = await diagnosed((world) => failing(world, APP, ABSENT), { "arc:vault": { manage: false } });
    assertFindings(diagnosis, [
      {
        id: "external-secret/not-ready",
        set: ACME,
        fix: [
          "vault kv put -mount=secret acme-ci/github-app app_id=… installation_id=… private_key=@private-key.pem",
          `bin/arc heal external-secrets --set ${ACME}`,
        ],
      },
    ]);
  });

  it("tells a policy that is missing from a path that is", async () => {
    const denied =
      "error processing spec.data[0] (key: acme-ci/github-app), err: cannot read secret data from Vault: " +
      "Error making API request.\n\nURL: GET https://vault.vault.svc:8200/v1/secret/data/acme-ci/github-app\n" +
      "Code: 403. Errors:\n\n* 1 error occurred:\n\t* permission denied\n\n";
    const diagnosis = await diagnosed((world) => failing(world, APP, denied));
    assertFindings(diagnosis, [
      {
        id: "external-secret/not-ready",
        set: ACME,
        cause: "the Vault policy of the namespace does not let the operator read the path",
        evidence: [/Code: 403\. Errors: \* 1 error occurred: \* permission denied/],
        fix: ["vault policy read arc-acme-ci", "pulumi up --refresh", `bin/arc heal external-secrets --set ${ACME}`],
      },
    ]);
  });

  it("says that the set takes no jobs where its Secret was never made, and says it once", async () => {
    const diagnosis = await diagnosed((world) => {
      failing(world, APP, ABSENT);
      withoutSecret(world, APP);
      delete world.get("AutoscalingRunnerSet", ACME).metadata.annotations!["runner-scale-set-id"];
    });
    assertFindings(diagnosis, [{ id: "external-secret/not-ready", harm: "takes no jobs", set: ACME }]);
  });

  it("tells one path that several namespaces read once", async () => {
    const missing = "error processing spec.data[0] (key: arc/github-token), err: Secret does not exist";
    const diagnosis = await diagnosed((world) => {
      for (const namespace of ["acme-ci", "globex-ci"]) failing(world, `${namespace}/ghcr-pull-secret`, missing);
    });
    assertFindings(diagnosis, [
      {
        id: "external-secret/not-ready",
        set: undefined,
        what: "the ExternalSecrets acme-ci/ghcr-pull-secret, globex-ci/ghcr-pull-secret are not Ready",
        fix: ["pulumi up --refresh", "bin/arc heal external-secrets"],
      },
    ]);
  });

  it("gives an operator, and a first deployment, two minutes", async () => {
    const diagnosis = await diagnosed((world) => {
      failing(world, APP, ABSENT, 60);
      withoutSecret(world, APP);
    });
    assertFindings(diagnosis, []);
  });

  it("finds a store that cannot be used, and lays what follows from it to its charge", async () => {
    const diagnosis = await diagnosed((world) => {
      invalid(world, 600);
      const unready = `ClusterSecretStore "${STORE}" is not ready`;
      for (const namespace of ["acme-ci", "globex-ci"]) failing(world, `${namespace}/github-token`, unready);
    });
    assertFindings(diagnosis, [
      {
        id: "external-secret/store-not-valid",
        harm: "may break",
        set: undefined,
        what: `the store ClusterSecretStore ${STORE} is not valid`,
        evidence: [
          "Ready is False, InvalidProviderConfig: unable to create client, for 10m",
          /^event UpdateFailed: ClusterSecretStore "vault-backend" is not ready/,
          /^it serves the ExternalSecrets .* and 1 more$/,
        ],
        fix: [
          `kubectl describe clustersecretstore ${STORE}`,
          "# Vault must be reachable, open (vault status), and its role must name the operator's account:",
          "vault read auth/kubernetes/role/arc-external-secrets",
          "bin/arc heal external-secrets",
        ],
      },
    ]);
  });

  it("finds a store that is gone, and one of a namespace of its own", async () => {
    const gone = await diagnosed((world) => world.remove("ClusterSecretStore", STORE));
    assertFindings(gone, [
      {
        id: "external-secret/store-not-valid",
        what: `the store ClusterSecretStore ${STORE} is not there`,
        fix: ["pulumi up --refresh"],
      },
    ]);
    const own = await diagnosed(
      (world) => {
        world.get("SecretStore", `acme-ci/${STORE}`).status = {};
        withoutSecret(world, APP);
      },
      { "arc:vault": { storeScope: "namespace" } },
    );
    assertFindings(own, [
      {
        id: "external-secret/store-not-valid",
        harm: "takes no jobs",
        set: ACME,
        what: `the store SecretStore acme-ci/${STORE} is not valid`,
        evidence: ["it has no condition Ready after more than 120 s: no operator has looked at it"],
        fix: [
          `kubectl describe secretstore ${STORE} -n acme-ci`,
          "# Vault must be reachable, open (vault status), and its role must name the operator's account:",
          "vault read auth/kubernetes/role/arc-acme-ci",
          "bin/arc heal external-secrets",
        ],
      },
    ]);
  });

  it("lets Vault restart", async () => {
    assertFindings(await diagnosed((world) => invalid(world, 90)), []);
  });

  it("finds one that somebody deleted, and none that was never deployed", async () => {
    const deleted = await diagnosed((world) => world.remove("ExternalSecret", APP));
    assertFindings(deleted, [
      {
        id: "external-secret/missing",
        harm: "may break",
        set: ACME,
        what: `the ExternalSecret ${APP} is not there`,
        evidence: [`it makes the Secret ${APP}`],
        fix: ["pulumi up --refresh"],
      },
    ]);
    const never = await diagnosed((world) => {
      for (const object of world.all()) {
        const { namespace, name, labels } = object.metadata;
        const isAcmes = namespace === "acme-ci" || labels?.["actions.github.com/scale-set-namespace"] === "acme-ci";
        if (isAcmes || name.startsWith("acme-runners-")) world.remove(object.kind, `${namespace}/${name}`);
      }
    });
    assertFindings(never, [{ id: "set/missing", set: ACME }]);
  });

  it("finds those that are not read as often as they should be", async () => {
    const diagnosis = await diagnosed((world) => {
      for (const external of world.of("ExternalSecret")) external.status!.refreshTime = world.ago(7_201);
    });
    assertFindings(diagnosis, [
      {
        id: "external-secret/stale",
        harm: "may break",
        set: undefined,
        what: "the ExternalSecrets acme-ci/ghcr-pull-secret, globex-ci/ghcr-pull-secret, acme-ci/github-token and 1 more were not read from Vault as often as they should be",
        evidence: [/^acme-ci\/github-token: refreshTime .*Z, 2h ago; refreshInterval 1h$/],
        fix: ["kubectl get pods -A -l app.kubernetes.io/name=external-secrets", "bin/arc heal external-secrets"],
      },
    ]);
  });

  it("leaves those alone that are a refresh late, or to be read once", async () => {
    const diagnosis = await diagnosed((world) => {
      const [late, once, onChange, never] = world.of("ExternalSecret");
      late!.status!.refreshTime = world.ago(7_100);
      once!.spec!.refreshPolicy = "CreatedOnce";
      onChange!.spec!.refreshPolicy = "OnChange";
      never!.spec!.refreshInterval = "0";
      for (const external of [once, onChange, never]) external!.status!.refreshTime = world.ago(900_000);
    });
    assertFindings(diagnosis, []);
  });

  it("gives a short interval ten minutes", async () => {
    const refreshed = (seconds: number) =>
      diagnosed((world) => {
        const external = world.get("ExternalSecret", APP);
        external.spec!.refreshInterval = "15s";
        external.status!.refreshTime = world.ago(seconds);
      });
    assertFindings(await refreshed(590), []);
    assertFindings(await refreshed(610), [
      {
        id: "external-secret/stale",
        set: ACME,
        what: `the ExternalSecret ${APP} was not read from Vault as often as it should be`,
      },
    ]);
  });
});

describe("Doctor, about what Vault has", () => {
  const seen = (change: (paths: Map<string, object>) => void) => (world: World) => {
    const paths = new Map<string, object>(
      ["acme-ci/github-app", "globex-ci/github-app"].map((path) => [
        path,
        { properties: ["app_id", "installation_id", "private_key"] },
      ]),
    );
    paths.set("arc/github-token", { properties: ["token"] });
    change(paths);
    world.ask.askVault = async () => ({ value: paths as never });
  };

  it("finds what the next refresh would fail for, and nothing where all is there", async () => {
    assertFindings(await diagnosed(seen(() => {})), []);
    const diagnosis = await diagnosed(
      seen((paths) => {
        paths.set("globex-ci/github-app", { properties: ["app_id", "installation_id", "key"] });
        paths.set("arc/github-token", { gone: "its newest version is deleted" });
      }),
    );
    assertFindings(diagnosis, [
      {
        id: "external-secret/vault-path",
        set: undefined,
        what: "Vault does not have all that the ExternalSecrets acme-ci/ghcr-pull-secret, globex-ci/ghcr-pull-secret read at secret/arc/github-token",
        evidence: ["Vault, secret/arc/github-token: its newest version is deleted"],
        fix: ["pulumi up --refresh", "bin/arc heal external-secrets"],
      },
      {
        id: "external-secret/vault-path",
        set: GLOBEX,
        what: "Vault does not have all that the ExternalSecret globex-ci/github-token reads at secret/globex-ci/github-app",
        evidence: ["Vault, secret/globex-ci/github-app: no property private_key; it has app_id, installation_id, key"],
        fix: ["pulumi up --refresh", `bin/arc heal external-secrets --set ${GLOBEX}`],
      },
    ]);
  });

  it("says of one that is not Ready what Vault lacks, and not twice", async () => {
    const diagnosis = await diagnosed((world) => {
      failing(world, APP, "error processing spec.data[2]");
      seen((paths) => paths.set("acme-ci/github-app", { properties: ["app_id"] }))(world);
    });
    assertFindings(diagnosis, [
      {
        id: "external-secret/not-ready",
        set: ACME,
        cause: "Vault has no such path, or it lacks a property that the ExternalSecret names",
        evidence: ["Vault, secret/acme-ci/github-app: no property installation_id, private_key; it has app_id"],
      },
    ]);
  });

  it("asks nothing of Vault about a store that reads something else", async () => {
    const diagnosis = await diagnosed((world) => {
      world.get("ClusterSecretStore", STORE).spec = { provider: { fake: { data: [] } } };
      seen((paths) => paths.set("acme-ci/github-app", { gone: "there is no such path" }))(world);
    });
    assertFindings(diagnosis, []);
  });
});
