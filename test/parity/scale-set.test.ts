import * as assert from "node:assert/strict";
import { VALUES_HASH_ANNOTATION } from "../../components/labels";
import { type ChartObject, requireChart } from "../support/charts";
import { type ApiObject, compareWithChart } from "./compare";
import { SCALE_SET_RENDERINGS, scaleSetObjects } from "./scale-set-cases";
import { SCALE_SET_DIFFERENCES } from "./scale-set-differences";

/** Of the charts' objects, what Helm needs and the engine does itself: it orders, so nothing has to hold objects back. */
const CLEANUP_FINALIZER = "actions.github.com/cleanup-protection";
const CLEANUP_ANNOTATION = /^actions\.github\.com\/cleanup-/;

describe("A runner set beside what the official chart renders", () => {
  for (const rendering of SCALE_SET_RENDERINGS) {
    it(`differs for ${rendering} in nothing that is not listed, and in all that is`, async function () {
      const ours = await scaleSetObjects(rendering);
      compareWithChart(this, { rendering, ours, meant: SCALE_SET_DIFFERENCES, normalise });
    });
  }

  it("lists differences of these renderings only", () => {
    const listed = SCALE_SET_DIFFERENCES.flatMap(({ cases }) => cases);
    assert.deepEqual([...new Set(listed)].sort(), [...SCALE_SET_RENDERINGS].sort());
  });

  for (const rendering of ["scale-set/pat", "scale-set/github-app"]) {
    it(`has for ${rendering} a Secret with the chart's keys, of the name that the set asks for`, async function () {
      const chart = requireChart(this, rendering).find(({ kind }) => kind === "Secret") as ChartObject & {
        data: object;
      };
      const ours = await scaleSetObjects(rendering);
      const { target } = specOf<ExternalSecret>(ours, "ExternalSecret");
      assert.deepEqual(Object.keys(target.template.data).sort(), Object.keys(chart.data).sort());
      assert.equal(target.template.type, "Opaque");
      assert.equal(
        specOf<{ githubConfigSecret: string }>(ours, "AutoscalingRunnerSet").githubConfigSecret,
        target.name,
      );
    });
  }

  it("leaves out what only Helm needs, on every object: cleanup annotations and the finalizer that goes with them", async () => {
    for (const rendering of SCALE_SET_RENDERINGS) {
      const text = JSON.stringify(await scaleSetObjects(rendering));
      assert.equal(text.includes(CLEANUP_FINALIZER), false, rendering);
      assert.doesNotMatch(text, /actions\.github\.com\/cleanup-/, rendering);
    }
  });
});

interface ExternalSecret {
  target: { name: string; template: { type: string; data: object } };
}

function specOf<T>(objects: ApiObject[], kind: string): T {
  const found = objects.filter((object) => object.kind === kind);
  assert.equal(found.length, 1, kind);
  return (found[0] as unknown as { spec: T }).spec;
}

type Annotated = ApiObject & { metadata: { annotations?: Record<string, string> | null; finalizers?: string[] } };

/** Without what only Helm needs; the value of the hash is of other things here and there, that it is there counts. */
function normalise(object: ApiObject): ApiObject {
  const copy = structuredClone(object) as Annotated;
  const { metadata } = copy;
  if (metadata.finalizers) {
    metadata.finalizers = metadata.finalizers.filter((finalizer) => finalizer !== CLEANUP_FINALIZER);
    if (!metadata.finalizers.length) delete metadata.finalizers;
  }
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([key]) => !CLEANUP_ANNOTATION.test(key));
  metadata.annotations = Object.fromEntries(
    annotations.map(([key, value]) => [key, key === VALUES_HASH_ANNOTATION ? hashForm(value) : value]),
  );
  if (!annotations.length) delete metadata.annotations;
  return copy;
}

function hashForm(value: string): string {
  return /^[0-9a-f]{63}$/.test(value) ? "63 hexadecimal digits" : value;
}
