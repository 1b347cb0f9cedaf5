import { makesSecrets } from "../../components/platform/secret-store";
import { isDeleting } from "../doctor/members";
import { type ExternalSecret, nameOf } from "../doctor/objects";
import { EXTERNAL_SECRETS } from "../doctor/observe";
import type { Context } from "../doctor/observation";
import { readsOf, secretUses } from "../doctor/references";
import { readsVault } from "../doctor/vault";
import { type Asked, seenIn } from "./asked";
import { HEAL_MANAGER, NOTHING, type Plan, type Repair, refOf } from "./repair";

/** Lets External Secrets read Vault now: those Secrets that a set needs, or all of the stack. */
export function planExternalSecrets(asked: Asked): Plan {
  const { observation, set } = asked;
  const needed = new Set(
    secretUses(observation)
      .filter(({ sets }) => set === undefined || sets.includes(set))
      .map(({ namespace, name }) => `${namespace}/${name}`),
  );
  const names = new Set(
    readsOf(observation)
      .filter(({ secret }) => needed.has(secret))
      .map(({ namespace, name }) => `${namespace}/${name}`),
  );
  const found = seenIn(asked, "externalSecrets").filter((each) => names.has(nameOf(each)) && !isDeleting(each));
  if (makesSecrets(observation.config.settings)) {
    return {
      ...NOTHING,
      notes: ["the stack has no ExternalSecrets: its Secrets are made by pulumi up (arc:secretStore)"],
    };
  }
  if (!found.length) return { ...NOTHING, notes: [`${set ?? "the stack"} has no ExternalSecret in the cluster`] };
  return {
    ...NOTHING,
    repairs: found.filter((each) => !isReadOnce(each)).map((each) => synced(each, observation)),
    notes: found
      .filter(isReadOnce)
      .map((each) => `${nameOf(each)} is read once and never again (refreshInterval 0, or refreshPolicy CreatedOnce)`),
  };
}

/** Such a one ignores the annotation as well (external-secrets/external-secrets#4567). */
function isReadOnce({ spec }: ExternalSecret): boolean {
  return spec.refreshPolicy === "CreatedOnce" || /^0[a-z]*$/.test(spec.refreshInterval ?? "");
}

function synced(external: ExternalSecret, { now, ...context }: Context): Repair {
  const annotations = { "force-sync": String(Math.floor(now.getTime() / 1000)) };
  return {
    object: refOf(EXTERNAL_SECRETS, "ExternalSecret", external),
    does: `gets the annotation force-sync; External Secrets reads ${readsVault(context) ? "Vault" : "its store"} at once`,
    means: "jobs go on; a listener has another key only after bin/arc heal listener",
    change: { verb: "patch", body: { metadata: { annotations } }, manager: HEAL_MANAGER },
  };
}
