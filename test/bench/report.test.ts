import * as assert from "node:assert/strict";
import pc from "picocolors";
import { resultsText } from "../../bench/report";
import { type Case, type Results, type Sample, withSummaries } from "../../bench/results";

const TERMINAL = { width: 110, paint: pc.createColors(false) };

function sample(factor: number, engineMemoryBytes?: number): Sample {
  return {
    wallSeconds: 2 * factor,
    programCpuSeconds: factor,
    programMemoryBytes: factor * 100 * 1024 ** 2,
    engineCpuSeconds: 0.5 * factor,
    ...(engineMemoryBytes === undefined ? {} : { engineMemoryBytes }),
    besideCpuSeconds: { vault: 0.01, "kube-apiserver": 0.4 * factor },
  };
}

function preview(samples: Case["samples"]): Case {
  return {
    engine: "pulumi",
    operation: "preview",
    sets: 3,
    resources: { ours: 74, floor: 74 },
    stateBytes: { ours: 280_000, floor: 99_000 },
    samples,
  };
}

function results(...cases: Case[]): Results {
  return { date: "2026-01-01T00:00:00.000Z", machine: {}, versions: {}, deployed: [], cases };
}

describe("The report of the bench", () => {
  it("shows medians with their spread, the ratio of each pair, and whether prod keeps its limits", () => {
    const text = resultsText(
      {
        ...results(preview({ ours: [sample(1.2), sample(3)], floor: [sample(1), sample(2)] })),
        deployed: [{ sets: 3, side: "ours", seconds: 12.3 }],
      },
      TERMINAL,
    );
    assert.equal(
      text,
      [
        "3 runner sets, preview: 74 resources, state 0.28 MB (floor 0.10 MB), 2 runs each",
        "  median (min–max)               wall s       CPU s, program        CPU s, engine         MiB, program  MiB, engine",
        "  ours                 4.20 (2.40–6.00)     2.10 (1.20–3.00)     1.05 (0.60–1.50)        210 (120–300)          n/a",
        "  floor                3.00 (2.00–4.00)     1.50 (1.00–2.00)     0.75 (0.50–1.00)        150 (100–200)          n/a",
        "  ours / floor      1.35x (1.20x–1.50x)  1.35x (1.20x–1.50x)  1.35x (1.20x–1.50x)  1.35x (1.20x–1.50x)          n/a",
        "  CPU s besides, ours / floor: kube-apiserver 0.84 / 0.60",
        "",
        "First deployment, once and without checkpoints: 3 sets 12 s",
        "",
        "prod, preview: 1.35x of the floor's wall; limit 1.30x, missed",
        "prod, state: 0.28 MB; limit 1.00 MB, kept",
      ].join("\n"),
    );
  });

  it("has no columns of an engine where none was at work", () => {
    const offline: Case = { ...preview({ ours: [sample(1)], floor: [sample(1)] }), engine: "offline" };
    delete offline.stateBytes;
    const text = resultsText(results(offline), TERMINAL);
    assert.match(text, /^3 runner sets, offline preview: 74 resources, 1 run each\n/);
    assert.doesNotMatch(text, /engine|limit/);
  });

  it("leaves out a run that has no partner, and a case without a pair", () => {
    const cut = preview({ ours: [sample(2), sample(9)], floor: [sample(1)] });
    const text = resultsText(results(cut, preview({ ours: [sample(1)], floor: [] })), TERMINAL);
    assert.equal(text.match(/^3 runner sets/gm)?.length, 1);
    assert.match(text, /1 run each\n/);
    assert.match(text, /ours \/ floor +2\.00x \(2\.00x–2\.00x\)/);
  });

  it("writes each case with its samples and its summary", () => {
    const [first] = withSummaries(results(preview({ ours: [sample(2, 7)], floor: [sample(1, 7)] }))).cases;
    assert.deepEqual(first!.summary.figures.wallSeconds, {
      ours: { median: 4, min: 4, max: 4 },
      floor: { median: 2, min: 2, max: 2 },
      ratio: { median: 2, min: 2, max: 2 },
    });
    assert.deepEqual(first!.summary.figures.engineMemoryBytes.ratio, { median: 1, min: 1, max: 1 });
    assert.deepEqual(first!.summary.beside.vault!.ours, { median: 0.01, min: 0.01, max: 0.01 });
    assert.equal(first!.samples.ours.length, 1);
  });
});
