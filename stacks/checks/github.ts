import { X509Certificate } from "node:crypto";
import { quoted } from "../diagnostic";
import type { Check, Finding } from "./check";
import { hostOf, isGitHubCloud } from "./github-host";

/** Upstream: actions/actions-runner-controller#4424, #4425; README of actions/scaleset. */
export const customLabels: Check = {
  id: "github/custom-labels",
  run: ({ config }) =>
    config.sets
      .filter(({ org, args }) => args.runnerScaleSetLabels?.length && isGitHubCloud(org.url))
      .map(({ path, org }) => ({
        severity: "warning",
        at: [...path, "labels"],
        from: [[...orgPath(path), "url"]],
        message: `${hostOf(org.url)} neither shows nor, as users report, matches further labels of a scale set; jobs that name them would wait for ever`,
        allowed: "no labels here; GitHub Enterprise Server 3.18 and newer knows them",
        fix: "leave labels out and let workflows name the set alone: runs-on: <name>",
      })),
};

export const serverTls: Check = {
  id: "github/server-tls",
  run: ({ config }) =>
    config.settings.orgs.flatMap(({ githubServerTLS: tls, url }, index): Finding[] => {
      if (!tls) return [];
      const at = ["orgs", index, "githubServerTLS"];
      const { certificateFrom, certificate } = tls;
      return [
        ...(certificateFrom && certificate
          ? [
              {
                severity: "error" as const,
                at: [...at, "certificate"],
                message: "is given beside certificateFrom; only one of them can be meant",
                allowed: "certificate or certificateFrom",
                fix: "remove one",
              },
            ]
          : []),
        ...(!certificateFrom && !certificate
          ? [
              {
                severity: "error" as const,
                at,
                message: "names no certificates",
                allowed: "certificate (PEM), or certificateFrom with the ConfigMap that holds them",
                fix: "add one of the two, or remove githubServerTLS",
              },
            ]
          : []),
        ...unreadable(certificate, [...at, "certificate"]),
        ...(isGitHubCloud(url)
          ? [
              {
                severity: "warning" as const,
                at,
                from: [["orgs", index, "url"]],
                message: `is for a GitHub Enterprise Server, and the runners register at ${hostOf(url)}; its certificate is a public one`,
                allowed: "githubServerTLS with the url of a GitHub Enterprise Server",
                fix: "remove githubServerTLS, or correct url; a proxy that opens TLS is the only reason to keep it",
              },
            ]
          : []),
      ];
    }),
};

/** The PEM frame is checked where it is read; what is in it only here. */
function unreadable(certificate: string | undefined, at: PropertyKey[]): Finding[] {
  const blocks = certificate?.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  const broken = blocks.findIndex((block) => !isCertificate(block));
  if (certificate === undefined || broken < 0) return [];
  return [
    {
      severity: "error",
      at,
      message: `certificate ${broken + 1} of ${blocks.length} cannot be read; controller and listener would refuse all of them`,
      allowed: "certificates in PEM",
      fix: "copy the file again, with its line ends",
    },
  ];
}

export function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

export const proxyCredentials: Check = {
  id: "github/proxy-credentials",
  run: ({ config }) => {
    const { settings } = config;
    const proxies = [
      { proxy: settings.proxy, at: ["proxy"] as PropertyKey[] },
      ...settings.orgs.map(({ proxy }, index) => ({ proxy, at: ["orgs", index, "proxy"] as PropertyKey[] })),
    ];
    return proxies.flatMap(({ proxy, at }) =>
      (["http", "https"] as const).flatMap((scheme): Finding[] => {
        const endpoint = proxy?.[scheme];
        if (!endpoint?.credentialSecretRef || !endpoint.vaultPath) return [];
        return [
          {
            severity: "error",
            at: [...at, scheme, "vaultPath"],
            from: [[...at, scheme, "credentialSecretRef"]],
            message: `is given beside credentialSecretRef ${quoted(endpoint.credentialSecretRef)}; only one of them can be meant`,
            allowed: "vaultPath (a Secret is made from it) or credentialSecretRef (a Secret of your own)",
            fix: "remove one",
          },
        ];
      }),
    );
  },
};

function orgPath(path: PropertyKey[]): PropertyKey[] {
  return path.slice(0, 2);
}
