import { isCertificate } from "../../../stacks/checks/github";
import type { ConfigMap } from "../objects";
import { certificatesOf, keyOfReference } from "../references";
import { type Found, Harm, rule } from "../rule";

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

export const authority = rule({
  id: "certificate/authority",
  harm: Harm.Stops,
  cause:
    "controller and listener refuse the set's connection to GitHub: the certificates that it trusts cannot be read",
  needs: ["configMaps"],
  find: ({ configMaps }, context) =>
    certificatesOf(context).flatMap(({ key, sets, ...reference }): Found[] => {
      const name = keyOfReference(reference);
      const problem = problemOf(configMaps.get(name), key);
      if (!problem) return [];
      return [
        {
          set: sets[0]!,
          what: `the certificates in the ConfigMap ${name} cannot be used`,
          evidence: [problem],
          fix: context.planned.some(
            (each) => each.kind === "ConfigMap" && keyOfReference({ namespace: "", ...each }) === name,
          )
            ? ["pulumi up --refresh"]
            : [
                `kubectl create configmap ${reference.name} -n ${reference.namespace} --from-file=${key}=ca.crt --dry-run=client -o yaml | kubectl apply -f -`,
              ],
        },
      ];
    }),
});

function problemOf(found: ConfigMap | undefined, key: string): string | undefined {
  if (!found) return "it is not there";
  const text = found.data?.[key];
  if (text === undefined) return `it has no key ${key}; it has ${Object.keys(found.data ?? {}).join(", ") || "none"}`;
  const blocks = text.match(BLOCK) ?? [];
  if (!blocks.length) return `${key} holds no certificate in PEM`;
  const broken = blocks.findIndex((block) => !isCertificate(block));
  return broken < 0 ? undefined : `certificate ${broken + 1} of ${blocks.length} in ${key} cannot be read`;
}
