import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { parse } from "yaml";
import { nextSteps } from "../../ci/next-step";
import { ROOT } from "../support/arc";
import { lab } from "./support/lab";

const TOKEN = "hvs.for-the-state";
const SECRET = "correct-horse-battery-staple";

/** The two requests of Vault's transit engine that Pulumi makes; the lab's Vault is built without that engine. */
function serveTransit(asked: string[]): Server {
  return createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () => {
      const { plaintext, ciphertext } = JSON.parse(body || "{}") as Record<string, string>;
      asked.push(request.url!);
      const may = request.headers["x-vault-token"] === TOKEN;
      response.statusCode = may ? 200 : 403;
      const data = plaintext ? { ciphertext: `vault:v1:${plaintext}` } : { plaintext: ciphertext?.split(":")[2] };
      response.end(JSON.stringify(may ? { data } : { errors: ["permission denied"] }));
    });
  });
}

/** The commands of docs/state.md, by the CLI itself. */
describe("The state with the secrets provider of Vault", () => {
  const asked: string[] = [];
  let vault: Server;
  let folder: string;
  let address: string;

  before((done) => {
    folder = mkdtempSync(path.join(os.tmpdir(), "arc-state-"));
    for (const name of ["a", "b"]) mkdirSync(path.join(folder, name));
    copyFileSync(path.join(ROOT, "Pulumi.yaml"), path.join(folder, "Pulumi.yaml"));
    vault = serveTransit(asked).listen(0, "127.0.0.1", () => {
      address = `http://127.0.0.1:${(vault.address() as AddressInfo).port}`;
      done();
    });
  });
  after(() => {
    vault.close();
    rmSync(folder, { recursive: true });
  });

  const file = () => path.join(folder, "Pulumi.prod.yaml");
  const settings = () => parse(readFileSync(file(), "utf8")) as Record<string, unknown>;
  const pulumi = async (
    args: string,
    { backend = "a", env = {} }: { backend?: string; env?: NodeJS.ProcessEnv } = {},
  ) => {
    const child = spawn(lab().tools.pulumi.path, [...args.split(" "), "--non-interactive"], {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        PULUMI_HOME: path.join(folder, "home"),
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_BACKEND_URL: `file://${path.join(folder, backend)}`,
        VAULT_ADDR: address,
        VAULT_TOKEN: TOKEN,
        ...env,
      },
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (said += text));
    const status = await new Promise((resolve) => child.on("close", resolve));
    return { status, said };
  };
  const well = async (...call: Parameters<typeof pulumi>) => {
    const { status, said } = await pulumi(...call);
    assert.equal(status, 0, `${call[0]}: ${said}`);
    return said;
  };

  it("is made with a key of the transit engine, and shows no secret without a token of Vault.", async () => {
    await well("stack init prod --secrets-provider=hashivault://arc-prod");
    await well(`config set --stack prod --secret arc:imagePullToken ${SECRET}`);
    assert.equal(settings().secretsprovider, "hashivault://arc-prod");
    assert.equal(typeof settings().encryptedkey, "string");
    assert.equal(readFileSync(file(), "utf8").includes("horse"), false);
    assert.equal(await well("config get --stack prod arc:imagePullToken"), `${SECRET}\n`);
    assert.deepEqual([...new Set(asked)].sort(), ["/v1/transit/decrypt/arc-prod", "/v1/transit/encrypt/arc-prod"]);
    const { status, said } = await pulumi("config get --stack prod arc:imagePullToken", {
      env: { VAULT_TOKEN: "hvs.other" },
    });
    assert.notEqual(status, 0);
    assert.match(said, /permission denied/);
    assert.equal(nextSteps([said])[0]!.page, "state.md#secrets-providers");
  });

  it("takes address and token of another Vault first, where both are named.", async () => {
    const env = {
      VAULT_ADDR: "http://127.0.0.1:9",
      VAULT_TOKEN: "x",
      VAULT_SERVER_URL: address,
      VAULT_SERVER_TOKEN: TOKEN,
    };
    await well("config get --stack prod arc:imagePullToken", { env });
  });

  it("moves to another backend with the stack file that it had.", async () => {
    await well("stack export --stack prod --file prod.json");
    copyFileSync(file(), path.join(folder, "committed.yaml"));
    await well("stack init prod --secrets-provider=hashivault://arc-prod", { backend: "b" });
    copyFileSync(path.join(folder, "committed.yaml"), file());
    await well("stack import --stack prod --file prod.json", { backend: "b" });
    assert.equal(await well("config get --stack prod arc:imagePullToken", { backend: "b" }), `${SECRET}\n`);
  });

  it("changes its provider, and an engine at another mount is one.", async () => {
    const before = settings();
    await well("stack change-secrets-provider --stack prod hashivault://arc-prod?engine=transit-ci", { backend: "b" });
    assert.equal(settings().secretsprovider, "hashivault://arc-prod?engine=transit-ci");
    assert.notEqual(settings().encryptedkey, before.encryptedkey);
    assert.ok(asked.includes("/v1/transit-ci/encrypt/arc-prod"));
    assert.equal(await well("config get --stack prod arc:imagePullToken", { backend: "b" }), `${SECRET}\n`);
  });
});
