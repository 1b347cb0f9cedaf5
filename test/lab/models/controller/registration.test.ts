import * as assert from "node:assert/strict";
import { placeLabels } from "../../../../lab/models/controller/registration";

describe("The model's labels of whom a set serves (facts 3.3, 7.13)", () => {
  it("name organisation, repository or enterprise", () => {
    assert.deepEqual(placeLabels("https://github.com/my-org"), { "actions.github.com/organization": "my-org" });
    assert.deepEqual(placeLabels("https://ghes.acme.com/my-org/my-repo/"), {
      "actions.github.com/organization": "my-org",
      "actions.github.com/repository": "my-repo",
    });
    assert.deepEqual(placeLabels("https://github.com/enterprises/acme"), { "actions.github.com/enterprise": "acme" });
  });

  it("are not made of a URL of another shape", () => {
    assert.throws(() => placeLabels("https://github.com"), /invalid config URL: https:\/\/github.com$/);
    assert.throws(() => placeLabels("https://github.com/a/b/c"), /invalid config URL/);
  });
});
