import { type Spread, ratioOf, spreadOf } from "./statistics";

/** What one run used. A figure that this machine does not tell is left out, never guessed. */
export interface Sample {
  wallSeconds: number;
  /** Of the process that runs the program. */
  programCpuSeconds: number;
  programMemoryBytes: number;
  /** Of the engine's CLI. */
  engineCpuSeconds?: number;
  engineMemoryBytes?: number;
  /** CPU seconds of what the lab runs besides: the provider plugins' stand-ins, the API server, Vault and so on. */
  besideCpuSeconds?: Record<string, number>;
}

export type Figure = Exclude<keyof Sample, "besideCpuSeconds">;

/** The programs that are compared. */
export type Side = "ours" | "floor";

/** One operation at one size, measured with both programs in turn. */
export interface Case {
  engine: "offline" | "pulumi";
  operation: "preview" | "up";
  sets: number;
  /** Resources in the plan or in the state: components, providers and the stack itself included. */
  resources: Record<Side, number>;
  stateBytes?: Record<Side, number>;
  samples: Record<Side, Sample[]>;
}

/** The first deployment, which the measured runs find unchanged. It is run once and is no comparison. */
export interface Deployed {
  sets: number;
  side: Side;
  seconds: number;
}

export interface Results {
  date: string;
  machine: Record<string, string>;
  versions: Record<string, string>;
  deployed: Deployed[];
  cases: Case[];
}

/** A case in figures. */
export interface Summary {
  figures: Record<Figure, Record<Side | "ratio", Spread | undefined>>;
  beside: Record<string, Record<Side, Spread | undefined>>;
}

const FIGURES: Figure[] = [
  "wallSeconds",
  "programCpuSeconds",
  "programMemoryBytes",
  "engineCpuSeconds",
  "engineMemoryBytes",
];

/** The medians and spreads of a case, and the ratio of each pair of runs; a run without its partner does not count. */
export function summaryOf({ samples }: Case): Summary {
  const pairs = Math.min(samples.ours.length, samples.floor.length);
  const [ours, floor] = [samples.ours.slice(0, pairs), samples.floor.slice(0, pairs)];
  const figures = FIGURES.map((figure) => {
    const values = (samples: Sample[]) => samples.map((sample) => sample[figure]);
    const spreads = {
      ours: spreadOf(values(ours)),
      floor: spreadOf(values(floor)),
      ratio: ratioOf(values(ours), values(floor)),
    };
    return [figure, spreads] as const;
  });
  const names = new Set([...ours, ...floor].flatMap((sample) => Object.keys(sample.besideCpuSeconds ?? {})));
  const beside = [...names].map((name) => {
    const spread = (samples: Sample[]) => spreadOf(samples.map((sample) => sample.besideCpuSeconds?.[name]));
    return [name, { ours: spread(ours), floor: spread(floor) }] as const;
  });
  return { figures: Object.fromEntries(figures) as Summary["figures"], beside: Object.fromEntries(beside) };
}

/** Results with the summary beside the samples of each case: what the JSON file holds. */
export function withSummaries(results: Results): Results & { cases: (Case & { summary: Summary })[] } {
  return { ...results, cases: results.cases.map((each) => ({ ...each, summary: summaryOf(each) })) };
}
