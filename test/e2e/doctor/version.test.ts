import { assertFindings, diagnosed, stopWorldCluster } from "./support/cases";
import {
  CONTROLLER_IMAGE,
  controllerOf,
  listenerOf,
  managerOf,
  otherController,
  renameListener,
  setOf,
  setRelease,
} from "./support/members";
import { ACME, GLOBEX } from "./support/stack";
import type { World } from "./support/world";

after(stopWorldCluster);

const LABEL = "app.kubernetes.io/version";

function label(world: World, set: string, version: string | undefined): void {
  const { labels } = setOf(world, set).metadata;
  if (version === undefined) delete labels![LABEL];
  else labels![LABEL] = version;
}

/** The controller and the listeners of another release than the stack asks for; the sets are labelled as they were. */
function release(world: World, version: string): void {
  setRelease(controllerOf(world), version);
  for (const set of [ACME, GLOBEX]) listenerOf(world, set).spec!.image = `${CONTROLLER_IMAGE}:${version}`;
}

const PATCH_BEHIND = {
  id: "version/controller",
  set: undefined,
  what: "the controller is 0.14.1, and the stack asks for 0.14.2",
  evidence: [`image ${CONTROLLER_IMAGE}:0.14.1`, "arc:controller.version 0.14.2"],
  fix: ["pulumi preview", "pulumi up --refresh"],
};

describe("Doctor, about versions", () => {
  it("finds a set that the controller's version gate deletes, whether its label is of another minor or not there", async () => {
    const diagnosis = await diagnosed((world) => {
      label(world, ACME, "0.13.1");
      label(world, GLOBEX, undefined);
    });
    const gate = {
      id: "version/gate",
      harm: "loses jobs or sets",
      issue: "actions/actions-runner-controller#4422",
    } as const;
    assertFindings(diagnosis, [
      {
        ...gate,
        set: ACME,
        what: `${ACME} will be deleted by the controller 0.14.2, for it is not labelled for it`,
        evidence: [`label ${LABEL}: 0.13.1`, `the controller's image: ${CONTROLLER_IMAGE}:0.14.2`],
        fix: [
          `kubectl -n acme-ci label autoscalingrunnersets acme-runners ${LABEL}=0.14.2 --overwrite`,
          "pulumi up --refresh",
        ],
      },
      { ...gate, set: GLOBEX, evidence: [`label ${LABEL}: there is none`] },
    ]);
  });

  it("finds a set that is being deleted by the gate, and says that nothing stops it", async () => {
    const diagnosis = await diagnosed((world) => {
      label(world, ACME, "0.13.1");
      setOf(world, ACME).deleting = true;
      world.lookAfter(60);
    });
    assertFindings(diagnosis, [
      {
        id: "version/gate",
        set: ACME,
        what: `${ACME} is being deleted, for it is not labelled for the controller 0.14.2`,
        fix: ["# a deletion cannot be stopped; when the set is gone:", "pulumi up --refresh"],
      },
    ]);
  });

  it("lets another patch of the same minor pass, as the gate does", async () => {
    assertFindings(
      await diagnosed((world) => {
        label(world, ACME, "0.14.0");
        label(world, GLOBEX, "0.14");
      }),
      [],
    );
  });

  it("takes the release from the label where the image's tag names none, and is quiet where neither does", async () => {
    assertFindings(
      await diagnosed((world) => {
        setRelease(controllerOf(world), "stable");
        controllerOf(world).metadata.labels![LABEL] = "0.14.2";
        for (const set of [ACME, GLOBEX]) listenerOf(world, set).spec!.image = `${CONTROLLER_IMAGE}:stable`;
      }),
      [],
    );
    assertFindings(await diagnosed((world) => release(world, "stable")), []);
  });

  it("finds a controller of another patch than the stack's", async () => {
    const diagnosis = await diagnosed((world) => release(world, "0.14.1"));
    const [first] = diagnosis.findings;
    assertFindings({ ...diagnosis, findings: [first!] }, [PATCH_BEHIND]);
  });

  it("finds a controller that starts listeners of another release", async () => {
    const diagnosis = await diagnosed((world) => {
      const env = managerOf(controllerOf(world)).env.find(({ name }) => name === "CONTROLLER_MANAGER_CONTAINER_IMAGE")!;
      env.value = `${CONTROLLER_IMAGE}:0.13.1`;
    });
    assertFindings(diagnosis, [
      {
        id: "version/listener-image",
        set: undefined,
        what: "the controller 0.14.2 starts listeners of 0.13.1",
        evidence: [
          `image: ${CONTROLLER_IMAGE}:0.14.2`,
          `CONTROLLER_MANAGER_CONTAINER_IMAGE: ${CONTROLLER_IMAGE}:0.13.1`,
        ],
        fix: ["pulumi up --refresh"],
      },
    ]);
  });

  it("leaves alone a mirror, or a digest, in one of the two images", async () => {
    const diagnosis = await diagnosed((world) => {
      const manager = managerOf(controllerOf(world));
      manager.image = `mirror.example.com:5000/arc/controller:0.14.2@sha256:${"a".repeat(64)}`;
    });
    assertFindings(diagnosis, []);
  });

  it("finds a release with a known defect, and which one mends it", async () => {
    const diagnosis = await diagnosed((world) => release(world, "0.14.1"));
    assertFindings(diagnosis, [
      PATCH_BEHIND,
      {
        id: "version/known-defect",
        harm: "may break",
        set: undefined,
        what: "the controller's release 0.14.1 has 1 known defect",
        evidence: [
          "0.14.1 may make two EphemeralRunnerSets for a new runner set, and its listener then starts over and over (#4489; not since 0.14.2)",
        ],
        fix: ["pulumi up"],
      },
    ]);
    const asked = await diagnosed(() => {}, { "arc:controller": { version: "0.14.1" } });
    assertFindings(asked, [
      {
        id: "version/known-defect",
        fix: ["# in the stack file: arc:controller.version: 0.14.2, or newer", "pulumi up"],
      },
    ]);
  });

  it("finds the release that takes no jobs of a GitHub Enterprise Server, for the sets of one only", async () => {
    const diagnosis = await diagnosed((world) => {
      release(world, "0.14.0");
      for (const object of [setOf(world, ACME), listenerOf(world, ACME)]) {
        object.spec!.githubConfigUrl = "https://git.example.com/acme";
      }
      renameListener(world, ACME);
    });
    assertFindings(diagnosis, [
      {
        id: "version/no-ghes-jobs",
        set: ACME,
        what: `${ACME} takes no jobs: its GitHub is a server of its own, and the controller is 0.14.0`,
        issue: "actions/actions-runner-controller#4442",
        evidence: ["githubConfigUrl https://git.example.com/acme", `image ${CONTROLLER_IMAGE}:0.14.0`],
        fix: ["pulumi up"],
      },
      { id: "version/controller" },
      { id: "version/known-defect" },
    ]);
  });

  it("leaves the versions of somebody else's controller alone", async () => {
    const diagnosis = await diagnosed((world) => {
      const other = otherController(world, "helm-arc", "0.14.0");
      managerOf(other).args.push("--watch-single-namespace=team-a");
      managerOf(controllerOf(world)).args.push("--watch-single-namespace=acme-ci");
    });
    assertFindings(diagnosis, []);
  });
});
