import { code, codeCell, markdownTable } from "../ci/markdown";
import type { RunnerImage } from "../stacks/config/runner-image";
import type { ImageChange } from "./stack-images";

/** The text of the pull request that gives a build to the stacks. */
export function pullRequestText(image: RunnerImage, changes: readonly ImageChange[]): string {
  const [build, before] = image.builds;
  if (!build) throw new Error("there is no build to tell of");
  const rows = changes.map(({ file, line, before: old }) => [codeCell(`${file}:${line}`), codeCell(old)]);
  const stacks = rows.length
    ? `Stacks that get it:\n\n${markdownTable(["where", "before"], rows)}`
    : `No stack file names ${code(image.image)}, so no stack changes.`;
  const verify =
    `cosign verify ${image.image}@${build.digest} --certificate-oidc-issuer https://token.actions.githubusercontent.com ` +
    "--certificate-identity-regexp '/\\.github/workflows/build-runner-image\\.yml@'";
  return [
    `A build of the runner image with runner ${build.runner} and the packages of ${build.built}. Its scan found nothing that stops it, and it is signed.`,
    `${code(`${image.image}:${build.runner}@${build.digest}`, 500)}${before ? `, after runner ${before.runner} of ${before.built}` : ""}`,
    stacks,
    `Idle runners of these stacks are made anew when it is deployed; running jobs end on the image that they have.`,
    `The signature: ${code(verify, 1000)}`,
    "",
  ].join("\n\n");
}
