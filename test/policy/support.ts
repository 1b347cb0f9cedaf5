import type { Fields } from "../../policy/wire";
import { defaultsOf, type Rule, Scope } from "../../policy/rule";
import { type Subject, subjectOf } from "../../policy/subject";
import { kindOf } from "../../cli/offline/plan";
import type { Recorded, Registration } from "../support/recorder";
import { recordProd, type StackOptions } from "../support/stack-program";

let prod: Promise<Recorded> | undefined;

/** What prod's program registers, recorded once. */
export function recordedProd(): Promise<Recorded> {
  return (prod ??= recordProd());
}

/** Prod with other values in its stack file. */
export async function prodWith(change: StackOptions["change"]): Promise<Subject[]> {
  return subjectsOf(await recordProd({ ...(change ? { change } : {}) }));
}

export function subjectsOf({ resources }: Recorded): Subject[] {
  return resources.map((resource) => subjectOf(resource, () => resource.inputs));
}

export interface Edit {
  kind: string;
  /** Logical name; the only one of its kind without. */
  name?: string;
  /** Changes the copy of the inputs that it is given. */
  inputs?: (inputs: Mutable) => void;
  /** Other options of the resource. */
  resource?: Partial<Pick<Registration, "protect" | "parent" | "type">>;
}

/** Inputs that a test reaches into without asking at each step what is there. */
export type Mutable = { [key: string]: Mutable } & { [index: number]: Mutable; push: (value: unknown) => void };

/** Prod's resources, some of them altered as a careless program would have it. */
export async function prodBut(...edits: Edit[]): Promise<Subject[]> {
  const recorded = await recordedProd();
  const altered = new Map(edits.map((edit) => [recorded.one(edit.kind, edit.name).urn, edit]));
  return recorded.resources.map((resource) => {
    const edit = altered.get(resource.urn);
    const inputs = structuredClone(resource.inputs);
    edit?.inputs?.(inputs as Mutable);
    return subjectOf({ ...resource, ...edit?.resource }, () => inputs);
  });
}

/** An object of the cluster that stands in no recording. */
export function objectOf(type: string, inputs: Fields): Subject {
  const name = String((inputs.metadata as Fields | undefined)?.name ?? kindOf(type));
  const urn = `urn:pulumi:test::arc::${type}::${name}`;
  return subjectOf({ urn, type, name, parent: "", protect: false }, () => inputs);
}

/** The messages of a policy, as the pack would ask it. */
export function messages<Config extends object>(
  rule: Rule<Config>,
  subjects: readonly Subject[],
  config: Partial<Config> = {},
): string[] {
  const settings = { ...defaultsOf(rule), ...config };
  const asked = rule.scope === Scope.Stack ? [subjects] : subjects.map((subject) => [subject]);
  return asked.flatMap((each) => rule.violations(each, settings)).map(({ message }) => message);
}
