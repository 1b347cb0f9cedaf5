import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { V1ClusterRole } from "@kubernetes/client-node";
import { parse } from "yaml";
import { readStackFile } from "../../cli/stack-file";
import { ROOT } from "../support/arc";
import { blocksOf, brokenLinks, readPage } from "../support/page";

const FILE = "docs/least-privilege.md";
const PAGE = readPage(FILE);
const ROLES = blocksOf(PAGE)
  .filter(({ language }) => language === "yaml")
  .map(({ text }) => parse(text) as V1ClusterRole);
const POLICIES = blocksOf(PAGE).filter(({ language }) => language === "hcl");

/** Whether the roles and policies are enough, and no more than that, test/e2e/least-privilege.test.ts proves. */
describe("docs/least-privilege.md", () => {
  it("has these roles, each named once.", () => {
    assert.deepEqual(
      ROLES.map(({ metadata }) => metadata!.name),
      [
        "arc-deployer-cluster",
        "arc-deployer",
        "arc-deployer-observability",
        "arc-deployer-schedules",
        "arc-deployer-stores",
        "arc-deployer-certificates",
        "arc-deployer-kubernetes-mode",
        "arc-deployer-proxy",
      ],
    );
  });

  it("gives no right by a wildcard, and none to give oneself more.", () => {
    for (const { metadata, rules } of ROLES) {
      for (const { apiGroups, resources, verbs, nonResourceURLs } of rules!) {
        const written = [...apiGroups!, ...resources!, ...verbs];
        assert.ok(!written.includes("*"), `${metadata!.name}: ${written.join(" ")}`);
        assert.deepEqual(
          verbs.filter((verb) => ["escalate", "bind", "impersonate", "deletecollection"].includes(verb)),
          [],
        );
        assert.equal(nonResourceURLs, undefined);
      }
    }
  });

  it("names no right twice in what is bound together.", () => {
    const [cluster, namespaces] = ROLES as [V1ClusterRole, V1ClusterRole];
    const rights = [...cluster.rules!, ...namespaces.rules!].flatMap(({ apiGroups, resources, verbs }) =>
      resources!.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}.${apiGroups![0]}`)),
    );
    assert.deepEqual(
      rights.filter((right, index) => rights.indexOf(right) !== index),
      [],
    );
  });

  it("has the policies of Vault for the paths of prod, and no sudo.", () => {
    const { vault, imagePull, orgs } = readStackFile(ROOT, "prod").values as {
      vault: { mount: string };
      imagePull: { vaultPath: string };
      orgs: { runnerSets: { vaultPath: string }[] }[];
    };
    const paths = [imagePull, ...orgs.flatMap(({ runnerSets }) => runnerSets)].map(({ vaultPath }) => vaultPath);
    const folders = [...new Set(paths.map((each) => each.split("/")[0]))].sort();
    assert.equal(POLICIES.length, 2);
    for (const { text } of POLICIES) {
      assert.doesNotMatch(text, /sudo|root|"list"/);
      const named = [...text.matchAll(new RegExp(`path "${vault.mount}/metadata/([^/]+)/\\*"`, "g"))];
      assert.deepEqual(named.map(([, folder]) => folder).sort(), folders);
    }
  });

  it("has no broken link, and other pages lead to it.", () => {
    assert.deepEqual(brokenLinks(FILE), []);
    assert.ok(readFileSync(path.join(ROOT, "docs/credentials.md"), "utf8").includes("(least-privilege.md)"));
  });
});
