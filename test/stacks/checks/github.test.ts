import assert from "node:assert/strict";
import { rootCertificates } from "node:tls";
import { hostOf, isGitHubCloud } from "../../../stacks/checks/github-host";
import { found, soundValues, type Values, withSets } from "../../support/checked-stack";

const GHES = "https://github.example.org/acme";
/** Some certificate: one that Node brings along. */
const CERTIFICATE = `${rootCertificates[0]}\n`;
const ofOrg = (org: Values): Values => ({
  ...soundValues(),
  orgs: [{ name: "acme", runnerSets: [{ name: "acme-runners" }], ...org }],
});

describe("github-host", () => {
  it("knows GitHub's own hosts, and takes any other for a GitHub Enterprise Server.", () => {
    for (const url of [undefined, "https://github.com/a", "https://www.github.com/a", "https://acme.ghe.com/a"]) {
      assert.equal(isGitHubCloud(url), true, url);
    }
    for (const url of [GHES, "https://ghe.com.example.org/a", "http://127.0.0.1:8088/a"]) {
      assert.equal(isGitHubCloud(url), false, url);
    }
    assert.equal(hostOf("http://127.0.0.1:8088/a"), "127.0.0.1:8088");
    assert.equal(hostOf(undefined), "github.com");
  });
});

describe("github/custom-labels", () => {
  const id = "github/custom-labels";

  it("warns of further labels on github.com, where they are not matched.", () => {
    assert.deepEqual(found(id, withSets({ name: "a" }, { name: "b", labels: ["gpu"] })), [
      {
        severity: "warning",
        path: "arc:orgs[0].runnerSets[1].labels",
        message:
          "github.com neither shows nor, as users report, matches further labels of a scale set; jobs that name them would wait for ever",
        allowed: "no labels here; GitHub Enterprise Server 3.18 and newer knows them",
        fix: "leave labels out and let workflows name the set alone: runs-on: <name>",
      },
    ]);
  });

  it("is silent on a GitHub Enterprise Server, and without labels.", () => {
    assert.deepEqual(found(id, ofOrg({ url: GHES, runnerSets: [{ name: "b", labels: ["gpu"] }] })), []);
    assert.deepEqual(found(id, withSets({ name: "b", labels: [] })), []);
  });
});

describe("github/server-tls", () => {
  const id = "github/server-tls";
  const configMap = { configMapKeyRef: { name: "ca", key: "ca.crt" } };
  const broken = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";
  const messages = (githubServerTLS: Values, url = GHES) =>
    found(id, ofOrg({ url, githubServerTLS })).map(({ severity, path, message }) => `${severity} ${path} ${message}`);

  it("wants the certificates, once.", () => {
    assert.deepEqual(messages({ runnerMountPath: "/certs" }), [
      "error arc:orgs[0].githubServerTLS names no certificates",
    ]);
    assert.deepEqual(messages({ certificateFrom: configMap, certificate: CERTIFICATE }), [
      "error arc:orgs[0].githubServerTLS.certificate is given beside certificateFrom; only one of them can be meant",
    ]);
  });

  it("reads each certificate, and tells the one that cannot be read.", () => {
    assert.deepEqual(messages({ certificate: CERTIFICATE + broken }), [
      "error arc:orgs[0].githubServerTLS.certificate certificate 2 of 2 cannot be read; controller and listener would refuse all of them",
    ]);
    assert.deepEqual(messages({ certificate: CERTIFICATE + CERTIFICATE }), []);
    assert.deepEqual(messages({ certificateFrom: configMap }), []);
  });

  it("warns where the runners register at GitHub itself, whose certificate is a public one.", () => {
    assert.deepEqual(messages({ certificateFrom: configMap }, "https://acme.ghe.com/acme"), [
      "warning arc:orgs[0].githubServerTLS is for a GitHub Enterprise Server, and the runners register at acme.ghe.com; its certificate is a public one",
    ]);
  });
});

describe("github/proxy-credentials", () => {
  const id = "github/proxy-credentials";
  const both = { url: "http://proxy:3128", credentialSecretRef: "own", vaultPath: "ci/proxy" };

  it("refuses credentials from two places, for all and for one organisation.", () => {
    const finding = (path: string) => ({
      severity: "error",
      path,
      message: 'is given beside credentialSecretRef "own"; only one of them can be meant',
      allowed: "vaultPath (a Secret is made from it) or credentialSecretRef (a Secret of your own)",
      fix: "remove one",
    });
    assert.deepEqual(found(id, { ...soundValues(), proxy: { http: both } }), [finding("arc:proxy.http.vaultPath")]);
    assert.deepEqual(found(id, ofOrg({ proxy: { https: both } })), [finding("arc:orgs[0].proxy.https.vaultPath")]);
  });

  it("is silent with one of them, and with none.", () => {
    const { vaultPath: _path, ...own } = both;
    const { credentialSecretRef: _ref, ...vault } = both;
    for (const http of [own, vault, { url: "http://proxy:3128" }]) {
      assert.deepEqual(found(id, { ...soundValues(), proxy: { http } }), []);
    }
  });
});
