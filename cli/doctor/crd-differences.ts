import { canonicalJson } from "../../components/digest";
import { compactCrd, type CrdManifest } from "../../components/controller/crds";
import type { Crd } from "./objects";

/** How a CRD in the cluster differs from the one that should be there; each path of a field. */
export interface CrdDifferences {
  /** The API server drops what is written to them. */
  missing: string[];
  /** Of another type, or with other limits. */
  changed: string[];
  /** Nobody asked for them. */
  extra: string[];
}

interface Schema {
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema | boolean;
  "x-kubernetes-preserve-unknown-fields"?: boolean;
  required?: string[];
  [keyword: string]: unknown;
}

/**
 * Compares two CRDs without descriptions and with pod specs left open, as the compact ones are: those of another
 * Kubernetes release are no difference, nor is a part that either side leaves open.
 */
export function crdDifferences(expected: Crd, live: Crd): CrdDifferences {
  const found: CrdDifferences = { missing: [], changed: [], extra: [] };
  const [wanted, there] = [expected, live].map(schemas) as [Map<string, Schema>, Map<string, Schema>];
  for (const [version, schema] of wanted) {
    const own = there.get(version);
    if (own) compare(schema, own, "", found);
    else found.missing.push(version);
  }
  return found;
}

function schemas(crd: Crd): Map<string, Schema> {
  const { versions } = compactCrd(crd as unknown as CrdManifest).spec as unknown as Crd["spec"];
  const served = versions.filter(({ served = true }) => served);
  return new Map(served.map(({ name, schema }) => [name, (schema?.openAPIV3Schema ?? {}) as Schema]));
}

function compare(expected: Schema, live: Schema, at: string, found: CrdDifferences): void {
  if ([expected, live].some((schema) => schema["x-kubernetes-preserve-unknown-fields"])) return;
  if (canonicalJson(own(expected)) !== canonicalJson(own(live))) found.changed.push(at || ".");
  const [wanted, there] = [children(expected), children(live)];
  for (const [step, schema] of wanted) {
    const other = there.get(step);
    if (other) compare(schema, other, at + step, found);
    else found.missing.push(at + step);
  }
  for (const step of there.keys()) if (!wanted.has(step)) found.extra.push(at + step);
}

/** What a schema says of a value itself. */
function own({ properties: _properties, items: _items, additionalProperties, required, ...rest }: Schema): object {
  return {
    ...rest,
    ...(typeof additionalProperties === "boolean" ? { additionalProperties } : {}),
    ...(required?.length ? { required: [...required].sort() } : {}),
  };
}

/** What is below a value: `.name` of an object's field, `[]` of a list, `{}` of a map. */
function children({ properties = {}, items, additionalProperties }: Schema): Map<string, Schema> {
  return new Map([
    ...Object.entries(properties).map(([name, schema]): [string, Schema] => [`.${name}`, schema]),
    ...(items ? [["[]", items] as [string, Schema]] : []),
    ...(typeof additionalProperties === "object" ? [["{}", additionalProperties] as [string, Schema]] : []),
  ]);
}
