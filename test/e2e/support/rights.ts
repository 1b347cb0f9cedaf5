import type { V1PolicyRule } from "@kubernetes/client-node";
import type { PassedRequest } from "./recording";

/** Rights as lines `verb resource.group`, as RBAC has them. */
export type Rights = Set<string>;

/** The rights of rules. A rule that names objects, addresses or wildcards is none of ours. */
export function rightsOf(rules: V1PolicyRule[]): Rights {
  return new Set(
    rules.flatMap(({ apiGroups = [], resources = [], verbs }) =>
      apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => right(verb, resource, group)))),
    ),
  );
}

/** The right that a request takes; none for what every account may ask (`system:discovery`). */
export function rightFor({ method, url }: Pick<PassedRequest, "method" | "url">): string | undefined {
  const { pathname, searchParams } = new URL(url, "http://server");
  const match =
    /^\/(?:api\/v1|apis\/([^/]+)\/[^/]+)\/(?:namespaces\/[^/]+\/(?=[^/]))?([^/]+)(?:\/([^/]+))?(?:\/(.+))?$/.exec(
      pathname,
    );
  if (!match) return undefined;
  const [, group = "", resource = "", name, subresource] = match;
  const watches = ["true", "1"].includes(searchParams.get("watch") ?? "");
  const reading = name ? "get" : watches ? "watch" : "list";
  const verbs: Record<string, string> = { POST: "create", PUT: "update", PATCH: "patch", DELETE: "delete" };
  return right(verbs[method] ?? reading, subresource ? `${resource}/${subresource}` : resource, group);
}

/** Whether a request is about no namespace, or about all of them. */
export function isOutside({ url }: Pick<PassedRequest, "url">): boolean {
  return !/\/namespaces\/[^/?]+\/[^/?]/.test(url);
}

/**
 * The rights for requests, and for those that the same stack makes another day: what is made is changed, by a patch, and
 * a CRD is replaced. The official plugin watches what it deletes, and a Deployment with what belongs to it
 * (pulumi-kubernetes, `provider/pkg/await`: `await.go`, `deployment.go`), where the lab's stand-in looks again and again.
 */
export function rightsFor(requests: PassedRequest[]): Rights {
  const rights = new Set<string>();
  for (const request of requests) {
    const asked = rightFor(request);
    if (asked === undefined) continue;
    rights.add(asked);
    const [verb, resource] = asked.split(" ") as [string, string];
    for (const more of further(verb, resource, request.status)) rights.add(more);
  }
  return rights;
}

function further(verb: string, resource: string, status: number): string[] {
  const made = verb === "create" || (verb === "patch" && status === 201);
  const isCrd = resource.startsWith("customresourcedefinitions.");
  const watched = resource === "deployments.apps" ? OF_DEPLOYMENT : verb === "delete" ? [resource] : [];
  return [
    // Server-side apply makes what is not there.
    ...(made ? [`create ${resource}`, `patch ${resource}`] : []),
    ...(made && isCrd ? [`update ${resource}`] : []),
    ...watched.flatMap((each) => [`list ${each}`, `watch ${each}`]),
  ];
}

const OF_DEPLOYMENT = ["deployments.apps", "replicasets.apps", "pods", "persistentvolumeclaims"];

/** What the Roles and ClusterRoles of a stack grant, out of its state. */
export function grantedIn({ deployment }: { deployment: unknown }): Rights {
  const { resources } = deployment as { resources: { type: string; outputs?: { rules?: V1PolicyRule[] } }[] };
  const roles = resources.filter(({ type }) =>
    /^kubernetes:rbac\.authorization\.k8s\.io\/v1:(Cluster)?Role$/.test(type),
  );
  return rightsOf(roles.flatMap(({ outputs }) => outputs?.rules ?? []));
}

function right(verb: string, resource: string, group: string): string {
  return `${verb} ${resource}${group ? `.${group}` : ""}`;
}
