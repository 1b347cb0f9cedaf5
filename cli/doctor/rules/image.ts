import { ageOf, DAYS_TO_UPDATE, RunnerStanding } from "../../../components/runners/runner-releases";
import { moves } from "../../../stacks/checks/images";
import { counted } from "../../terminal";
import { concerned, isDeleting, isWanted } from "../members";
import { nameOf, type Node, type RunnerSet } from "../objects";
import type { Context } from "../observation";
import { type Found, Harm, rule } from "../rule";
import type { RunnerVersion } from "../runner-versions";
import { few, groupedBy, type SetPod, setPodsOf, statusesOf } from "../runners";

export const deprecated = rule({
  id: "image/deprecated",
  harm: Harm.Stops,
  cause:
    "GitHub gives no jobs to a runner that is too far behind; the runner then ends with exit code 7, and the controller " +
    "removes the listener and the scale set (phase Outdated)",
  issue: "docs.github.com/en/actions/reference/runners/self-hosted-runners",
  needs: ["runnerSets", "runnerVersions"],
  find: ({ runnerSets, runnerVersions }, context) =>
    versioned(runnerSets, runnerVersions, context).flatMap(({ set, image, support }): Found[] => {
      const { version, endsAt, isForgotten, successor } = support;
      if (ageOf(support, context.now).standing !== RunnerStanding.Ended) return [];
      return [
        {
          set,
          what: `GitHub takes no runner ${version} any more, and ${set} has it`,
          evidence: [
            `image ${image}`,
            isForgotten
              ? `${version} is older than ${successor?.version}`
              : `GitHub stopped ${version} on ${endsAt?.slice(0, 10)}`,
          ],
          fix: newImage(set),
        },
      ];
    }),
});

export const outdated = rule({
  id: "image/outdated",
  harm: Harm.Risk,
  cause:
    "GitHub stops giving jobs to a runner some time after its successor is there, and promises no more than " +
    `${DAYS_TO_UPDATE} days; runners of ARC do not update themselves`,
  issue: "docs.github.com/en/actions/reference/runners/self-hosted-runners",
  needs: ["runnerSets", "runnerVersions"],
  find: ({ runnerSets, runnerVersions }, context) =>
    versioned(runnerSets, runnerVersions, context).flatMap(({ set, image, support }): Found[] => {
      const { version, successor } = support;
      const when = nearEnd(support, context.now);
      if (!when) return [];
      return [
        {
          set,
          what: `The runner ${version} of ${set} is behind: ${when}`,
          evidence: [`image ${image}`, `${successor!.version} was published on ${successor!.published}`],
          fix: newImage(set),
        },
      ];
    }),
});

function newImage(set: string): string[] {
  return [`# build or choose an image with a newer runner for ${set} (arc:runner.image), then:`, "pulumi up"];
}

/** Why it is time to act; undefined while there is enough of it. */
function nearEnd(support: RunnerVersion["support"], now: Date): string | undefined {
  const { standing, daysLeft, daysBehind } = ageOf(support, now);
  if (standing === RunnerStanding.Good || standing === RunnerStanding.Ended) return undefined;
  if (daysLeft !== undefined) {
    return `GitHub stops it on ${support.endsAt?.slice(0, 10)}, in ${counted(daysLeft, "day")}`;
  }
  const left = DAYS_TO_UPDATE - daysBehind!;
  const then = left > 0 ? `GitHub may stop it in ${counted(left, "day")}` : "GitHub may stop it any day";
  return `its successor is there for ${counted(daysBehind!, "day")}, and ${then}`;
}

/** Sets that GitHub has already turned away tell it themselves (`set/outdated`). */
function versioned(sets: RunnerSet[], versions: Map<string, RunnerVersion>, context: Context) {
  return concerned(sets, context)
    .filter(isWanted)
    .flatMap((set) => {
      const version = versions.get(nameOf(set));
      return version ? [{ set: nameOf(set), ...version }] : [];
    });
}

export const unpinned = rule({
  id: "image/unpinned",
  harm: Harm.Risk,
  cause:
    "such a tag can become another image at any time, and a node may keep an old copy of it, whose runner GitHub " +
    "turns away one day",
  needs: ["runnerSets"],
  quietAfter: ["image/moved"],
  find: ({ runnerSets }, context) =>
    concerned(runnerSets, context)
      .filter((set) => !isDeleting(set))
      .flatMap((set): Found[] => {
        const { initContainers = [], containers = [] } = set.spec.template?.spec ?? {};
        const images = [...initContainers, ...containers].flatMap(({ image }) =>
          image && moves(image) ? [image] : [],
        );
        const distinct = [...new Set(images)];
        if (!distinct.length) return [];
        const those = distinct.length === 1 ? "an image that names" : "images that name";
        return [
          {
            set: nameOf(set),
            what: `${nameOf(set)} uses ${those} no version: ${distinct.join(", ")}`,
            evidence: distinct.map((image) => `image ${image}`),
            fix: ["# name a version or a digest (arc:runner.image, arc:runner.docker.image), then:", "pulumi up"],
          },
        ];
      }),
});

export const moved = rule({
  id: "image/moved",
  harm: Harm.Risk,
  cause:
    "somebody pushed another image under the same tag: which one a job gets depends on its node and on when its " +
    "runner was made",
  needs: ["ephemeralRunners", "pods"],
  uses: ["nodes"],
  find: ({ nodes = [], ...seen }) => {
    const copies = setPodsOf(seen)
      .filter(({ isOfJob }) => !isOfJob)
      .flatMap((each) => copiesOf(each, nodes));
    return groupedBy(copies, ({ set, image, platform }) => `${set} ${image} ${platform}`).flatMap(
      ([, those]): Found[] => {
        const byDigest = groupedBy(those, ({ digest }) => digest);
        const { set, image } = those[0]!;
        if (byDigest.length < 2) return [];
        return [
          {
            set,
            what: `Runners of ${set} have different images under the name ${image}`,
            evidence: byDigest.map(([digest, pods]) => `${digest}: ${few([...new Set(pods.map(({ pod }) => pod))])}`),
            fix: ["# pin the image by its digest (arc:runner.image, arc:runner.docker.image), then:", "pulumi up"],
          },
        ];
      },
    );
  },
});

interface Copy {
  set: string;
  pod: string;
  image: string;
  digest: string;
  /** An image for several processors may have a digest for each; the node itself where its processor is not known. */
  platform: string;
}

/** What of each image the pod has; an id without a repository is a local build's, and says nothing. */
function copiesOf({ set, pod }: SetPod, nodes: Node[]): Copy[] {
  const { initContainers = [], containers = [], nodeName = "" } = pod.spec;
  const imageOf = new Map([...initContainers, ...containers].map(({ name, image }) => [name, image]));
  const node = nodes.find(({ metadata }) => metadata.name === nodeName);
  const platform = node?.status?.nodeInfo?.architecture || nodeName;
  return statusesOf(pod).flatMap(({ name, imageID = "" }) => {
    const image = imageOf.get(name);
    const digest = /@(sha256:[0-9a-f]{64})$/.exec(imageID)?.[1];
    return image && digest ? [{ set, pod: pod.metadata.name, image, digest, platform }] : [];
  });
}
