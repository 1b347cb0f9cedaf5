import type { FencedSet } from "../../components/controller/version-fence";
import type { ListenerRef } from "../../components/controller/version-fence-listeners";
import type { FenceCluster, FencedController, Page } from "../../components/controller/version-fence-steps";

/** A cluster in memory. It writes down each request that changes something, and each look for pods. */
export class ClusterDouble implements FenceCluster {
  readonly done: string[] = [];
  /** Most relabelling requests at a time. */
  mostAtOnce = 0;
  deployment: FencedController | undefined = { uid: "uid-1", replicas: 1, image: "r/controller:0.13.1" };
  /** How many looks still find the pods after the scale to 0. */
  podsLinger = 1;
  pageSize = 100;
  /** Thrown by the next requests of a kind, in this order. */
  readonly failures: Record<string, unknown[]> = {};
  private atOnce = 0;

  constructor(
    public found: FencedSet[],
    public listenersFound: ListenerRef[] = [],
  ) {}

  async controller() {
    return this.deployment && { ...this.deployment };
  }

  async scale(replicas: number) {
    this.do(`scale ${replicas}`);
    this.deployment!.replicas = replicas;
  }

  async pods() {
    this.do("pods");
    const running = this.deployment!.replicas > 0 || this.podsLinger-- > 0;
    return running ? ["controller-1"] : [];
  }

  async sets(after?: string) {
    return this.page(this.found, after);
  }

  async listeners(after?: string) {
    return this.page(this.listenersFound, after);
  }

  async relabel({ namespace, name }: FencedSet, version: string) {
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.atOnce);
    await new Promise(setImmediate);
    this.atOnce--;
    this.do(`relabel ${namespace}/${name} ${version}`);
    this.found = this.found.map((set) => (set.name === name ? { ...set, version } : set));
  }

  async deleteListener(name: string) {
    this.do(`delete ${name}`);
    this.listenersFound = this.listenersFound.filter((listener) => listener.name !== name);
  }

  private do(request: string) {
    const failure = this.failures[request]?.shift();
    if (failure) throw failure;
    this.done.push(request);
  }

  private page<T>(items: T[], after = "0"): Page<T> {
    const end = Number(after) + this.pageSize;
    return { items: items.slice(Number(after), end), ...(end < items.length ? { next: String(end) } : {}) };
  }
}

/** Sets `team/set-0`, `team/set-1` … with this version label. */
export function sets(count: number, version = "0.13.1"): FencedSet[] {
  return Array.from({ length: count }, (_, index) => ({ namespace: "team", name: `set-${index}`, version }));
}

/** What a request that fails throws. */
export const answer = (code: number | string, message: string) => Object.assign(new Error(message), { code });
