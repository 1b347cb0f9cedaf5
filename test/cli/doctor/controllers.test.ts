import * as assert from "node:assert/strict";
import { listenerNameOf, managerOf, podsOf } from "../../../cli/doctor/controllers";
import type { Deployment, Pod } from "../../../cli/doctor/objects";

interface Made {
  image?: string;
  label?: string;
  args?: string[];
  env?: { name: string; value?: string }[];
}

function deployment({ image = "arc:0.14.2", label, args = [], env = [] }: Made): Deployment {
  return {
    metadata: {
      name: "arc",
      namespace: "arc-systems",
      ...(label ? { labels: { "app.kubernetes.io/version": label } } : {}),
    },
    spec: {
      selector: { matchLabels: { app: "arc", part: "1" } },
      template: { spec: { containers: [{ name: "proxy" }, { name: "manager", image, args, env }] } },
    },
  };
}

describe("A controller, as its Deployment says", () => {
  it("is of the release that its image's tag names, else its label, else of none that is known", () => {
    const releases: [image: string, label: string | undefined, version: string | undefined][] = [
      ["ghcr.io/actions/arc:0.14.2", "0.13.1", "0.14.2"],
      [`mirror:5000/arc:0.14.2@sha256:${"a".repeat(64)}`, undefined, "0.14.2"],
      [`mirror:5000/arc@sha256:${"a".repeat(64)}`, "0.14.1", "0.14.1"],
      ["arc:stable", "0.14.1", "0.14.1"],
      ["arc:stable", "stable", undefined],
      ["arc:v0.14.2", undefined, undefined],
      ["arc:canary-1a2b3c", "0.14.1", "canary-1a2b3c"],
      ["arc:dev", undefined, "dev"],
    ];
    for (const [image, label, version] of releases) {
      const made = managerOf(deployment({ image, ...(label ? { label } : {}) }));
      assert.equal(made.version, version, `${image} ${label}`);
    }
  });

  it("takes its flags as Go does: one dash or two, with the value beside or behind, and the last one counts", () => {
    const eventual = (...args: string[]) => managerOf(deployment({ args })).eventual;
    assert.deepEqual(
      [
        eventual("--update-strategy=eventual"),
        eventual("-update-strategy", "eventual"),
        eventual("--update-strategy=eventual", "--update-strategy=immediate"),
        eventual("--update-strategy=immediate"),
        eventual(),
      ],
      [true, true, false, false, false],
    );
    assert.equal(managerOf(deployment({ args: ["--watch-single-namespace=a"] })).watched, "a");
    assert.equal(managerOf(deployment({ args: ["--watch-single-namespace="] })).watched, undefined);
  });

  it("has one replica where nobody says how many, and the listener image of its environment", () => {
    const env = [{ name: "CONTROLLER_MANAGER_CONTAINER_IMAGE", value: "arc:0.13.1" }];
    const { replicas, listenerImage, image } = managerOf(deployment({ env }));
    assert.deepEqual([replicas, listenerImage, image], [1, "arc:0.13.1", "arc:0.14.2"]);
  });

  it("has the pods that its selector takes, those that have ended only when no other is there", () => {
    const pod = (name: string, phase: string, labels: Record<string, string>, namespace = "arc-systems"): Pod => ({
      metadata: { name, namespace, labels },
      spec: {},
      status: { phase },
    });
    const own = { app: "arc", part: "1" };
    const evicted = pod("evicted", "Failed", own);
    const others = [pod("a", "Running", { app: "arc" }), pod("b", "Running", own, "elsewhere")];
    const names = (pods: Pod[]) => podsOf(deployment({}), pods).map(({ metadata }) => metadata.name);
    assert.deepEqual(names([evicted, ...others, pod("c", "Pending", own)]), ["c"]);
    assert.deepEqual(names([evicted, ...others]), ["evicted"]);
  });
});

describe("The name of a set's listener", () => {
  const set = {
    metadata: { name: "runners", namespace: "arc-runners" },
    spec: { githubConfigUrl: "https://github.com/my-org", runnerGroup: "default" },
  };

  it("is the one that the release makes (facts 7.6)", () => {
    assert.equal(listenerNameOf(set, "0.14.2"), "runners-bb9db77b-listener");
    assert.notEqual(listenerNameOf(set, "0.13.0"), listenerNameOf(set, "0.13.1"));
  });

  it("is not known of a minor release that is newer than all known ones", () => {
    assert.equal(listenerNameOf(set, "0.15.0"), undefined);
    assert.equal(listenerNameOf(set, "0.14.9"), "runners-bb9db77b-listener");
  });
});
