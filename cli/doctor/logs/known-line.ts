import type { Harm } from "../rule";
import type { Printer } from "./lines";

/** What a fix needs to know of the set that a line is about. */
export interface About {
  /** `namespace/name` of the set. */
  set: string;
  namespace: string;
  name: string;
  /** Its Secret with GitHub's credentials. */
  secret: string;
  controllerNamespace: string;
  /** Name of the pod that printed the line. */
  pod: string;
  /** Shows what the controller says of the set. */
  log: string;
}

/** A line whose cause is known. */
export interface KnownLine {
  id: `log/${string}`;
  harm: Harm;
  /** What is wrong, in one sentence; `{set}` and `{namespace}` are filled in. */
  what: string;
  cause: string;
  issue?: string;
  /** Looked for in the message and the error, with `: ` between them. */
  pattern: RegExp;
  printedBy: readonly Printer[];
  /** A later line of the same printer and set which says that it works again. */
  over?: RegExp;
  /** A line of the same printer, about whatever, that explains the others as well, until a moment after it. */
  unless?: RegExp;
  /** So many lines are no passing trouble any more. @default 1 */
  atLeast?: number;
  /** Only when the controller has made so many pods of the set's listener lately, the first so long before the last. */
  listenerStarts?: { pods: number; seconds: number };
  /** Only while the set is not there: it is about how the set was lost. */
  ofLostSet?: boolean;
  /** Rules that see the same in the objects. */
  quietAfter?: readonly string[];
  fix(about: About): string[];
}

/** The controller or a listener got an answer of GitHub that it had to log in for. */
export const GITHUB_ANSWERS =
  /Created\/Reused a runner scale set|Created ephemeral runner JIT config|Runner is cleaned up from the service|Getting next message/;

/** A request of the controller or a listener to the API server came to nothing: it was down, or is overloaded. */
export const API_SERVER_GONE =
  /\b(Get|Post|Put|Patch|Delete) "https:\/\/[^"]+\/apis?\/[^"]*": .*(dial tcp|EOF|timeout|deadline|connection|http2)/;

/** The API server has taken a pod of the set. */
export const POD_CREATED = /Created ephemeral runner pod/;
