import { assertFindings, diagnosed, stopWorldCluster } from "./support/cases";
import { ACME } from "./support/stack";
import type { World } from "./support/world";

after(stopWorldCluster);

/** Made for the tests; its key is nowhere. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBQDCB86ADAgECAhREJX/8G3CeI0pKkAoNhIK7jY2R5DAFBgMrZXAwFTETMBEG
A1UEAwwKRXhhbXBsZSBDQTAgFw0yNjExMjExOTQ3NTNaGA8yMTI2MTAyODE5NDc1
M1owFTETMBEGA1UEAwwKRXhhbXBsZSBDQTAqMAUGAytlcAMhACSGol/fXNoI6hTU
s0oB04e0mfwbeLfncGiwTCkDLuZIo1MwUTAdBgNVHQ4EFgQUGLSLCYFlrl2aBvea
xObkSt5nftQwHwYDVR0jBBgwFoAUGLSLCYFlrl2aBveaxObkSt5nftQwDwYDVR0T
AQH/BAUwAwEB/zAFBgMrZXADQQBTX4qUNP9xEb5jN31mhDtcODnMw38uh0CTvA9t
ynQSuxoo8vmmL814BbOMNQJWX+aQvcHSVl6TiBSx6lEifbII
-----END CERTIFICATE-----
`;

const ORG = {
  name: "acme",
  url: "https://github.example.org/acme",
  installationId: "41000001",
  runnerSets: [{ name: "acme-runners", namespace: "acme-ci" }],
};
const OWN = {
  "arc:orgs": [
    { ...ORG, githubServerTLS: { certificateFrom: { configMapKeyRef: { name: "company-ca", key: "ca.crt" } } } },
  ],
};

const trusting = (name: string, data: Record<string, string>) => (world: World) =>
  world.add({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "acme-ci" }, data });

describe("Doctor, about a certificate authority", () => {
  it("finds nothing where the certificates can be read", async () => {
    assertFindings(await diagnosed(trusting("company-ca", { "ca.crt": CERTIFICATE + CERTIFICATE }), OWN), []);
  });

  it("finds a ConfigMap that is gone, and one that cannot be used", async () => {
    const expected = {
      id: "certificate/authority",
      harm: "takes no jobs" as const,
      set: ACME,
      what: "the certificates in the ConfigMap acme-ci/company-ca cannot be used",
      fix: [
        "kubectl create configmap company-ca -n acme-ci --from-file=ca.crt=ca.crt --dry-run=client -o yaml | kubectl apply -f -",
      ],
    };
    assertFindings(await diagnosed(() => {}, OWN), [{ ...expected, evidence: ["it is not there"] }]);
    const cases: [Record<string, string>, string][] = [
      [{ "ca.pem": CERTIFICATE }, "it has no key ca.crt; it has ca.pem"],
      [{ "ca.crt": "company" }, "ca.crt holds no certificate in PEM"],
      [{ "ca.crt": CERTIFICATE + CERTIFICATE.replace("MIIB", "AAAA") }, "certificate 2 of 2 in ca.crt cannot be read"],
    ];
    for (const [data, evidence] of cases) {
      assertFindings(await diagnosed(trusting("company-ca", data), OWN), [{ ...expected, evidence: [evidence] }]);
    }
  });

  it("lets pulumi make the one again that the stack file holds", async () => {
    const given = { "arc:orgs": [{ ...ORG, githubServerTLS: { certificate: CERTIFICATE } }] };
    assertFindings(await diagnosed(() => {}, given), [
      { id: "certificate/authority", set: ACME, fix: ["pulumi up --refresh"] },
    ]);
    assertFindings(await diagnosed(trusting("github-server-ca", { "ca.crt": CERTIFICATE }), given), []);
  });
});
