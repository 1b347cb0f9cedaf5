import type { RunnerImage } from "../stacks/config/runner-image";

/** What the workflow is to do. */
export type Plan = { build: true } | { build: false; because: string };

/** What set the workflow off, as GitHub's variables say. */
export interface Trigger {
  /** GITHUB_EVENT_NAME */
  event: string;
  /** GITHUB_REPOSITORY_OWNER */
  owner: string;
}

/** Whether there is something to build. @param source what would be built: `sourceOf` */
export function planOf({ image, builds }: RunnerImage, source: string, { event, owner }: Trigger): Plan {
  const own = `ghcr.io/${owner.toLowerCase()}/`;
  if (!image.startsWith(own)) {
    return {
      build: false,
      because: `${image} is not of ${own}: name an image of your own in runner-image/version.json`,
    };
  }
  // The pull request of a build changes the Dockerfile too; when it is merged, that has been built.
  if (event === "push" && builds[0]?.source === source) {
    return { build: false, because: `what is here was built on ${builds[0].built} already: ${builds[0].digest}` };
  }
  return { build: true };
}
