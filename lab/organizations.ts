import type { OrganizationArgs } from "./github/state";

/** The organisations of the project's stack files, each with the App installed that its file names. */
export const LAB_ORGANIZATIONS: Record<string, OrganizationArgs> = {
  "yldm-tech": { installations: [{ id: 41000001, appId: 123456, appSlug: "yldm-runners" }] },
  "kamify-ai": { installations: [{ id: 41000002, appId: 123456, appSlug: "yldm-runners" }] },
  "everyapi-ai": { installations: [{ id: 41000003, appId: 123456, appSlug: "yldm-runners" }] },
  "local-org": { installations: [{ id: 41000004, appId: 1001, appSlug: "arc-local" }] },
};
