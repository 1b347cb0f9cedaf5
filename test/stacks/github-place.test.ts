import * as assert from "node:assert/strict";
import { apiOf, scopeOf } from "../../stacks/github-place";

describe("The REST API of whoever serves a URL", () => {
  it("is GitHub's, that of ghe.com, or a server's own", () => {
    assert.equal(apiOf(undefined, undefined), "https://api.github.com");
    assert.equal(apiOf("https://github.com/acme", undefined), "https://api.github.com");
    assert.equal(apiOf("https://acme.ghe.com/acme", undefined), "https://api.acme.ghe.com");
    assert.equal(apiOf("https://github.example.org/acme", undefined), "https://github.example.org/api/v3");
    assert.equal(apiOf("http://github.example.org:8080/acme", undefined), "http://github.example.org:8080/api/v3");
  });

  it("is what arc:githubApp.apiUrl says, for organisations without a URL and for those on its host", () => {
    const apiUrl = "https://github.example.org/proxied/api/";
    assert.equal(apiOf(undefined, apiUrl), apiUrl);
    assert.equal(apiOf("https://github.example.org/acme", apiUrl), apiUrl);
    assert.equal(apiOf("https://github.com/acme", apiUrl), "https://api.github.com");
    assert.equal(apiOf("https://other.example.org/acme", apiUrl), "https://other.example.org/api/v3");
  });

  it("is asked about an organisation, a repository or an enterprise", () => {
    assert.deepEqual(scopeOf("https://github.com/acme"), { kind: "organization", owner: "acme" });
    assert.deepEqual(scopeOf("https://github.com/acme/app/"), { kind: "repository", owner: "acme", repository: "app" });
    assert.deepEqual(scopeOf("https://github.com/enterprises/acme"), { kind: "enterprise", owner: "acme" });
    assert.deepEqual(scopeOf("https://github.com/enterprises"), { kind: "organization", owner: "enterprises" });
  });
});
