import * as assert from "node:assert/strict";
import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import {
  type AppInstallation,
  lookUpInstallation,
  selectInstallation,
} from "../../../components/credentials/installation";
import { record } from "../../support/recorder";

const installation = (change: Partial<AppInstallation> = {}): AppInstallation => ({
  id: 44556677,
  appId: 123456,
  clientId: "Iv23liAbCdEf",
  appSlug: "acme-runners",
  suspended: false,
  permissions: { organization_self_hosted_runners: "write", metadata: "read" },
  ...change,
});
const OTHER = installation({ id: 1, appId: 99, clientId: "Iv1.99", appSlug: "dependabot" });
const BY_ID = { org: "acme", appId: "123456" };

describe("selectInstallation", () => {
  it("finds the App by its id, its client id, its slug, or by id and slug, and answers with a string", () => {
    const installations = [OTHER, installation()];
    for (const query of [
      { appId: "123456" },
      { appId: "Iv23liAbCdEf" },
      { appSlug: "acme-runners" },
      { appId: "123456", appSlug: "acme-runners" },
    ]) {
      assert.equal(selectInstallation(installations, { org: "acme", ...query }), "44556677");
    }
  });

  it("keeps the digits of an id as it is written", () => {
    assert.equal(selectInstallation([installation({ id: 1234567 })], BY_ID), "1234567");
    assert.equal(selectInstallation([installation({ id: 9007199254740991 })], BY_ID), "9007199254740991");
  });

  it("takes no App of which only the id or only the slug is the one asked for", () => {
    for (const query of [
      { org: "acme", appId: "123456", appSlug: "other" },
      { org: "acme", appId: "99", appSlug: "acme-runners" },
    ]) {
      assert.throws(
        () => selectInstallation([OTHER, installation()], query),
        /is not installed on the organisation acme/,
      );
    }
  });

  it("takes no App at all when none is asked for", () => {
    assert.throws(() => selectInstallation([installation()], { org: "acme" }), {
      message:
        "The GitHub App is not installed on the organisation acme. Installed there: acme-runners (123456). " +
        "Install it (the App's settings → Install App → acme), or correct arc:githubApp.",
    });
  });

  it("says what is installed instead, and where the App is installed", () => {
    const query = { org: "acme", appId: "7", appSlug: "runners", owner: "acme-inc" };
    assert.throws(() => selectInstallation([OTHER, installation()], query), {
      message:
        "The GitHub App runners (id 7) is not installed on the organisation acme. " +
        "Installed there: dependabot (99), acme-runners (123456). " +
        "Install it (https://github.com/organizations/acme-inc/settings/apps/runners → Install App → acme), " +
        "or correct arc:githubApp.",
    });
  });

  it("says that no App is installed where none is", () => {
    assert.throws(() => selectInstallation([], { ...BY_ID, owner: "acme-inc" }), {
      message:
        "The GitHub App (id 123456) is not installed on the organisation acme. Installed there: no App. " +
        "Install it (https://github.com/organizations/acme-inc/settings/apps → Install App → acme), " +
        "or correct arc:githubApp.",
    });
  });

  it("says who can unsuspend a suspended installation", () => {
    assert.throws(() => selectInstallation([installation({ suspended: true })], BY_ID), {
      message:
        "The installation 44556677 of the GitHub App (id 123456) on acme is suspended. " +
        "An owner of acme can unsuspend it: Settings → GitHub Apps → Configure.",
    });
  });

  it("says which permission lacks, what there is of it, and where it is given", () => {
    for (const [permissions, has] of [
      [{ metadata: "read" }, "none"],
      [{ organization_self_hosted_runners: "read" }, "read"],
    ] as [Record<string, string>, string][]) {
      assert.throws(() => selectInstallation([installation({ permissions })], { ...BY_ID, owner: "acme-inc" }), {
        message:
          "The installation 44556677 of the GitHub App (id 123456) on acme lacks the permission " +
          `organization_self_hosted_runners: write (it has: ${has}). ` +
          'Set "Self-hosted runners: Read and write" under https://github.com/organizations/acme-inc/settings/apps → ' +
          "Permissions → Organization, then accept the request in acme.",
      });
    }
  });
});

describe("selectInstallation for a repository", () => {
  const query = { ...BY_ID, repository: "app", owner: "acme-inc", pages: "https://github.example.org" };

  it("wants the right to administrate it, and not that to the organisation's runners", () => {
    assert.equal(selectInstallation([installation({ permissions: { administration: "write" } })], query), "44556677");
    assert.throws(() => selectInstallation([installation()], query), {
      message:
        "The installation 44556677 of the GitHub App (id 123456) on acme lacks the permission administration: write " +
        '(it has: none). Set "Administration: Read and write" under https://github.example.org/organizations/acme-inc/settings/apps → ' +
        "Permissions → Repository, then accept the request in acme.",
    });
  });

  it("names it where the App is not installed on it", () => {
    assert.throws(
      () => selectInstallation([], query),
      /^Error: The GitHub App \(id 123456\) is not installed on the repository acme\/app\. /,
    );
  });
});

describe("lookUpInstallation", () => {
  const TOKEN = "github:index/getOrganizationAppInstallations:getOrganizationAppInstallations";

  it("asks GitHub once, with the provider that it is given", async () => {
    const recorded = await record(
      () => {
        const provider = new github.Provider("github-acme", { owner: "acme" });
        return { id: lookUpInstallation(BY_ID, { provider }) };
      },
      { call: () => ({ installations: [OTHER, installation()] }) },
    );
    assert.deepEqual(recorded.calls, [{ token: TOKEN, inputs: {}, provider: "github-acme" }]);
    assert.deepEqual(recorded.result, { id: "44556677" });
  });

  it("fails with a RunError, which is shown without a stack, in the words of selectInstallation", async () => {
    const running = record(() => lookUpInstallation(BY_ID, {}), { call: () => ({ installations: [] }) });
    await assert.rejects(running, (error: Error) => {
      assert.ok(pulumi.RunError.isInstance(error));
      assert.match(error.message, /^The GitHub App \(id 123456\) is not installed on the organisation acme\./);
      return true;
    });
  });
});
