import type { Rule } from "../rule";
import * as controller from "./controller";
import * as certificate from "./certificate";
import * as crd from "./crd";
import * as dind from "./dind";
import * as ephemeralRunnerSet from "./ephemeral-runner-set";
import * as externalSecret from "./external-secret";
import * as github from "./github";
import * as githubGroup from "./github-group";
import * as githubService from "./github-service";
import * as image from "./image";
import * as listener from "./listener";
import * as listenerPod from "./listener-pod";
import * as listenerStray from "./listener-stray";
import * as log from "./log";
import * as logQueue from "./log-queue";
import * as pod from "./pod";
import * as podEnd from "./pod-end";
import * as pullSecret from "./pull-secret";
import * as quota from "./quota";
import * as quotaRefusals from "./quota-refusals";
import * as runner from "./runner";
import * as runnerPod from "./runner-pod";
import * as secret from "./secret";
import * as secretCopy from "./secret-copy";
import * as set from "./set";
import * as setDeletion from "./set-deletion";
import * as setId from "./set-id";
import * as version from "./version";

/** Every rule, those of one concern in the order in which their findings make sense. */
export const RULES: readonly Rule[] = [
  controller.missing,
  controller.stopped,
  controller.notReady,
  controller.restarting,
  controller.overlapping,
  crd.missing,
  crd.deleting,
  crd.outdated,
  crd.different,
  version.gate,
  version.controller,
  version.listenerImage,
  version.knownDefect,
  version.noGhesJobs,
  externalSecret.storeNotValid,
  externalSecret.missing,
  externalSecret.notReady,
  externalSecret.stale,
  externalSecret.vaultPath,
  secret.missing,
  secret.keys,
  secret.appAndToken,
  secret.malformed,
  secret.privateKey,
  secretCopy.newerThanListener,
  secretCopy.proxyNotRefreshed,
  pullSecret.missing,
  pullSecret.invalid,
  pullSecret.registry,
  certificate.authority,
  github.credentialsRefused,
  github.notInstalled,
  github.suspended,
  github.otherOrganization,
  github.permission,
  githubGroup.missing,
  githubGroup.closed,
  githubService.rateLimit,
  githubService.outage,
  set.missing,
  set.extra,
  setId.unregistered,
  setId.sameId,
  setId.idDiffers,
  set.outdated,
  set.pending,
  setDeletion.withoutSecret,
  setDeletion.stuck,
  ephemeralRunnerSet.missing,
  ephemeralRunnerSet.two,
  ephemeralRunnerSet.stuck,
  listener.missing,
  listener.deadlock,
  listener.draining,
  listenerStray.deletedRunnerSet,
  listenerStray.freshSet,
  listener.orphan,
  listener.stuck,
  listener.oldImage,
  listener.otherLimits,
  listenerPod.crashLooping,
  listenerPod.noPod,
  listenerPod.notRunning,
  runnerPod.lostNode,
  runner.failed,
  runner.failing,
  runner.withoutPod,
  runner.withoutJob,
  runnerPod.pastDeadline,
  pod.refused,
  pod.imageRefused,
  pod.imagePull,
  pod.unschedulable,
  pod.volume,
  pod.config,
  pod.initFailing,
  pod.pending,
  podEnd.oomKilled,
  podEnd.evicted,
  quota.full,
  quota.mustSpecify,
  quota.limitRange,
  quota.ceiling,
  quotaRefusals.refusals,
  dind.notReady,
  dind.startupProbe,
  dind.mtu,
  image.deprecated,
  image.outdated,
  image.unpinned,
  image.moved,
  logQueue.heldUp,
  ...log.rules,
];
