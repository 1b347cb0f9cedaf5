import { KubeConfig, type V1SubjectAccessReview } from "@kubernetes/client-node";
import { ask } from "./raw";

/** A ServiceAccount, as RBAC names its subject. */
export interface Account {
  namespace: string;
  name: string;
}

/** Resource → the verbs that are allowed on it, in the order in which they were asked. */
export type Access = Record<string, string>;

/** Reviews that are under way at a time: the API server answers them from memory. */
const AT_A_TIME = 16;

/** The name under which the API server knows a ServiceAccount. */
export function userName({ namespace, name }: Account): string {
  return `system:serviceaccount:${namespace}:${name}`;
}

/** The same cluster, seen with the rights of a ServiceAccount: groups are given too, as its token would carry them. */
export function actingAs(client: KubeConfig, account: Account): KubeConfig {
  const acting = new KubeConfig();
  acting.loadFromOptions({
    clusters: client.clusters,
    users: [{ ...client.getCurrentUser()!, impersonateUser: userName(account) }],
    contexts: client.contexts,
    currentContext: client.currentContext,
  });
  return acting;
}

/**
 * Asks the API server, by SubjectAccessReview, what an account may do in a namespace, or in all of them when the
 * namespace is empty.
 *
 * @param questions resource, written as `kubectl auth can-i` takes it (`roles.rbac.authorization.k8s.io`), → verbs.
 */
export async function accessOf(
  client: KubeConfig,
  account: Account,
  namespace: string,
  questions: Record<string, readonly string[]>,
): Promise<Access> {
  const asked = Object.entries(questions).flatMap(([resource, verbs]) => verbs.map((verb) => ({ resource, verb })));
  const allowed = await inTurns(asked, ({ resource, verb }) => mayDo(client, account, verb, resource, { namespace }));
  const access: Record<string, string[]> = {};
  asked.forEach(({ resource, verb }, index) => {
    if (allowed[index]) (access[resource] ??= []).push(verb);
  });
  return Object.fromEntries(Object.entries(access).map(([resource, verbs]) => [resource, verbs.join(" ")]));
}

/** Whether the account may do one thing, with an object's name when only that object is meant. */
export async function mayDo(
  client: KubeConfig,
  account: Account,
  verb: string,
  resource: string,
  { namespace, name }: { namespace: string; name?: string },
): Promise<boolean> {
  const groups = ["system:serviceaccounts", `system:serviceaccounts:${account.namespace}`, "system:authenticated"];
  const body = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    spec: {
      user: userName(account),
      groups,
      resourceAttributes: { ...attributes(resource), verb, namespace, ...(name ? { name } : {}) },
    },
  };
  const path = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
  const review = await ask(client, { method: "POST", path, body });
  return (review as V1SubjectAccessReview).status!.allowed;
}

/** Parts of `kind.group/subresource`. */
function attributes(resource: string): { resource: string; group: string; subresource?: string } {
  const [path, subresource] = resource.split("/") as [string, string?];
  const [kind, ...group] = path.split(".") as [string, ...string[]];
  return { resource: kind, group: group.join("."), ...(subresource ? { subresource } : {}) };
}

async function inTurns<T, R>(items: T[], answer: (item: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  for (let start = 0; start < items.length; start += AT_A_TIME) {
    answers.push(...(await Promise.all(items.slice(start, start + AT_A_TIME).map(answer))));
  }
  return answers;
}
