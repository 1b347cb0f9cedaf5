import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { isRead, type Patience, type ReadObject, untilRead } from "../../../components/credentials/operator-read";
import { ApiDouble } from "../../support/api-double";

const PATH = "/apis/external-secrets.io/v1/namespaces/acme/externalsecrets/github-token";
const PATIENCE: Patience = { seconds: 0.4, firstPause: 10, longestPause: 50 };

/** An ExternalSecret of that generation, last read at another. */
function external(generation: number, read?: number, uid = "uid-1", said?: string): ReadObject {
  return {
    metadata: { name: "github-token", namespace: "acme", uid, generation },
    status: {
      ...(read === undefined ? {} : { syncedResourceVersion: `${read}-0123456789abcdef` }),
      // As the operator leaves it: True of the time before, unless the new read has failed.
      conditions: [{ type: "Ready", status: said ? "False" : "True", ...(said ? { message: said } : {}) }],
    },
  };
}

describe("isRead", () => {
  it("is true only of the generation that the operator has read, whatever Ready says", () => {
    assert.equal(isRead(external(2, 2)), true);
    assert.equal(isRead(external(2, 1)), false);
    assert.equal(isRead(external(1, 11)), false);
    assert.equal(isRead(external(1)), false);
    assert.equal(isRead({ metadata: external(1).metadata }), false);
  });
});

describe("untilRead", () => {
  let api: ApiDouble;
  beforeEach(async () => {
    api = await ApiDouble.start();
  });
  afterEach(() => api.stop());

  let warnings: string[];
  beforeEach(() => (warnings = []));
  const warn = (text: string) => void warnings.push(text);
  const wait = (found: ReadObject) => untilRead(found, { kubeconfig: api.kubeconfig }, warn, PATIENCE);
  const asked = () => api.seen.map(({ request }) => request);

  it("asks nobody when the engine has seen the read, or there is no engine", async () => {
    await wait(external(2, 2));
    const { generation: _generation, ...metadata } = external(2).metadata;
    await wait({ metadata });
    assert.deepEqual(asked(), []);
  });

  it("ends when the operator has read the store for the object as it is, and not before", async () => {
    api.answers[`GET ${PATH}`] = external(2, 1);
    let over = false;
    const waiting = wait(external(2, 1)).then(() => (over = true));
    while (asked().length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(over, false);
    api.answers[`GET ${PATH}`] = external(2, 2);
    await waiting;
    assert.deepEqual([...new Set(asked())], [`GET ${PATH}`]);
  });

  it("waits for the newest generation, when somebody changes the object meanwhile", async () => {
    api.answers[`GET ${PATH}`] = external(3, 2);
    await assert.rejects(wait(external(2, 1)));
    api.answers[`GET ${PATH}`] = external(3, 3);
    await wait(external(2, 1));
  });

  it("fails with what the operator says, and what to do, when it does not come to it", async () => {
    api.answers[`GET ${PATH}`] = external(2, 1, "uid-1", "could not get secret data from provider");
    await assert.rejects(wait(external(2, 1)), (error: Error) => {
      assert.ok(pulumi.RunError.isInstance(error));
      // As the SDK does for each property that waits, before it prints the stack or, without one, the message.
      error.message = `error serializing property "outputs": ${error.message}`;
      assert.equal(error.stack, undefined);
      assert.equal(
        error.message,
        [
          "External Secrets has not read the store for acme/github-token within 0.4 s, so its Secret may be an old one; the runner sets that use it are left as they are",
          "  it says: could not get secret data from provider",
          "  fix: look at it (kubectl describe externalsecret github-token -n acme), then run pulumi up again",
        ].join("\n"),
      );
      return true;
    });
    api.answers[`GET ${PATH}`] = external(2, 1);
    await assert.rejects(wait(external(2, 1)), /it says nothing: does it run\?/);
  });

  it("only warns of a cluster that cannot be asked, or is another", async () => {
    await wait(external(2, 1));
    api.answers[`GET ${PATH}`] = external(2, 2, "uid-2");
    await wait(external(2, 1));
    assert.deepEqual(asked(), [`GET ${PATH}`, `GET ${PATH}`]);
    await untilRead(external(2, 1), { kubeconfig: api.kubeconfig, context: "none" }, warn, PATIENCE);
    const why = warnings.map((text) => /again \((.*)\)\. Until it has/.exec(text)?.[1]);
    assert.deepEqual(why, [
      `${PATH} not found`,
      "that cluster has another object of this name",
      'the kubeconfig has no context "none"',
    ]);
  });
});
