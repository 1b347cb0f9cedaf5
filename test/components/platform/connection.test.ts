import * as assert from "node:assert/strict";
import type { OrganizationArgs, RunnerPlatformArgs } from "../../../components";
import { proxyOf, serverTlsOf } from "../../../components/platform/connection";
import { connectionSpec } from "../../../components/runners/connection";

const ARGS = { apiServerAddress: "10.96.0.1" } as RunnerPlatformArgs;
const org = (more: Partial<OrganizationArgs>): OrganizationArgs => ({ name: "acme", runnerSets: [], ...more });

describe("proxyOf", () => {
  it("adds the API server's address to what is reached directly, once", () => {
    const https = { url: "http://proxy:3128" };
    assert.deepEqual(proxyOf(org({ proxy: { https } }), ARGS), { https, noProxy: ["10.96.0.1"] });
    assert.deepEqual(proxyOf(org({ proxy: { https, noProxy: [".svc", "10.96.0.1"] } }), ARGS), {
      https,
      noProxy: [".svc", "10.96.0.1"],
    });
    assert.deepEqual(proxyOf(org({ proxy: { https } }), {} as RunnerPlatformArgs), { https, noProxy: [] });
  });

  it("names the Secret that is made from Vault, or the user's own", () => {
    const proxy = {
      http: { url: "http://proxy:1", vaultPath: "acme/proxy" },
      https: { url: "http://proxy:2", credentialSecretRef: "own" },
    };
    assert.deepEqual(proxyOf(org({ proxy }), ARGS), {
      http: { url: "http://proxy:1", credentialSecretRef: "github-proxy-http" },
      https: { url: "http://proxy:2", credentialSecretRef: "own" },
      noProxy: ["10.96.0.1"],
    });
  });

  it("is nothing without a proxy", () => {
    assert.equal(proxyOf(org({}), ARGS), undefined);
  });
});

describe("serverTlsOf", () => {
  it("names the user's ConfigMap, or the one that is made from the certificates, whose digest restarts listeners", () => {
    const own = { name: "ca", key: "bundle.pem" };
    assert.deepEqual(serverTlsOf(org({ githubServerTls: { configMapKeyRef: own, runnerMountPath: "/certs" } })), {
      configMapKeyRef: own,
      runnerMountPath: "/certs",
    });
    const made = serverTlsOf(org({ githubServerTls: { certificate: "one" } }))!;
    const changed = serverTlsOf(org({ githubServerTls: { certificate: "two" } }))!;
    assert.deepEqual(made.configMapKeyRef, { name: "github-server-ca", key: "ca.crt" });
    assert.match(made.version!, /^[0-9a-f]{63}$/);
    assert.notEqual(made.version, changed.version);
  });

  it("is nothing without certificates", () => {
    assert.equal(serverTlsOf(org({})), undefined);
    assert.equal(serverTlsOf(org({ githubServerTls: { runnerMountPath: "/certs" } })), undefined);
  });
});

describe("connectionSpec", () => {
  it("writes the CRD's fields, and leaves out what is not given", () => {
    assert.deepEqual(connectionSpec({}), {});
    assert.deepEqual(
      connectionSpec({
        proxy: { http: { url: "http://p:1", credentialSecretRef: "c" }, https: { url: "http://p:2" }, noProxy: [] },
        githubServerTls: { configMapKeyRef: { name: "ca", key: "ca.crt" }, runnerMountPath: "/x", version: "1" },
        azureKeyVault: { url: "https://kv", tenantId: "t", clientId: "c", certificatePath: "/akv/cert" },
      }),
      {
        proxy: { http: { url: "http://p:1", credentialSecretRef: "c" }, https: { url: "http://p:2" } },
        githubServerTLS: { certificateFrom: { configMapKeyRef: { name: "ca", key: "ca.crt" } } },
        vaultConfig: {
          type: "azure_key_vault",
          azureKeyVault: { url: "https://kv", tenantId: "t", clientId: "c", certificatePath: "/akv/cert" },
        },
      },
    );
  });
});
