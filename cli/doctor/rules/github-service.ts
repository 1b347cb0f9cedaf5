import { age } from "../duration";
import type { RateLimitSeen } from "../github/seen";
import { secondsSince } from "../objects";
import { soleSet } from "../references";
import { type Found, Harm, rule } from "../rule";

/** What is left of the hour; above it a busy hour is nobody's business. */
const LOW = 0.1;
const HOUR_SECONDS = 3_600;

export const rateLimit = rule({
  id: "github/rate-limit",
  harm: Harm.Slows,
  cause:
    "GitHub counts the requests of each installation or user in an hour, and refuses all that come after the last one",
  issue: "actions/actions-runner-controller#3519",
  needs: ["github"],
  find: ({ github }, context) =>
    github.connections.flatMap((connection): Found[] => {
      const { rateLimit: rate, sets, org } = connection;
      if (!rate || !isRunningOut(rate, context.now)) return [];
      return [
        {
          ...soleSet(sets),
          ...(rate.remaining === 0 ? { harm: Harm.Stops } : {}),
          what: `the credentials of ${org} have ${rate.remaining} of ${rate.limit} requests left`,
          evidence: [`until ${rate.reset}, in ${age(-(secondsSince(rate.reset, context.now) ?? 0))}`],
          fix: ["# give each organisation an App of its own: docs/credentials.md#several-apps"],
        },
      ];
    }),
});

export const outage = rule({
  id: "github/outage",
  harm: Harm.Slows,
  cause: "GitHub itself has a disturbance: jobs wait, and a listener may start again and again",
  issue: "https://www.githubstatus.com",
  needs: ["github"],
  find: ({ github: { incidents = [] } }) =>
    incidents.length
      ? [
          {
            what: "GitHub reports a disturbance",
            evidence: incidents,
            fix: ["# wait until it is over; change and delete no sets meanwhile (#4595, #4370)"],
          },
        ]
      : [],
});

/** Whether the hour's requests end before the hour, at the pace of the part of it that is gone. */
export function isRunningOut({ limit, remaining, reset }: RateLimitSeen, now: Date): boolean {
  if (remaining === 0) return limit > 0;
  const gone = HOUR_SECONDS + (secondsSince(reset, now) ?? 0);
  const used = limit - remaining;
  return remaining < limit * LOW && gone > 0 && (used / gone) * HOUR_SECONDS > limit;
}
