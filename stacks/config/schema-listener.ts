import { z } from "zod";
import { LISTENER_DEFAULTS } from "../../components/runners/listener";
import { LISTENER_METRICS, MetricsPreset } from "../../components/runners/listener-metrics";
import { absolutePath, type IssueHint, labelKey, labelValue, objectName } from "./fields";
import { annotations, count, labels, resources } from "./schema-parts";

const anyObject = z.looseObject({});

/** What the controller gives the container itself; a second of the name is refused by Kubernetes, or hides the first. */
const OWN = { env: "LISTENER_CONFIG_PATH", volume: "listener-config", mountPath: "/etc/gha-listener" };

function notOwn(parser: z.ZodString, own: string) {
  const hint: IssueHint = { allowed: `any other than ${own}`, fix: "choose another one" };
  return parser.superRefine((value, context) => {
    const same = value.replace(/(.)\/+$/, "$1") === own;
    if (same) context.addIssue({ code: "custom", message: "is what the controller gives the listener", params: hint });
  });
}

/** The listener leaves a label empty that it does not know, and does not start with one that it has twice. */
function metricLabels(known: string[]) {
  return z.array(z.enum(known)).superRefine((given, context) => {
    const twice = given.find((label, index) => given.indexOf(label) < index);
    if (twice === undefined) return;
    const params: IssueHint = { allowed: "each label once", fix: `remove one ${twice}` };
    context.addIssue({ code: "custom", message: `has ${twice} twice`, params });
  });
}

/** The listener stops at the first job when these do not rise (`newHistogram`, prometheus/client_golang). */
const buckets = z
  .array(z.number().positive())
  .min(1)
  .superRefine((bounds, context) => {
    const wrong = bounds.find((bound, index) => index > 0 && bound <= bounds[index - 1]!);
    if (wrong === undefined) return;
    const params: IssueHint = { allowed: "seconds, each more than the one before", fix: "sort them" };
    context.addIssue({ code: "custom", message: `has ${wrong} after a bound that is not less`, params });
  });

/** Metrics of one kind by name, each with the labels that it can have. */
function metrics<T extends z.ZodRawShape>(known: Record<string, string[]>, more: T) {
  const entries = Object.entries(known).map(([name, labelsOfMetric]) => {
    const metric = z.strictObject({ labels: metricLabels(labelsOfMetric), ...more });
    return [name, metric.exactOptional()] as const;
  });
  return z.strictObject(Object.fromEntries(entries));
}

const listenerMetrics = z
  .strictObject({
    preset: z
      .enum(MetricsPreset)
      .describe(
        "trimmed: all gauges, and job metrics without labels that multiply series; full: the listener's built-in set; none: only those listed here. Default trimmed.",
      ),
    counters: metrics(LISTENER_METRICS.counters, {}).describe("Counters in place of the preset's, or besides them."),
    gauges: metrics(LISTENER_METRICS.gauges, {}).describe("Gauges in place of the preset's."),
    histograms: metrics(LISTENER_METRICS.histograms, { buckets: buckets.optional() }).describe(
      "Histograms in place of the preset's; buckets are seconds, default the listener's 45.",
    ),
  })
  .partial();

/** What the patch must look like for the rest of it to be found; Kubernetes' schema says the rest (`listener/schema`). */
const template = z
  .strictObject({
    metadata: anyObject.optional(),
    spec: z
      .looseObject({
        containers: z.array(z.looseObject({ name: objectName.optional() })).optional(),
        nodeSelector: z.record(labelKey, labelValue.nullable()).optional(),
      })
      .optional(),
  })
  .describe(
    "Patch of the pod template that the other keys make, a Kubernetes strategic merge: lists merge by name, $patch: delete removes.",
  );

const listenerFields = {
  resources: resources.describe("Requests and limits of the listener."),
  nodeSelector: labels.describe("Labels of the nodes that the listener may run on; Linux is added."),
  tolerations: z.array(anyObject).describe("Taints that the listener tolerates, as in Kubernetes."),
  affinity: anyObject.describe("Affinity of the listener, as in Kubernetes."),
  priorityClassName: objectName.describe("PriorityClass of the listener: no job starts while it is evicted."),
  restricted: z
    .boolean()
    .describe("Run the listener as Pod Security restricted asks for, with a read-only root; default false."),
  securityContext: anyObject.describe("Security context of the container; its fields win over those of restricted."),
  podSecurityContext: anyObject.describe("Security context of the pod; its fields win over those of restricted."),
  env: z
    .array(z.looseObject({ name: notOwn(z.string().min(1), OWN.env) }).describe("A variable as in Kubernetes."))
    .describe("Further environment of the listener."),
  volumes: z
    .array(z.looseObject({ name: notOwn(objectName, OWN.volume) }).describe("A volume as in a Kubernetes pod spec."))
    .describe("Volumes of the listener's pod."),
  volumeMounts: z
    .array(
      z
        .looseObject({ name: objectName, mountPath: notOwn(absolutePath, OWN.mountPath) })
        .describe("A mount as in Kubernetes."),
    )
    .describe("Further mounts of the listener."),
  labels: labels.describe("Labels of the pod, besides those of the controller."),
  annotations: annotations.describe("Annotations of the pod."),
  terminationGracePeriodSeconds: count.describe(
    `Seconds between the signal to end and the end by force; default ${LISTENER_DEFAULTS.terminationGracePeriodSeconds}.`,
  ),
  template,
  metrics: listenerMetrics.describe("Metrics of the listener."),
};

export const listener = z
  .strictObject(listenerFields)
  .partial()
  .describe("The listeners: one pod for each set, in the controller's namespace; see docs/listener.md.");

export const listenerOverride = z
  .strictObject(listenerFields)
  .partial()
  .describe("What this set's listener has otherwise than arc:listener. Objects merge field by field, lists replace.");
