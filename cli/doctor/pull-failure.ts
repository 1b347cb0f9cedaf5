/** Why an image does not come. */
export const PullFailure = {
  Missing: "the registry has no such image",
  Refused:
    "the registry refuses it: the credentials are missing, wrong or not allowed to read it, or there is no such image " +
    "(a registry does not tell a stranger which)",
  Limited: "the registry gives no more to this address or account for now: its rate limit is reached",
  Unreachable: "the node does not reach the registry",
  Platform: "the image is not built for the node's processor",
  Name: "that is not the name of an image",
  Other: "the node cannot pull it",
} as const;
export type PullFailure = (typeof PullFailure)[keyof typeof PullFailure];

/** Reasons of a waiting container (k8s.io/kubernetes `pkg/kubelet/images/types.go`). */
const REASONS = [
  "ErrImagePull",
  "ImagePullBackOff",
  "InvalidImageName",
  "ErrImageNeverPull",
  "ImageInspectError",
  "RegistryUnavailable",
  "SignatureValidationFailed",
];

/** The words of containerd, CRI-O and the registries, the surest first. */
const WORDS: [PullFailure, RegExp][] = [
  [PullFailure.Limited, /toomanyrequests|too many requests|rate limit|\b429\b/i],
  [PullFailure.Platform, /no match for platform|no matching manifest/i],
  [
    PullFailure.Unreachable,
    /no such host|i\/o timeout|connection refused|connection reset|network is unreachable|TLS handshake|x509:|server misbehaving|deadline exceeded/i,
  ],
  [
    PullFailure.Refused,
    /unauthorized|forbidden|denied|authentication required|no basic auth|insufficient_scope|\b40[13]\b/i,
  ],
  [PullFailure.Missing, /not found|manifest unknown|name unknown|\b404\b/i],
];

export function isPullFailure(reason: string | undefined): boolean {
  return reason !== undefined && REASONS.includes(reason);
}

/** What a runtime's message means. */
export function pullFailure(reason: string, message: string): PullFailure {
  if (reason === "InvalidImageName") return PullFailure.Name;
  return WORDS.find(([, words]) => words.test(message))?.[0] ?? PullFailure.Other;
}
