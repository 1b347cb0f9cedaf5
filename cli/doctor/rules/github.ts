import { writesToVault } from "../../../components/platform/secret-store";
import { mendCommands } from "../credential-commands";
import { scopeOf } from "../../../stacks/github-place";
import type { ConnectionSeen, GitHubSeen, InstallationSeen } from "../github/seen";
import type { Context } from "../observation";
import { keyOfReference, secretUses, soleSet } from "../references";
import { type Found, Harm, rule } from "../rule";
import { few } from "../runners";

const PERMISSIONS_PAGE =
  "https://docs.github.com/en/actions/how-tos/manage-runners/use-actions-runner-controller/authenticate-to-the-api";

export const credentialsRefused = rule({
  id: "github/credentials-refused",
  harm: Harm.Stops,
  cause: "the key or token was revoked or has expired, or the key is not that of the App whose id stands beside it",
  needs: ["github"],
  find: ({ github }, context) =>
    github.connections.flatMap((connection): Found[] => {
      const { credentials, secrets, sets } = connection;
      if (!credentials || !("refused" in credentials)) return [];
      const use = secretUses(context).find((each) => keyOfReference(each) === secrets[0]);
      return [
        {
          ...soleSet(sets),
          what: `GitHub refuses the credentials in the Secret ${few(secrets)}`,
          evidence: [credentials.refused, `for ${connection.url}`],
          fix: use ? mendCommands(use, context) : [],
        },
      ];
    }),
});

export const notInstalled = rule({
  id: "github/not-installed",
  harm: Harm.Stops,
  cause: "the App is not installed on the organisation, was uninstalled, or installationId is that of another App",
  issue: "actions/actions-runner-controller#3615",
  needs: ["github"],
  find: ({ github }) =>
    github.connections.flatMap((connection): Found[] => {
      const { credentials, org, sets, url } = connection;
      if (!credentials || !("notInstalled" in credentials)) return [];
      return [
        {
          ...soleSet(sets),
          what: `the App is not installed on ${org}`,
          evidence: [credentials.notInstalled, `for ${url}`],
          fix: [
            `# install it, or copy the id at the end of ${installationsPage(connection)} → Configure to installationId, then:`,
            "pulumi up",
          ],
        },
      ];
    }),
});

export const suspended = rule({
  id: "github/suspended",
  harm: Harm.Stops,
  cause: "an owner of the organisation has suspended the App's installation: GitHub gives it no tokens",
  needs: ["github"],
  find: ({ github }) =>
    installationsOf(github).flatMap(([connection, { id, suspended: isSuspended }]): Found[] =>
      isSuspended
        ? [
            {
              ...soleSet(connection.sets),
              what: `the App's installation ${id} on ${connection.org} is suspended`,
              evidence: [`installation ${id}: suspended_at is set`],
              fix: [`# an owner of ${connection.org}: ${installationsPage(connection)}/${id} → Unsuspend`],
            },
          ]
        : [],
    ),
});

export const otherOrganization = rule({
  id: "github/other-organization",
  harm: Harm.Stops,
  cause: "the installation id is that of another organisation: its tokens open nothing here, and GitHub answers 404",
  issue: "actions/actions-runner-controller#3615",
  needs: ["github"],
  find: ({ github }, context) =>
    installationsOf(github)
      .filter(([connection, installation]) => !isOwn(connection, installation))
      .map(([connection, { id, account }]): Found => ({
        ...soleSet(connection.sets),
        what: `the installation ${id} is on ${account}, not on ${scopeOf(connection.url).owner}`,
        evidence: [`installation ${id}: account ${account}`, `the sets register at ${connection.url}`],
        fix: [
          `# copy the id at the end of ${installationsPage(connection)} → Configure to installationId, then:`,
          ...(writesToVault(context.config.settings) ? ["pulumi up"] : []),
          ...usesOf(connection, context).flatMap((use) => mendCommands(use, context).slice(-1)),
        ],
      })),
});

export const permission = rule({
  id: "github/permission",
  harm: Harm.Stops,
  cause:
    "without it GitHub neither registers runners nor tells of jobs; after a change of the App's permissions each organisation has to accept it",
  issue: PERMISSIONS_PAGE,
  needs: ["github"],
  find: ({ github }) =>
    installationsOf(github)
      .filter(([connection, installation]) => isOwn(connection, installation))
      .flatMap(([connection, { id, permissions }]): Found[] => {
        const wanted = PERMISSIONS[scopeOf(connection.url).kind];
        if (!wanted || permissions[wanted.name] === "write") return [];
        return [
          {
            ...soleSet(connection.sets),
            what: `the App's installation ${id} on ${connection.org} lacks the permission ${wanted.name}: write`,
            evidence: [`${wanted.name}: ${permissions[wanted.name] ?? "not granted"}`],
            fix: [
              `# the App's settings → Permissions → ${wanted.place}: Read and write; then accept it in ${connection.org}:`,
              `# ${installationsPage(connection)}/${id}`,
            ],
          },
        ];
      }),
});

/** What an App needs for the runners of an organisation, or of a repository (facts 7.13); for an enterprise there is none. */
const PERMISSIONS: Record<string, { name: string; place: string } | undefined> = {
  organization: { name: "organization_self_hosted_runners", place: "Organization → Self-hosted runners" },
  repository: { name: "administration", place: "Repository → Administration" },
};

function installationsOf({ connections }: GitHubSeen): [ConnectionSeen, InstallationSeen][] {
  return connections.flatMap((connection) => {
    const { credentials } = connection;
    return credentials && "installation" in credentials ? [[connection, credentials.installation]] : [];
  });
}

function isOwn({ url }: ConnectionSeen, { account }: InstallationSeen): boolean {
  const { kind, owner } = scopeOf(url);
  return kind === "enterprise" || account.toLowerCase() === owner.toLowerCase();
}

function usesOf({ secrets }: ConnectionSeen, context: Context) {
  return secretUses(context).filter((use) => secrets.includes(keyOfReference(use)));
}

/** Where an organisation's owner sees its Apps. */
function installationsPage({ url }: ConnectionSeen): string {
  return `${new URL(url).origin}/organizations/${scopeOf(url).owner}/settings/installations`;
}
