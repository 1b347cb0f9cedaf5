import * as assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parse } from "yaml";
import { actionsOf } from "../../ci/actions";
import { useKubeconfig } from "../../ci/cluster-access";
import { brokenAnchors } from "../support/anchors";
import { ROOT } from "../support/arc";
import { blocksOf, brokenLinks, readPage } from "../support/page";

const PAGE = readPage("docs/ci.md");
const FOLDER = path.join(ROOT, ".github", "workflows");

describe("The page on deployment by GitHub Actions", () => {
  for (const page of ["docs/ci.md", "docs/state.md"]) {
    it(`links in ${page} only to pages and sections that are there.`, () => {
      assert.deepEqual([...brokenLinks(page), ...brokenAnchors(page)], []);
    });
  }

  it("lists the variables that the workflow with credentials reads, and no others.", () => {
    const read = readFileSync(path.join(FOLDER, "stack.yml"), "utf8").matchAll(/\bvars\.(\w+)/g);
    const rows = PAGE.split("\n").filter((line) => /^\| `[A-Z]/.test(line));
    const listed = rows.flatMap((row) => [...row.split("|")[1]!.matchAll(/`(\w+)`/g)].map(([, name]) => name!));
    assert.deepEqual(listed.sort(), [...new Set([...read].map(([, name]) => name!))].sort());
  });

  it("names each workflow of this part, and what it says of cancelling and of the queue is so.", () => {
    const files = readdirSync(FOLDER).filter((file) => !file.endsWith("runner-image.yml"));
    const named = [...PAGE.matchAll(/^\| `(\w+\.yml)`/gm)].map(([, file]) => file!);
    assert.deepEqual(named.sort(), files.sort());
    const { concurrency } = parse(readFileSync(path.join(FOLDER, "deploy.yml"), "utf8")) as { concurrency: unknown };
    assert.deepEqual(concurrency, { group: "deploy", "cancel-in-progress": false });
  });

  it("has a role of Vault that is JSON, and binds what GitHub's identity has.", () => {
    const text = blocksOf(PAGE).find(({ text: block }) => block.includes("auth/jwt-github/role/"))!.text;
    const role = JSON.parse(/<<'EOF'\n([\s\S]*?)\nEOF/.exec(text)![1]!) as Record<string, unknown>;
    assert.deepEqual(role.bound_claims, { repository_id: "5678", environment: "production", ref: "refs/heads/main" });
    assert.equal(role.role_type, "jwt");
  });

  it("has a user for a kubeconfig that the workflow takes, with the audience that the API server is told.", () => {
    const [server, users] = blocksOf(PAGE)
      .filter(({ heading, language }) => heading === "The cluster" && language === "yaml")
      .map(({ text }) => parse(text) as Record<string, never>);
    const folder = mkdtempSync(path.join(os.tmpdir(), "arc-kubeconfig-"));
    try {
      useKubeconfig(
        JSON.stringify(users),
        folder,
        actionsOf({}, () => undefined),
      );
      const written = parse(readFileSync(path.join(folder, "arc", "kubeconfig"), "utf8")) as {
        users: { user: { exec: { command: string; args: string[] } } }[];
      };
      const { command, args } = written.users[0]!.user.exec;
      assert.equal(command, path.join(ROOT, "ci", "run"));
      const { jwt } = server as unknown as { jwt: { issuer: { audiences: string[] } }[] };
      assert.deepEqual(args, ["cluster-token", "--audience", jwt[0]!.issuer.audiences[0]]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
