import * as assert from "node:assert/strict";
import { labelOf, type Recorded } from "../support/recorder";
import { secretPaths, unwrap } from "../support/secrets";
import { PRIVATE_KEY, recordProd, type StackOutputs, TOKEN } from "../support/stack-program";

/** Lines of the key: JSON writes line ends in another way, but never within a line. */
const KEY_LINES = PRIVATE_KEY.trim().split("\n").slice(1, -1);
const KV_OF_APP = [
  "SecretV2 secret/everyapi-runner/github-app",
  "SecretV2 secret/github-runner/github-app",
  "SecretV2 secret/kamify-runner/github-app",
];

describe("The secrets of prod", () => {
  let prod: Recorded<StackOutputs>;
  before(async () => {
    prod = await recordProd();
  });
  const holders = (text: string) =>
    prod.resources.filter(({ inputs }) => JSON.stringify(inputs).includes(text)).map(({ urn }) => labelOf(urn));

  it("leave the program in the data of four KV secrets and nowhere else", () => {
    const secrets = prod.resources.filter(({ inputs }) => secretPaths(inputs).length > 0);
    assert.deepEqual(
      secrets.map(({ urn }) => labelOf(urn)).sort(),
      [...KV_OF_APP, "SecretV2 secret/github-runner/github-token"].sort(),
    );
    for (const { inputs } of secrets) assert.deepEqual(secretPaths(inputs), ["dataJson"]);
  });

  it("have the private key in the three Apps' KV secrets alone: in no component, no spec, no other resource", () => {
    assert.ok(KEY_LINES.length > 5);
    for (const line of KEY_LINES) assert.deepEqual(holders(line).sort(), KV_OF_APP);
  });

  it("have the registry token in its KV secret alone", () => {
    assert.deepEqual(holders(TOKEN), ["SecretV2 secret/github-runner/github-token"]);
  });

  it("are in no output of the stack or of a component", () => {
    assert.equal(prod.outputs.size, 19);
    const outputs = JSON.stringify([prod.result, [...prod.outputs.values()]]);
    for (const text of [TOKEN, ...KEY_LINES]) assert.equal(outputs.includes(text), false);
    for (const registered of prod.outputs.values()) assert.deepEqual(secretPaths(registered), []);
  });

  it("leave the specs of sets and ExternalSecrets readable in previews", () => {
    const readable = [...prod.all("AutoscalingRunnerSet"), ...prod.all("ExternalSecret")];
    assert.equal(readable.length, 9);
    for (const { inputs } of readable) assert.deepEqual(secretPaths(inputs), []);
  });

  it("are written as JSON of strings, each organisation with its own installation", () => {
    const written = prod.all("SecretV2").map(({ inputs }) => unwrap(inputs) as Record<string, string>);
    assert.deepEqual(
      written.map(({ mount, name, dataJson, ...rest }) => ({ mount, name, data: JSON.parse(dataJson!), rest })),
      [
        app("everyapi-runner/github-app", "50000003"),
        app("github-runner/github-app", "50000001"),
        { mount: "secret", name: "github-runner/github-token", data: { token: TOKEN }, rest: {} },
        app("kamify-runner/github-app", "50000002"),
      ],
    );
  });
});

function app(name: string, installation: string) {
  const data = { app_id: "123456", installation_id: installation, private_key: PRIVATE_KEY };
  return { mount: "secret", name, data, rest: {} };
}
