import * as assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { parse } from "yaml";
import { actionsOf } from "../../ci/actions";
import { clusterToken, useKubeconfig } from "../../ci/cluster-access";
import { loginToVault, logoutOfVault, type VaultLogin } from "../../ci/vault-login";
import { ROOT, temporaryFolder } from "../support/arc";

const JWT = `e30.${Buffer.from(JSON.stringify({ exp: 1_800_000_000 })).toString("base64url")}.s`;

/** GitHub's issuer and a Vault on one port. */
describe("The credentials of a job", () => {
  const folder = temporaryFolder();
  const envFile = path.join(folder.path, "env");
  let server: Server;
  let address: string;
  let asked: { method: string; url: string; headers: Record<string, unknown>; body: string }[];
  let answers: Record<string, { status?: number; body: unknown }>;
  let printed: string;

  before((done) => {
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (part: Buffer) => (body += part.toString()));
      request.on("end", () => {
        const { method = "", url = "", headers } = request;
        asked.push({ method, url, headers, body });
        const answer = answers[`${method} ${url}`];
        response.statusCode = answer?.status ?? (answer ? 200 : 404);
        response.end(typeof answer?.body === "string" ? answer.body : JSON.stringify(answer?.body ?? { errors: [] }));
      });
    }).listen(0, "127.0.0.1", done);
  });
  after(() => {
    server.close();
    folder.remove();
  });
  beforeEach(() => {
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    asked = [];
    printed = "";
    writeFileSync(envFile, "");
    answers = {
      "GET /id?api-version=2&audience=https%3A%2F%2Fvault.example": { body: { value: JWT } },
      "POST /v1/auth/jwt-github/login": { body: { auth: { client_token: "hvs.of-the-job" } } },
      "GET /v1/secret/data/arc/ci": { body: { data: { data: { passphrase: "correct horse" } } } },
      "POST /v1/auth/token/revoke-self": { status: 204, body: "" },
    };
  });

  const identity = () => ({
    ACTIONS_ID_TOKEN_REQUEST_URL: `${address}/id?api-version=2`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: "request",
  });
  const login = (more: Partial<VaultLogin> = {}, env: NodeJS.ProcessEnv = identity()) =>
    loginToVault(
      { address, mount: "jwt-github", role: "deployer", audience: "https://vault.example", ...more },
      actionsOf({ GITHUB_ENV: envFile, GITHUB_ACTIONS: "true" }, (text) => (printed += text)),
      env,
    );
  /** The variables of the steps that follow. */
  const variables = () =>
    Object.fromEntries(
      [...readFileSync(envFile, "utf8").matchAll(/^(\w+)<<(\S+)\n([\s\S]*?)\n\2$/gm)].map(([, name, , value]) => [
        name,
        value,
      ]),
    );

  it("come from Vault for the identity that GitHub signs, masked, and are given back.", async () => {
    await login({ namespace: "team", passphrase: "secret/data/arc/ci#passphrase" });
    assert.deepEqual(variables(), {
      VAULT_TOKEN: "hvs.of-the-job",
      VAULT_ADDR: address,
      VAULT_NAMESPACE: "team",
      PULUMI_CONFIG_PASSPHRASE: "correct horse",
    });
    assert.equal(printed, "::add-mask::hvs.of-the-job\n::add-mask::correct horse\n");
    await logoutOfVault({ address }, "hvs.of-the-job");
    assert.deepEqual(
      asked.map(({ method, url, body }) => [method, url, body]),
      [
        ["GET", "/id?api-version=2&audience=https%3A%2F%2Fvault.example", ""],
        ["POST", "/v1/auth/jwt-github/login", JSON.stringify({ role: "deployer", jwt: JWT })],
        ["GET", "/v1/secret/data/arc/ci", ""],
        ["POST", "/v1/auth/token/revoke-self", ""],
      ],
    );
    assert.deepEqual(
      asked.map(({ headers }) => headers.authorization ?? headers["x-vault-token"]),
      ["Bearer request", undefined, "hvs.of-the-job", "hvs.of-the-job"],
    );
    assert.equal(asked[1]!.headers["x-vault-namespace"], "team");
  });

  const refusals: [what: string, () => Promise<unknown>, message: RegExp][] = [
    [
      "a job that may have no identity",
      () => login({}, {}),
      /^GitHub gives this job no identity: it needs `permissions/,
    ],
    [
      "a role that does not let the job in",
      () => refused(400, { errors: ["claim sub does not match"] }),
      /Vault answered 400 to POST auth\/jwt-github\/login: claim sub does not match$/,
    ],
    [
      "an address that is no Vault's",
      () => refused(502, "<html>"),
      /its answer is no JSON; is this the address of a Vault\?$/,
    ],
    ["a login without a token", () => refused(200, {}), /^Vault gave no token for the role deployer at jwt-github$/],
    ["a passphrase without its field", () => login({ passphrase: "secret/data/arc/ci" }), /write it as <path>#<field>/],
    [
      "a field that is not there",
      () => login({ passphrase: "secret/data/arc/ci#other" }),
      /^Vault has no field other at secret\/data\/arc\/ci$/,
    ],
  ];
  const refused = (status: number, body: unknown) => {
    answers["POST /v1/auth/jwt-github/login"] = { status, body };
    return login();
  };
  for (const [what, work, message] of refusals) {
    it(`are refused, with the reason, to ${what}.`, async () => {
      await assert.rejects(work, (error: Error) => {
        assert.match(error.message, message);
        assert.equal(error.message.includes(JWT) || error.message.includes("of-the-job"), false);
        return true;
      });
    });
  }

  const kubeconfig = (user: string) => `
apiVersion: v1
kind: Config
clusters: [{ name: prod, cluster: { server: "https://k8s.example" } }]
users: [{ name: deployer, user: ${user} }]
`;
  const actions = () => actionsOf({ GITHUB_ENV: envFile }, () => undefined);

  it("are no part of the kubeconfig, which names a program for that and is nobody else's to read.", () => {
    const exec = (command: string) =>
      kubeconfig(
        `{ exec: { apiVersion: client.authentication.k8s.io/v1, command: ${command}, args: [cluster-token] } }`,
      );
    useKubeconfig(exec("ci/run"), folder.path, actions());
    const { KUBECONFIG: file } = variables();
    assert.deepEqual(parse(readFileSync(file!, "utf8")), parse(exec(path.join(ROOT, "ci", "run"))));
    assert.equal(statSync(file!).mode & 0o777, 0o600);
  });

  for (const field of ["token", "password", "client-key-data", "auth-provider"]) {
    it(`are refused in a kubeconfig as ${field}.`, () => {
      assert.throws(
        () => useKubeconfig(kubeconfig(`{ ${field}: "c2VjcmV0" }`), folder.path, actions()),
        (error: Error) => {
          assert.match(error.message, new RegExp(`has a credential in it: ${field} of the user deployer\\.`));
          return !error.message.includes("c2VjcmV0");
        },
      );
      assert.deepEqual(variables(), {});
    });
  }

  it("are, for an API server that trusts GitHub, the identity itself with its end.", async () => {
    answers["GET /id?api-version=2&audience=kubernetes"] = { body: { value: JWT } };
    assert.deepEqual(JSON.parse(await clusterToken("kubernetes", identity())), {
      apiVersion: "client.authentication.k8s.io/v1",
      kind: "ExecCredential",
      status: { token: JWT, expirationTimestamp: "2027-01-15T08:00:00.000Z" },
    });
  });
});
