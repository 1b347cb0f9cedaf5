import * as pulumi from "@pulumi/pulumi";
import { UpdateStrategy } from "../controller/args";
import { valuesHash } from "../digest";
import type { RunnerPodTemplate } from "./pod/spec";
import type { RunnerScaleSetArgs } from "./runner-scale-set";

/**
 * Pod annotation with a digest of what the listener depends on and the runners do not. Under `eventual` a listener is
 * made anew only when no runner is left, and idle ones go only for another EphemeralRunnerSet
 * (actions/actions-runner-controller#4432): with this annotation the edit makes one.
 */
export const LISTENER_DIGEST = "listenerDigest";

/** Fields of the spec in the EphemeralRunnerSet's hash (`RunnerSetSpecHash`); the listener's hash has the whole spec. */
export const RUNNER_HASH_FIELDS: readonly string[] = [
  "githubConfigUrl",
  "githubConfigSecret",
  "runnerGroup",
  "runnerScaleSetName",
  "proxy",
  "githubServerTLS",
  "template",
];

/** Enough of it to tell two edits apart, and short enough to read in a preview. */
const DIGEST_LENGTH = 16;

interface Spec {
  minRunners: number;
  template: RunnerPodTemplate;
}
type DigestArgs = Pick<RunnerScaleSetArgs, "minRunners" | "schedules" | "controllerUpdateStrategy">;

/** The spec, with the digest where the listener would not come back without. `hash` is the set's values-hash. */
export function withListenerDigest<S extends Spec>(spec: S, hash: pulumi.Input<string>, args: DigestArgs) {
  if (args.controllerUpdateStrategy !== UpdateStrategy.Eventual || !keepsIdleRunners(args)) return spec;
  const { template } = spec;
  const annotations = { ...template.metadata?.annotations, [LISTENER_DIGEST]: listenerDigest(spec, hash, args) };
  return { ...spec, template: { ...template, metadata: { ...template.metadata, annotations } } };
}

function keepsIdleRunners({ minRunners = 0, schedules = [] }: DigestArgs): boolean {
  return Math.max(minRunners, ...schedules.map((schedule) => schedule.minRunners)) > 0;
}

function listenerDigest(spec: Spec, hash: pulumi.Input<string>, { schedules }: DigestArgs): pulumi.Output<string> {
  // A schedule changes minRunners in the cluster, together with an annotation of its own.
  const left = schedules?.length ? ["minRunners"] : [];
  const fields = Object.entries(spec).filter(([field]) => ![...RUNNER_HASH_FIELDS, ...left].includes(field));
  return pulumi
    .output({ spec: Object.fromEntries(fields), hash })
    .apply((depends) => valuesHash(depends).slice(0, DIGEST_LENGTH));
}
