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
  /** What it costs, when it differs from one finding to the next. @default - the rule's */
  harm?: Harm;
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
  /** Rules that explain the same more exactly: a finding of theirs about the same set, or about all sets, is enough. */
  quietAfter?: readonly string[];
  find(observation: Observation): Found[];
}

type Declared<S extends Source, U extends Source> = Omit<Rule, "needs" | "find"> & {
  needs: readonly S[];
  /** What makes a finding more exact where it was seen; the rule is asked without it too. */
  uses?: readonly U[];
  find(seen: Pick<Sources, S> & Partial<Pick<Sources, U>>, context: Context): Found[];
};

/** A rule that is asked only when everything that it needs was seen. */
export function rule<S extends Source, U extends Source = never>(declared: Declared<S, U>): Rule {
  const { needs, uses = [], find, ...rest } = declared;
  return {
    ...rest,
    needs,
    find: (observation) => {
      const needed = needs.map((source) => {
        const seen = observation.sources[source];
        if ("unknown" in seen) throw new Error(`${source} was not seen: ${seen.unknown}`);
        return [source, seen.value];
      });
      const used = uses.flatMap((source) => {
        const seen = observation.sources[source];
        return "unknown" in seen ? [] : [[source, seen.value]];
      });
      return find(Object.fromEntries([...needed, ...used]) as never, observation);
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
  /** Ids of the rules; none where only a part is missing, and they were asked about the rest. */
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
  const told = rules
    .filter((each) => unseen(each).length === 0)
    .flatMap((each) => each.find(observation).map((found) => ({ rule: each, found })));
  const findings = told
    .filter((each) => !isExplained(each, told))
    .map(({ rule: { find: _find, needs: _needs, quietAfter: _quietAfter, ...about }, found }) => ({
      ...about,
      ...found,
      docs: docsOf(about.id),
    }))
    .sort((a, b) => ORDER.indexOf(a.harm) - ORDER.indexOf(b.harm));
  const unknown = (Object.keys(sources) as Source[]).flatMap((source): Unknown[] => {
    const seen = sources[source];
    if (!("unknown" in seen)) return seen.inPart ? [{ source, why: seen.inPart, rules: [] }] : [];
    const blind = rules.filter((each) => each.needs.includes(source)).map(({ id }) => id);
    return blind.length ? [{ source, why: seen.unknown, rules: blind }] : [];
  });
  return { findings, unknown };
}

interface Told {
  rule: Rule;
  found: Found;
}

/** Whether a more special rule has told what is behind a finding; what costs less cannot be behind what costs more. */
function isExplained(each: Told, told: Told[]): boolean {
  const { quietAfter = [] } = each.rule;
  return told.some(({ rule: other, found: { set, harm = other.harm } }) => {
    const isMilder = ORDER.indexOf(harm) > ORDER.indexOf(each.found.harm ?? each.rule.harm);
    return quietAfter.includes(other.id) && (set === undefined || set === each.found.set) && !isMilder;
  });
}

/** GitHub's anchor of a heading that is the id. */
function docsOf(id: string): string {
  return `docs/doctor.md#${id.replace("/", "")}`;
}
