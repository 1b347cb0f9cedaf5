import { containersOf } from "../kubernetes";
import { type Rule, Scope, violation } from "../rule";
import { textAt } from "../subject";

export interface ImagePinnedConfig {
  trusted: string[];
}

const DIGEST = /@sha256:[0-9a-f]{64}$/;

/** A tag is a name that its owner can give to another image; a digest is the image. */
export const imagePinned: Rule<ImagePinnedConfig> = {
  name: "image-pinned",
  description: "Images are pinned by digest.",
  level: "advisory",
  severity: "medium",
  fix: "Name the image with its digest, <image>:<tag>@sha256:<digest>; `docker buildx imagetools inspect <image>` prints it.",
  scope: Scope.Resource,
  options: {
    trusted: {
      description: "Images, or registries and folders of images, whose tags never move; they may be named by tag.",
      default: [],
    },
  },
  violations: (resources, { trusted }) =>
    resources.flatMap((resource) =>
      containersOf(resource).flatMap(({ path, container }) => {
        const image = textAt(container, "image");
        if (!image || DIGEST.test(image) || trusted.some((prefix) => isOf(prefix, image))) return [];
        return [violation(resource, `${path}.image is ${image}, which can become another image at any time`)];
      }),
    ),
};

/** Whether an image is the one of a name, or lies in the registry or folder of that name. */
function isOf(prefix: string, image: string): boolean {
  const rest = image.startsWith(prefix) ? image.slice(prefix.length) : undefined;
  return rest !== undefined && (prefix.endsWith("/") || /^([:@/]|$)/.test(rest));
}
