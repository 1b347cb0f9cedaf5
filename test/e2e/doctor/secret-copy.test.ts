import * as assert from "node:assert/strict";
import { findSecrets } from "../support/secret-search";
import { assertFindings, diagnosed, stopWorldCluster } from "./support/cases";
import { appSecret, encoded, listenerConfig, PEM, PROXY_LOGIN } from "./support/healthy";
import { ACME } from "./support/stack";
import type { World, WorldObject } from "./support/world";

after(stopWorldCluster);

const SECRET = "acme-ci/github-token";
const HOUR = 3_600;

/** A Secret that the controller has made for the listener of the first set. */
function copyOf(world: World, suffix: string): WorldObject {
  return world.of("Secret").find(({ metadata: { name } }) => name.endsWith(`-listener-${suffix}`))!;
}

/** The listener's pod, which started so long before doctor looks. */
function started(world: World, seconds: number): string {
  const { name, namespace } = copyOf(world, "config").metadata;
  const listener = name.replace(/-config$/, "");
  const pod = world.get("Pod", `${namespace}/${listener}`);
  const [status] = pod.status!.containerStatuses as { state: object }[];
  status!.state = { running: { startedAt: world.ago(seconds) } };
  return listener;
}

describe("Doctor, about copies of credentials", () => {
  it("finds a listener that uses what was in the Secret before", async () => {
    let listener = "";
    const diagnosis = await diagnosed((world) => {
      listener = started(world, 5 * HOUR);
      copyOf(world, "config").data = encoded(listenerConfig({ ...appSecret(), github_app_private_key: `${PEM}older` }));
    });
    assertFindings(diagnosis, [
      {
        id: "secret/newer-than-listener",
        harm: "may break",
        set: ACME,
        what: `the listener of ${ACME} still uses credentials from before the last change of ${SECRET}`,
        evidence: [
          /^Secret acme-ci\/github-token: changed .*Z, \d+m ago$/,
          new RegExp(`^listener ${listener}: started .*Z, 5h ago$`),
          `its copy arc-systems/${listener}-config has another github_app_private_key`,
        ],
        fix: [`bin/arc heal listener --set ${ACME}`],
      },
    ]);
    assert.deepEqual(findSecrets({ key: PEM, older: `${PEM}older` }, { diagnosis: JSON.stringify(diagnosis) }), []);
  });

  it("finds the same of a token, and of ids", async () => {
    const token = await diagnosed((world) => {
      world.get("Secret", SECRET).data = encoded({ github_token: "not-the-one-before" });
      copyOf(world, "config").data = encoded(listenerConfig({ github_token: "the-one-before" }));
    });
    assertFindings(token, [{ id: "secret/newer-than-listener", set: ACME, evidence: [/has another github_token$/] }]);
    const ids = await diagnosed((world) => {
      const before = { ...appSecret("41000009"), github_app_id: "1009" };
      copyOf(world, "config").data = encoded(listenerConfig(before));
    });
    assertFindings(ids, [
      {
        id: "secret/newer-than-listener",
        set: ACME,
        evidence: [/has another github_app_id and github_app_installation_id$/],
      },
    ]);
  });

  it("leaves a listener alone that is older than a Secret whose contents it has", async () => {
    assertFindings(await diagnosed((world) => void started(world, 90 * 24 * HOUR)), []);
  });

  it("gives a roll two minutes, and says nothing of a listener that is not running", async () => {
    const changed = (world: World) => {
      copyOf(world, "config").data = encoded(listenerConfig({ github_token: "the-one-before" }));
    };
    const rolling = await diagnosed((world) => {
      changed(world);
      // Written anew, so that it is as old as the other objects.
      world.get("Secret", SECRET).metadata.labels = { renewed: "yes" };
      world.lookAfter(100);
    });
    assert.deepEqual(
      rolling.findings.filter(({ id }) => id === "secret/newer-than-listener"),
      [],
    );
    const pending = await diagnosed((world) => {
      changed(world);
      const listener = started(world, 0);
      const [status] = world.get("Pod", `arc-systems/${listener}`).status!.containerStatuses as { state: object }[];
      status!.state = { waiting: { reason: "ContainerCreating" } };
    });
    assert.deepEqual(
      pending.findings.filter(({ id }) => id === "secret/newer-than-listener"),
      [],
    );
  });

  it("finds a proxy's login that changed, and nothing where it did not", async () => {
    const proxy = {
      "arc:proxy": { https: { url: "http://proxy.example.org:3128", credentialSecretRef: "proxy-login" } },
      "arc:kubernetes": { apiServerAddress: "10.96.0.1" },
    };
    assertFindings(await diagnosed(() => {}, proxy), []);
    let copy = "";
    const diagnosis = await diagnosed((world) => {
      world.get("Secret", "acme-ci/proxy-login").data = encoded({ ...PROXY_LOGIN, password: "another: one/2" });
      copy = copyOf(world, "proxy").metadata.name;
    }, proxy);
    assertFindings(diagnosis, [
      {
        id: "secret/proxy-not-refreshed",
        harm: "may break",
        set: ACME,
        what: `${ACME} still uses the proxy's credentials from before the last change of acme-ci/proxy-login`,
        evidence: [
          /^Secret acme-ci\/proxy-login: changed .*Z, \d+m ago$/,
          `the copy arc-systems/${copy} has another login in https_proxy`,
        ],
        fix: [
          "# the runners' copy carries these labels and is made anew for the next runner; the listener's with the listener:",
          "kubectl delete secret -n acme-ci -l actions.github.com/scale-set-name=acme-runners,actions.github.com/scale-set-namespace=acme-ci",
          `bin/arc heal listener --set ${ACME}`,
        ],
      },
    ]);
    const said = { diagnosis: JSON.stringify(diagnosis) };
    assert.deepEqual(findSecrets({ before: PROXY_LOGIN.password, after: "another: one/2" }, said), []);
    const whole = await diagnosed((world) => world.remove("Secret", "acme-ci/proxy-login"), proxy);
    assertFindings(whole, [
      {
        id: "secret/missing",
        set: ACME,
        what: "the Secret acme-ci/proxy-login is not there",
        fix: ["kubectl create secret generic proxy-login -n acme-ci --from-literal=username=… --from-file=password=…"],
      },
    ]);
  });
});
