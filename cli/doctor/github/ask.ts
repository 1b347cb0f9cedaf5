import type { Intended } from "../context";
import type { Seen } from "../observation";
import type { GitHubSeen } from "./seen";

/** Asks GitHub, with GITHUB_TOKEN, what it knows of the stack's organisations. */
export async function askGitHub(_intent: Intended): Promise<Seen<GitHubSeen>> {
  return { unknown: "GITHUB_TOKEN is not set" };
}
