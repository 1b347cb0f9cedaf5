/** How far a job is. */
export const JobState = {
  Queued: "queued",
  Running: "running",
  Finished: "finished",
  /** Its runner went away, or its scale set. */
  Lost: "lost",
} as const;
export type JobState = (typeof JobState)[keyof typeof JobState];

/** A job that a workflow asks of a scale set. */
export interface Job {
  id: string;
  /** `namespace/name` of the AutoscalingRunnerSet that it was meant for. */
  set: string;
  /** Name of the EphemeralRunner that runs it, or ran it. */
  runner?: string;
  state: JobState;
}

/** A runner scale set, as GitHub keeps it. */
export interface ScaleSet {
  id: number;
  /** URL of the organisation, repository or enterprise. */
  url: string;
  /** Name of the runner group; GitHub's own is called Default. */
  group: string;
  name: string;
}

const DEFAULT_GROUP = "Default";

/** What GitHub remembers of scale sets and jobs; it outlives every controller. */
export class GitHubMemory {
  private readonly known = new Map<number, ScaleSet>();
  private readonly deleted = new Set<number>();
  private readonly queue: Job[] = [];
  /** Steps of each set's queue, so that every message to a listener has a number of its own. */
  private readonly messages = new Map<string, number>();
  private lastId = 0;
  private lastRunnerId = 0;

  scaleSets(): ScaleSet[] {
    return [...this.known.values()].map((each) => ({ ...each }));
  }

  jobs(): Job[] {
    return [...this.queue];
  }

  /** One that is there is adopted as it is, else it is made (facts 7.5). */
  register({ url, group, name }: Omit<ScaleSet, "id">): { scaleSet: ScaleSet; adopted: boolean } {
    const wanted = { url, group: group || DEFAULT_GROUP, name };
    const found = [...this.known.values()].find((each) => sameKey(each, wanted));
    if (found) return { scaleSet: found, adopted: true };
    const scaleSet = { id: ++this.lastId, ...wanted };
    this.known.set(scaleSet.id, scaleSet);
    return { scaleSet, adopted: false };
  }

  /** Remembers a scale set that was there before this memory began. */
  learn(scaleSet: ScaleSet): void {
    if (this.known.has(scaleSet.id) || this.deleted.has(scaleSet.id)) return;
    this.known.set(scaleSet.id, { ...scaleSet, group: scaleSet.group || DEFAULT_GROUP });
    this.lastId = Math.max(this.lastId, scaleSet.id);
  }

  /** PATCH of a scale set. */
  change(id: number, changes: Partial<Pick<ScaleSet, "group" | "name">>): void {
    const scaleSet = this.known.get(id);
    if (scaleSet) Object.assign(scaleSet, changes);
  }

  /** Whether there was one to delete. */
  delete(id: number): boolean {
    this.deleted.add(id);
    return this.known.delete(id);
  }

  newRunnerId(): number {
    return ++this.lastRunnerId;
  }

  enqueue(set: string): Job {
    const job: Job = { id: `job-${this.queue.length + 1}`, set, state: JobState.Queued };
    this.queue.push(job);
    this.step(set);
    return job;
  }

  /** Hands the longest waiting job of the set to a runner. */
  start(set: string, runner: string): Job | undefined {
    const job = this.queue.find((each) => each.set === set && each.state === JobState.Queued);
    if (job) Object.assign(job, { runner, state: JobState.Running });
    return job;
  }

  end(job: Job, state: typeof JobState.Finished | typeof JobState.Lost): void {
    job.state = state;
    this.step(job.set);
  }

  /** The job that a runner of a set works on. */
  running(set: string, runner: string): Job | undefined {
    return this.queue.find((job) => job.set === set && job.runner === runner && job.state === JobState.Running);
  }

  /** Jobs that a listener hears of: waiting or at work. */
  assigned(set: string): number {
    return this.queue.filter((job) => job.set === set && isOpen(job)).length;
  }

  waiting(set: string): number {
    return this.queue.filter((job) => job.set === set && job.state === JobState.Queued).length;
  }

  /** Number of the last message about the set's jobs. */
  message(set: string): number {
    return this.messages.get(set) ?? 0;
  }

  private step(set: string): void {
    this.messages.set(set, this.message(set) + 1);
  }
}

function isOpen({ state }: Job): boolean {
  return state === JobState.Queued || state === JobState.Running;
}

function sameKey(a: Omit<ScaleSet, "id">, b: Omit<ScaleSet, "id">): boolean {
  const key = ({ url, group, name }: Omit<ScaleSet, "id">) => [url, group, name].join("\n").toLowerCase();
  return key(a) === key(b);
}
