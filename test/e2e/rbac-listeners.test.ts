import * as assert from "node:assert/strict";
import { CoreV1Api, type KubeConfig, RbacAuthorizationV1Api, type V1PolicyRule } from "@kubernetes/client-node";
import { type Account, actingAs, mayDo } from "./support/accounts";
import { deployedProd } from "./support/deployed";
import { lab } from "./support/lab";
import { CONTROLLER, LISTENER_AT_TENANT, TENANTS, everywhere, nowhere } from "./support/rbac-table";
import { refusal } from "./support/refusal";

const RBAC = "rbac.authorization.k8s.io";

describe("RBAC of listeners, whose accounts and roles the controller makes", function () {
  let client: KubeConfig;
  /** The controller's name for a listener: the set's, a hash and a suffix. */
  const listener = (namespace: string): Account => ({
    namespace: CONTROLLER.namespace,
    name: `${TENANTS[namespace]}-56b4bcfc-listener`,
  });
  const runnerSet = (namespace: string) => `${TENANTS[namespace]}-x7k2p`;

  before(async () => {
    await deployedProd();
    client = lab().cluster.controlPlane.client;
    const controller = actingAs(client, CONTROLLER);
    for (const namespace of Object.keys(TENANTS)) {
      await createListenerAccess(controller, listener(namespace), namespace, runnerSet(namespace));
    }
  });
  after(async () => {
    const controller = actingAs(client, CONTROLLER);
    for (const namespace of Object.keys(TENANTS))
      await deleteListenerAccess(controller, listener(namespace), namespace);
  });

  it("lets a listener patch what it scales, in its tenant's namespace alone", async () => {
    for (const own of Object.keys(TENANTS)) {
      assert.deepEqual(await everywhere(client, listener(own)), { ...nowhere(), [own]: LISTENER_AT_TENANT });
    }
  });

  it("lets a listener patch the EphemeralRunnerSet of its own set and no other", async () => {
    const patched: string[] = [];
    for (const own of Object.keys(TENANTS)) {
      for (const namespace of Object.keys(TENANTS)) {
        for (const name of [...Object.keys(TENANTS).map(runnerSet), "another"]) {
          const resource = "ephemeralrunnersets.actions.github.com";
          if (await mayDo(client, listener(own), "patch", resource, { namespace, name })) {
            patched.push(`${listener(own).name} in ${namespace}: ${name}`);
          }
        }
      }
    }
    assert.deepEqual(patched, [
      "yldm-backend-runners-56b4bcfc-listener in github-runner: yldm-backend-runners-x7k2p",
      "kamify-backend-runners-56b4bcfc-listener in kamify-runner: kamify-backend-runners-x7k2p",
      "everyapi-backend-runners-56b4bcfc-listener in everyapi-runner: everyapi-backend-runners-x7k2p",
    ]);
  });

  it("does not let the controller grant more than it has itself", async () => {
    const rbac = actingAs(client, CONTROLLER).makeApiClient(RbacAuthorizationV1Api);
    const namespace = "github-runner";
    const more: V1PolicyRule = { apiGroups: [""], resources: ["pods/exec"], verbs: ["create"] };
    const created = await refusal(
      rbac.createNamespacedRole({ namespace, body: { metadata: { name: "escalation" }, rules: [more] } }),
    );
    assert.equal(created.code, 403);
    assert.match(
      created.message,
      /is attempting to grant RBAC permissions not currently held:\n\{APIGroups:\[""\], Resources:\["pods\/exec"\], Verbs:\["create"\]\}$/,
    );

    // Upstream lets it patch Roles in the whole cluster; the escalation check holds there too.
    const foreign = { name: "extension-apiserver-authentication-reader", namespace: "kube-system" };
    const patched = await refusal(
      rbac.patchNamespacedRole({ ...foreign, body: [{ op: "add", path: "/rules/-", value: more }] }),
    );
    assert.equal(patched.code, 403);
    assert.match(patched.message, /is attempting to grant RBAC permissions not currently held/);
  });

  it("does not let the controller bind a role that has more than it has itself", async () => {
    const rbac = actingAs(client, CONTROLLER).makeApiClient(RbacAuthorizationV1Api);
    const bind = (namespace: string) =>
      refusal(
        rbac.createNamespacedRoleBinding({
          namespace,
          body: {
            metadata: { name: "escalation" },
            roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "admin" },
            subjects: [{ kind: "ServiceAccount", ...CONTROLLER }],
          },
        }),
      );
    const own = await bind("github-runner");
    assert.equal(own.code, 403);
    assert.match(own.message, /is attempting to grant RBAC permissions not currently held/);
    const foreign = await bind("default");
    assert.equal(foreign.code, 403);
    assert.match(foreign.message, /cannot create resource "rolebindings" .* in the namespace "default"$/);
  });
});

/** What the controller does when a listener is due: its account at home, its role and binding at the tenant. */
async function createListenerAccess(
  controller: KubeConfig,
  listener: Account,
  namespace: string,
  runnerSet: string,
): Promise<void> {
  const metadata = { name: listener.name };
  const group = "actions.github.com";
  await controller.makeApiClient(CoreV1Api).createNamespacedServiceAccount({
    namespace: listener.namespace,
    body: { metadata },
  });
  const rbac = controller.makeApiClient(RbacAuthorizationV1Api);
  const rules = [
    { apiGroups: [group], resources: ["ephemeralrunnersets"], resourceNames: [runnerSet], verbs: ["patch"] },
    { apiGroups: [group], resources: ["ephemeralrunners", "ephemeralrunners/status"], verbs: ["patch"] },
  ];
  await rbac.createNamespacedRole({ namespace, body: { metadata, rules } });
  await rbac.createNamespacedRoleBinding({
    namespace,
    body: {
      metadata,
      roleRef: { apiGroup: RBAC, kind: "Role", name: listener.name },
      subjects: [{ kind: "ServiceAccount", ...listener }],
    },
  });
}

async function deleteListenerAccess(controller: KubeConfig, { name, namespace: home }: Account, namespace: string) {
  const rbac = controller.makeApiClient(RbacAuthorizationV1Api);
  await rbac.deleteNamespacedRoleBinding({ name, namespace });
  await rbac.deleteNamespacedRole({ name, namespace });
  await controller.makeApiClient(CoreV1Api).deleteNamespacedServiceAccount({ name, namespace: home });
}
