import { few } from "../runners";

/** What GitHub is asked for of an organisation, in the order in which it is told. */
export const Part = {
  Credentials: "credentials",
  RunnerGroups: "runner groups",
  RateLimit: "rate limit",
  Status: "status",
} as const;
export type Part = (typeof Part)[keyof typeof Part];

/** What was not seen of an organisation. */
export interface Gap {
  org: string;
  part: Part;
  why: string;
}

const ORDER = Object.values(Part);

/** The same reason once, with all that it holds back. */
export function gapsText(gaps: Gap[]): string {
  const reasons = new Map<string, Gap[]>();
  for (const gap of gaps) reasons.set(gap.why, [...(reasons.get(gap.why) ?? []), gap]);
  return [...reasons]
    .map(([why, held]) => {
      const parts = ORDER.filter((part) => held.some((gap) => gap.part === part));
      const orgs = new Set(held.map(({ org }) => org));
      return `${why} (${parts.join(", ")} of ${few([...orgs])})`;
    })
    .join("; ");
}
