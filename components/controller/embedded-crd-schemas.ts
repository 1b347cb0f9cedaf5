/** A structural schema (OpenAPI v3) of `apiextensions.k8s.io/v1`. */
export type Schema = Record<string, unknown>;
type Properties = Record<string, Schema>;

// Functions, not constants: an object used twice would become an anchor and an alias when a CRD is written as YAML.
const text = (): Schema => ({ type: "string" });
const flag = (): Schema => ({ type: "boolean" });
const integer = (): Schema => ({ type: "integer" });
const int64 = (): Schema => ({ type: "integer", format: "int64" });
const count = (): Schema => ({ type: "integer", minimum: 0 });
const list = (items: Schema): Schema => ({ type: "array", items });
const mapOf = (values: Schema): Schema => ({ type: "object", additionalProperties: values });
const object = (properties: Properties, ...required: string[]): Schema =>
  required.length > 0 ? { type: "object", required, properties } : { type: "object", properties };

/** A part of a pod template: the controller makes the pod from it, so the API server checks it there. */
const podTemplatePart = (): Schema => ({ type: "object", "x-kubernetes-preserve-unknown-fields": true });

/** Reference to a Secret or ConfigMap by name; one owner for the whole of it, as in `k8s.io/api/core/v1`. */
const reference = (properties: Properties, ...required: string[]): Schema => ({
  ...object({ name: { type: "string", default: "" }, ...properties }, ...required),
  "x-kubernetes-map-type": "atomic",
});

const resourceMeta = (): Schema => object({ labels: mapOf(text()), annotations: mapOf(text()) });

const proxyServer = (): Schema => object({ url: text(), credentialSecretRef: text() });
const proxy = (): Schema => object({ http: proxyServer(), https: proxyServer(), noProxy: list(text()) });

const githubServerTLS = (): Schema =>
  object({ certificateFrom: object({ configMapKeyRef: reference({ key: text(), optional: flag() }, "key") }) });

const vaultConfig = (): Schema =>
  object({
    type: text(),
    azureKeyVault: object(
      { url: text(), tenantId: text(), clientId: text(), certificatePath: text() },
      "url",
      "tenantId",
      "clientId",
      "certificatePath",
    ),
    proxy: proxy(),
  });

const metrics = (): Schema => {
  const labelled = (more: Properties = {}) => mapOf(object({ labels: list(text()), ...more }, "labels"));
  return object({
    counters: labelled(),
    gauges: labelled(),
    histograms: labelled({ buckets: list({ type: "number" }) }),
  });
};

/** How GitHub is reached; the same four fields in three kinds. */
const github = (): Properties => ({
  githubConfigUrl: text(),
  githubConfigSecret: text(),
  githubServerTLS: githubServerTLS(),
  proxy: proxy(),
  vaultConfig: vaultConfig(),
});

const runnerCounts = (): Properties => ({
  pendingEphemeralRunners: integer(),
  runningEphemeralRunners: integer(),
  failedEphemeralRunners: integer(),
});

/** `AutoscalingRunnerSet.spec` (upstream `autoscalingrunnerset_types.go`). */
export const autoscalingRunnerSetSpec = (): Schema =>
  object({
    ...github(),
    runnerGroup: text(),
    runnerScaleSetName: text(),
    runnerScaleSetLabels: list(text()),
    minRunners: count(),
    maxRunners: count(),
    template: podTemplatePart(),
    listenerTemplate: podTemplatePart(),
    listenerMetrics: metrics(),
    autoscalingListener: resourceMeta(),
    listenerServiceAccountMetadata: resourceMeta(),
    listenerRoleMetadata: resourceMeta(),
    listenerRoleBindingMetadata: resourceMeta(),
    listenerConfigSecretMetadata: resourceMeta(),
    ephemeralRunnerSetMetadata: resourceMeta(),
    ephemeralRunnerMetadata: resourceMeta(),
    ephemeralRunnerConfigSecretMetadata: resourceMeta(),
  });

/** `AutoscalingListener.spec` (upstream `autoscalinglistener_types.go`). */
export const autoscalingListenerSpec = (): Schema =>
  object({
    ...github(),
    runnerScaleSetId: integer(),
    autoscalingRunnerSetNamespace: text(),
    autoscalingRunnerSetName: text(),
    ephemeralRunnerSetName: text(),
    minRunners: count(),
    maxRunners: count(),
    image: text(),
    imagePullSecrets: list(reference({})),
    metrics: metrics(),
    template: podTemplatePart(),
    configSecretMetadata: resourceMeta(),
    serviceAccountMetadata: resourceMeta(),
    roleMetadata: resourceMeta(),
    roleBindingMetadata: resourceMeta(),
  });

/** `EphemeralRunner.spec` (upstream `ephemeralrunner_types.go`); its `metadata` and `spec` are the pod template, inlined. */
export const ephemeralRunnerSpec = (): Schema =>
  object(
    {
      ...github(),
      runnerScaleSetId: integer(),
      proxySecretRef: text(),
      ephemeralRunnerConfigSecretMetadata: resourceMeta(),
      metadata: podTemplatePart(),
      spec: podTemplatePart(),
    },
    "githubConfigUrl",
    "githubConfigSecret",
    "runnerScaleSetId",
  );

/** `EphemeralRunnerSet.spec` (upstream `ephemeralrunnerset_types.go`). */
export const ephemeralRunnerSetSpec = (): Schema =>
  object(
    {
      replicas: integer(),
      patchID: integer(),
      ephemeralRunnerSpec: ephemeralRunnerSpec(),
      ephemeralRunnerMetadata: resourceMeta(),
    },
    "patchID",
  );

/** `AutoscalingRunnerSet.status`. */
export const autoscalingRunnerSetStatus = (): Schema =>
  object({ currentRunners: integer(), phase: text(), ...runnerCounts() });

/** `AutoscalingListener.status`: upstream's type has no field. */
export const autoscalingListenerStatus = (): Schema => ({ type: "object" });

/** `EphemeralRunnerSet.status`. */
export const ephemeralRunnerSetStatus = (): Schema =>
  object({ currentReplicas: integer(), phase: text(), ...runnerCounts() }, "currentReplicas");

/** `EphemeralRunner.status`. */
export const ephemeralRunnerStatus = (): Schema =>
  object({
    ready: flag(),
    phase: text(),
    reason: text(),
    message: text(),
    runnerId: integer(),
    runnerName: text(),
    failures: mapOf({ type: "string", format: "date-time" }),
    jobRequestId: int64(),
    jobId: text(),
    jobRepositoryName: text(),
    jobWorkflowRef: text(),
    workflowRunId: int64(),
    jobDisplayName: text(),
  });

/** The whole object of a kind. */
export const objectSchema = (spec: Schema, status: Schema): Schema =>
  object({ apiVersion: text(), kind: text(), metadata: { type: "object" }, spec, status });
