import * as assert from "node:assert/strict";
import { Deployment } from "../../lab/engine";
import { lab } from "./support/lab";
import { SECRETS, stackFile } from "./support/stack-files";

describe("prod, deployed by the real engine", function () {
  let prod: Deployment;
  before(async () => {
    prod = await Deployment.create(lab(), { stack: "prod", config: stackFile("prod") });
    await prod.setSecrets(SECRETS);
  });

  it("comes up from nothing", async () => {
    const run = await prod.up();
    assert.deepEqual(run.errors, [], run.output);
    console.log(run.counts, run.seconds);
  });
  it("has nothing to do at a second preview", async () => {
    const run = await prod.preview();
    assert.deepEqual(run.errors, []);
    console.log(run.counts, run.seconds, run.begun);
  });
  it("refresh", async () => {
    const run = await prod.refresh();
    assert.deepEqual(run.errors, []);
    console.log(run.counts, run.seconds, run.begun);
  });
  it("destroy", async () => {
    const run = await prod.destroy();
    assert.deepEqual(run.errors, [], run.output);
    console.log(
      run.counts,
      run.seconds,
      run.done.map((s) => `${s.op} ${s.name}`),
    );
  });
});
