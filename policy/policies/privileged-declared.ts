import { containersOf, kindOf, namespaceOf, type PlacedContainer, runnerContainersOf } from "../kubernetes";
import { type Rule, Scope, violation } from "../rule";
import { at, type Subject, textsAt } from "../subject";
import type { Fields } from "../wire";

export interface PrivilegedDeclaredConfig {
  dind: boolean;
  declared: string[];
}

/** The container of ARC's container mode `dind` (chart `_helpers.tpl`): who asks for the mode asks for its daemon. */
const DAEMON = "dind";

/** Capabilities that are as good as `privileged`. */
const MIGHTY = ["ALL", "SYS_ADMIN"];

/** A privileged container is root on its node; whatever runs there is open to it (actions-runner-controller#1288). */
export const privilegedDeclared: Rule<PrivilegedDeclaredConfig> = {
  name: "privileged-declared",
  description: "Only what is declared runs privileged.",
  level: "mandatory",
  severity: "high",
  fix: "Drop securityContext.privileged, or declare the container as <namespace>/<container> in the configuration of this policy.",
  scope: Scope.Resource,
  options: {
    dind: {
      description: "Take the container dind of a runner set as declared by its container mode.",
      default: true,
    },
    declared: {
      description: "Further containers that may be privileged, each as <namespace>/<container>.",
      default: [],
    },
  },
  violations: (resources, { dind, declared }) =>
    resources.flatMap((resource) => {
      const daemons = dind ? daemonsOf(resource) : [];
      return containersOf(resource).flatMap(({ path, name, container }) => {
        const why = reason(container);
        if (!why || daemons.includes(path) || declared.includes(`${namespaceOf(resource)}/${name}`)) return [];
        return [violation(resource, `${path} (${name}) ${why}, and nothing declares it`)];
      });
    }),
};

function daemonsOf(resource: Subject): string[] {
  if (kindOf(resource) !== "AutoscalingRunnerSet") return [];
  const isDaemon = ({ name }: PlacedContainer) => name === DAEMON;
  return runnerContainersOf(resource)
    .filter(isDaemon)
    .map(({ path }) => path);
}

function reason(container: Fields): string | undefined {
  if (at(container, "securityContext", "privileged") === true) return "is privileged";
  const added = textsAt(container, "securityContext", "capabilities", "add");
  const mighty = added.filter((each) => MIGHTY.includes(each.toUpperCase().replace(/^CAP_/, "")));
  return mighty.length ? `has the capability ${mighty.join(", ")}` : undefined;
}
