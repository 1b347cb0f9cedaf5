import * as pulumi from "@pulumi/pulumi";
import type { OrganizationArgs } from "../components";
import { githubUrl } from "../components/runner-platform";
import { suggestion } from "./config/suggestion";
import { quoted } from "./diagnostic";
import { ForeignOwner, type GitHubOrganizations } from "./github";

const PAGE = 100;

/** What is wrong with the runner groups that the sets name. A token that may not see the groups leaves them unchecked. */
export async function missingRunnerGroups(orgs: OrganizationArgs[], github: GitHubOrganizations): Promise<string[]> {
  const asked = new Map<string, Promise<string[] | undefined>>();
  const problems = await Promise.all(
    orgs.filter(hasGroups).map(async (org) => {
      const names = asked.get(org.name) ?? groupNames(org.name, github);
      asked.set(org.name, names);
      const known = await names;
      return known ? groupProblems(org, known) : [];
    }),
  );
  return problems.flat();
}

/** Only an organisation's own groups can be asked for: a repository has none, an enterprise's are another endpoint. */
function hasGroups(org: OrganizationArgs): boolean {
  return new URL(githubUrl(org)).pathname.split("/").length === 2 && org.runnerSets.some((set) => set.runnerGroup);
}

/** The problems of one organisation's sets; the controller takes a group by its name, whatever its case. */
export function groupProblems(org: OrganizationArgs, known: string[]): string[] {
  const lower = known.map((name) => name.toLowerCase());
  return org.runnerSets.flatMap(({ name, runnerGroup }) => {
    if (!runnerGroup || lower.includes(runnerGroup.toLowerCase())) return [];
    const guess = suggestion(runnerGroup, known);
    return [
      [
        `The runner group ${quoted(runnerGroup)} of ${name} is not one of ${org.name}'s; its listener would never start`,
        `  allowed: ${known.join(", ")}`,
        `  fix: ${guess ? `did you mean "${guess}"?` : `make the group under https://github.com/organizations/${org.name}/settings/actions/runner-groups, or correct runnerGroup`}`,
      ].join("\n"),
    ];
  });
}

/** The names of all runner groups; `undefined` when GitHub does not tell them. */
async function groupNames(org: string, github: GitHubOrganizations): Promise<string[] | undefined> {
  const names: string[] = [];
  try {
    for (let page = 1; ; page++) {
      const { code, body } = await github.get(org, `orgs/${org}/actions/runner-groups?per_page=${PAGE}&page=${page}`);
      if (code !== 200) return notChecked(org, `GitHub answered ${code}`);
      const { total_count: total, runner_groups: groups } = JSON.parse(body) as GroupPage;
      names.push(...groups.map((group) => group.name));
      if (!groups.length || names.length >= total) return names;
    }
  } catch (error) {
    // Told by the look-up of the installation, where there is one.
    return error instanceof ForeignOwner ? undefined : notChecked(org, (error as Error).message.trim());
  }
}

interface GroupPage {
  total_count: number;
  runner_groups: { name: string }[];
}

function notChecked(org: string, why: string): undefined {
  void pulumi.log.warn(
    `The runner groups of ${org} are not checked: ${why}. GITHUB_TOKEN needs the scope admin:org of an owner of ${org} for it.`,
  );
}
