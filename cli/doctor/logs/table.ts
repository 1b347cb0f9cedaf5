import { CLUSTER_LINES } from "./cluster";
import { CREDENTIAL_LINES } from "./credentials";
import { GITHUB_LINES } from "./github";
import type { KnownLine } from "./known-line";
import { Printer } from "./lines";

/**
 * Lines of controller, listeners and runners whose cause is known; of several that fit, the first one is meant. The texts are
 * those of actions/actions-runner-controller at gha-runner-scale-set-0.14.2 (controllers/actions.github.com, cmd/ghalistener),
 * of actions/scaleset 0.4.0, of the API server, and GitHub's own answers in them.
 */
export const KNOWN_LINES: readonly KnownLine[] = [...CREDENTIAL_LINES, ...GITHUB_LINES, ...CLUSTER_LINES];

/** Rules that say why a set does not get onto GitHub. */
export const REGISTRATION_LINES = [
  ...idsOf([...CREDENTIAL_LINES, ...GITHUB_LINES], Printer.Controller),
  "log/metadata-panic",
  "log/one-set-holds-up-all",
];

/** Rules that say why a listener ends. */
export const LISTENER_LINES = idsOf(KNOWN_LINES, Printer.Listener);

function idsOf(lines: readonly KnownLine[], printer: Printer): string[] {
  return lines.filter(({ printedBy }) => printedBy.includes(printer)).map(({ id }) => id);
}
