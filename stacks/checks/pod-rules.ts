import type { PodContainer, RunnerPodTemplate } from "../../components/runners/pod/spec";
import { quoted } from "../diagnostic";

/** A problem inside a pod template. */
export interface PodProblem {
  /** Path inside the template. */
  at: PropertyKey[];
  message: string;
  allowed: string;
  fix: string;
}

interface Located {
  container: PodContainer;
  at: PropertyKey[];
}

/** Rules that Kubernetes applies beside the schema (`pkg/apis/core/validation`): a pod that breaks one is refused. */
export function podRuleProblems(template: RunnerPodTemplate): PodProblem[] {
  const { spec } = template;
  const containers: Located[] = [
    ...spec.containers.map((container, index) => ({ container, at: ["spec", "containers", index] })),
    ...(spec.initContainers ?? []).map((container, index) => ({ container, at: ["spec", "initContainers", index] })),
  ];
  const volumes = (spec.volumes ?? []).map((volume, index) => ({
    name: String(volume.name),
    at: ["spec", "volumes", index],
  }));
  const names = containers.map(({ container, at }) => ({ name: container.name, at }));
  return [
    ...duplicates(names, "container", "a name for each container, init containers included; runner and dind are taken"),
    ...duplicates(volumes, "volume", "a name for each volume; docker-certs and dind-storage are taken by the sidecar"),
    ...containers.flatMap((located) => mountProblems(located, new Set(volumes.map((volume) => volume.name)))),
    ...containers.filter(({ container }) => !container.image).map(missingImage),
  ];
}

function duplicates(items: { name: string; at: PropertyKey[] }[], what: string, allowed: string): PodProblem[] {
  const seen = new Set<string>();
  return items.flatMap(({ name, at }) => {
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [
      {
        at: [...at, "name"],
        message: `${what} ${quoted(name)} is in the pod twice`,
        allowed,
        fix: `rename the ${what}`,
      },
    ];
  });
}

function mountProblems({ container, at }: Located, volumes: Set<string>): PodProblem[] {
  const paths = new Set<string>();
  return (Array.isArray(container.volumeMounts) ? container.volumeMounts : []).flatMap((mount, index): PodProblem[] => {
    const here = [...at, "volumeMounts", index];
    const repeated = paths.has(mount.mountPath);
    paths.add(mount.mountPath);
    return [
      ...(volumes.has(mount.name)
        ? []
        : [
            {
              at: [...here, "name"],
              message: `container ${container.name} mounts volume ${quoted(mount.name)}, which the pod does not have`,
              allowed: [...volumes].join(", ") || "no volume",
              fix: "add the volume under volumes, or correct the name",
            },
          ]),
      ...(repeated
        ? [
            {
              at: [...here, "mountPath"],
              message: `container ${container.name} mounts ${quoted(mount.mountPath)} twice`,
              allowed: "each path once",
              fix: "remove one of the mounts",
            },
          ]
        : []),
    ];
  });
}

function missingImage({ container, at }: Located): PodProblem {
  return {
    at: [...at, "image"],
    message: `container ${container.name} has no image`,
    allowed: "an image reference",
    fix: "add the image",
  };
}
