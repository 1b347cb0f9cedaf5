import * as semver from "semver";

/** A runner set as far as the name of its listener depends on it. */
export interface ListenedSet {
  namespace: string;
  name: string;
  runnerGroup?: string;
  githubConfigUrl?: string;
}

/** An AutoscalingListener, which is in the controller's namespace, and the namespace of the set that it serves. */
export interface ListenerRef {
  name: string;
  setNamespace: string;
}

/** First release whose listeners' names depend on runner group and URL too (#4299). */
const NAMED_BY_URL_SINCE = "0.13.1";

/** Characters that stand for the digits of a hash (`k8s.io/apimachinery/pkg/util/rand`, `SafeEncodeString`). */
const ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

/** The name that a release gives to the listener of a set (`resourcebuilder.go: scaleSetListenerName`). */
export function listenerName(set: ListenedSet, version: string): string {
  const { namespace, name, runnerGroup = "", githubConfigUrl = "" } = set;
  const hashed = isNamedByUrl(version) ? `${namespace}@${runnerGroup}@${githubConfigUrl}` : namespace;
  return `${name}-${safeEncoded(String(fnv32a(hashed))).slice(0, 8)}-listener`;
}

/**
 * The listeners that no set will have in the release `to`. The controller finds a listener by its computed name alone:
 * one of another name stays for ever and fails over and over (#4346, #4629).
 */
export function orphanListeners(
  from: string | undefined,
  to: string,
  sets: ListenedSet[],
  listeners: ListenerRef[],
): string[] {
  if (from === undefined || isNamedByUrl(from) === isNamedByUrl(to)) return [];
  const names = new Set(sets.map((set) => listenerName(set, to)));
  return listeners.map(({ name }) => name).filter((name) => !names.has(name));
}

/** A version that is none, such as `dev`, is newer than all releases. */
function isNamedByUrl(version: string): boolean {
  return semver.valid(version) === null || semver.gte(version, NAMED_BY_URL_SINCE);
}

/** The 32-bit hash FNV-1a of a text's UTF-8. */
function fnv32a(text: string): number {
  return Buffer.from(text).reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193) >>> 0, 0x811c9dc5);
}

function safeEncoded(text: string): string {
  return [...text].map((character) => ALPHABET[character.charCodeAt(0) % ALPHABET.length]).join("");
}
