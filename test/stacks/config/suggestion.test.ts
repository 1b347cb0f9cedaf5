import assert from "node:assert/strict";
import { suggestion } from "../../../stacks/config/suggestion";

const KEYS = ["name", "namespace", "minRunners", "maxRunners", "runnerGroup", "vaultPath", "quota", "runner"];

describe("suggestion", () => {
  it("names the nearest known name, whatever the case.", () => {
    assert.equal(suggestion("maxRuners", KEYS), "maxRunners");
    assert.equal(suggestion("MAXRUNNERS", KEYS), "maxRunners");
    assert.equal(suggestion("quotas", KEYS), "quota");
    assert.equal(suggestion("nme", KEYS), "name");
  });

  it("names the only known name that begins so.", () => {
    assert.equal(suggestion("max", KEYS), "maxRunners");
    assert.equal(suggestion("vault", KEYS), "vaultPath");
    assert.equal(suggestion("images", ["images/unpinned", "pod/rules"]), "images/unpinned");
  });

  it("names none when nothing is near, when two begin so, or when there is too little to go by.", () => {
    assert.equal(suggestion("labels", KEYS), undefined);
    assert.equal(suggestion("pod/", ["pod/resources", "pod/schemas"]), undefined);
    assert.equal(suggestion("q", KEYS), undefined);
    assert.equal(suggestion("x-y", ["tty"]), undefined);
    assert.equal(suggestion("", KEYS), undefined);
    assert.equal(suggestion("name", []), undefined);
  });
});
