/** Levels of the Kubernetes Pod Security Standards. */
export const PodSecurityLevel = {
  /** No restriction: what a privileged dind container needs. */
  Privileged: "privileged",
  /** Prevents known privilege escalations. */
  Baseline: "baseline",
  /** Current hardening practice. */
  Restricted: "restricted",
} as const;
export type PodSecurityLevel = (typeof PodSecurityLevel)[keyof typeof PodSecurityLevel];

/**
 * Namespace labels that make the API server enforce a level (`pod-security.kubernetes.io`). A pod that it refuses leaves
 * its EphemeralRunner Failed for good, so the level is always said, never left to the cluster's default.
 */
export function podSecurityLabels(level: PodSecurityLevel): Record<string, string> {
  return { "pod-security.kubernetes.io/enforce": level };
}
