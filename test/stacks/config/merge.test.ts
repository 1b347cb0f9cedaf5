import assert from "node:assert/strict";
import fc from "fast-check";
import { entryKeys, isNamedList, mergeValues } from "../../../stacks/config/merge";

type Values = Record<string, unknown>;

const base = () => ({
  vault: { server: "https://a", auth: { mount: "kubernetes", audience: "vault" } },
  runner: { volumes: [{ name: "a" }, { name: "b" }], maxRunners: 3 },
});

describe("mergeValues", () => {
  it("merges objects key by key at every depth, and keeps the order of the base.", () => {
    const merged = mergeValues<Values>(base(), { vault: { mount: "kv", auth: { mount: "eu1" } }, tenant: {} });
    assert.deepEqual(merged, {
      vault: { server: "https://a", auth: { mount: "eu1", audience: "vault" }, mount: "kv" },
      runner: { volumes: [{ name: "a" }, { name: "b" }], maxRunners: 3 },
      tenant: {},
    });
    assert.deepEqual(Object.keys(merged), ["vault", "runner", "tenant"]);
  });

  it("replaces texts, numbers and lists, also lists of things with names, and values of another kind.", () => {
    assert.deepEqual(mergeValues<Values>(base(), { vault: "x", runner: { volumes: [{ name: "b", emptyDir: {} }] } }), {
      vault: "x",
      runner: { volumes: [{ name: "b", emptyDir: {} }], maxRunners: 3 },
    });
    assert.deepEqual(mergeValues({ a: 1 }, { a: { b: 2 } }), { a: { b: 2 } });
    assert.deepEqual(mergeValues({ a: [1, 2] }, { a: [] }), { a: [] });
  });

  it("removes a key with null, at every depth, and leaves no null where there is nothing to remove.", () => {
    assert.deepEqual(mergeValues<Values>(base(), { vault: { auth: { audience: null } }, runner: null }), {
      vault: { server: "https://a", auth: { mount: "kubernetes" } },
    });
    assert.deepEqual(mergeValues({}, { a: null, b: { c: null, d: 1 }, orgs: [{ name: "x", url: null }] }), {
      b: { d: 1 },
      orgs: [{ name: "x" }],
    });
  });

  it("keeps null inside a podTemplate, where it removes from the pod, and in lists.", () => {
    const template = (image: unknown) => ({
      runner: { podTemplate: { spec: { image, nodeName: "a" } }, args: [null] },
    });
    assert.deepEqual(mergeValues(template("a"), template(null)), template(null));
    assert.deepEqual(mergeValues({ runner: { podTemplate: { a: 1 } } }, { runner: { podTemplate: null } }), {
      runner: {},
    });
  });

  it("merges organisations and their runner sets by name, and puts new ones after those of the base.", () => {
    const sets = [{ name: "s", runner: { image: "a" } }, { name: "t" }];
    const merged = mergeValues(
      { orgs: [{ name: "a", url: "https://x", runnerSets: sets }, { name: "b" }] },
      {
        orgs: [
          { name: "c" },
          { name: "a", url: null, runnerSets: [{ name: "u" }, { name: "s", maxRunners: 2, runner: { churn: 1 } }] },
        ],
      },
    );
    assert.deepEqual(merged, {
      orgs: [
        {
          name: "a",
          runnerSets: [{ name: "s", runner: { image: "a", churn: 1 }, maxRunners: 2 }, { name: "t" }, { name: "u" }],
        },
        { name: "b" },
        { name: "c" },
      ],
    });
  });

  it("takes the first entry of a name for the first, the second for the second.", () => {
    const list = (...urls: string[]) => ({ orgs: urls.map((url) => ({ name: "a", [url]: true })) });
    assert.deepEqual(mergeValues(list("x", "y"), list("1", "2", "3")), {
      orgs: [
        { name: "a", x: true, "1": true },
        { name: "a", y: true, "2": true },
        { name: "a", "3": true },
      ],
    });
  });

  it("replaces a list of organisations when an entry of either has no name.", () => {
    const named = { orgs: [{ name: "a", url: "u" }] };
    const nameless = { orgs: [{ name: "a" }, { url: "v" }] };
    assert.deepEqual(mergeValues(named, nameless), nameless);
    assert.deepEqual(mergeValues<Values>(nameless, named), named);
  });

  it("merges by name only where organisations and runner sets stand.", () => {
    const list = (value: number) => [{ name: "a", [`k${value}`]: value }];
    assert.deepEqual(mergeValues<Values>({ runnerSets: list(1) }, { runnerSets: list(2) }), { runnerSets: list(2) });
    assert.deepEqual(mergeValues<Values>({ x: { orgs: list(1) } }, { x: { orgs: list(2) } }), { x: { orgs: list(2) } });
    assert.deepEqual(mergeValues<unknown>(list(1), list(2), ["orgs"]), [{ name: "a", k1: 1, k2: 2 }]);
  });

  it("changes neither argument.", () => {
    const lower = base();
    const upper = { vault: { auth: { audience: null } }, orgs: [{ name: "a", url: null }] };
    const before = structuredClone([lower, upper]);
    mergeValues<Values>(lower, upper);
    assert.deepEqual([lower, upper], before);
  });

  it("takes a key named like a property of all objects for a key.", () => {
    const over = JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}') as Values;
    const merged = mergeValues<Values>({}, over);
    assert.deepEqual(Object.keys(merged), ["__proto__", "constructor"]);
    assert.equal(({} as Values).a, undefined);
  });
});

describe("isNamedList and entryKeys", () => {
  it("know the two lists by their place and by the names of all entries.", () => {
    assert.equal(isNamedList([{ name: "a" }], ["orgs"]), true);
    assert.equal(isNamedList([], ["orgs", 3, "runnerSets"]), true);
    assert.equal(isNamedList([{ name: 1 }], ["orgs"]), false);
    assert.equal(isNamedList([null], ["orgs"]), false);
    assert.equal(isNamedList([{ name: "a" }], ["runner", "volumes"]), false);
    assert.deepEqual(entryKeys([{ name: "a" }, { name: "b" }, { name: "a" }]), ['["a",1]', '["b",1]', '["a",2]']);
  });
});

/** Layers in which a place has the same kind of value wherever it stands, as in files that the schema takes. */
const scalar = fc.oneof(fc.nat({ max: 3 }), fc.constant("x"));
const key = fc.constantFrom("a", "b", "c");
const fields = fc.dictionary(key, scalar, { maxKeys: 3, noNullPrototype: true });
const name = fc.constantFrom("p", "q", "r");
const named = <T extends Values>(more: fc.Arbitrary<T>) =>
  fc.array(
    fc.tuple(name, more).map(([own, rest]) => ({ ...rest, name: own })),
    { maxLength: 3 },
  );
const some = (shape: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(shape, { requiredKeys: [], noNullPrototype: true });
const layer = some({
  vault: some({ auth: fields, mount: scalar }),
  runner: some({ volumes: fc.array(fields, { maxLength: 2 }), labels: fields }),
  orgs: named(some({ url: scalar, runnerSets: named(some({ runner: fields })) })),
}) as fc.Arbitrary<Values>;

describe("mergeValues, whatever the layers say", () => {
  it("is associative: layers may be merged from either end.", () => {
    fc.assert(
      fc.property(layer, layer, layer, (a, b, c) => {
        assert.deepEqual(mergeValues(mergeValues(a, b), c), mergeValues(a, mergeValues(b, c)));
      }),
      { numRuns: 500 },
    );
  });

  it("changes nothing when a layer says nothing, or the same again.", () => {
    fc.assert(
      fc.property(layer, (a) => {
        assert.deepEqual(mergeValues(a, {}), a);
        assert.deepEqual(mergeValues({}, a), a);
        assert.deepEqual(mergeValues(a, a), a);
      }),
      { numRuns: 500 },
    );
  });
});
