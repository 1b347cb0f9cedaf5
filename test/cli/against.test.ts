import * as assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { evaluateProgram } from "../../cli/offline/evaluate";
import { SECRET_SIGNATURE } from "../../cli/offline/plan";
import type { StateResource } from "../../cli/preview/exported-state";
import { readStackFile } from "../../cli/stack-file";
import { arc, ROOT, temporaryFolder } from "../support/arc";

type Fields = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- the JSON of a state, altered at many places

const KV = "vault:kv/secretV2:SecretV2";
const CIPHER = { [SECRET_SIGNATURE]: "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:AAAA:not-compared" };

/** The state that `pulumi up` leaves of a plan: secrets encrypted, plugins' defaults filled in, KV secrets rewritten. */
async function stateOf(stack: string, kvVersion: string): Promise<StateResource[]> {
  const versions = () => ({ metadata: { version: kvVersion } });
  const { resources } = await evaluateProgram(ROOT, stack, readStackFile(ROOT, stack), versions);
  return resources.map(({ urn, type, custom, inputs }) => ({
    urn,
    type,
    custom,
    inputs: {
      ...(encrypted(inputs) as Fields),
      ...(type.startsWith("vault:") ? { __defaults: ["filled"], filled: false } : {}),
    },
    outputs: outputsOf(type, kvVersion),
  }));
}

/** Of a Namespace the API server makes a spec that no program gives. */
function outputsOf(type: string, kvVersion: string): Fields {
  if (type === KV) return { metadata: { version: kvVersion } };
  return type.endsWith(":Namespace") ? { spec: { finalizers: ["kubernetes"] }, status: { phase: "Active" } } : {};
}

function encrypted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(encrypted);
  if (value === null || typeof value !== "object") return value;
  if (SECRET_SIGNATURE in value) return CIPHER;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, encrypted(field)]));
}

/** As docs/how-edits-behave.md shows it too. */
const SECTION = `Changes  against state.json
  set                                       effect                because of
  everyapi-runner/everyapi-backend-runners  set is re-registered  spec.githubConfigUrl
  github-runner/yldm-backend-runners        runners roll          spec.maxRunners
  kamify-runner/kamify-backend-runners      listener restarts     spec.maxRunners
  3 sets take no new job until the running jobs have ended
  created: NetworkPolicy 3
  changed: AutoscalingRunnerSet 3, ResourceQuota 1
  deleted: Namespace 1
  Secrets are not compared.`;

interface Changes {
  sets: { namespace: string; name: string; effect: string; fields: string[]; pause: string }[];
  resources: { change: string; kind: string; name: string; urn: string; fields?: string[] }[];
}

describe("arc preview --against", function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  after(() => folder.remove());
  const file = path.join(folder.path, "state.json");
  let state: StateResource[];
  before(async () => {
    state = await stateOf("prod", "7");
  });

  const ofKind = (kind: string, resources: StateResource[]) =>
    resources.filter(({ type }) => type.endsWith(`:${kind}`));
  const setIn = (resources: StateResource[], name: string) =>
    ofKind("AutoscalingRunnerSet", resources).find(({ inputs }) => (inputs as Fields).metadata.name === name)!
      .inputs as Fields;

  /** Runs it against the state of prod in which something was otherwise. */
  function run(alter: (resources: StateResource[]) => StateResource[] | void, ...flags: string[]) {
    const copy = structuredClone(state);
    const resources = alter(copy) ?? copy;
    writeFileSync(file, JSON.stringify({ version: 3, deployment: { manifest: {}, resources } }));
    const result = arc(["preview", "--out", folder.path, "--against", file, ...flags]);
    assert.equal(result.stderr, "");
    return result;
  }
  function changes(alter: (resources: StateResource[]) => StateResource[] | void): Changes {
    const { status, stdout } = run(alter, "--json");
    assert.equal(status, 0);
    assert.equal(stdout.includes(CIPHER.ciphertext!), false);
    return (JSON.parse(stdout) as { changes: Changes }).changes;
  }
  const effects = ({ sets }: Changes) =>
    sets
      .filter(({ effect }) => effect !== "nothing")
      .map(({ name, effect, fields, pause }) => [name, effect, fields, pause]);
  const JOBS_END = "until the running jobs have ended";

  it("finds nothing in the state of the same stack, whatever versions and defaults are in it", () => {
    const same = changes(() => {});
    assert.deepEqual(
      same.sets.map(({ namespace, effect, pause }) => [namespace, effect, pause]).sort(),
      ["everyapi-runner", "github-runner", "kamify-runner"].map((namespace) => [namespace, "nothing", "none"]),
    );
    assert.deepEqual(same.resources, []);
  });

  it("tells of each set the effect of its edit, with the fields, and counts what else changes", () => {
    const alter = (resources: StateResource[]) => {
      const warm = setIn(resources, "yldm-backend-runners");
      Object.assign(warm.spec, { maxRunners: 3 });
      warm.spec.template.metadata.annotations.listenerDigest = "0123456789abcdef";
      setIn(resources, "kamify-backend-runners").spec.maxRunners = 3;
      setIn(resources, "everyapi-backend-runners").spec.githubConfigUrl = "https://github.com/other";
      (ofKind("ResourceQuota", resources)[0]!.inputs as Fields).spec.hard.pods = "5";
      const gone = {
        ...ofKind("Namespace", resources)[0]!,
        urn: "urn:pulumi:prod::arc::kubernetes:core/v1:Namespace::gone",
      };
      const old = { ...gone, urn: `${gone.urn}-replaced`, delete: true };
      const read = { ...gone, urn: `${gone.urn}-read`, external: true };
      return [...resources.filter(({ type }) => !type.endsWith(":NetworkPolicy")), gone, old, read];
    };
    const found = changes(alter);
    assert.deepEqual(effects(found).sort(), [
      ["everyapi-backend-runners", "set is re-registered", ["spec.githubConfigUrl"], JOBS_END],
      ["kamify-backend-runners", "listener restarts", ["spec.maxRunners"], JOBS_END],
      ["yldm-backend-runners", "runners roll", ["spec.maxRunners"], JOBS_END],
    ]);
    assert.deepEqual(
      found.resources
        .filter(({ kind }) => kind !== "AutoscalingRunnerSet")
        .map(({ change, kind, fields }) => [change, kind, fields])
        .sort(),
      [
        ["changed", "ResourceQuota", ["spec.hard.pods"]],
        ["created", "NetworkPolicy", undefined],
        ["created", "NetworkPolicy", undefined],
        ["created", "NetworkPolicy", undefined],
        ["deleted", "Namespace", undefined],
      ],
    );
    const text = run(alter).stdout;
    const section = text.slice(text.indexOf("Changes"), text.indexOf("✓")).trimEnd();
    assert.equal(section.replace(file, "state.json"), SECTION);
  });

  it("is shown in the documentation as it is printed", () => {
    assert.ok(readFileSync(path.join(ROOT, "docs/how-edits-behave.md"), "utf8").includes(SECTION));
  });

  it("tells of sets that come and go", () => {
    const renamed = changes((resources) => {
      const set = ofKind("AutoscalingRunnerSet", resources)[0]!;
      set.urn += "-old";
      (set.inputs as Fields).metadata.name = "old";
    });
    const { name } = (ofKind("AutoscalingRunnerSet", state)[0]!.inputs as Fields).metadata;
    assert.deepEqual(effects(renamed).sort(), [
      [name, "set is registered", [], "none"],
      ["old", "set is removed", [], "none"],
    ]);
  });

  it("knows a set, and what is in it, under the names that earlier releases gave them", () => {
    const former = (urn: string) => urn.replace("::arc-kamify-ai/kamify", "::arc-kamify-runner/kamify");
    const earlier = changes((resources) => resources.map((each) => ({ ...each, urn: former(each.urn) })));
    assert.notDeepEqual(
      state.map(({ urn }) => former(urn)),
      state.map(({ urn }) => urn),
    );
    assert.deepEqual(earlier.resources, []);
  });

  it("reads from its outputs what an imported set was, since an import keeps no inputs of it", () => {
    const imported = changes((resources) => {
      for (const set of ofKind("AutoscalingRunnerSet", resources)) {
        const { metadata, spec } = set.inputs as Fields;
        set.outputs = { metadata: { ...metadata, uid: "1", annotations: { ...metadata.annotations, id: "1" } }, spec };
        set.inputs = { metadata: { name: metadata.name, namespace: metadata.namespace } };
      }
    });
    assert.deepEqual(effects(imported), []);
  });

  it("shows for an empty state that everything is created", () => {
    const { sets, resources } = changes(() => []);
    assert.deepEqual([...new Set(sets.map(({ effect }) => effect))], ["set is registered"]);
    assert.deepEqual([...new Set(resources.map(({ change }) => change))], ["created"]);
  });

  it("refuses what is no state, the state of another stack, and a file that is not there, with 2", () => {
    const refused = (content: string | undefined, name = file) => {
      if (content !== undefined) writeFileSync(name, content);
      const { status, stdout, stderr } = arc(["preview", "--out", folder.path, "--against", name]);
      assert.deepEqual([status, stdout], [2, ""]);
      return stderr.replaceAll(folder.path, "…");
    };
    assert.match(refused("{"), /^…\/state.json cannot be read: .*JSON/);
    assert.equal(
      refused('{"resources":[]}'),
      "…/state.json is no state: it must be the output of `pulumi stack export`.\n",
    );
    const urn = "urn:pulumi:staging::arc::pulumi:pulumi:Stack::arc-staging";
    assert.equal(
      refused(JSON.stringify({ deployment: { resources: [{ urn, type: "pulumi:pulumi:Stack" }] } })),
      "…/state.json is the state of stack staging of project arc, not of prod of arc.\n",
    );
    assert.match(refused(undefined, path.join(folder.path, "none.json")), /^…\/none.json cannot be read: ENOENT/);
  });
});
