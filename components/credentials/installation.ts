import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";

/** What must be granted for runners to register (docs.github.com, "Authenticating ARC to the GitHub API"). */
const PERMISSIONS = {
  organization: {
    name: "organization_self_hosted_runners",
    setting: '"Self-hosted runners: Read and write"',
    group: "Organization",
  },
  repository: { name: "administration", setting: '"Administration: Read and write"', group: "Repository" },
} as const;

/** A GitHub App's installation as GitHub lists it for an organisation. */
export interface AppInstallation {
  id: number;
  appId: number;
  clientId: string;
  appSlug: string;
  suspended: boolean;
  permissions: Record<string, string>;
}

/** Which App is looked for in which organisation: by App id or client id, by slug, or by both. */
export interface InstallationQuery {
  org: string;
  /** The repository of the organisation that runners are for. @default - the organisation itself */
  repository?: string;
  appId?: string;
  appSlug?: string;
  /** Organisation that owns the App. */
  owner?: string;
  /** Where GitHub's pages are. @default https://github.com */
  pages?: string;
}

/**
 * The id of the App's installation in the organisation.
 *
 * @throws {Error} when the App is not installed there, is suspended, or may not manage self-hosted runners.
 */
export function selectInstallation(installations: AppInstallation[], query: InstallationQuery): string {
  const app = describeApp(query);
  const found = installations.find((installation) => matches(installation, query));
  if (!found) {
    const others = installations.map((installation) => `${installation.appSlug} (${installation.appId})`).join(", ");
    throw new Error(notInstalled(query, `Installed there: ${others || "no App"}`, "correct arc:githubApp"));
  }
  if (found.suspended) {
    throw new Error(
      `The installation ${found.id} of the ${app} on ${query.org} is suspended. ` +
        `An owner of ${query.org} can unsuspend it: Settings → GitHub Apps → Configure.`,
    );
  }
  const { name, setting, group } = PERMISSIONS[query.repository ? "repository" : "organization"];
  const granted = found.permissions[name];
  if (granted !== "write") {
    throw new Error(
      `The installation ${found.id} of the ${app} on ${query.org} lacks the permission ${name}: write ` +
        `(it has: ${granted ?? "none"}). Set ${setting} under ${settingsOf(query)} → Permissions → ${group}, ` +
        `then accept the request in ${query.org}.`,
    );
  }
  return String(found.id);
}

/** That the App is not there, what is known besides, and what to do. */
export function notInstalled(query: InstallationQuery, known: string, orElse: string): string {
  const { org, repository } = query;
  const place = repository ? `the repository ${org}/${repository}` : `the organisation ${org}`;
  return (
    `The ${describeApp(query)} is not installed on ${place}. ${known}. ` +
    `Install it (${settingsOf(query)} → Install App → ${org}), or ${orElse}${orElse.endsWith("?") ? "" : "."}`
  );
}

/** Asks GitHub for the App's installation in the organisation, with the GitHub provider of `opts`. */
export function lookUpInstallation(query: InstallationQuery, opts: pulumi.InvokeOutputOptions): pulumi.Output<string> {
  return github.getOrganizationAppInstallationsOutput(opts).installations.apply((installations) => {
    try {
      return selectInstallation(installations, query);
    } catch (error) {
      // A RunError is shown as one clear message; any other error as a crash with a stack.
      throw new pulumi.RunError((error as Error).message);
    }
  });
}

function matches(installation: AppInstallation, query: InstallationQuery): boolean {
  if (query.appId !== undefined && ![String(installation.appId), installation.clientId].includes(query.appId))
    return false;
  if (query.appSlug !== undefined && installation.appSlug !== query.appSlug) return false;
  return query.appId !== undefined || query.appSlug !== undefined;
}

function settingsOf({ owner, appSlug, pages = "https://github.com" }: InstallationQuery): string {
  if (!owner) return "the App's settings";
  return `${pages}/organizations/${owner}/settings/apps${appSlug ? `/${appSlug}` : ""}`;
}

/** The App in words, by what is known of it. */
export function describeApp(query: InstallationQuery): string {
  const slug = query.appSlug ? ` ${query.appSlug}` : "";
  return query.appId ? `GitHub App${slug} (id ${query.appId})` : `GitHub App${slug}`;
}
