import * as assert from "node:assert/strict";
import {
  AuthorizationV1Api,
  CoreV1Api,
  CustomObjectsApi,
  type KubeConfig,
  type V1ResourceRule,
} from "@kubernetes/client-node";
import { type Access, actingAs } from "./support/accounts";
import { deployedProd } from "./support/deployed";
import { lab } from "./support/lab";
import {
  BASIC_RULES,
  CONTROLLER,
  CONTROLLER_AT_HOME,
  CONTROLLER_AT_TENANT,
  CONTROLLER_EVERYWHERE,
  NAMESPACES,
  OPERATOR,
  QUESTIONS,
  TENANTS,
  everywhere,
  nowhere,
  runner,
} from "./support/rbac-table";
import { refusal } from "./support/refusal";

describe("RBAC of the deployed prod, as the API server decides it", function () {
  let client: KubeConfig;
  before(async () => {
    await deployedProd();
    client = lab().cluster.controlPlane.client;
  });

  it("lets each account do what upstream's charts grant it and nothing else", async () => {
    const expected: Record<string, Record<string, Access>> = {
      controller: {
        "arc-systems": CONTROLLER_AT_HOME,
        ...Object.fromEntries(Object.keys(TENANTS).map((namespace) => [namespace, CONTROLLER_AT_TENANT])),
        default: CONTROLLER_EVERYWHERE,
        "": CONTROLLER_EVERYWHERE,
      },
      "runner of github-runner": nowhere(),
      "runner of kamify-runner": nowhere(),
      "runner of everyapi-runner": nowhere(),
      // Its own chart gives it its rights; from here it gets none.
      "operator of External Secrets": nowhere(),
    };
    const found: Record<string, Record<string, Access>> = {
      controller: await everywhere(client, CONTROLLER),
      "operator of External Secrets": await everywhere(client, OPERATOR),
    };
    for (const namespace of Object.keys(TENANTS)) {
      found[`runner of ${namespace}`] = await everywhere(client, runner(namespace));
    }
    assert.deepEqual(found, expected);

    const asked = Object.values(QUESTIONS).flat().length * NAMESPACES.length * Object.keys(found).length;
    const allowed = Object.values(found)
      .flatMap((namespaces) => Object.values(namespaces).flatMap((each) => Object.values(each)))
      .flatMap((verbs) => verbs.split(" ")).length;
    assert.deepEqual({ allowed, denied: asked - allowed }, { allowed: 436, denied: 9134 });
  });

  for (const namespace of Object.keys(TENANTS)) {
    it(`gives the runners of ${namespace} no rule beyond what any account has, in any namespace`, async () => {
      const review = actingAs(client, runner(namespace)).makeApiClient(AuthorizationV1Api);
      for (const where of NAMESPACES.filter(Boolean)) {
        const { status } = await review.createSelfSubjectRulesReview({ body: { spec: { namespace: where } } });
        assert.deepEqual(ruleLines(status!.resourceRules), BASIC_RULES, where);
        assert.equal(status!.incomplete, false);
      }
    });
  }

  it("refuses a runner the credentials of its own namespace", async () => {
    const core = actingAs(client, runner("github-runner")).makeApiClient(CoreV1Api);
    const { code, message } = await refusal(
      core.readNamespacedSecret({ name: "github-token", namespace: "github-runner" }),
    );
    assert.deepEqual(
      { code, message },
      {
        code: 403,
        message:
          `secrets "github-token" is forbidden: User "system:serviceaccount:github-runner:yldm-backend-runners-gha-rs-no-permission" ` +
          `cannot get resource "secrets" in API group "" in the namespace "github-runner"`,
      },
    );
  });

  it("lets the controller read a Secret in its own namespace and the tenants', and in no other", async () => {
    const admin = client.makeApiClient(CoreV1Api);
    const core = actingAs(client, CONTROLLER).makeApiClient(CoreV1Api);
    const places = ["arc-systems", ...Object.keys(TENANTS), "default", "kube-system", "external-secrets", "vault"];
    const name = "access-probe";
    const outcome: Record<string, number> = {};
    try {
      for (const namespace of places) {
        await admin.createNamespacedSecret({ namespace, body: { metadata: { name } } });
        const answer = core.readNamespacedSecret({ name, namespace });
        outcome[namespace] = await answer.then(
          () => 200,
          ({ code }: { code: number }) => code,
        );
      }
    } finally {
      for (const namespace of places) await admin.deleteNamespacedSecret({ name, namespace }).catch(() => {});
    }
    assert.deepEqual(outcome, {
      "arc-systems": 200,
      "github-runner": 200,
      "kamify-runner": 200,
      "everyapi-runner": 200,
      default: 403,
      "kube-system": 403,
      "external-secrets": 403,
      vault: 403,
    });
    assert.equal((await refusal(core.listSecretForAllNamespaces())).code, 403);
  });

  it("lets the controller see the sets of all tenants, and a runner none", async () => {
    const sets = { group: "actions.github.com", version: "v1alpha1", plural: "autoscalingrunnersets" };
    const { items } = (await actingAs(client, CONTROLLER)
      .makeApiClient(CustomObjectsApi)
      .listCustomObjectForAllNamespaces(sets)) as { items: { metadata: { name: string } }[] };
    assert.deepEqual(items.map(({ metadata }) => metadata.name).sort(), Object.values(TENANTS).sort());
    const asRunner = actingAs(client, runner("kamify-runner")).makeApiClient(CustomObjectsApi);
    assert.equal(
      (await refusal(asRunner.listNamespacedCustomObject({ ...sets, namespace: "kamify-runner" }))).code,
      403,
    );
  });
});

/** `verbs resource.group`, sorted. */
function ruleLines(rules: V1ResourceRule[]): string[] {
  return rules
    .flatMap(({ apiGroups, resources, verbs }) =>
      resources!.map((resource) => `${verbs.join(",")} ${[resource, ...apiGroups!.filter(Boolean)].join(".")}`),
    )
    .sort();
}
