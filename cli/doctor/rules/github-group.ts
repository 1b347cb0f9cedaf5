import { suggestion } from "../../../stacks/config/suggestion";
import { scopeOf } from "../../../stacks/github-place";
import type { ConnectionSeen, GitHubSeen, RunnerGroupSeen } from "../github/seen";
import type { Context } from "../observation";
import { type Found, Harm, rule } from "../rule";
import { few } from "../runners";

export const missing = rule({
  id: "github/runner-group-missing",
  harm: Harm.Stops,
  cause: "the controller finds no group of that name, and neither makes the scale set nor its listener",
  needs: ["github"],
  find: ({ github }, context) =>
    groupsOf(github, context).flatMap(({ connection, set, name, groups, group }): Found[] => {
      if (group || name === undefined) return [];
      const names = groups.map((each) => each.name);
      const guess = suggestion(name, names);
      const { origin } = new URL(connection.url);
      return [
        {
          set,
          what: `the runner group ${name} of ${set} is not one of ${connection.org}'s`,
          evidence: [`there are: ${few(names)}`, ...(guess ? [`did you mean ${guess}?`] : [])],
          fix: [
            `# make it under ${origin}/organizations/${scopeOf(connection.url).owner}/settings/actions/runner-groups, or correct runnerGroup, then:`,
            "pulumi up",
          ],
        },
      ];
    }),
});

export const closed = rule({
  id: "github/runner-group-closed",
  harm: Harm.Stops,
  cause: "the group is for selected repositories, and none is selected: no job can come",
  issue: "https://docs.github.com/en/actions/how-tos/manage-runners/self-hosted-runners/manage-access",
  needs: ["github"],
  find: ({ github }, context) =>
    groupsOf(github, context).flatMap(({ connection, set, group }): Found[] =>
      group?.repositories === 0
        ? [
            {
              set,
              what: `no repository may use the runner group ${group.name} of ${set}`,
              evidence: [`visibility: ${group.visibility}, repositories: 0`],
              fix: [
                `# select repositories: ${new URL(connection.url).origin}/organizations/${scopeOf(connection.url).owner}/settings/actions/runner-groups`,
              ],
            },
          ]
        : [],
    ),
});

interface GroupOfSet {
  connection: ConnectionSeen;
  set: string;
  /** Absent for the default group. */
  name: string | undefined;
  groups: RunnerGroupSeen[];
  group: RunnerGroupSeen | undefined;
}

/** The group of each set whose organisation's groups were seen; the controller takes a name in any case. */
function groupsOf({ connections }: GitHubSeen, { config }: Context): GroupOfSet[] {
  return connections.flatMap((connection) => {
    const { runnerGroups: groups } = connection;
    if (!groups) return [];
    return connection.sets.map((set) => {
      const name = config.sets.find(({ args }) => `${args.namespace}/${args.name}` === set)?.args.runnerGroup;
      const group = groups.find((each) => (name ? each.name.toLowerCase() === name.toLowerCase() : each.isDefault));
      return { connection, set, name, groups, group };
    });
  });
}
