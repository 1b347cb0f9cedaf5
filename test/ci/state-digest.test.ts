import * as assert from "node:assert/strict";
import { stateDigest } from "../../ci/state-digest";

describe("The digest of a state", () => {
  const secret = (ciphertext: string) => ({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    ciphertext,
  });
  const digest = (more: object) => stateDigest({ deployment: { manifest: { time: "t" }, resources: [more] } });

  it("is the same when only a cipher differs, since a backend may encrypt anew.", () => {
    assert.equal(digest({ inputs: { key: secret("v1:a") } }), digest({ inputs: { key: secret("v1:b") } }));
    assert.match(digest({}), /^[0-9a-f]{64}$/);
  });

  it("is another one when a value, the time of the update, or the kind of a value differs.", () => {
    const all = [
      digest({ inputs: { key: secret("v1:a") } }),
      digest({ inputs: { key: "a" } }),
      digest({ inputs: { key: "b" } }),
      digest({ inputs: { key: { ciphertext: "v1:a" } } }),
      stateDigest({ deployment: { manifest: { time: "u" }, resources: [{ inputs: { key: "a" } }] } }),
      stateDigest({ deployment: null }),
    ];
    assert.equal(new Set(all).size, all.length);
  });
});
