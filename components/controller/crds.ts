import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as yaml from "yaml";
import { childOptions } from "../options";
import { CRD_FILES } from "./releases";

/** The metadata of a {@link CrdManifest}. */
export interface CrdMetadata {
  /** `<plural>.<group>`. */
  name: string;
  /** Annotations. @default - none */
  annotations?: Record<string, string>;
}

/** A CustomResourceDefinition, reduced to what is applied: no labels, no `status`, nothing that a server adds. */
export interface CrdManifest {
  /** `apiextensions.k8s.io/v1`. */
  apiVersion: string;
  /** `CustomResourceDefinition`. */
  kind: string;
  /** Its name, `<plural>.<group>`, and its annotations. */
  metadata: CrdMetadata;
  /** Group, names, scope and versions, as in Kubernetes. */
  spec: Record<string, unknown>;
}

type Fields = Record<string, unknown>;

const CRD_API_VERSION = "apiextensions.k8s.io/v1";
const CRD_NAMES = CRD_FILES.map((plural) => `${plural}.actions.github.com`);

/**
 * The same CRD without schema descriptions and with every pod spec collapsed to an object that keeps unknown fields:
 * the official four shrink from 1.5 MB to 18 kB, all of which every preview carries through engine and state.
 * A pod spec is still checked when the controller makes the pod.
 */
export function compactCrd(crd: CrdManifest): CrdManifest {
  const versions = crd.spec.versions;
  if (!Array.isArray(versions)) return crd;
  return { ...crd, spec: { ...crd.spec, versions: versions.map(compactVersion) } };
}

function compactVersion(version: unknown): unknown {
  if (!isFields(version) || !isFields(version.schema)) return version;
  const openAPIV3Schema = compactSchema(version.schema.openAPIV3Schema);
  return { ...version, schema: { ...version.schema, openAPIV3Schema } };
}

function compactSchema(schema: unknown): unknown {
  if (!isFields(schema)) return schema;
  if (isPodSpec(schema)) return { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  const kept = Object.entries(schema).filter(([keyword]) => keyword !== "description");
  return Object.fromEntries(kept.map(([keyword, value]) => [keyword, compactKeyword(keyword, value)]));
}

/** Only keywords that hold schemas are entered: below `properties` or `default` a "description" is the user's own name. */
function compactKeyword(keyword: string, value: unknown): unknown {
  switch (keyword) {
    case "properties":
      return isFields(value)
        ? Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, compactSchema(schema)]))
        : value;
    case "items":
    case "additionalProperties":
    case "not":
      return compactSchema(value);
    case "allOf":
    case "anyOf":
    case "oneOf":
      return Array.isArray(value) ? value.map(compactSchema) : value;
    default:
      return value;
  }
}

function isPodSpec(schema: Fields): boolean {
  const { properties } = schema;
  return isFields(properties) && "containers" in properties && "volumes" in properties;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The ARC CRDs in a YAML stream or JSON text, and what is wrong with its other documents. */
export function readCrds(text: string): { crds: CrdManifest[]; problems: string[] } {
  const crds: CrdManifest[] = [];
  const problems: string[] = [];
  try {
    const documents = parseDocuments(text);
    if (documents.length === 0) problems.push("is empty");
    for (const document of documents) {
      const problem = crdProblem(document);
      if (problem) problems.push(problem);
      else crds.push(toManifest(document as CrdManifest));
    }
  } catch (error) {
    problems.push(`is neither YAML nor JSON: ${firstLine((error as Error).message)}`);
  }
  return { crds, problems };
}

/**
 * The ARC CRDs in texts of YAML or JSON, in the order given.
 * @throws Error that names every text which holds anything but ARC CRDs, and every CRD that comes twice.
 */
export function parseCrds(texts: string[]): CrdManifest[] {
  const read = texts.map(readCrds);
  const crds = read.flatMap((entry) => entry.crds);
  const problems = read.flatMap((entry, index) => entry.problems.map((problem) => `manifests[${index}] ${problem}`));
  for (const name of CRD_NAMES) {
    const times = crds.filter((crd) => crd.metadata.name === name).length;
    if (times > 1) problems.push(`manifests hold ${name} ${times} times; give it once`);
  }
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return crds;
}

function parseDocuments(text: string): unknown[] {
  const json = parseJson(text);
  if (json !== undefined) return [json];
  return yaml.parseAllDocuments(text).flatMap((document) => {
    const error = document.errors[0];
    if (error) throw error;
    const value: unknown = document.toJS();
    return value === null || value === undefined ? [] : [value];
  });
}

/** JSON is YAML too, but the YAML parser is many times slower, and the loader hands over JSON in every preview. */
function parseJson(text: string): unknown {
  if (!text.trimStart().startsWith("{")) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function crdProblem(document: unknown): string | undefined {
  if (!isFields(document)) return `is not a Kubernetes object but ${JSON.stringify(document).slice(0, 60)}`;
  const { apiVersion, kind, spec } = document;
  const name = isFields(document.metadata) ? document.metadata.name : undefined;
  if (apiVersion !== CRD_API_VERSION || kind !== "CustomResourceDefinition" || !CRD_NAMES.includes(String(name))) {
    const found = `${String(kind)} ${String(name)} (${String(apiVersion)})`;
    const allowed = `a CustomResourceDefinition (${CRD_API_VERSION}) named ${CRD_NAMES.join(", ")}`;
    return `holds ${found}, which is not one of ARC's; allowed: ${allowed}`;
  }
  return isFields(spec) ? undefined : `holds ${String(name)} without a spec`;
}

function toManifest({ apiVersion, kind, metadata, spec }: CrdManifest): CrdManifest {
  const { name, annotations } = metadata;
  return { apiVersion, kind, metadata: annotations ? { name, annotations } : { name }, spec };
}

function firstLine(message: string): string {
  return (message.split("\n")[0] ?? "").replace(/:$/, "");
}

/** Arguments of {@link CustomResourceDefinitions}. */
export interface CustomResourceDefinitionsArgs {
  /** One CustomResourceDefinition per entry, as JSON or YAML text. */
  manifests: string[];
}

/**
 * ARC's CustomResourceDefinitions. They are upgraded in place, and stay in the cluster when the stack is destroyed,
 * because the API server deletes every runner set of the cluster together with its CRD.
 *
 * CRDs that Helm or kubectl made are taken over; for the first `up` that needs a Kubernetes provider with
 * `upsertExistingObjects: true`, as a plain create of an object that exists is an error since provider 4.29.
 *
 * @example
 * const crds = new CustomResourceDefinitions("arc-crds", { manifests }, { providers: [upserting] });
 */
export class CustomResourceDefinitions extends pulumi.ComponentResource {
  /** Names of the CRDs, e.g. `autoscalingrunnersets.actions.github.com`. */
  public readonly names: pulumi.Output<string[]>;

  constructor(name: string, args: CustomResourceDefinitionsArgs, opts?: pulumi.ComponentResourceOptions) {
    // The manifests are in the children's state already; recorded here they would be there twice.
    super("arc:index:CustomResourceDefinitions", name, {}, opts);
    const crds = parseCrds(args.manifests);
    for (const crd of crds) {
      const [plural] = crd.metadata.name.split(".");
      new k8s.apiextensions.v1.CustomResourceDefinition(`${name}-${plural}`, customResourceDefinitionArgs(crd), {
        ...childOptions(this, opts),
        retainOnDelete: true,
      });
    }
    this.names = pulumi.output(crds.map((crd) => crd.metadata.name));
    this.registerOutputs({ names: this.names });
  }
}

function customResourceDefinitionArgs(crd: CrdManifest): k8s.apiextensions.v1.CustomResourceDefinitionArgs {
  return {
    metadata: {
      name: crd.metadata.name,
      // The fields of a CRD that Helm or kubectl made belong to them: without force the server refuses our apply.
      annotations: { ...crd.metadata.annotations, "pulumi.com/patchForce": "true" },
    },
    spec: crd.spec as unknown as k8s.types.input.apiextensions.v1.CustomResourceDefinitionSpec,
  };
}
