import { PodSecurityLevel } from "../../components";
import { podSecurityNeeds } from "../../components/runners/pod/security";
import type { SettledSet, StackConfig } from "../config/settle";
import { configPath } from "../diagnostic";
import { setsByNamespace } from "./capacity";
import type { Check, Finding } from "./check";
import { allNamespacePlaces, namespacePlaces } from "./places";
import { templateOf } from "./pod-template";
import { templatePlaces } from "./template-places";

/** How many reasons a message names. */
const NAMED = 3;

export const securityLevel: Check = {
  id: "pod/security-level",
  run: ({ config }) =>
    // A namespace that is there already has a level of its own.
    config.settings.tenant.createNamespaces
      ? [...setsByNamespace(config).values()].flatMap((sets) => {
          const giver = sets.find((set) => set.args.podSecurity);
          return giver ? sets.flatMap((set) => levelProblem(config, giver, set)) : [];
        })
      : [],
};

function levelProblem(config: StackConfig, giver: SettledSet, set: SettledSet): Finding[] {
  const level = giver.args.podSecurity!;
  const template = templateOf(set);
  const reasons = podSecurityNeeds(template, level).map(({ message }) => message);
  if (!reasons.length) return [];
  const levels = Object.values(PodSecurityLevel).filter((each) => !podSecurityNeeds(template, each).length);
  const more = reasons.length - NAMED;
  return [
    {
      severity: "error",
      at: [...giver.path, "podSecurity"],
      from: [...allNamespacePlaces(config), ...templatePlaces(set), ["tenant", "createNamespaces"]],
      message:
        `${level} refuses the pods of ${set.args.name}, each of whose runners would end as Failed: ` +
        `${reasons.slice(0, NAMED).join("; ")}${more > 0 ? `; and ${more} more` : ""}`,
      allowed: levels.join(", "),
      fix: `set podSecurity to ${levels.at(-1)}, or change the pod`,
    },
  ];
}

export const securityConflict: Check = {
  id: "pod/security-conflict",
  run: ({ config }) =>
    [...setsByNamespace(config).values()].flatMap((sets) => {
      const [first, ...others] = sets.filter((set) => set.args.podSecurity);
      if (!first) return [];
      return others
        .filter((set) => set.args.podSecurity !== first.args.podSecurity)
        .map((set) => ({
          severity: "error" as const,
          at: [...set.path, "podSecurity"],
          from: [
            [...first.path, "podSecurity"],
            ...namespacePlaces(first),
            ...namespacePlaces(set),
            [...first.path, "name"],
          ],
          message:
            `${set.args.podSecurity} differs from the ${first.args.podSecurity} of ${first.args.name} ` +
            `(${configPath([...first.path, "podSecurity"])}), which shares the namespace ${set.args.namespace}`,
          allowed: "one level for each namespace",
          fix: "give podSecurity at one of the sets only; it holds for the namespace",
        }));
    }),
};
