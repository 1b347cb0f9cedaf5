import { embeddedCrds } from "../../../components/controller/embedded-crds";
import { CRD_FILES, crdUrl, NEWEST_VERSION } from "../../../components/controller/releases";
import { minorOf } from "../../../components/controller/version-fence";
import { counted } from "../../terminal";
import { type CrdDifferences, crdDifferences } from "../crd-differences";
import type { Crd } from "../objects";
import type { Context } from "../observation";
import { Harm, rule } from "../rule";

const NAMES = CRD_FILES.map((plural) => `${plural}.actions.github.com`);
/** As many tell what is the matter. */
const FIELDS_SHOWN = 5;

export const missing = rule({
  id: "crd/missing",
  harm: Harm.Stops,
  cause: "the API server does not know the kind, and the controller cannot work without any of the four",
  needs: ["crds"],
  quietAfter: ["controller/missing"],
  find: ({ crds }, context) => {
    const absent = NAMES.filter((name) => !crds.some(({ metadata }) => metadata.name === name));
    if (!absent.length) return [];
    return [
      {
        what: `${counted(absent.length, "CRD")} of ARC's four ${absent.length === 1 ? "is" : "are"} not in the cluster`,
        evidence: absent.map((name) => `there is no CustomResourceDefinition ${name}`),
        fix: renewed(context, absent),
      },
    ];
  },
});

export const deleting = rule({
  id: "crd/deleting",
  harm: Harm.Loses,
  cause: "somebody deleted the CRD, and the API server deletes all objects of the kind with it",
  needs: ["crds"],
  find: ({ crds }, context) =>
    crds
      .filter(({ metadata }) => metadata.deletionTimestamp)
      .map(({ metadata, spec, status }) => ({
        what: `every ${spec.names.kind} of the cluster is being deleted, with its CRD`,
        evidence: [
          `${metadata.name}: deletionTimestamp ${metadata.deletionTimestamp}`,
          ...(status?.conditions ?? [])
            .filter(({ type, status: is }) => type === "Terminating" && is === "True")
            .map(({ message }) => message ?? "Terminating"),
        ],
        fix: ["# a deletion cannot be stopped; when the CRD is gone:", ...renewed(context, [metadata.name])],
      })),
});

export const outdated = rule({
  id: "crd/outdated",
  harm: Harm.Slows,
  cause:
    "the CRDs are of an older release: the API server drops what the controller writes to fields that they do not have",
  needs: ["crds", "expectedCrds"],
  quietAfter: ["crd/deleting"],
  find: ({ crds, expectedCrds }, context) => {
    const different = compared(crds, expectedCrds, context).filter(({ missing: fields }) => fields.length);
    if (!different.length) return [];
    const names = different.map(({ name }) => name);
    return [
      {
        what: `${counted(different.length, "CRD")} ${different.length === 1 ? "lacks" : "lack"} fields that the stack's release has: ${names.join(", ")}`,
        evidence: different.map(({ name, missing: fields }) => `${name} lacks ${listed(fields)}`),
        fix: renewed(context, names),
      },
    ];
  },
});

export const different = rule({
  id: "crd/different",
  harm: Harm.Risk,
  cause: "the CRDs are of a newer release, or somebody edited them",
  needs: ["crds", "expectedCrds"],
  quietAfter: ["crd/deleting", "crd/outdated"],
  find: ({ crds, expectedCrds }, context) => {
    const found = compared(crds, expectedCrds, context).filter(({ changed, extra }) => changed.length || extra.length);
    if (!found.length) return [];
    const names = found.map(({ name }) => name);
    return [
      {
        what: `${counted(found.length, "CRD")} ${found.length === 1 ? "is" : "are"} not as the stack installs: ${names.join(", ")}`,
        evidence: found.flatMap(({ name, changed, extra }) => [
          ...(changed.length ? [`${name}: other rules for ${listed(changed)}`] : []),
          ...(extra.length ? [`${name} also has ${listed(extra)}`] : []),
        ]),
        fix: renewed(context, names),
      },
    ];
  },
});

function compared(crds: Crd[], expected: Crd[], context: Context): (CrdDifferences & { name: string })[] {
  const known = expected.length ? expected : ofRelease(context);
  return known.flatMap((crd) => {
    const { name } = crd.metadata;
    const live = crds.find(({ metadata }) => metadata.name === name);
    return live ? [{ name, ...crdDifferences(crd, live) }] : [];
  });
}

/** Where somebody else installs the CRDs, they are compared with our own of that minor version, if we have them. */
function ofRelease({ config }: Context): Crd[] {
  const isKnown = minorOf(config.settings.controller.version) === minorOf(NEWEST_VERSION);
  return isKnown ? (embeddedCrds() as unknown as Crd[]) : [];
}

/** What brings CRDs to the state that the stack wants; where they are somebody else's, from upstream's files. */
function renewed({ config }: Context, names: string[]): string[] {
  const { crds, version } = config.settings.controller;
  if (crds.source !== "preinstalled") return ["pulumi up --refresh"];
  const files = CRD_FILES.filter((plural) => names.includes(`${plural}.actions.github.com`));
  return files.map((plural) => `kubectl apply --server-side --force-conflicts -f ${crdUrl(version, plural)}`);
}

function listed(fields: string[]): string {
  const more = fields.length - FIELDS_SHOWN;
  return `${fields.slice(0, FIELDS_SHOWN).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
