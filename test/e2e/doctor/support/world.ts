import * as assert from "node:assert/strict";
import type { RunnerRelease } from "../../../../components/runners/runner-releases";
import type { Elsewhere } from "../../../../cli/doctor/observe";
import type { Metadata } from "../../../../cli/doctor/objects";

/** An object to write; `status` goes to its subresource. */
export interface WorldObject {
  apiVersion: string;
  kind: string;
  metadata: Metadata & { name: string };
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
  /** Key of the object that owns it; its uid is known only when that is written. */
  owner?: string;
  /** Deleted after it was written; its finalizers keep it. */
  deleting?: boolean;
  [field: string]: unknown;
}

/** Seconds between the writing of the objects and the moment at which doctor looks, where a test says nothing else. */
const USUAL_AGE = 600;

/** Everything in a cluster, in the order in which it is written. A test changes one thing of a healthy one. */
export class World {
  private readonly objects = new Map<string, WorldObject>();
  /** What containers print, by `namespace/pod/container`. */
  readonly logs = new Map<string, string>();
  /** How Vault and GitHub answer. @default - nobody can be asked */
  ask: Partial<Pick<Elsewhere, "askVault" | "askGitHub">> = {};
  /** The releases of the runner that are known; that of the stack is the newest. */
  runnerReleases: readonly RunnerRelease[];
  /** How old the objects are when doctor looks. */
  age = USUAL_AGE;

  /** Objects that were made before the others, by key, and seconds: the API server dates what is made itself. */
  readonly older = new Map<string, number>();

  /** The moment at which doctor looks. */
  readonly now: Date;

  constructor(written: Date) {
    this.now = new Date(written.getTime() + USUAL_AGE * 1000);
    this.runnerReleases = [{ version: "2.337.1", published: this.day(10) }];
  }

  /** The day so many days before doctor looks. */
  day(ago: number): string {
    return this.ago(ago * 86_400).slice(0, 10);
  }

  /** Lets more or less time go by than usual; what tells a time itself keeps it. */
  lookAfter(seconds: number): void {
    this.age = seconds;
    this.now.setTime(this.now.getTime() + (seconds - USUAL_AGE) * 1000);
  }

  /** A time so many seconds before doctor looks, as the API has times. */
  ago(seconds: number): string {
    return new Date(this.now.getTime() - seconds * 1000).toISOString().replace(/\.\d+Z$/, "Z");
  }

  add(...objects: WorldObject[]): void {
    for (const object of objects) {
      const key = keyOf(object);
      assert.ok(!this.objects.has(key), `${key} is there already`);
      this.objects.set(key, object);
    }
  }

  get(kind: string, name: string): WorldObject {
    const found = this.objects.get(`${kind} ${name}`);
    assert.ok(found, `there is a ${kind} ${name}; there are ${[...this.objects.keys()].join(", ")}`);
    return found;
  }

  /** All of a kind, or those of one owner. */
  of(kind: string, owner?: string): WorldObject[] {
    return this.all().filter((object) => object.kind === kind && (owner === undefined || object.owner === owner));
  }

  remove(kind: string, name: string): void {
    assert.ok(this.objects.delete(`${kind} ${name}`), `there was a ${kind} ${name}`);
  }

  all(): WorldObject[] {
    return [...this.objects.values()];
  }
}

/** `Kind namespace/name`, or `Kind name`. */
export function keyOf({ kind, metadata }: WorldObject): string {
  return `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ""}${metadata.name}`;
}
