import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { qualified, readEngineConfig, saysNothing, splitKey, splitSecrets } from "../../../stacks/config/raw";

describe("splitSecrets", () => {
  it("keeps the two flat secrets apart from what messages may show.", () => {
    assert.deepEqual(
      splitSecrets([
        ["vault", { mount: "kv" }],
        ["githubAppPrivateKey", "a key"],
        ["imagePullToken", "a token"],
      ]),
      {
        values: { vault: { mount: "kv" } },
        secrets: { githubAppPrivateKey: { text: "a key" }, imagePullToken: { text: "a token" } },
      },
    );
  });

  it("knows of a secret that it cannot decrypt that it is set.", () => {
    assert.deepEqual(splitSecrets([["imagePullToken", "[secret]"]]).secrets, { imagePullToken: { encrypted: true } });
  });

  it("takes no name for a secret that objects have by themselves.", () => {
    assert.deepEqual(splitSecrets([["constructor", 1]]), { values: { constructor: 1 }, secrets: {} });
  });
});

describe("qualified", () => {
  it("gives the project's name to keys that have none.", () => {
    assert.deepEqual(qualified({ orgs: 1, "arc:vault": 2, "pulumi:tags": 3 }), {
      "arc:orgs": 1,
      "arc:vault": 2,
      "pulumi:tags": 3,
    });
  });
});

describe("saysNothing", () => {
  it("is true of an empty object and an empty list alone.", () => {
    assert.deepEqual([{}, [], { a: undefined }, [0], null, "", 0, undefined].map(saysNothing), [
      ...[true, true],
      ...[false, false, false, false, false, false],
    ]);
  });
});

describe("splitKey", () => {
  it("divides a key at its first colon.", () => {
    assert.deepEqual(splitKey("arc:orgs"), ["arc", "orgs"]);
    assert.deepEqual(splitKey("orgs"), ["", "orgs"]);
    assert.deepEqual(splitKey("a:b:c"), ["a", "b:c"]);
  });
});

describe("readEngineConfig", () => {
  const before = pulumi.runtime.allConfig();
  afterEach(() => pulumi.runtime.setAllConfig(before));

  it("reads objects and lists from JSON, leaves other texts alone, and skips the keys of other projects.", () => {
    pulumi.runtime.setAllConfig({
      "arc:vault": '{"manage":false}',
      "arc:orgs": "[1]",
      "arc:runner": "12",
      "arc:tenant": "{not json",
      "arc:githubAppPrivateKey": "a key",
      "kubernetes:context": "kind",
    });
    assert.deepEqual(readEngineConfig(), {
      values: { vault: { manage: false }, orgs: [1], runner: "12", tenant: "{not json" },
      secrets: { githubAppPrivateKey: { text: "a key" } },
    });
  });
});
