import { type AlertDefinition, Scope } from "../alert";
import { controllerDown, listenerChurn, listenerDown, scaleSetOutdated, scaleSetVanished } from "./listeners";
import { atCeiling, queueNotServed, startupSlow, warmPoolShort } from "./queue";
import { authErrors, failedRunners, pendingTooLong, runnerImageAge } from "./runners";
import { quotaTight, secretStale } from "./tenants";

/** Every alert, the most urgent first. */
export const ALERTS: readonly AlertDefinition[] = [
  listenerDown,
  scaleSetVanished,
  scaleSetOutdated,
  controllerDown,
  queueNotServed,
  atCeiling,
  failedRunners,
  pendingTooLong,
  warmPoolShort,
  startupSlow,
  listenerChurn,
  quotaTight,
  secretStale,
  runnerImageAge,
  authErrors,
];

/** Names of all alerts. */
export const ALERT_NAMES = ALERTS.map(({ name }) => name);

/** Names of the alerts that a set may have otherwise. */
export const SET_ALERT_NAMES = ALERTS.filter(({ scope }) => scope !== Scope.Platform).map(({ name }) => name);
