import type { Context, Observation, Source, Sources } from "./observation";

/** What a finding costs, the worst first: findings are told in this order. */
export const Harm = {
  /** Running jobs, or what GitHub knows of a set, get lost. */
  Loses: "loses jobs or sets",
  /** A set takes no jobs. */
  Stops: "takes no jobs",
  /** Jobs wait longer than they should, or fail. */
  Slows: "runs worse",
  /** Nothing yet. */
  Risk: "may break",
} as const;
export type Harm = (typeof Harm)[keyof typeof Harm];

/** One thing that is wrong, of the kind that a rule looks for. */
export interface Found {
  /** `namespace/name` of the runner set that suffers; absent when all of them do. */
  set?: string;
  /** What is wrong, in one sentence, with the names. */
  what: string;
  /** What was seen: fields, times, messages. Never a secret. */
  evidence: string[];
  /** Why it is so, when it differs from one finding to the next. @default - the rule's */
  cause?: string;
  /** Commands that mend it, in order; a line that is none begins with `#`. */
  fix: string[];
}

/** A kind of finding. The rest of what there is to say of it stands in its section of docs/doctor.md. */
export interface Rule {
  /** `<concern>/<what>`; docs/doctor.md has a section for it. */
  id: string;
  harm: Harm;
  /** Why such a thing happens. */
  cause: string;
  /** Upstream's issue, or the page that says so. @example "actions/actions-runner-controller#4561" */
  issue?: string;
  needs: readonly Source[];
  find(observation: Observation): Found[];
}

type Declared<S extends Source> = Omit<Rule, "needs" | "find"> & {
  needs: readonly S[];
  find(seen: Pick<Sources, S>, context: Context): Found[];
};

/** A rule that is asked only when everything that it needs was seen. */
export function rule<S extends Source>({ needs, find, ...rest }: Declared<S>): Rule {
  return {
    ...rest,
    needs,
    find: (observation) => {
      const entries = needs.map((source) => {
        const seen = observation.sources[source];
        if ("unknown" in seen) throw new Error(`${source} was not seen: ${seen.unknown}`);
        return [source, seen.value];
      });
      return find(Object.fromEntries(entries) as Pick<Sources, S>, observation);
    },
  };
}

/** Something that is wrong, with everything that there is to say of it. */
export interface Finding extends Found {
  id: string;
  harm: Harm;
  cause: string;
  issue?: string;
  /** Section of the documentation. */
  docs: string;
}

/** Rules that could not be asked, by what they did not see. */
export interface Unknown {
  source: Source;
  /** Why it was not seen. */
  why: string;
  /** Ids of the rules. */
  rules: string[];
}

/** What the rules say of a cluster. */
export interface Diagnosis {
  findings: Finding[];
  unknown: Unknown[];
}

const ORDER = Object.values(Harm);

/** Asks every rule; the worst findings first, otherwise in the order of the rules. */
export function diagnose(observation: Observation, rules: readonly Rule[]): Diagnosis {
  const { sources } = observation;
  const unseen = (each: Rule) => each.needs.filter((source) => "unknown" in sources[source]);
  const findings = rules
    .filter((each) => unseen(each).length === 0)
    .flatMap(({ find, needs: _needs, ...about }) =>
      find(observation).map((found) => ({ ...about, ...found, docs: docsOf(about.id) })),
    )
    .sort((a, b) => ORDER.indexOf(a.harm) - ORDER.indexOf(b.harm));
  const unknown = (Object.keys(sources) as Source[]).flatMap((source): Unknown[] => {
    const seen = sources[source];
    if (!("unknown" in seen)) return [];
    const blind = rules.filter((each) => each.needs.includes(source)).map(({ id }) => id);
    return blind.length ? [{ source, why: seen.unknown, rules: blind }] : [];
  });
  return { findings, unknown };
}

/** GitHub's anchor of a heading that is the id. */
function docsOf(id: string): string {
  return `docs/doctor.md#${id.replace("/", "")}`;
}
