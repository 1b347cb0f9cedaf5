import type { EnforcementLevel, Severity } from "@pulumi/policy";
import { titleOf } from "./kubernetes";
import type { Subject } from "./subject";

/** What is wrong with a resource, and which. */
export interface Violation {
  urn: string;
  message: string;
}

/** A policy as plain data and a plain function, so that a test is a call; `pack.ts` makes it one of the SDK's. */
export interface Rule<Config extends object> {
  /** Name of the policy: users set its level by it, and docs/policies.md has a section for it. */
  name: string;
  /** What holds when the policy is kept, in one sentence. */
  description: string;
  /** Level where the configuration names none. */
  level: EnforcementLevel;
  severity: Severity;
  /** What to do about a violation. */
  fix: string;
  /**
   * What the policy looks at: each `resource` by itself, before anything is done with it, or all resources of the
   * `stack`, at the end of a preview or update.
   */
  scope: Scope;
  /** Its keys in the configuration of the pack. */
  options: { [Key in keyof Config]: Option<Config[Key]> };
  /** What is wrong; none where a preview cannot know it yet. */
  violations(resources: readonly Subject[], config: Config): Violation[];
}

export const Scope = { Resource: "resource", Stack: "stack" } as const;
export type Scope = (typeof Scope)[keyof typeof Scope];

/** A key of a policy's configuration. */
export interface Option<Value> {
  description: string;
  default: Value;
}

/** The configuration of a policy that is given none. */
export function defaultsOf<Config extends object>({ options }: Rule<Config>): Config {
  const entries = Object.entries<Option<unknown>>(options).map(([key, option]) => [key, option.default]);
  return Object.fromEntries(entries) as Config;
}

/** A violation by a resource, which the message names first. */
export function violation(subject: Subject, message: string): Violation {
  return { urn: subject.urn, message: `${titleOf(subject)}: ${message}` };
}
