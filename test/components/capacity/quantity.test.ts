import assert from "node:assert/strict";
import fc from "fast-check";
import {
  canonicalQuantity,
  formatAmount,
  isQuantity,
  parseQuantity,
  QuantityError,
  storedQuantity,
} from "../../../components/capacity/quantity";

const UNIT = 1_000_000_000n;
const SUFFIXES = [
  "",
  "n",
  "u",
  "m",
  "k",
  "M",
  "G",
  "T",
  "P",
  "E",
  "Ki",
  "Mi",
  "Gi",
  "Ti",
  "Pi",
  "Ei",
  "e3",
  "E-4",
  "e+2",
];

const digits = (maxLength: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength }).map((list) => list.join(""));

const quantities = fc
  .tuple(
    fc.constantFrom("", "+", "-"),
    digits(21),
    fc.option(digits(12), { nil: undefined }),
    fc.constantFrom(...SUFFIXES),
  )
  .map(([sign, whole, fraction, suffix]) => `${sign}${whole}${fraction === undefined ? "" : `.${fraction}`}${suffix}`);

describe("parseQuantity", () => {
  it("knows every suffix.", () => {
    for (const [power, suffix] of ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"].entries()) {
      assert.equal(parseQuantity(`3${suffix}`), 3n * 1000n ** BigInt(power), suffix);
    }
    for (const [power, suffix] of ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].entries()) {
      assert.equal(parseQuantity(`3${suffix}`), 3n * 1024n ** BigInt(power + 1) * UNIT, suffix);
    }
  });

  const values: [string, bigint][] = [
    ["0", 0n],
    ["1.5Gi", 1_610_612_736n * UNIT],
    [".5", 500_000_000n],
    ["1.", UNIT],
    ["-1.5", -1_500_000_000n],
    ["+2", 2n * UNIT],
    ["007", 7n * UNIT],
    ["1e3", 1_000n * UNIT],
    ["1.3E+6", 1_300_000n * UNIT],
    ["1E-3", 1_000_000n],
  ];
  for (const [text, nanos] of values) {
    it(`reads ${text} as ${nanos} nanos.`, () => assert.equal(parseQuantity(text), nanos));
  }

  it("keeps a value that a float would lose.", () => {
    assert.equal(parseQuantity("9007199254740993"), 9_007_199_254_740_993n * UNIT);
    assert.equal(parseQuantity("0.1") + parseQuantity("0.2"), parseQuantity("0.3"));
  });

  it("rounds what is finer than a nano away from zero.", () => {
    assert.equal(parseQuantity("0.9n"), 1n);
    assert.equal(parseQuantity("3.001n"), 4n);
    assert.equal(parseQuantity("-3.001n"), -4n);
    assert.equal(parseQuantity("0.000000000001Ki"), 2n);
    assert.equal(parseQuantity("1e-999"), 1n);
    assert.equal(parseQuantity("3.000n"), 3n);
  });

  it("caps a binary quantity, but not a decimal one, at 2^63-1.", () => {
    assert.equal(parseQuantity("7Ei"), 7n * 1024n ** 6n * UNIT);
    assert.equal(parseQuantity("8Ei"), (2n ** 63n - 1n) * UNIT);
    assert.equal(parseQuantity("-9Ei"), -(2n ** 63n - 1n) * UNIT);
    assert.equal(parseQuantity("18446744073709551616"), 2n ** 64n * UNIT);
  });

  it("says what was written and what may be written instead.", () => {
    assert.throws(() => parseQuantity("1GB"), {
      name: "QuantityError",
      text: "1GB",
      message:
        '"1GB" is not a Kubernetes quantity; write a number, optionally with one of the suffixes ' +
        "n u m k M G T P E or Ki Mi Gi Ti Pi Ei or an exponent, without spaces: 2, 500m, 1.5Gi or 1e3",
    });
  });
});

describe("isQuantity", () => {
  const refused = [
    "",
    " ",
    " 1",
    "1 ",
    "1 Gi",
    "1\n",
    "1GB",
    "1gi",
    "1K",
    "1i",
    "0.1mi",
    "1.1.M",
    "1+1",
    "--1",
    "+",
    ".",
  ];
  for (const text of [...refused, "Gi", "e5", "1e", "1e+", "1e1.5", "1m5", "0x10", "1,5", "NaN", "١", "1e1000"]) {
    it(`refuses ${JSON.stringify(text)}.`, () => {
      assert.equal(isQuantity(text), false);
      assert.throws(() => parseQuantity(text), QuantityError);
    });
  }

  it("accepts each form of the grammar.", () => {
    for (const text of ["0", "1", "1.", ".5", "1.5", "-1", "+1.5Gi", "1E", "1Ei", "1E6", "1e-3", "100m"]) {
      assert.equal(isQuantity(text), true, text);
    }
  });

  it("answers for a very long text at once.", () => {
    const before = Date.now();
    assert.equal(isQuantity(`${"1".repeat(200_000)}x`), false);
    assert.equal(isQuantity("1e999999999999"), false);
    assert.ok(Date.now() - before < 2_000);
  });
});

describe("canonicalQuantity", () => {
  const spellings: [string, string][] = [
    ["1000m", "1"],
    ["0.5", "500m"],
    ["1.500", "1500m"],
    ["1.08", "1080m"],
    ["1080000000n", "1080m"],
    ["10", "10"],
    ["1000", "1k"],
    ["1000M", "1G"],
    ["0.001T", "1G"],
    ["1234000", "1234k"],
    ["1000E", "1e21"],
    ["1024Mi", "1Gi"],
    ["1.5Gi", "1536Mi"],
    ["307200Ki", "300Mi"],
    ["1025024Mi", "1001Gi"],
    ["1Ki", "1Ki"],
    ["0.5Ki", "512"],
    ["0.9765625Ki", "1k"],
    ["1023.5Ki", "1048064"],
    [".001Ki", "1024m"],
    ["1.0001Ki", "1024102400u"],
    ["9Ei", "9223372036854775807"],
    ["1e3", "1e3"],
    ["1E3", "1e3"],
    ["12e2", "1200"],
    [".001e12", "1e9"],
    ["1000e-12", "1e-9"],
    ["0.08e0", "80e-3"],
    ["+1", "1"],
    ["-1.5Gi", "-1536Mi"],
    ["-0.5", "-500m"],
    ["-0", "0"],
    ["0Gi", "0"],
  ];
  for (const [text, canonical] of spellings) {
    it(`spells ${text} as ${canonical}.`, () => assert.equal(canonicalQuantity(text), canonical));
  }

  it("keeps the value of any quantity.", () => {
    fc.assert(
      fc.property(quantities, (text) => assert.equal(parseQuantity(canonicalQuantity(text)), parseQuantity(text))),
      { numRuns: 500 },
    );
  });

  it("leaves a canonical spelling as it is.", () => {
    fc.assert(
      fc.property(quantities, (text) => {
        const canonical = canonicalQuantity(text);
        assert.equal(canonicalQuantity(canonical), canonical);
        assert.doesNotMatch(canonical, /[.+]/);
      }),
      { numRuns: 500 },
    );
  });
});

describe("storedQuantity", () => {
  it("rounds up to milli-units, as the API server does in a ResourceList.", () => {
    assert.equal(storedQuantity("1u"), 1_000_000n);
    assert.equal(storedQuantity("1.0001"), 1_001_000_000n);
    assert.equal(storedQuantity("-1u"), -1_000_000n);
    assert.equal(storedQuantity("250m"), 250_000_000n);
    assert.equal(storedQuantity("0"), 0n);
  });

  it("names the place of a text that is not a quantity.", () => {
    assert.throws(() => storedQuantity("2 GB", "quota requests.memory"), {
      name: "QuantityError",
      text: "2 GB",
      message: /^quota requests\.memory: "2 GB" is not a Kubernetes quantity; /,
    });
    assert.throws(() => storedQuantity("1e1000", "quota pods"), { message: /^quota pods: "1e1000" is not/ });
  });
});

describe("formatAmount", () => {
  const amounts: [string, string, string][] = [
    ["requests.cpu", "3", "3"],
    ["limits.cpu", "3000", "3000"],
    ["requests.cpu", "0.35", "350m"],
    ["cpu", "2.5", "2500m"],
    ["cpu", "1500u", "1500u"],
    ["memory", "1536Mi", "1.5Gi"],
    ["limits.memory", "96Gi", "96Gi"],
    ["limits.memory", "1024Gi", "1Ti"],
    ["requests.memory", "1300Mi", "1300Mi"],
    ["requests.memory", "1.25Gi", "1.25Gi"],
    ["requests.memory", "-1.05Ki", "-1.05Ki"],
    ["requests.memory", "1.0001Ki", "1024102400u"],
    ["requests.memory", "-1536Mi", "-1.5Gi"],
    ["requests.memory", "1Gi", "1Gi"],
    ["requests.memory", "1073741825", "1073741825"],
    ["requests.memory", "4G", "4G"],
    ["requests.memory", "1000Ki", "1000Ki"],
    ["requests.memory", "512", "512"],
    ["requests.memory", "0", "0"],
    ["ephemeral-storage", "10Gi", "10Gi"],
    ["requests.storage", "0.5Ti", "512Gi"],
    ["gold.storageclass.storage.k8s.io/requests.storage", "2Ti", "2Ti"],
    ["gold.storageclass.storage.k8s.io/persistentvolumeclaims", "2048", "2048"],
    ["requests.hugepages-2Mi", "1Gi", "1Gi"],
    ["pods", "25", "25"],
    ["count/secrets", "2k", "2000"],
    ["requests.example.com/memory", "2048", "2048"],
  ];
  for (const [resource, text, shown] of amounts) {
    it(`writes ${text} of ${resource} as ${shown}.`, () =>
      assert.equal(formatAmount(parseQuantity(text), resource), shown));
  }

  it("never changes the amount.", () => {
    const resources = fc.constantFrom("requests.cpu", "limits.memory", "pods");
    const nanos = fc.oneof(
      fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
      fc.bigInt({ min: 0n, max: 5_000n }).map((count) => count * 1024n ** 2n * UNIT),
    );
    fc.assert(fc.property(nanos, resources, (amount, name) => parseQuantity(formatAmount(amount, name)) === amount));
  });
});
