import type { AutoscalingRunnerSet, Metadata } from "../../../../lab/models/controller/objects";

export function metadata(name: string, more: Partial<Metadata> = {}): Metadata {
  return {
    ...{ name, namespace: "arc-runners", uid: `uid-of-${name}`, resourceVersion: "1" },
    creationTimestamp: "2026-01-01T00:00:00Z",
    ...more,
  };
}

/** A set as small as it can be. */
export function runnerSet(): AutoscalingRunnerSet {
  return {
    metadata: metadata("my-set", { labels: { "app.kubernetes.io/version": "0.14.2" } }),
    spec: {
      githubConfigUrl: "https://github.com/my-org",
      githubConfigSecret: "github-token",
      template: { spec: { containers: [{ name: "runner", image: "runner" }] } },
    },
  };
}
