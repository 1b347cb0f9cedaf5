import * as assert from "node:assert/strict";
import { connectionSpec, type ProxyArgs } from "../../../components/runners/connection";

describe("The way to GitHub in the spec of a set", () => {
  it("is absent when nothing is asked for", () => {
    assert.deepEqual(connectionSpec({}), {});
  });

  describe("through a proxy", () => {
    const URL = "http://proxy.example.org:3128";
    const HTTP = { url: URL };
    const HTTPS = { url: "http://proxy.example.org:3129" };
    const CASES: [string, ProxyArgs][] = [
      ["http alone", { http: HTTP }],
      ["https alone", { https: HTTPS }],
      ["both", { http: HTTP, https: HTTPS }],
      ["http with credentials", { http: { ...HTTP, credentialSecretRef: "auth" } }],
      ["https with credentials", { https: { ...HTTPS, credentialSecretRef: "auth" } }],
      ["hosts that are reached directly", { http: HTTP, noProxy: ["example.com", "10.0.0.0/8"] }],
      ["https and such hosts", { https: HTTPS, noProxy: ["example.com"] }],
      [
        "all of it",
        {
          http: { ...HTTP, credentialSecretRef: "a" },
          https: { ...HTTPS, credentialSecretRef: "b" },
          noProxy: ["example.com"],
        },
      ],
    ];
    for (const [title, proxy] of CASES) {
      it(`says what is given and no more: ${title}`, () => assert.deepEqual(connectionSpec({ proxy }), { proxy }));
    }

    it("is absent too when the proxy says nothing", () => {
      assert.deepEqual(connectionSpec({ proxy: {} }), {});
      assert.deepEqual(connectionSpec({ proxy: { noProxy: [] } }), {});
    });

    it("leaves out an empty list of hosts, and empty credentials", () => {
      assert.deepEqual(connectionSpec({ proxy: { http: { ...HTTP, credentialSecretRef: "" }, noProxy: [] } }), {
        proxy: { http: HTTP },
      });
    });
  });

  it("names the ConfigMap of the certificate authority, and nothing that the CRD does not know", () => {
    const configMapKeyRef = { name: "ca", key: "ca.crt" };
    const spec = { githubServerTLS: { certificateFrom: { configMapKeyRef } } };
    assert.deepEqual(connectionSpec({ githubServerTls: { configMapKeyRef } }), spec);
    assert.deepEqual(
      connectionSpec({ githubServerTls: { configMapKeyRef, runnerMountPath: "/certs", version: "1" } }),
      spec,
    );
  });

  describe("with credentials in Azure Key Vault", () => {
    const AZURE = { url: "https://kv", tenantId: "tid", clientId: "cid", certificatePath: "/akv/cert" };

    it("has the one type that the controller takes", () => {
      assert.deepEqual(connectionSpec({ azureKeyVault: AZURE }), {
        vaultConfig: { type: "azure_key_vault", azureKeyVault: AZURE },
      });
    });

    it("has a proxy of its own beside that to GitHub", () => {
      const proxy = { https: { url: "http://vault-proxy:1", credentialSecretRef: "c" }, noProxy: ["a"] };
      const other = { http: { url: "http://proxy:2" } };
      assert.deepEqual(connectionSpec({ azureKeyVault: { ...AZURE, proxy }, proxy: other }), {
        proxy: other,
        vaultConfig: { type: "azure_key_vault", azureKeyVault: AZURE, proxy },
      });
    });
  });
});
