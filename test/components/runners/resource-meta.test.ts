import * as assert from "node:assert/strict";
import { scaleSetLabels, tenantLabels } from "../../../components/labels";
import {
  isReserved,
  ownMetadata,
  type ResourceMetaArgs,
  resourceMetaSpec,
} from "../../../components/runners/resource-meta";
import { chartObject, requireChart } from "../../support/charts";

const BOTH = { labels: { team: "ci" }, annotations: { note: "x" } };
const LABELS = scaleSetLabels("runners", "ns", "0.14.2", "autoscaling-runner-set");

describe("resourceMetaSpec", () => {
  it("has the eight fields of the CRD, under the names that the CRD has", () => {
    const meta: ResourceMetaArgs = {
      autoscalingListener: BOTH,
      listenerServiceAccount: BOTH,
      listenerRole: BOTH,
      listenerRoleBinding: BOTH,
      listenerConfigSecret: BOTH,
      ephemeralRunnerSet: BOTH,
      ephemeralRunner: BOTH,
      ephemeralRunnerConfigSecret: BOTH,
    };
    assert.deepEqual(resourceMetaSpec(meta), {
      autoscalingListener: BOTH,
      listenerServiceAccountMetadata: BOTH,
      listenerRoleMetadata: BOTH,
      listenerRoleBindingMetadata: BOTH,
      listenerConfigSecretMetadata: BOTH,
      ephemeralRunnerSetMetadata: BOTH,
      ephemeralRunnerMetadata: BOTH,
      ephemeralRunnerConfigSecretMetadata: BOTH,
    });
  });

  it("has no field for what is empty, for all objects, and for objects made here", () => {
    const meta: ResourceMetaArgs = {
      all: BOTH,
      autoscalingRunnerSet: BOTH,
      managerRole: BOTH,
      githubConfigSecret: BOTH,
      listenerRole: {},
      ephemeralRunner: { labels: {}, annotations: {} },
    };
    assert.deepEqual(resourceMetaSpec(meta), {});
    assert.deepEqual(resourceMetaSpec(), {});
  });

  it("gives labels an annotation where the controller panics without", () => {
    const labels = { team: "ci" };
    const annotations = { "arc-runners/labelled": "true" };
    const meta: ResourceMetaArgs = {
      autoscalingListener: { labels },
      ephemeralRunnerSet: { labels, annotations: {} },
      ephemeralRunner: { labels },
    };
    assert.deepEqual(resourceMetaSpec(meta), {
      autoscalingListener: { labels, annotations },
      ephemeralRunnerSetMetadata: { labels, annotations },
      ephemeralRunnerMetadata: { labels, annotations },
    });
  });

  it("adds none where labels stand alone without harm, and none to annotations alone", () => {
    const meta: ResourceMetaArgs = {
      listenerRole: { labels: { team: "ci" } },
      listenerServiceAccount: { labels: { team: "ci" } },
      ephemeralRunnerConfigSecret: { labels: { team: "ci" } },
      ephemeralRunner: { annotations: { note: "x" } },
    };
    assert.deepEqual(resourceMetaSpec(meta), {
      listenerServiceAccountMetadata: { labels: { team: "ci" } },
      listenerRoleMetadata: { labels: { team: "ci" } },
      ephemeralRunnerMetadata: { annotations: { note: "x" } },
      ephemeralRunnerConfigSecretMetadata: { labels: { team: "ci" } },
    });
  });
});

describe("ownMetadata", () => {
  it("is the base alone when nothing is asked for, without empty fields", () => {
    assert.deepEqual(ownMetadata(undefined, "managerRole", { labels: LABELS }), { labels: LABELS });
    assert.deepEqual(ownMetadata({ all: {}, managerRole: { labels: {} } }, "managerRole", {}), {});
  });

  it("lets an object's own win over those of all, and the base win over both", () => {
    const meta: ResourceMetaArgs = {
      all: { labels: { a: "all", b: "all" }, annotations: { a: "all", b: "all", c: "all" } },
      managerRole: { labels: { b: "own" }, annotations: { b: "own", c: "own" } },
    };
    assert.deepEqual(ownMetadata(meta, "managerRole", { labels: { base: "1" }, annotations: { c: "base" } }), {
      labels: { a: "all", b: "own", base: "1" },
      annotations: { a: "all", b: "own", c: "base" },
    });
  });

  it("gives an object without a slot those of all", () => {
    assert.deepEqual(ownMetadata({ all: BOTH, managerRole: { labels: { x: "y" } } }, undefined, {}), BOTH);
  });

  it("keeps labels of ARC's away from all objects and from the set, so that the version check and selectors hold", () => {
    const labels = {
      team: "ci",
      "helm.sh/chart": "mine",
      "app.kubernetes.io/version": "9.9.9",
      "app.kubernetes.io/component": "mine",
      "actions.github.com/scale-set-name": "mine",
      "actions.github.com/anything": "mine",
    };
    for (const meta of [{ all: { labels } }, { autoscalingRunnerSet: { labels } }]) {
      assert.deepEqual(ownMetadata(meta, "autoscalingRunnerSet", {}), { labels: { team: "ci" } });
    }
    assert.deepEqual(ownMetadata({ all: { labels } }, "managerRole", {}), { labels: { team: "ci" } });
  });

  it("passes any label of an object's own that the object has not itself, as the chart does", () => {
    const labels = { "actions.github.com/mine": "1", "helm.sh/chart": "mine", "app.kubernetes.io/name": "mine" };
    assert.deepEqual(ownMetadata({ managerRole: { labels } }, "managerRole", { labels: LABELS }), {
      labels: { "actions.github.com/mine": "1", "helm.sh/chart": "mine", ...LABELS },
    });
  });

  it("keeps annotations that delete objects or restart listeners away from the set, and lets others pass", () => {
    const annotations = {
      "actions.github.com/cleanup-manager-role-name": "victim",
      "actions.github.com/values-hash": "mine",
      "actions.github.com/vault": "azure_key_vault",
      note: "x",
    };
    const passed = { annotations: { "actions.github.com/vault": "azure_key_vault", note: "x" } };
    assert.deepEqual(ownMetadata({ all: { annotations } }, "autoscalingRunnerSet", {}), passed);
    assert.deepEqual(ownMetadata({ autoscalingRunnerSet: { annotations } }, "autoscalingRunnerSet", {}), passed);
    assert.deepEqual(ownMetadata({ all: { annotations } }, "managerRole", {}), { annotations });
  });

  it("gives the set of the official chart's example the labels and annotations that the chart gives it", function () {
    const objects = requireChart(this, "scale-set/labels-annotations");
    const meta: ResourceMetaArgs = { all: { labels: { "cost-centre": "ci" }, annotations: { owner: "platform" } } };
    const own = /^(helm\.sh|app\.kubernetes\.io|actions\.github\.com)\//;
    const foreign = (entries: object = {}) =>
      Object.fromEntries(Object.entries(entries).filter(([key]) => !own.test(key)));
    const slots = {
      "AutoscalingRunnerSet yldm-backend-runners": "autoscalingRunnerSet",
      "ServiceAccount yldm-backend-runners-gha-rs-no-permission": "noPermissionServiceAccount",
      "Role yldm-backend-runners-gha-rs-manager": "managerRole",
      "RoleBinding yldm-backend-runners-gha-rs-manager": "managerRoleBinding",
    } as const;
    assert.equal(objects.length, Object.keys(slots).length);
    for (const [object, slot] of Object.entries(slots)) {
      const [kind, name] = object.split(" ");
      const { labels, annotations } = chartObject(objects, kind!, name!).metadata as {
        labels?: object;
        annotations?: object;
      };
      assert.deepEqual(
        ownMetadata(meta, slot, {}),
        { labels: foreign(labels), annotations: foreign(annotations) },
        object,
      );
    }
  });
});

describe("isReserved", () => {
  it("knows the labels that each object has already", () => {
    const set = Object.keys(LABELS).sort();
    const without = (...keys: string[]) => set.filter((key) => !keys.includes(key));
    const expected: Partial<Record<keyof ResourceMetaArgs, string[]>> = {
      all: set,
      managerRole: set,
      noPermissionServiceAccount: without("app.kubernetes.io/component"),
      kubernetesModeRole: without("app.kubernetes.io/component"),
      githubConfigSecret: Object.keys(tenantLabels()).sort(),
      ephemeralRunner: set,
      listenerConfigSecret: [],
      ephemeralRunnerConfigSecret: [],
    };
    for (const [slot, keys] of Object.entries(expected)) {
      const reserved = set.filter((key) => isReserved(slot as keyof ResourceMetaArgs, "labels", key));
      assert.deepEqual(reserved, keys, slot);
    }
  });

  it("leaves a key of the user's own alone everywhere", () => {
    for (const slot of ["all", "autoscalingRunnerSet", "managerRole", "ephemeralRunner"] as const) {
      assert.equal(isReserved(slot, "labels", "example.com/team"), false);
      assert.equal(isReserved(slot, "annotations", "example.com/team"), false);
    }
  });
});
