/** Hosts where GitHub itself runs, besides `*.ghe.com` (`config.go` of actions/scaleset). */
const CLOUD = ["github.com", "www.github.com", "github.localhost"];

/** The host that runners register at, with its port. */
export function hostOf(url: string | undefined): string {
  return url !== undefined && URL.canParse(url) ? new URL(url).host.toLowerCase() : "github.com";
}

/** Whether runners register at GitHub itself; any other host is a GitHub Enterprise Server. */
export function isGitHubCloud(url: string | undefined): boolean {
  const host = hostOf(url).replace(/:\d+$/, "");
  return CLOUD.includes(host) || host.endsWith(".ghe.com");
}
