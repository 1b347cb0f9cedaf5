import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as yaml from "yaml";
import { embeddedCrds } from "../components/controller/embedded-crds";
import { crdFileName } from "../components/controller/releases";
import { SCALE_SET_RENDERINGS, scaleSetObjects } from "./parity/scale-set-cases";
import { type CrdValidator, crdValidator } from "./support/crd-schema";
import type { Fields } from "./support/recorder";
import { requireOfficialCrds } from "./support/shared";
import { recordStack } from "./support/stack-program";

const KIND = "AutoscalingRunnerSet";
const STACKS = { prod: 3, staging: 1, local: 1 };

/** The sets that the real program makes of each stack file. */
const sets: Record<string, Fields[]> = {};

/** The set of staging with another value at a place. */
function changed(place: string, value: unknown): Fields {
  const copy = structuredClone(sets.staging![0]!);
  const keys = place.split(".");
  const last = keys.pop()!;
  const target = keys.reduce<Fields>((at, key) => at[key] as Fields, copy);
  target[last] = value;
  return copy;
}

function acceptsAllStacks(validator: () => CrdValidator): void {
  for (const [stack, count] of Object.entries(STACKS)) {
    it(`accepts all runner sets of ${stack}`, () => {
      assert.equal(sets[stack]?.length, count);
      for (const object of sets[stack] ?? []) assert.deepEqual(validator()(object), []);
    });
  }
}

/** The sets that are compared with upstream's chart: every container mode, proxy, certificates, Key Vault, listener. */
function acceptsParityCases(validator: () => CrdValidator): void {
  for (const rendering of SCALE_SET_RENDERINGS) {
    it(`accepts the runner set of ${rendering}`, async () => {
      const found = (await scaleSetObjects(rendering)).filter(({ kind }) => kind === KIND);
      assert.equal(found.length, 1);
      assert.deepEqual(validator()(found[0]), []);
    });
  }
}

/** What both schemas have to refuse: place, value, complaint. */
const WRONG: [string, unknown, string][] = [
  ["spec.maxRunner", 12, "/spec must NOT have additional properties (maxRunner)"],
  ["spec.maxRunners", "12", "/spec/maxRunners must be integer"],
  ["spec.minRunners", -1, "/spec/minRunners must be >= 0"],
  ["spec.githubConfigUrl", 7, "/spec/githubConfigUrl must be string"],
  ["spec.proxy", { http: { urls: "" } }, "/spec/proxy/http must NOT have additional properties (urls)"],
  ["specs", {}, " must NOT have additional properties (specs)"],
];

function refusesWrong(validator: () => CrdValidator, wrong: [string, unknown, string][]): void {
  for (const [place, value, complaint] of wrong) {
    it(`refuses ${place}: ${JSON.stringify(value)}`, () => {
      assert.deepEqual(validator()(changed(place, value)), [complaint]);
    });
  }
}

async function recordAllStacks(): Promise<void> {
  for (const stack of Object.keys(STACKS)) {
    sets[stack] ??= (await recordStack(stack)).all(KIND).map(({ inputs }) => inputs);
  }
}

describe("The CRD of AutoscalingRunnerSets that this package embeds", () => {
  before(recordAllStacks);
  const crd = embeddedCrds().find(({ spec }) => (spec.names as { kind: string }).kind === KIND);
  const validator = crdValidator(crd as unknown as Parameters<typeof crdValidator>[0]);

  acceptsAllStacks(() => validator);
  acceptsParityCases(() => validator);
  refusesWrong(() => validator, WRONG);

  it("lets the pod template through, which the API server checks when the controller makes the pod", () => {
    assert.deepEqual(validator(changed("spec.template.spec.containrs", [])), []);
  });
});

describe("The official CRD of AutoscalingRunnerSets", () => {
  let validator: CrdValidator;
  before(async function () {
    const directory = requireOfficialCrds(this);
    await recordAllStacks();
    const text = fs.readFileSync(path.join(directory, crdFileName("autoscalingrunnersets")), "utf8");
    validator = crdValidator(yaml.parse(text) as Parameters<typeof crdValidator>[0]);
  });

  acceptsAllStacks(() => validator);
  acceptsParityCases(() => validator);
  refusesWrong(
    () => validator,
    [
      ...WRONG,
      ["spec.template.metadata", { label: {} }, "/spec/template/metadata must NOT have additional properties (label)"],
      ["spec.template.spec.containrs", [], "/spec/template/spec must NOT have additional properties (containrs)"],
      ["spec.template.spec.activeDeadlineSeconds", "7200", "/spec/template/spec/activeDeadlineSeconds must be integer"],
      [
        "spec.template.spec.containers.0.imagePullPolic",
        "Always",
        "/spec/template/spec/containers/0 must NOT have additional properties (imagePullPolic)",
      ],
      [
        "spec.template.spec.containers.0.ports",
        [{ containerPort: 2 ** 31 }],
        '/spec/template/spec/containers/0/ports/0/containerPort must match format "int32"',
      ],
      [
        "spec.template.spec.volumes.0.emptyDir",
        { sizeLimit: true },
        "/spec/template/spec/volumes/0/emptyDir/sizeLimit must be integer,string",
      ],
    ],
  );
});
