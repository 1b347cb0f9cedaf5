import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";

/** The permission that an organisation must have granted for its runners to register. */
const RUNNER_PERMISSION = "organization_self_hosted_runners";

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
  appId?: string;
  appSlug?: string;
  /** Organisation that owns the App. */
  owner?: string;
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
    throw new Error(
      `The ${app} is not installed on the organisation ${query.org}. Installed there: ${others || "no App"}. ` +
        `Install it (${settingsOf(query)} → Install App → ${query.org}), or correct arc:githubApp.`,
    );
  }
  if (found.suspended) {
    throw new Error(
      `The installation ${found.id} of the ${app} on ${query.org} is suspended. ` +
        `An owner of ${query.org} can unsuspend it: Settings → GitHub Apps → Configure.`,
    );
  }
  const granted = found.permissions[RUNNER_PERMISSION];
  if (granted !== "write") {
    throw new Error(
      `The installation ${found.id} of the ${app} on ${query.org} lacks the permission ${RUNNER_PERMISSION}: write ` +
        `(it has: ${granted ?? "none"}). Set "Self-hosted runners: Read and write" under ${settingsOf(query)} → Permissions → Organization, ` +
        `then accept the request in ${query.org}.`,
    );
  }
  return String(found.id);
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

function settingsOf({ owner, appSlug }: InstallationQuery): string {
  if (!owner) return "the App's settings";
  return `https://github.com/organizations/${owner}/settings/apps${appSlug ? `/${appSlug}` : ""}`;
}

function describeApp(query: InstallationQuery): string {
  const slug = query.appSlug ? ` ${query.appSlug}` : "";
  return query.appId ? `GitHub App${slug} (id ${query.appId})` : `GitHub App${slug}`;
}
