import type { Asked } from "./asked";
import { planDrain, planUndrain } from "./drain";
import { planExternalSecrets } from "./external-secrets";
import { planFailedRunners } from "./failed-runners";
import { planListener } from "./listener";
import { planOrphanListeners } from "./orphan-listeners";
import { planOutdated } from "./outdated";
import type { Plan } from "./repair";

/** A kind of repair, as `arc heal` offers it. */
export interface RepairKind {
  summary: string;
  /** Without a set there is nothing that it could mean. */
  needsSet: boolean;
  /** Its repairs are of one kind, each good by itself; those of others belong together. */
  isList: boolean;
  plan(asked: Asked): Plan;
}

export const REPAIR_KINDS = {
  "failed-runners": {
    summary: "Remove runners that the controller gave up on, which hold places of maxRunners",
    needsSet: false,
    isList: true,
    plan: planFailedRunners,
  },
  listener: {
    summary: "Start the listener of a set anew, or bring it back where it is missing",
    needsSet: true,
    isList: false,
    plan: planListener,
  },
  "orphan-listeners": {
    summary: "Remove listeners of older releases, runner groups or URLs, which no set has any more",
    needsSet: false,
    isList: true,
    plan: planOrphanListeners,
  },
  outdated: {
    summary: "Bring a set back whose phase is Outdated",
    needsSet: true,
    isList: false,
    plan: planOutdated,
  },
  "external-secrets": {
    summary: "Let External Secrets read Vault now",
    needsSet: false,
    isList: true,
    plan: planExternalSecrets,
  },
  drain: {
    summary: "Let a set take no more jobs; running ones come to their end",
    needsSet: true,
    isList: false,
    plan: planDrain,
  },
  undrain: {
    summary: "Let a drained set take jobs again",
    needsSet: true,
    isList: false,
    plan: planUndrain,
  },
} as const satisfies Record<string, RepairKind>;

export type RepairName = keyof typeof REPAIR_KINDS;
