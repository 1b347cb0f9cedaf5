import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { SetRow } from "../../../cli/doctor/sets";
import { barHtml, barOf } from "../../../cli/status/bar";
import { missingRow, setRow } from "./reports";

/** `places: part count, …` */
function drawn(changes: Partial<SetRow>): string {
  const { places, parts } = barOf(setRow("acme-runners", changes))!;
  return `${places}: ${parts.map(({ part, count }) => `${part} ${count}`).join(", ")}`;
}

const without = (row: SetRow, ...keys: (keyof SetRow)[]) =>
  Object.fromEntries(Object.entries(row).filter(([key]) => !keys.includes(key as keyof SetRow))) as unknown as SetRow;

describe("The bar of a runner set", () => {
  it("has a place for each runner that the set may have", () => {
    assert.equal(drawn({}), "10: running 3, free 7");
    assert.equal(
      drawn({ current: 7, running: 3, pending: 2, failed: 1, desired: 9 }),
      "10: running 3, pending 2, failed 1, ending 1, asked 2, free 1",
    );
  });

  it("is empty where there is no runner and can be none, as of a drained set", () => {
    const drained = setRow("acme-runners", { current: 0, running: 0, desired: 0, maxRunners: 0 });
    assert.deepEqual(barOf(drained), { places: 0, parts: [] });
    assert.equal(barHtml(barOf(drained)).text, '<svg class="bar" aria-hidden="true"></svg>');
  });

  it("shows what the quota has no room for, asked for or not", () => {
    assert.equal(drawn({ quotaCeiling: 6 }), "10: running 3, free 3, closed 4");
    assert.equal(drawn({ quotaCeiling: 6, desired: 9 }), "10: running 3, asked 3, closed 4");
  });

  it("shows more runners than are allowed, as after an edit, and not the whole of a maximum far beyond the quota", () => {
    assert.equal(drawn({ current: 12, running: 12, desired: 10 }), "12: running 12");
    assert.equal(drawn({ quotaCeiling: 6, maxRunners: 1000 }), "12: running 3, free 3, closed 6");
  });

  it("ends at the quota without a maximum, and at what is asked for without either", () => {
    const row = without(setRow("acme-runners", { desired: 5 }), "maxRunners");
    assert.deepEqual(barOf(row)!.places, 16);
    assert.deepEqual(barOf(without(row, "quotaCeiling")), {
      places: 5,
      parts: [
        { part: "running", from: 0, count: 3 },
        { part: "asked", from: 3, count: 2 },
      ],
    });
  });

  it("is not drawn where the runners were not seen", () => {
    assert.equal(barOf(missingRow("acme-runners")), undefined);
    assert.equal(barOf(without(setRow("acme-runners"), "failed")), undefined);
    assert.equal(barHtml(undefined).text, '<svg class="bar unseen" aria-hidden="true"></svg>');
  });

  it("lies without gaps from the left and never beyond its end, whatever the numbers", () => {
    const count = fc.integer({ min: 0, max: 60 });
    const limit = fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined });
    fc.assert(
      fc.property(
        count,
        count,
        count,
        count,
        count,
        limit,
        limit,
        (running, pending, failed, current, desired, ...limits) => {
          const [maxRunners, quotaCeiling] = limits;
          const row = { ...setRow("a-x"), running, pending, failed, current, desired };
          const { places, parts } = barOf({ ...row, maxRunners, quotaCeiling } as SetRow)!;
          parts.forEach(({ from, count: length }, index) => {
            const before = parts[index - 1];
            assert.equal(from, before ? before.from + before.count : 0);
            assert.ok(length > 0 && from + length <= places);
          });
        },
      ),
    );
  });

  it("is drawn in per cent, with a line between two places while they are not too narrow", () => {
    assert.equal(
      barHtml(barOf(setRow("acme-runners", { maxRunners: 3 }))).text,
      '<svg class="bar" aria-hidden="true"><rect class="running" x="0%" width="100%" height="100%"></rect>' +
        '<svg viewBox="0 0 3 1" preserveAspectRatio="none"><path class="tick" d="M1 0V1M2 0V1" /></svg></svg>',
    );
    assert.doesNotMatch(barHtml(barOf(setRow("a-x", { maxRunners: 41, quotaCeiling: 41 }))).text, /tick/);
  });
});
