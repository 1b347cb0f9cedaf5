import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { KubeConfig } from "@kubernetes/client-node";
import { Client } from "../../providers/kubernetes/client";
import { every, type Loop } from "../every";
import { Access, isPassing } from "./access";
import { type ModelEvent, type Tally, tallyOf, type Tell, What } from "./events";
import { GitHubMemory, type Job, JobState, type ScaleSet } from "./github";
import type { ControllerModel } from "./index";
import { reconcileListener } from "./listener";
import { clientOf, findManagers, type Manager, stillRuns } from "./managers";
import { type EphemeralRunner, Kind, nameOf, SCALE_SET_NAME, GROUP_NAME } from "./objects";
import { look, type Memory, type Pass } from "./pass";
import { scaleSetId } from "./resources";
import { reconcileRunner } from "./runner";
import { reconcileRunnerSet } from "./runner-set";
import { reconcileSet } from "./set";

const POLL = 250;

/** The loop over all controllers of a cluster, and its controls. */
export class Model implements ControllerModel {
  readonly events: ModelEvent[] = [];
  readonly refusals: string[] = [];
  private readonly github = new GitHubMemory();
  private readonly exits = new Map<string, number>();
  private readonly admin: Client;
  private readonly clients = new Map<string, Client>();
  private readonly memory: Memory;
  private readonly loop: Loop;
  private managers: Manager[] = [];
  private readonly passes = { begun: 0, done: 0, changed: 0 };

  constructor(private readonly client: KubeConfig) {
    this.admin = new Client(client);
    this.memory = {
      github: this.github,
      exits: this.exits,
      asked: new Map(),
      tell: this.tell,
      stillRuns: (manager) => stillRuns(this.admin, manager),
    };
    this.loop = every(POLL, () => this.step());
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  tally(from = 0): Tally {
    return tallyOf(this.events.slice(from));
  }

  scaleSets(): ScaleSet[] {
    return this.github.scaleSets();
  }

  jobs(): Job[] {
    return this.github.jobs();
  }

  queueJob(set: string): Job {
    return this.github.enqueue(set);
  }

  async assignJob(set: string, seconds = 30): Promise<Job> {
    const job = this.queueJob(set);
    await until(() => job.state !== JobState.Queued, seconds, `a runner of ${set} takes ${job.id}`);
    return job;
  }

  finishJob(job: Job): void {
    if (job.state !== JobState.Running) throw new Error(`${job.id} is ${job.state}, so it cannot be finished`);
    this.github.end(job, JobState.Finished);
    this.exits.set(runnerOf(job), 0);
    this.tell(What.JobFinished, { set: job.set, name: job.runner!, job: job.id });
  }

  exitRunner(set: string, runner: string, code: number): void {
    const job = this.github.running(set, runner);
    if (job && code === 0) return this.finishJob(job);
    this.exits.set(`${namespaceOf(set)}/${runner}`, code);
  }

  async settled(seconds = 30): Promise<void> {
    const from = this.passes.begun;
    const quiet = () => this.passes.done >= Math.max(from, this.passes.changed) + 2;
    await until(quiet, seconds, "the controllers have nothing more to do");
  }

  private readonly tell: Tell = (what, about = {}) => {
    this.events.push({ what, at: Date.now(), ...about });
  };

  private async step(): Promise<void> {
    const pass = ++this.passes.begun;
    const managers = await findManagers(this.admin);
    this.tellOfManagers(managers);
    const changed = await Promise.all(managers.map((manager) => this.act(manager)));
    await this.findLostJobs();
    if (changed.some(Boolean)) this.passes.changed = pass;
    this.passes.done = pass;
  }

  private tellOfManagers(now: Manager[]): void {
    const { managers: before } = this;
    const isIn = (list: Manager[]) => (one: Manager) =>
      list.some(({ controller, version }) => controller === one.controller && version === one.version);
    const about = ({ controller, version }: Manager) => ({ controller, version });
    for (const gone of before.filter((one) => !isIn(now)(one))) this.tell(What.ControllerStopped, about(gone));
    for (const come of now.filter((one) => !isIn(before)(one))) this.tell(What.ControllerStarted, about(come));
    this.managers = now;
  }

  /** One pass of a controller over all that it serves, cut off when its pod goes; whether it changed anything. */
  private async act(manager: Manager): Promise<boolean> {
    const gone = new AbortController();
    // Every request of the pass listens to it.
    setMaxListeners(0, gone.signal);
    const access = new Access(this.clientOf(manager), gone.signal);
    const watch = every(POLL, async () => {
      if (!(await stillRuns(this.admin, manager))) gone.abort();
    });
    try {
      await this.reconcileAll(await look(manager, access, this.memory));
    } catch (error) {
      this.note(error);
    } finally {
      await watch.stop();
    }
    return access.writes > 0;
  }

  /** Runners that have ended are out of the way before a listener counts its jobs, and that before runners are made. */
  private async reconcileAll(pass: Pass): Promise<void> {
    this.learn(pass);
    await this.each(pass.sets, (set) => reconcileSet(pass, set));
    await this.each(pass.runners, (runner) => reconcileRunner(pass, runner));
    await this.each(pass.listeners, (listener) => reconcileListener(pass, listener));
    await this.each(pass.runnerSets, (runnerSet) => reconcileRunnerSet(pass, runnerSet));
  }

  /** Each by itself: what fails is tried again by the next pass. */
  private async each<T>(objects: T[], reconcile: (object: T) => Promise<void>): Promise<void> {
    await Promise.all([...objects].map((object) => reconcile(object).catch((error: unknown) => this.note(error))));
  }

  private note(error: unknown): void {
    const { message } = error as Error;
    if (!isPassing(error) && !this.refusals.includes(message)) this.refusals.push(message);
  }

  /** Scale sets that sets name from before this model began. */
  private learn({ sets }: Pass): void {
    for (const set of sets) {
      const id = scaleSetId(set);
      const { annotations = {}, name } = set.metadata;
      const group = annotations[GROUP_NAME] ?? set.spec.runnerGroup ?? "";
      if (id === undefined) continue;
      this.github.learn({ id, url: set.spec.githubConfigUrl ?? "", group, name: annotations[SCALE_SET_NAME] ?? name });
    }
  }

  /** A job whose runner is gone without having finished it is lost, whoever took the runner away. */
  private async findLostJobs(): Promise<void> {
    const running = this.github.jobs().filter(({ state }) => state === JobState.Running);
    if (!running.length) return;
    const runners = await new Access(this.admin).list<EphemeralRunner>(Kind.Runner);
    const there = new Set(runners.map(nameOf));
    for (const job of running.filter((each) => !there.has(runnerOf(each)))) {
      // It may have been finished while the list was under way.
      if (job.state !== JobState.Running) continue;
      this.github.end(job, JobState.Lost);
      this.tell(What.JobLost, { set: job.set, name: job.runner!, job: job.id });
    }
  }

  private clientOf(manager: Manager): Client {
    const account = `${manager.namespace}/${manager.serviceAccount}`;
    const client = this.clients.get(account) ?? clientOf(this.client, manager);
    this.clients.set(account, client);
    return client;
  }
}

function namespaceOf(set: string): string {
  return set.slice(0, set.indexOf("/"));
}

/** `namespace/name` of the EphemeralRunner that has the job. */
function runnerOf({ set, runner }: Job): string {
  return `${namespaceOf(set)}/${runner}`;
}

async function until(holds: () => boolean, seconds: number, what: string): Promise<void> {
  for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline; await sleep(50)) if (holds()) return;
  throw new Error(`Waited ${seconds} s in vain until ${what}`);
}
