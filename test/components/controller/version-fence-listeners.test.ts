import * as assert from "node:assert/strict";
import { listenerName, orphanListeners } from "../../../components/controller/version-fence-listeners";

const ACME = { namespace: "arc-runners", name: "acme", githubConfigUrl: "https://github.com/my-org" };

describe("The name of a listener", () => {
  it("has the hash of namespace, runner group and URL, as upstream computes it", () => {
    const set = (namespace: string, runnerGroup: string, githubConfigUrl: string) =>
      listenerName({ namespace, name: "x", runnerGroup, githubConfigUrl }, "0.14.2");
    assert.deepEqual(
      [
        set("arc-runners", "", "https://github.com/my-org"),
        set("arc-runners", "default", "https://github.com/my-org"),
        set("arc-runners", "", "https://github.com/my-org/my-repo"),
        set("default", "", "https://github.com/enterprises/acme"),
      ],
      ["x-56b4bcfc-listener", "x-bb9db77b-listener", "x-5b55974c-listener", "x-5c897f4b-listener"],
    );
  });

  it("had the hash of the namespace alone before 0.13.1", () => {
    const other = { ...ACME, githubConfigUrl: "https://github.com/other", runnerGroup: "ci" };
    assert.equal(listenerName(ACME, "0.13.0"), listenerName(other, "0.13.0"));
    assert.notEqual(listenerName(ACME, "0.13.1"), listenerName(other, "0.13.1"));
    assert.notEqual(listenerName(ACME, "0.13.0"), listenerName(ACME, "0.13.1"));
  });
});

describe("Orphan listeners", () => {
  const [old, now] = [listenerName(ACME, "0.13.0"), listenerName(ACME, "0.14.2")];
  const listeners = [old, now].map((name) => ({ name, setNamespace: ACME.namespace }));

  it("are those whose name the release that comes does not compute for any set, in both directions", () => {
    assert.deepEqual(orphanListeners("0.13.0", "0.14.2", [ACME], listeners), [old]);
    assert.deepEqual(orphanListeners("0.14.2", "0.13.0", [ACME], listeners), [now]);
    assert.deepEqual(orphanListeners("0.13.0", "0.14.2", [], listeners), [old, now]);
  });

  it("are none where both releases name alike, or the one of before cannot be told", () => {
    for (const [from, to] of [
      ["0.12.1", "0.13.0"],
      ["0.13.1", "0.14.2"],
      ["0.14.2", "dev"],
      [undefined, "0.14.2"],
    ] as const) {
      assert.deepEqual(orphanListeners(from, to, [], listeners), [], `${from} → ${to}`);
    }
  });
});
