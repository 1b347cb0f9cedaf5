import { kindOf } from "../kubernetes";
import { type Rule, Scope, violation } from "../rule";
import { type Subject, textAt } from "../subject";

export interface PublicRepositoriesConfig {
  reviewed: string[];
}

/** Who may use the runners of a set. */
interface Reach {
  /** For example `acme`, `acme/widgets`, `enterprises/acme`. */
  of: string;
  repository: boolean;
}

/**
 * Who opens a pull request to a public repository runs code on its runners; GitHub advises against self-hosted runners
 * there ("Secure use reference", "Managing access to self-hosted runners using groups"). Whether a repository is public,
 * and whether a group allows public ones, only GitHub knows: so this asks for a person's word.
 */
export const publicRepositories: Rule<PublicRepositoriesConfig> = {
  name: "public-repositories",
  description: "No public repository can use the runners, as far as somebody has looked.",
  level: "advisory",
  severity: "high",
  fix: 'See on GitHub that the repository is private, or that the group has "Allow public repositories" off, and name it under `reviewed`; or give the set a `runnerGroup` of its own.',
  scope: Scope.Resource,
  options: {
    reviewed: {
      description:
        "Organisations (acme), repositories (acme/widgets) and enterprises (enterprises/acme) whose public repositories cannot use the runners.",
      default: [],
    },
  },
  violations: (resources, { reviewed }) =>
    resources
      .filter((resource) => kindOf(resource) === "AutoscalingRunnerSet")
      .flatMap((set) => {
        const reach = reachOf(set);
        if (!reach || reviewed.some((each) => each.toLowerCase() === reach.of.toLowerCase())) return [];
        if (reach.repository) return [violation(set, `nobody has said that the repository ${reach.of} is private`)];
        if (!isDefaultGroup(set)) return [];
        const group = `is in the default runner group of ${reach.of}`;
        return [violation(set, `${group}, and nobody has said that public repositories cannot use it`)];
      }),
};

function reachOf(set: Subject): Reach | undefined {
  const url = textAt(set.inputs(), "spec", "githubConfigUrl");
  if (!URL.canParse(url)) return undefined;
  const parts = new URL(url).pathname.split("/").filter(Boolean);
  return { of: parts.join("/"), repository: parts.length > 1 && parts[0] !== "enterprises" };
}

/** GitHub's own group is named Default, in any case; what has no group is in it. */
function isDefaultGroup(set: Subject): boolean {
  return /^(default)?$/i.test(textAt(set.inputs(), "spec", "runnerGroup"));
}
