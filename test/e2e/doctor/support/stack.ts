import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import { type Intended, intended } from "../../../../cli/doctor/context";
import { mergeValues } from "../../../../stacks/config/merge";
import { ROOT } from "../../../support/arc";

export const STACK = "world";
/** The sets of that stack: one without idle runners, one with two, both below a quota. */
export const ACME = "acme-ci/acme-runners";
export const GLOBEX = "globex-ci/globex-runners";
export const CONTROLLER_NAMESPACE = "arc-systems";

const QUOTA = {
  pods: "25",
  "requests.cpu": "10",
  "requests.memory": "24Gi",
  "limits.cpu": "96",
  "limits.memory": "96Gi",
};

/** A stack of every kind of object that doctor reads. */
const CONFIG = {
  "arc:controller": { version: "0.14.2" },
  // Nothing listens there: a test that GitHub has a part in starts one of its own.
  "arc:githubApp": { appId: "1001", owner: "acme", apiUrl: "http://127.0.0.1:9/api/v3" },
  "arc:vault": {
    server: "https://vault.vault.svc:8200",
    mount: "secret",
    store: "vault-backend",
    storeScope: "shared",
  },
  "arc:imagePull": { registry: "ghcr.io", username: "acme", vaultPath: "arc/github-token" },
  "arc:runner": {
    containerMode: "dind",
    image: `ghcr.io/actions/actions-runner:2.337.1@sha256:${"1".repeat(64)}`,
    resources: { requests: { cpu: "250m", memory: "1Gi" }, limits: { cpu: "4", memory: "4Gi" } },
    docker: {
      image: `docker:29.1.0-dind@sha256:${"2".repeat(64)}`,
      resources: { requests: { cpu: "100m", memory: "512Mi" }, limits: { cpu: "2", memory: "2Gi" } },
    },
    maxRunners: 10,
    activeDeadlineSeconds: 7200,
  },
  "arc:orgs": [
    {
      name: "acme",
      installationId: "41000001",
      runnerSets: [{ name: "acme-runners", namespace: "acme-ci", minRunners: 0, quota: QUOTA }],
    },
    {
      name: "globex",
      installationId: "41000002",
      runnerSets: [{ name: "globex-runners", namespace: "globex-ci", minRunners: 2, quota: QUOTA }],
    },
  ],
};

/** A project's folder with that stack, or with one that differs from it; a test removes it. */
export function projectWith(changes: Record<string, unknown> = {}): { root: string; remove: () => void } {
  const root = mkdtempSync(path.join(os.tmpdir(), "arc-world-"));
  mkdirSync(root, { recursive: true });
  copyFileSync(path.join(ROOT, "Pulumi.yaml"), path.join(root, "Pulumi.yaml"));
  symlinkSync(path.join(ROOT, "index.ts"), path.join(root, "index.ts"));
  writeFileSync(path.join(root, `Pulumi.${STACK}.yaml`), stringify({ config: mergeValues(CONFIG, changes) }));
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** What that stack is to be. */
export async function intendedStack(changes: Record<string, unknown> = {}): Promise<Intended> {
  const { root, remove } = projectWith(changes);
  try {
    return await intended(root, STACK);
  } finally {
    remove();
  }
}
