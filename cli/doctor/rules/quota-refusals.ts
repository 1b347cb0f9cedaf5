import { quotaDimension } from "../../../components/capacity/pod-footprint";
import { storedQuantity } from "../../../components/capacity/quantity";
import { lastSeen, recent, said } from "../events";
import { nameOf, type Quota } from "../objects";
import { hardOf, usedOf } from "../quota-room";
import { soleSet } from "../references";
import { type Found, Harm, rule } from "../rule";
import { groupedBy, namespaceOf } from "../runners";

/** Of a controller's or a Job's pods; the controller of ARC makes no events of those of runners. */
const REFUSED = /exceeded quota: |failed quota: /;

/** A controller tries again with pauses of up to a quarter of an hour. */
const REFUSAL_SECONDS = 900;

export const refusals = rule({
  id: "quota/refusals",
  harm: Harm.Slows,
  cause: "the namespace's quota refuses pods that are no runners: of the controller, or of jobs",
  needs: ["events", "quotas"],
  uses: ["runnerSets"],
  quietAfter: ["controller/not-ready"],
  find: ({ events, quotas, runnerSets = [] }, { now }) => {
    const refused = recent(events, now, REFUSAL_SECONDS).filter(({ message = "" }) => REFUSED.test(message));
    return groupedBy(refused, (event) => quotaIn(event.message!, event.involvedObject.namespace)).flatMap(
      ([quota, those]): Found[] => {
        const live = quotas.find((each) => nameOf(each) === quota);
        if (!live || those.every(({ message = "" }) => hasRoomNow(live, message))) return [];
        const [first] = those;
        const { kind, name } = first!.involvedObject;
        const more = those.length > 1 ? ` and of ${those.length - 1} more` : "";
        const sets = runnerSets.filter(({ metadata }) => metadata.namespace === live.metadata.namespace);
        return [
          {
            ...soleSet(sets.map(nameOf)),
            what: `The quota ${quota} refuses the pods of ${kind} ${name}${more}`,
            evidence: those.slice(0, 3).map((event) => `${said(event)} at ${lastSeen(event)}`),
            fix: [
              `kubectl -n ${namespaceOf(quota)} describe resourcequota ${live.metadata.name}`,
              "# raise the quota in the stack file, then:",
              "pulumi up",
            ],
          },
        ];
      },
    );
  },
});

/** Whether what was refused (`requested: pods=1, used: …`) would fit by now. */
function hasRoomNow(quota: Quota, message: string): boolean {
  const requested = / requested: (?<amounts>[^ ]+)(?:, used: |$)/.exec(message)?.groups?.amounts;
  if (requested === undefined) return false;
  const [used, hard] = [usedOf(quota), hardOf(quota)];
  return requested.split(",").every((pair) => {
    const [key = "", amount = "0"] = pair.split("=");
    const limit = hard[key];
    return limit === undefined || (used[quotaDimension(key)] ?? 0n) + storedQuantity(amount) <= storedQuantity(limit);
  });
}

/** `namespace/name` of the quota that refused. */
function quotaIn(message: string, namespace: string | undefined): string {
  return `${namespace}/${/(?:exceeded|failed) quota: (?<name>[^:,\s]+)/.exec(message)?.groups?.name}`;
}
