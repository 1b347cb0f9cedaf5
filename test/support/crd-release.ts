import * as assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as yaml from "yaml";
import { embeddedCrds } from "../../components/controller/embedded-crds";
import { ARC_RELEASES, CRD_FILES, type CrdFile, crdUrl } from "../../components/controller/releases";
import { CrdSourceError } from "../../stacks/crds";

/** A release of small files, so that every path of the loader runs without upstream's own. */
export const VERSION = "99.0.0";
/** The four CRDs of that release, with a description that `compact` drops. */
export const described = embeddedCrds().map((crd) => ({ ...crd, spec: withDescription(crd.spec) }));
const FILES = new Map(CRD_FILES.map((plural, index) => [plural, `---\n${yaml.stringify(described[index])}`]));
/** The text of one of its files. */
export const fileOf = (plural: CrdFile): string => FILES.get(plural)!;

function withDescription(spec: Record<string, unknown>): Record<string, unknown> {
  const [version] = spec.versions as { schema: { openAPIV3Schema: object } }[];
  const openAPIV3Schema = { description: "for readers", ...version?.schema.openAPIV3Schema };
  return { ...spec, versions: [{ ...version, schema: { openAPIV3Schema } }] };
}

/** A server and the addresses that were asked of it. */
export interface FakeFetch {
  fetch: typeof fetch;
  urls: string[];
}

/** Serves the release; `answers` replaces what it says for some files. */
export function serve(answers: Partial<Record<CrdFile, () => Response | Promise<Response>>> = {}): FakeFetch {
  const urls: string[] = [];
  const fake = async (input: string | URL | Request): Promise<Response> => {
    urls.push(String(input));
    const plural = CRD_FILES.find((candidate) => crdUrl(VERSION, candidate) === String(input));
    assert.ok(plural, `unexpected ${input}`);
    return answers[plural]?.() ?? new Response(fileOf(plural));
  };
  return { fetch: fake, urls };
}

/** Fails the test that uses the network. */
export const never: typeof fetch = async () => assert.fail("the network is not to be used");

/** The error of a load that must fail. */
export async function failure(load: Promise<string[]>): Promise<CrdSourceError> {
  const error: unknown = await load.then(
    () => assert.fail("the load succeeded"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof CrdSourceError, String(error));
  return error;
}

/** Makes the release known while the tests of a suite run. */
export function knowRelease(): void {
  before(() => {
    const digests = CRD_FILES.map((plural) => [plural, createHash("sha256").update(fileOf(plural)).digest("hex")]);
    ARC_RELEASES[VERSION] = { crdSha256: Object.fromEntries(digests) };
  });
  after(() => {
    delete ARC_RELEASES[VERSION];
  });
}
