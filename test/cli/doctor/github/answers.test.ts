import * as assert from "node:assert/strict";
import { incidentsIn, installationIn, listedInstallation, rateLimitIn } from "../../../../cli/doctor/github/answers";

const answer = (code: number, body: object, text = `GET /: ${code}`) => ({ code, body, text });

describe("GitHub's answers", () => {
  it("blame the key for what is the key's, and not for a clock that is wrong", () => {
    assert.deepEqual(installationIn(answer(401, {}, "GET /: 401 A JSON web token could not be decoded")), {
      value: { refused: "GET /: 401 A JSON web token could not be decoded" },
    });
    const clock = "GET /: 401 'Expiration time' claim ('exp') is too far in the future";
    assert.deepEqual(installationIn(answer(401, {}, clock)), { unknown: clock });
    assert.deepEqual(installationIn(answer(404, {}, "GET /: 404 Integration not found")), {
      value: { refused: "GET /: 404 Integration not found" },
    });
    assert.deepEqual(installationIn(answer(404, {}, "GET /: 404 Not Found")), {
      value: { notInstalled: "GET /: 404 Not Found" },
    });
    const allowList = "GET /: 403 Although you appear to have the correct authorization credentials, …";
    assert.deepEqual(installationIn(answer(403, {}, allowList)), { unknown: allowList });
  });

  it("say nothing of an App that may stand on a page that was not read", () => {
    const body = { total_count: 101, installations: [] };
    assert.deepEqual(listedInstallation(answer(200, body), { appId: "1" }), {
      unknown: "GET /: 200, and there are more than were read",
    });
    const one = { id: 5, app_id: 1, client_id: "Iv1", app_slug: "arc", account: { login: "acme" }, permissions: {} };
    const listed = answer(200, { total_count: 1, installations: [{ ...one, suspended_at: null }] });
    const seen = { value: { installation: { id: "5", account: "acme", suspended: false, permissions: {} } } };
    for (const wanted of [{ appId: "1" }, { appId: "Iv1" }, { slug: "arc" }, { installationId: "5", appId: "2" }]) {
      assert.deepEqual(listedInstallation(listed, wanted), seen, JSON.stringify(wanted));
    }
    assert.deepEqual(listedInstallation(listed, { installationId: "6", appId: "1" }), {
      value: { notInstalled: "installed there: arc (1)" },
    });
  });

  it("tell what is left, also where a server counts nothing", () => {
    const core = { limit: 5000, remaining: 12, reset: 1_795_262_400 };
    assert.deepEqual(rateLimitIn(answer(200, { resources: { core } })), {
      value: { limit: 5000, remaining: 12, reset: "2026-11-21T12:00:00.000Z" },
    });
    assert.deepEqual(rateLimitIn(answer(404, {})), { value: undefined });
    assert.deepEqual(rateLimitIn(answer(401, {})), { value: { refused: "GET /: 401" } });
    assert.deepEqual(rateLimitIn(answer(502, {})), { unknown: "GET /: 502" });
  });

  it("report disturbances of the parts that runners need, and of no other", () => {
    const components = [
      { name: "Actions", status: "degraded_performance" },
      { name: "API Requests", status: "operational" },
      { name: "Pages", status: "major_outage" },
    ];
    assert.deepEqual(incidentsIn(answer(200, { components })), { value: ["Actions: degraded_performance"] });
    assert.deepEqual(incidentsIn(answer(503, {})), { unknown: "GET /: 503" });
  });
});
