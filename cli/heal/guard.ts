import { isAllowed } from "../../components/controller/version-fence";
import { VERSION_LABEL } from "../../components/labels";
import { ownController } from "../doctor/controllers";
import { concerned } from "../doctor/members";
import { nameOf } from "../doctor/objects";
import type { Finding } from "../doctor/rule";
import { CONTROLLER_DOWN } from "../doctor/rules/controller";
import { type Asked, seenIn } from "./asked";

/** Why this is no time for a repair of whatever kind. */
export function obstaclesTo(asked: Asked, findings: readonly Finding[]): string[] {
  const fence = openFence(asked);
  const down = fence
    ? []
    : findings
        .filter(({ id }) => CONTROLLER_DOWN.includes(id))
        .map(({ what }) => `${what}: nobody would follow a change`);
  const outages = findings
    .filter(({ id }) => id === "github/outage")
    .map(
      ({ evidence }) =>
        `GitHub has an outage (${evidence.join("; ")}): a set that is changed or restarted now can lose its scale set or stay Outdated (#4595, #4370)`,
    );
  return [...(fence ? [fence] : []), ...down, ...outages];
}

/** The controller is stopped, or some of its sets are labelled for another release than its own. */
function openFence(asked: Asked): string | undefined {
  const { observation } = asked;
  const manager = ownController(seenIn(asked, "controllers"), observation);
  if (!manager) return undefined;
  const name = nameOf(manager.deployment);
  const { version } = manager;
  const foreign = concerned(seenIn(asked, "runnerSets"), observation).filter(
    ({ metadata }) => version !== undefined && !isAllowed(metadata.labels?.[VERSION_LABEL], version),
  );
  if (manager.replicas === 0) {
    return `the controller ${name} is stopped, perhaps by an update that is under way or was cut off: pulumi up goes on with it`;
  }
  if (foreign.length) {
    return `an update of ARC is under way or was cut off: ${foreign.map(nameOf).join(", ")} not labelled for the controller ${version}: pulumi up goes on with it`;
  }
  return undefined;
}
