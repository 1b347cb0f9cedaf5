import type {
  CheckCall,
  CreateCall,
  DeleteCall,
  DiffCall,
  Log,
  Properties,
  Provider,
  ReadCall,
  UpdateCall,
} from "../plugin";
import { check } from "./check";
import { Cluster } from "./cluster";
import { create } from "./create";
import { remove } from "./delete";
import { diff } from "./diff";
import { objectOf } from "./object";
import { read } from "./read";
import type { Settings } from "./settings";
import { inputsOf } from "./state";
import { update } from "./update";

const DELETE_UNREACHABLE =
  "If the cluster was deleted, set PULUMI_K8S_DELETE_UNREACHABLE to true and run again to take the resource out of the state";

/** What a provider works with: a cluster that answers, or why there is none. */
export type Target = { cluster: Cluster } | { unreachable: string };

/** One configured `kubernetes.Provider`. Without a cluster a preview works as far as it needs none. */
export class KubernetesProvider implements Provider {
  constructor(
    private readonly target: Target,
    private readonly settings: Omit<Settings, "kubeConfig">,
    private readonly log: Log,
  ) {}

  async check(call: CheckCall) {
    if ("unreachable" in this.target && this.settings.skipUpdateUnreachable) {
      this.log("warning", "Cluster is unreachable but skipUpdateUnreachable is set: skipping", call.urn);
      return { inputs: call.olds };
    }
    return check(call, this.settings.namespace, "cluster" in this.target ? this.target.cluster : undefined);
  }

  diff(call: DiffCall) {
    return Promise.resolve().then(() => diff(call, this.settings));
  }

  async create(call: CreateCall) {
    if ("unreachable" in this.target && call.preview) {
      return { id: "", properties: inputsOf(objectOf(call.inputs)) };
    }
    return create(this.reachable(), call);
  }

  async update(call: UpdateCall): Promise<Properties> {
    if ("unreachable" in this.target && call.preview) {
      return inputsOf(objectOf(call.news));
    }
    return update(this.reachable(), call);
  }

  async read(call: ReadCall) {
    if ("unreachable" in this.target && this.settings.deleteUnreachable) {
      return undefined;
    }
    if ("unreachable" in this.target && this.settings.skipUpdateUnreachable) {
      return { id: call.id, inputs: call.inputs, properties: call.properties };
    }
    return read(this.reachable(DELETE_UNREACHABLE), call);
  }

  async delete(call: DeleteCall): Promise<void> {
    if ("unreachable" in this.target && this.settings.deleteUnreachable) {
      this.log("warning", "the cluster is unreachable: the resource is only taken out of the state", call.urn);
      return;
    }
    await remove(this.reachable(DELETE_UNREACHABLE), call);
  }

  invoke(token: string): Promise<Properties> {
    return Promise.reject(new Error(`unknown function "${token}"`));
  }

  private reachable(advice?: string): Cluster {
    if ("cluster" in this.target) {
      return this.target.cluster;
    }
    const message = `configured Kubernetes cluster is unreachable: ${this.target.unreachable}`;
    throw new Error(advice === undefined ? message : `${message}\n${advice}`);
  }
}
