import type { Scenario } from "../scenario";
import { CONTROLLER_DOWN, LISTENER_CHURN, LISTENER_DOWN, SCALE_SET_OUTDATED, SCALE_SET_VANISHED } from "./listeners";
import { AT_CEILING, QUEUE_NOT_SERVED, STARTUP_SLOW, WARM_POOL_SHORT } from "./queue";
import { AUTH_ERRORS, FAILED_RUNNERS, PENDING_TOO_LONG, QUOTA_TIGHT, RUNNER_IMAGE_AGE, SECRET_STALE } from "./runners";

/** What every alert fires on, and what it stays quiet on. */
export const SCENARIOS: Record<string, Scenario[]> = {
  ArcListenerDown: LISTENER_DOWN,
  ArcScaleSetVanished: SCALE_SET_VANISHED,
  ArcScaleSetOutdated: SCALE_SET_OUTDATED,
  ArcControllerDown: CONTROLLER_DOWN,
  ArcQueueNotServed: QUEUE_NOT_SERVED,
  ArcAtCeiling: AT_CEILING,
  ArcFailedRunners: FAILED_RUNNERS,
  ArcPendingTooLong: PENDING_TOO_LONG,
  ArcWarmPoolShort: WARM_POOL_SHORT,
  ArcStartupSlow: STARTUP_SLOW,
  ArcListenerChurn: LISTENER_CHURN,
  ArcQuotaTight: QUOTA_TIGHT,
  ArcSecretStale: SECRET_STALE,
  ArcRunnerImageAge: RUNNER_IMAGE_AGE,
  ArcAuthErrors: AUTH_ERRORS,
};
