import { EditEffect, editEffect, type SetInputs } from "../../components/runners/edit-effect";
import { VERSION_LABEL } from "../../components/labels";
import { applied, comparable } from "./applied";
import type { LiveObject } from "../live-object";
import { inputsOf, objectKey } from "./planned";
import type { Match, Survey } from "./survey";

/** Something to settle before the import: the first `pulumi up` would lose something. */
export interface Obstacle {
  object: string;
  message: string;
  fix: string;
}

type Json = Record<string, unknown>;

/** Everything that stands in the way. */
export function obstacles(found: Survey, version: string): Obstacle[] {
  return [
    ...found.matches.flatMap((match) => [...beingDeleted(match), ...otherIdentity(match)]),
    ...otherVersion(found.matches, version),
    ...otherControllers(found),
    ...twins(found),
  ];
}

function beingDeleted({ live }: Match): Obstacle[] {
  if (!(live.metadata as Json).deletionTimestamp) return [];
  const waiting = live.metadata.finalizers?.join(", ") || "nothing";
  return [
    {
      object: nameOf(live),
      message: `is being deleted and waits for: ${waiting}`,
      fix: "let the deletion end, then run this again; the first pulumi up makes the object anew",
    },
  ];
}

/** What names a set on GitHub cannot be edited in place: the listener's name follows from it (facts of 0.14, `scaleSetListenerName`). */
function otherIdentity({ planned, live, defaulted }: Match): Obstacle[] {
  if (planned.kind !== "AutoscalingRunnerSet") return [];
  const before = comparable(live) as { spec?: Json };
  const after = applied(live, inputsOf(planned, live), defaulted) as { spec?: Json };
  const { effect, fields } = editEffect(before as SetInputs, after as SetInputs);
  if (effect !== EditEffect.SetReregistered) return [];
  return fields.map((field) => {
    const key = field.split(/[.[]/)[1]!;
    const now = before.spec?.[key];
    return {
      object: nameOf(live),
      message: `has ${field} ${shown(now)}, the stack file makes it ${shown(after.spec?.[key])}: GitHub would know another set`,
      fix:
        now === undefined
          ? `take ${stackKey(key)} out of the stack file; change it after adoption`
          : `set ${stackKey(key)} to ${shown(now)} in the stack file; change it after adoption`,
    };
  });
}

/** How the stack file calls a field of the spec. */
function stackKey(field: string): string {
  const names: Record<string, string> = {
    githubConfigUrl: "the organisation's url",
    runnerScaleSetLabels: "the set's labels",
  };
  return names[field] ?? `the set's ${field}`;
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}

/** A controller deletes sets of another minor version: the version is changed after adoption, with its fence. */
function otherVersion(matches: Match[], version: string): Obstacle[] {
  const minor = (text: string) => text.split(".").slice(0, 2).join(".");
  return matches.flatMap(({ live }) => {
    const label = live.metadata.labels?.[VERSION_LABEL];
    const has = live.kind === "Deployment" ? (imageTag(live) ?? label) : label;
    if (!["Deployment", "AutoscalingRunnerSet"].includes(live.kind) || !has || minor(has) === minor(version)) return [];
    return [
      {
        object: nameOf(live),
        message: `is of ARC ${has}, the stack file says ${version}: adoption is no upgrade`,
        fix: `set arc:controller.version to ${has}, adopt, and upgrade afterwards (docs/upgrading.md)`,
      },
    ];
  });
}

interface PodOwner {
  spec?: { template?: { spec?: { containers?: { name: string; image?: string }[] } } };
}

function imageTag(deployment: LiveObject): string | undefined {
  const containers = (deployment as PodOwner).spec?.template?.spec?.containers ?? [];
  const image = containers.find(({ name }) => name === "manager")?.image;
  return /:(\d+\.\d+\.\d+)(@|$)/.exec(image ?? "")?.[1];
}

/** Two controllers that serve the same namespaces delete and make the same listeners in turn. */
function otherControllers({ others }: Survey): Obstacle[] {
  return others
    .filter(
      ({ kind, metadata }) =>
        kind === "Deployment" && metadata.labels?.["app.kubernetes.io/part-of"] === "gha-rs-controller",
    )
    .filter(({ metadata }) => !metadata.labels?.["actions.github.com/controller-watch-single-namespace"])
    .map((live) => ({
      object: nameOf(live),
      message: "is another controller of all namespaces; the stack would start a second one beside it",
      fix: `set arc:controller.fullname to ${live.metadata.name} and arc:controller.namespace to ${live.metadata.namespace}, or remove that controller once the stack's runs`,
    }));
}

/** Sets that the stack makes under another name than the one that serves GitHub now. */
function twins({ missing, others }: Survey): Obstacle[] {
  const live = others.filter(({ kind }) => kind === "AutoscalingRunnerSet");
  return missing
    .filter(({ kind }) => kind === "AutoscalingRunnerSet")
    .flatMap(({ kind, namespace, name, resource }) => {
      const wanted = scaleSet(name, resource.inputs);
      const twin = live.find((each) => scaleSet(each.metadata.name, each) === wanted);
      if (!twin) return [];
      return [
        {
          object: objectKey(kind, namespace, name),
          message: `would be a second set of what ${nameOf(twin)} is on GitHub: both would fight for its jobs`,
          fix: `give the set the name ${twin.metadata.name} and the namespace ${twin.metadata.namespace} in the stack file`,
        },
      ];
    });
}

/** What GitHub knows a set by. */
function scaleSet(name: string, object: Json): string {
  const { githubConfigUrl = "", runnerScaleSetName } = (object.spec ?? {}) as Record<string, string>;
  return `${githubConfigUrl.replace(/\/$/, "").toLowerCase()} ${runnerScaleSetName || name}`;
}

function nameOf({ kind, metadata }: LiveObject): string {
  return objectKey(kind, metadata.namespace, metadata.name);
}
