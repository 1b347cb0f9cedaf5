import type { Policies, PolicyConfigSchema, PolicyResourceOptions } from "@pulumi/policy";
import { defaultsOf, type Option, type Rule, Scope } from "./rule";
import { asReceived } from "./secret-marks";
import { type Subject, subjectOf } from "./subject";

type Policy = Policies[number];

/** A policy of the SDK. */
export function policyOf<Config extends object>(rule: Rule<Config>): Policy {
  const { name, description, level, severity, fix, scope } = rule;
  const about = { name, description, enforcementLevel: level, severity, remediationSteps: fix };
  const configSchema = schemaOf(rule);
  const configured = (given: Partial<Config>): Config => ({ ...defaultsOf(rule), ...given });
  if (scope === Scope.Stack) {
    return {
      ...about,
      configSchema,
      validateStack: ({ resources, getConfig }, report) => {
        const subjects = resources.map((each) => seen({ ...each, parent: each.parent?.urn ?? "" }));
        const found = rule.violations(subjects, configured(getConfig<Partial<Config>>()));
        for (const { message, urn } of found) report(withFix(message, fix), urn);
      },
    };
  }
  return {
    ...about,
    configSchema,
    validateResource: (resource, report) => {
      const subject = seen({ ...resource, parent: resource.opts.parent ?? "" });
      for (const { message } of rule.violations([subject], configured(resource.getConfig<Partial<Config>>()))) {
        report(withFix(message, fix));
      }
    },
  };
}

/** Pulumi Cloud shows `remediationSteps`; the command line does not. */
function withFix(message: string, fix: string): string {
  return `${message}\nfix: ${fix}`;
}

/** What the SDK tells of a resource. */
interface Given {
  urn: string;
  type: string;
  name: string;
  parent: string;
  props: object;
  opts: Pick<PolicyResourceOptions, "protect">;
}

function seen({ props, opts, ...resource }: Given): Subject {
  return subjectOf({ ...resource, protect: opts.protect }, () => asReceived(props));
}

/** JSON Schema of a policy's options; lists are of texts. */
export function schemaOf<Config extends object>({ options }: Rule<Config>): PolicyConfigSchema {
  const properties = Object.entries<Option<unknown>>(options).map(([key, { description, default: value }]) => {
    const type = Array.isArray(value) ? { type: "array", items: { type: "string" } } : { type: typeof value };
    return [key, { ...type, description, default: value }] as const;
  });
  return { properties: Object.fromEntries(properties) as PolicyConfigSchema["properties"] };
}
