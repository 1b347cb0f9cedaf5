/** Lines that look bad and are part of a day's work. */
export const BENIGN_LINES: readonly { pattern: RegExp; why: string }[] = [
  {
    pattern: /" already exists$/,
    why: "the controller's look at the cluster was older than its own write; the next pass sees it (observed 10)",
  },
  {
    pattern:
      /(^|: )(secrets|pods|serviceaccounts|[a-z]+\.rbac\.authorization\.k8s\.io|[a-z]+\.actions\.github\.com) "[^"]+" not found$/,
    why: "an object that was made or deleted this moment; a runner's Secret goes before the runner does (observed 10)",
  },
  {
    pattern: /the object has been modified/,
    why: "two wrote at once; the controller does it again",
  },
  {
    pattern: /context canceled$/,
    why: "the process was told to end, and what it was at ends with it",
  },
  {
    pattern: /http: Server closed$/,
    why: "the listener's metrics end with it",
  },
];
