import * as pulumi from "@pulumi/pulumi";
import type { OrganizationArgs } from "../components";
import { githubUrl } from "../components/runner-platform";
import { suggestion } from "./config/suggestion";
import { quoted } from "./diagnostic";
import { Told } from "./github";

const PAGE = 100;

/** Whoever can see an organisation's runner groups. */
export interface GroupSource {
  /** One page of GitHub's REST API below the organisation; the body is JSON, as text or read. */
  get(org: OrganizationArgs, path: string): Promise<{ code: number; body: unknown }>;
  /** What it takes to see them. */
  groupsNeed(org: string): string;
}

/** What is wrong with the runner groups that the sets name. Credentials that may not see the groups leave them unchecked. */
export async function missingRunnerGroups(orgs: OrganizationArgs[], github: GroupSource): Promise<string[]> {
  const asked = new Map<string, Promise<string[] | undefined>>();
  const problems = await Promise.all(
    orgs.filter(hasGroups).map(async (org) => {
      const place = `${org.name} ${githubUrl(org)}`;
      const names = asked.get(place) ?? groupNames(org, github);
      asked.set(place, names);
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
async function groupNames(org: OrganizationArgs, github: GroupSource): Promise<string[] | undefined> {
  const names: string[] = [];
  const notChecked = (why: string) =>
    void pulumi.log.warn(`The runner groups of ${org.name} are not checked: ${why}. ${github.groupsNeed(org.name)}`);
  try {
    for (let page = 1; ; page++) {
      const { code, body } = await github.get(org, `actions/runner-groups?per_page=${PAGE}&page=${page}`);
      if (code !== 200) return notChecked(`GitHub answered ${code}`);
      const read = (typeof body === "string" ? JSON.parse(body) : body) as GroupPage;
      const { total_count: total, runner_groups: groups } = read;
      names.push(...groups.map((group) => group.name));
      if (!groups.length || names.length >= total) return names;
    }
  } catch (error) {
    // Told by the look-up of the installation, where there is one.
    return error instanceof Told ? undefined : notChecked((error as Error).message.trim());
  }
}

interface GroupPage {
  total_count: number;
  runner_groups: { name: string }[];
}
