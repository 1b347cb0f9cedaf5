import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { checkStack, loadStack } from "../../../stacks/config/load";
import { brief, PRIVATE_KEY, SECRETS, soundValues, type Values, withSets } from "../../support/checked-stack";

describe("checkStack", () => {
  it("gives the configuration of a file that nothing is wrong with.", () => {
    const { config, diagnostics } = checkStack({ values: soundValues(), secrets: SECRETS });
    assert.deepEqual(diagnostics, []);
    assert.equal(config!.sets[0]!.args.name, "acme-runners");
  });

  it("gives the configuration in spite of warnings.", () => {
    const { config, diagnostics } = checkStack({ values: { ...soundValues(), runner: {} }, secrets: SECRETS });
    assert.deepEqual(brief(diagnostics), [
      "images/unpinned arc:runner.image",
      "images/unpinned arc:runner.docker.image",
    ]);
    assert.notEqual(config, undefined);
  });

  it("gives none when a check finds an error, which is listed before the warnings.", () => {
    const values = { ...withSets({ name: "a", minRunners: 99 }), runner: {} };
    const { config, diagnostics } = checkStack({ values, secrets: SECRETS });
    assert.equal(config, undefined);
    assert.deepEqual(
      diagnostics.map(({ severity, id }) => `${severity} ${id}`),
      ["error capacity/min-max", "warning images/unpinned", "warning images/unpinned"],
    );
  });
});

describe("loadStack", () => {
  const before = pulumi.runtime.allConfig();
  const warn = pulumi.log.warn;
  const configure = (values: Values) =>
    pulumi.runtime.setAllConfig(
      Object.fromEntries(
        Object.entries(values).map(([key, value]) => [
          `arc:${key}`,
          typeof value === "string" ? value : JSON.stringify(value),
        ]),
      ),
    );
  afterEach(() => {
    pulumi.runtime.setAllConfig(before);
    Object.assign(pulumi.log, { warn });
  });

  it("stops with every problem in one message before anything is touched.", () => {
    configure({ ...soundValues(), vault: { manag: true }, orgs: [{ name: "acme", runnerSets: [{ name: "A" }] }] });
    assert.throws(loadStack, (error) => {
      assert.ok(error instanceof pulumi.RunError);
      assert.equal(
        error.message,
        `The stack file has 2 problems; nothing was changed.

arc:vault.manag: "manag" is not a key that the stack file knows here  [config/unknown-key]
  allowed: server, address, mount, createMount, manage, store, storeScope, createStore, auth, refreshInterval
  fix: did you mean "manage"?

arc:orgs[0].runnerSets[0].name: "A" is not a name for a runner set  [config/invalid]
  allowed: 1 to 45 lower-case letters, digits and '-', starting and ending with a letter or digit (DNS-1123)
  fix: shorten or rename the set; workflows name it in runs-on`,
      );
      return true;
    });
  });

  it("writes each warning to the engine's log and goes on.", () => {
    const logged: string[] = [];
    Object.assign(pulumi.log, { warn: async (message: string) => void logged.push(message) });
    configure({ ...soundValues(), githubAppPrivateKey: PRIVATE_KEY, runner: { containerMode: "none" } });
    assert.equal(loadStack().sets.length, 1);
    assert.equal(logged.length, 1);
    assert.match(logged[0]!, /^arc:runner\.image: ghcr\.io\/actions\/actions-runner:latest names no version: /);
  });
});
