/** What to do about a failure, and the page that says more. */
export interface NextStep {
  text: string;
  /** Below `docs/`. */
  page: string;
}

/** Failures by their words, the more exact ones first. */
const KNOWN: readonly (NextStep & { words: RegExp })[] = [
  {
    words: /the stack is currently locked/i,
    text: "Another update runs, or one was killed. When no update runs any more: `pulumi cancel`, then run all jobs again.",
    page: "recovery.md#the-stack-is-locked",
  },
  {
    words: /no stack named/i,
    text: "The stack is not in the state backend yet: `pulumi stack init`, once and by hand; or the backend is another one.",
    page: "ci.md#set-it-up",
  },
  {
    words: /already exists/i,
    text: "Do not destroy. An update was killed before it wrote down what it made; the page says how to take that over.",
    page: "recovery.md#an-object-already-exists",
  },
  {
    words: /violates plan/i,
    text:
      "The update wanted something that was not approved, and stopped there; what came before it is done. " +
      "Run all jobs again: that makes a new plan, to be approved anew.",
    page: "ci.md#the-plan",
  },
  {
    words: /pending operations/i,
    text: "An update was killed. Run `pulumi refresh --clear-pending-creates`, then all jobs again.",
    page: "recovery.md",
  },
  {
    words: /\bcancel(l)?ed\b/i,
    text: "The update was stopped and has written down what it did. Run all jobs again.",
    page: "recovery.md",
  },
  {
    words: /version fence/i,
    text: "Nothing was updated past the fence. Let the page guide the change of version, then run all jobs again.",
    page: "upgrading.md#when-it-stops-halfway",
  },
  {
    words: /SecretSyncedError|ExternalSecret .*not.* Ready/i,
    text: "The secret operator cannot read Vault. When it can, run all jobs again; running jobs are not touched by this.",
    page: "recovery.md#an-externalsecret-does-not-become-ready",
  },
  {
    words: /incorrect passphrase|passphrase must be set|decrypt/i,
    text: "The secrets of the stack cannot be decrypted, and nothing was changed. Look at the access to the secrets provider.",
    page: "state.md#secrets-providers",
  },
  {
    words: /permission denied|\b40[13]\b|forbidden|unauthorized|AccessDenied|no credentials/i,
    text: "A credential lacks a right. Give it, then run all jobs again: an update goes on where it stopped.",
    page: "ci.md#access",
  },
  {
    words:
      /ECONNREFUSED|ENOTFOUND|ETIMEDOUT|i\/o timeout|no such host|connection refused|configured Kubernetes cluster is unreachable/i,
    text: "Something does not answer: the cluster, Vault, GitHub or the state. When it does, run all jobs again.",
    page: "ci.md#access",
  },
];

const OTHERWISE: NextStep = {
  text: "An update that ended with an error goes on where it stopped: mend the cause, then run all jobs again.",
  page: "recovery.md",
};

/** The next steps for the messages of a run that failed, each once and at most three. */
export function nextSteps(errors: readonly string[]): NextStep[] {
  const found = KNOWN.filter(({ words }) => errors.some((error) => words.test(error)));
  const steps = found.map(({ text, page }) => ({ text, page }));
  return steps.length ? steps.slice(0, 3) : [OTHERWISE];
}
