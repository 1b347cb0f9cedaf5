import { assertFindings, diagnosed, stopWorldCluster } from "./support/cases";
import { ACME } from "./support/stack";

after(stopWorldCluster);

describe("Doctor, about a healthy cluster", () => {
  it("finds nothing", async () => {
    assertFindings(await diagnosed(() => {}), []);
  });
});

describe("Doctor, about listeners", () => {
  it("finds a set that has none", async () => {
    const diagnosis = await diagnosed((world) => {
      const [listener] = world.of("AutoscalingListener");
      world.remove("AutoscalingListener", `arc-systems/${listener!.metadata.name}`);
      world.remove("Pod", `arc-systems/${listener!.metadata.name}`);
    });
    assertFindings(diagnosis, [{ id: "listener/missing", set: ACME }]);
  });

  it("lets the controller a minute to make one anew", async () => {
    const diagnosis = await diagnosed((world) => {
      const [listener] = world.of("AutoscalingListener");
      world.remove("AutoscalingListener", `arc-systems/${listener!.metadata.name}`);
      world.remove("Pod", `arc-systems/${listener!.metadata.name}`);
      world.lookAfter(20);
    });
    assertFindings(diagnosis, []);
  });
});
