import { canonicalJson } from "../../../components/digest";
import type { AutoscalingRunnerSet } from "./objects";
import { behaviour, minorOf } from "./release";

const SAFE = "bcdfghjklmnpqrstvwxz2456789";

/** 32 bits of FNV-1a over a text's UTF-8 bytes. */
export function fnv32a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

/** A sum in letters that make no words, as `rand.SafeEncodeString` writes it (facts 7.6). */
export function safeEncoded(sum: number): string {
  return [...String(sum)].map((digit) => SAFE[digit.charCodeAt(0) % SAFE.length]).join("");
}

/** Eight letters of a text's hash, for names. */
export function shortHash(text: string): string {
  return safeEncoded(fnv32a(text)).slice(0, 8);
}

/** Name of the set's listener (`scaleSetListenerName`, facts 7.6); before 0.13.1 it knows the namespace alone (facts 11). */
export function listenerName({ metadata, spec }: AutoscalingRunnerSet, build: string): string {
  const { name, namespace } = metadata;
  const connection = `${namespace}@${spec.runnerGroup ?? ""}@${spec.githubConfigUrl ?? ""}`;
  return `${name}-${shortHash(behaviour(build).listenerNameOfConnection ? connection : namespace)}-listener`;
}

/** What an EphemeralRunnerSet is made anew for: these seven fields and no other (`RunnerSetSpecHash`, facts 7.3). */
export function runnerSetSpecHash({ spec }: AutoscalingRunnerSet, build: string): string {
  const { githubConfigUrl, githubConfigSecret, runnerGroup, runnerScaleSetName, proxy, githubServerTLS, template } =
    spec;
  return ofValue(build, [
    { githubConfigUrl, githubConfigSecret, runnerGroup, runnerScaleSetName, proxy, githubServerTLS, template },
  ]);
}

/** What a listener is made anew for, beside the values hash: the whole spec (`ListenerSpecHash`, facts 7.3). */
export function listenerSpecHash({ spec }: AutoscalingRunnerSet, build: string): string {
  return ofValue(build, [spec]);
}

/** What sets a set back to Pending, and wakes it when it is Outdated: its spec and labels (facts 7.1, 7.3). */
export function changeHash({ metadata, spec }: AutoscalingRunnerSet, build: string): string {
  return ofValue(build, [spec, metadata.labels ?? {}]);
}

function ofValue(build: string, values: unknown[]): string {
  return safeEncoded(fnv32a(canonicalJson([minorOf(build), ...values])));
}
