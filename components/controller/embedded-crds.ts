import type { CrdManifest } from "./crds";
import {
  autoscalingListenerSpec,
  autoscalingListenerStatus,
  autoscalingRunnerSetSpec,
  autoscalingRunnerSetStatus,
  ephemeralRunnerSetSpec,
  ephemeralRunnerSetStatus,
  ephemeralRunnerSpec,
  ephemeralRunnerStatus,
  objectSchema,
  type Schema,
} from "./embedded-crd-schemas";

/** Name, type and path of a column of `kubectl get`. */
type Column = [name: string, type: string, jsonPath: string];

// Up to 0.14.2 upstream's State, Finished and Deleting columns read fields that do not exist, so they stay blank; its
// next release has Phase in place of State (actions/actions-runner-controller#4506).
const PHASE: Column = ["Phase", "string", ".status.phase"];
const AGE: Column = ["Age", "date", ".metadata.creationTimestamp"];
const RUNNER_COUNTS: Column[] = [
  ["Pending Runners", "integer", ".status.pendingEphemeralRunners"],
  ["Running Runners", "integer", ".status.runningEphemeralRunners"],
  ["Failed Runners", "integer", ".status.failedEphemeralRunners"],
];

function crd(kind: string, spec: Schema, status: Schema, columns: Column[]): CrdManifest {
  const singular = kind.toLowerCase();
  const plural = `${singular}s`;
  const version = {
    name: "v1alpha1",
    served: true,
    storage: true,
    subresources: { status: {} },
    additionalPrinterColumns: columns.map(([name, type, jsonPath]) => ({ name, type, jsonPath })),
    schema: { openAPIV3Schema: objectSchema(spec, status) },
  };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.actions.github.com` },
    spec: {
      group: "actions.github.com",
      names: { kind, listKind: `${kind}List`, plural, singular },
      scope: "Namespaced",
      versions: [version],
    },
  };
}

const autoscalingListenerCrd = (): CrdManifest =>
  crd("AutoscalingListener", autoscalingListenerSpec(), autoscalingListenerStatus(), [
    ["GitHub Configure URL", "string", ".spec.githubConfigUrl"],
    ["AutoscalingRunnerSet Namespace", "string", ".spec.autoscalingRunnerSetNamespace"],
    ["AutoscalingRunnerSet Name", "string", ".spec.autoscalingRunnerSetName"],
    AGE,
  ]);

const autoscalingRunnerSetCrd = (): CrdManifest =>
  crd("AutoscalingRunnerSet", autoscalingRunnerSetSpec(), autoscalingRunnerSetStatus(), [
    ["Minimum Runners", "integer", ".spec.minRunners"],
    ["Maximum Runners", "integer", ".spec.maxRunners"],
    ["Current Runners", "integer", ".status.currentRunners"],
    PHASE,
    ...RUNNER_COUNTS,
    AGE,
  ]);

const ephemeralRunnerCrd = (): CrdManifest =>
  crd("EphemeralRunner", ephemeralRunnerSpec(), ephemeralRunnerStatus(), [
    ["GitHub Config URL", "string", ".spec.githubConfigUrl"],
    ["RunnerId", "integer", ".status.runnerId"],
    PHASE,
    ["JobRepository", "string", ".status.jobRepositoryName"],
    ["JobWorkflowRef", "string", ".status.jobWorkflowRef"],
    ["WorkflowRunId", "integer", ".status.workflowRunId"],
    ["JobDisplayName", "string", ".status.jobDisplayName"],
    ["JobId", "string", ".status.jobId"],
    ["Message", "string", ".status.message"],
    AGE,
  ]);

const ephemeralRunnerSetCrd = (): CrdManifest =>
  crd("EphemeralRunnerSet", ephemeralRunnerSetSpec(), ephemeralRunnerSetStatus(), [
    ["DesiredReplicas", "integer", ".spec.replicas"],
    ["CurrentReplicas", "integer", ".status.currentReplicas"],
    PHASE,
    ...RUNNER_COUNTS,
    AGE,
  ]);

/**
 * This package's own CRDs for ARC's four kinds, in the order of `CRD_FILES`: every field of upstream's
 * `apis/actions.github.com/v1alpha1` at 0.14.2, typed, with pod templates left open; that covers every field that
 * the 0.13 controllers fill too. For a program that runs where GitHub's raw files are out of reach.
 */
export function embeddedCrds(): CrdManifest[] {
  return [autoscalingListenerCrd(), autoscalingRunnerSetCrd(), ephemeralRunnerCrd(), ephemeralRunnerSetCrd()];
}
