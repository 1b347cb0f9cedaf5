import { isNotFound, NoKindError } from "./api-error";
import type { Client } from "./client";

/** What the API server says of a kind. */
export interface Resource {
  name: string;
  kind: string;
  namespaced: boolean;
}

// How long a version that is not there may be taken as still not there: one preview asks for many objects of it.
const ABSENT_FOR = 500;

const find = async ({ resources }: Asked, kind: string) => (await resources).find((resource) => resource.kind === kind);

const CLUSTER_WIDE = new Set([
  "v1/Namespace",
  "v1/Node",
  "v1/PersistentVolume",
  "admissionregistration.k8s.io/v1/MutatingWebhookConfiguration",
  "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy",
  "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding",
  "admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration",
  "apiextensions.k8s.io/v1/CustomResourceDefinition",
  "apiregistration.k8s.io/v1/APIService",
  "certificates.k8s.io/v1/CertificateSigningRequest",
  "flowcontrol.apiserver.k8s.io/v1/FlowSchema",
  "flowcontrol.apiserver.k8s.io/v1/PriorityLevelConfiguration",
  "networking.k8s.io/v1/IngressClass",
  "node.k8s.io/v1/RuntimeClass",
  "rbac.authorization.k8s.io/v1/ClusterRole",
  "rbac.authorization.k8s.io/v1/ClusterRoleBinding",
  "scheduling.k8s.io/v1/PriorityClass",
  "storage.k8s.io/v1/CSIDriver",
  "storage.k8s.io/v1/CSINode",
  "storage.k8s.io/v1/StorageClass",
  "storage.k8s.io/v1/VolumeAttachment",
]);

/** Whether the kind is one of Kubernetes' own that no namespace holds; known without asking the server. */
export function isClusterWide(apiVersion: string, kind: string): boolean {
  return CLUSTER_WIDE.has(`${apiVersion}/${kind}`);
}

interface Asked {
  at: number;
  resources: Promise<Resource[]>;
}

/** The kinds that the API server has: asked once for each version of a group, and again for a kind that is not there yet. */
export class Discovery {
  private readonly versions = new Map<string, Asked>();

  constructor(private readonly client: Client) {}

  /** The resource of a kind. Throws {@link NoKindError} when the server does not have it. */
  async resource(apiVersion: string, kind: string): Promise<Resource> {
    const known = this.versions.get(apiVersion) ?? this.askAgain(apiVersion);
    const found = await find(known, kind);
    if (found !== undefined) {
      return found;
    }
    // Another Provider, or another program, may have added its definition since.
    const later = known.at + ABSENT_FOR < Date.now() ? await find(this.askAgain(apiVersion), kind) : undefined;
    if (later === undefined) {
      throw new NoKindError(apiVersion, kind);
    }
    return later;
  }

  /** Whether the server has the kind. One that cannot be asked has none. */
  async has(apiVersion: string, kind: string): Promise<boolean> {
    return this.resource(apiVersion, kind).then(
      () => true,
      () => false,
    );
  }

  /** Forgets what it knows, since a definition has been added. */
  reset(): void {
    this.versions.clear();
  }

  private askAgain(apiVersion: string): Asked {
    const asked = { at: Date.now(), resources: this.ask(apiVersion) };
    this.versions.set(apiVersion, asked);
    asked.resources.catch(() => this.versions.get(apiVersion) === asked && this.versions.delete(apiVersion));
    return asked;
  }

  private async ask(apiVersion: string): Promise<Resource[]> {
    const path = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    try {
      const { resources } = (await this.client.send({ method: "GET", path })) as { resources?: Resource[] };
      // A name with a slash is a subresource, which repeats its object's kind.
      return (resources ?? []).filter((resource) => !resource.name.includes("/"));
    } catch (error) {
      if (isNotFound(error)) {
        return [];
      }
      throw error;
    }
  }
}
