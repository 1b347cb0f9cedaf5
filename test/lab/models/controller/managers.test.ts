import * as assert from "node:assert/strict";
import { flagOf, managerOfPod, tagOf } from "../../../../lab/models/controller/managers";

describe("The model's controllers", () => {
  it("are of the release that the image's tag says", () => {
    const tags = [
      "ghcr.io/actions/controller:0.14.2",
      "localhost:5000/controller:0.13.1@sha256:0123",
      "localhost:5000/controller",
      "controller@sha256:0123",
    ].map(tagOf);
    assert.deepEqual(tags, ["0.14.2", "0.13.1", "dev", "dev"]);
  });

  it("read flags as Go does", () => {
    const args = ["--a=1", "-b=2", "--c", "3", "--d=", "--e"];
    assert.deepEqual(
      ["a", "b", "c", "d", "e", "f"].map((name) => flagOf({ args }, name)),
      ["1", "2", "3", "", undefined, undefined],
    );
  });

  it("are what their pod says", () => {
    const pod = {
      metadata: { name: "controller-1", namespace: "arc-systems", uid: "u1" },
      spec: {
        serviceAccountName: "controller",
        containers: [
          { name: "sidecar", image: "sidecar:1" },
          {
            name: "manager",
            image: "controller:0.14.2",
            args: ["--update-strategy=eventual", "--watch-single-namespace=team"],
            env: [{ name: "CONTROLLER_MANAGER_CONTAINER_IMAGE", value: "mirror/controller:0.14.2" }],
          },
        ],
      },
    };
    assert.deepEqual(managerOfPod("arc-systems/controller", pod), {
      controller: "arc-systems/controller",
      namespace: "arc-systems",
      version: "0.14.2",
      eventual: true,
      watched: "team",
      listenerImage: "mirror/controller:0.14.2",
      serviceAccount: "controller",
      podPath: "/api/v1/namespaces/arc-systems/pods/controller-1",
      podUid: "u1",
    });
  });
});
