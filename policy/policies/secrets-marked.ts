import { type Rule, Scope, violation } from "../rule";
import { secretPlaces } from "../secret-places";

export interface SecretsMarkedConfig {
  allowed: string[];
}

/** Types whose properties end up in the cluster, in Vault, or in the provider that writes there. */
const TYPES = /^(kubernetes:|vault:|pulumi:providers:(kubernetes|vault|github)$)/;

/**
 * What is not marked as secret stands readable in the state, in previews and in the logs of CI. The value itself never
 * goes into a message, which would be one more such place.
 */
export const secretsMarked: Rule<SecretsMarkedConfig> = {
  name: "secrets-marked",
  description: "What is secret is marked as secret wherever it goes to Kubernetes or Vault.",
  level: "mandatory",
  severity: "critical",
  fix: "Take the value from `config.requireSecret` or wrap it in `pulumi.secret`; for a pod, put it into a Secret and read it with secretKeyRef.",
  scope: Scope.Resource,
  options: {
    allowed: {
      description: "Names of fields and environment variables that sound like a secret and hold none.",
      default: [],
    },
  },
  violations: (resources, { allowed }) =>
    resources
      .filter(({ type }) => TYPES.test(type))
      .flatMap((resource) =>
        secretPlaces(resource.wire(), resource.type)
          .filter(({ name }) => !name || !allowed.includes(name))
          .map(({ path, looksLike }) => violation(resource, `${path} ${looksLike} and is not marked as secret`)),
      ),
};
