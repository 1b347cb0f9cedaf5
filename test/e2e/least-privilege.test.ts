import * as assert from "node:assert/strict";
import { createPublicKey } from "node:crypto";
import type { V1ClusterRole } from "@kubernetes/client-node";
import { parse, stringify } from "yaml";
import type { Cluster } from "../../lab/cluster";
import { Deployment } from "../../lab/engine";
import { block, labSecrets, type StackFile } from "../../lab/stack-file";
import { blocksOf, readPage } from "../support/page";
import { type AuditLine, capabilitiesOf, capabilitiesUsed } from "./support/capabilities";
import { Deployer } from "./support/deployer";
import { successful } from "./support/faults";
import { lab } from "./support/lab";
import { installCrds, monitoringCrds } from "./support/monitoring-crds";
import { edit } from "./support/prod-steps";
import type { PassedRequest } from "./support/recording";
import { grantedIn, isOutside, rightsFor, rightsOf } from "./support/rights";
import { SECRETS, stackFile } from "./support/stack-files";

const BLOCKS = blocksOf(readPage("docs/least-privilege.md"));
const ROLES = BLOCKS.filter(({ language }) => language === "yaml").map(({ text }) => parse(text) as V1ClusterRole);
const [OUTSIDE, WITHIN, ...FURTHER] = ROLES as [V1ClusterRole, V1ClusterRole, ...V1ClusterRole[]];
const OF_PROD = [OUTSIDE, WITHIN];
const [WRITING, LOOKING] = BLOCKS.filter(({ language }) => language === "hcl").map(({ text }) => text) as [
  string,
  string,
];

const NAME = "least";
const ROTATED = labSecrets();
/** In another namespace: what all tenants share changes too. */
const ANOTHER = { name: "more-runners", namespace: `${NAME}-more`, vaultPath: `${NAME}-kamify-runner/more` };
const WORK_VOLUME = {
  accessModes: ["ReadWriteOnce"],
  storageClassName: "fast",
  resources: { requests: { storage: "1Gi" } },
};

describe("The rights of docs/least-privilege.md", function () {
  this.timeout(900_000);
  let cluster: Cluster;
  let deployer: Deployer;
  let prod: Deployment;
  let granted: Set<string>;
  const asked: PassedRequest[] = [];
  const audit: AuditLine[] = [];

  before(async () => {
    cluster = await lab().addCluster(NAME);
    deployer = await Deployer.create(cluster);
    for (const role of OF_PROD) await deployer.grant(role);
    await deployer.setPolicy(own(WRITING));
    const crds = monitoringCrds();
    if (crds) await installCrds(cluster.controlPlane.client, crds);
    lab().github.setAppKeys("123456", [SECRETS, ROTATED].map(publicKey));
    // The gates have the deployer's credentials; GITHUB_TOKEN is not needed.
    const { kubeconfig: KUBECONFIG, vaultAddress: VAULT_ADDR } = deployer;
    const env = { KUBECONFIG, VAULT_ADDR, VAULT_TOKEN: "the-gate-has-it", GITHUB_TOKEN: "" };
    prod = await Deployment.create(lab(), { stack: NAME, config: prodFile(), env });
    await prod.setSecrets(SECRETS);
  });
  after(async () => {
    lab().github.setAppKeys("123456", undefined);
    await deployer?.close();
  });

  /** A policy of the page, for the auth mount and the names that this suite has in a Vault that it shares. */
  function own(policy: string): string {
    return renamed(policy).replaceAll("auth/kubernetes/", `auth/${cluster.authMount}/`);
  }

  function prodFile(): StackFile {
    const config = parse(renamed(stringify(stackFile("prod")))) as StackFile;
    // Every five seconds the operator would write its status, and meet the updates of a busy machine.
    const vault = { address: deployer.vaultAddress, auth: { mount: cluster.authMount }, refreshInterval: "1h" };
    return {
      ...config,
      "arc:controller": { ...block(config, "arc:controller"), version: "0.13.1" },
      "arc:githubApp": { ...block(config, "arc:githubApp"), installationLookup: "app" },
      "arc:kubernetes": { kubeconfig: deployer.kubeconfig },
      "arc:vault": { ...block(config, "arc:vault"), ...vault },
    };
  }

  function change(key: "arc:controller" | "arc:vault", values: object): void {
    prod.edit((config) => ({ ...config, [key]: { ...block(config, key), ...values } }));
  }

  it("are enough to bring prod up, to edit and upgrade it, to refresh and to preview it", async () => {
    await successful(prod.up());
    granted = grantedIn(await prod.stack.exportStack());
    prod.edit(
      edit(({ orgs, runner }) => {
        runner.maxRunners = 10;
        orgs[0]!.runnerSets[0]!.quota!.pods = 30;
        orgs[1]!.runnerSets.push(ANOTHER);
      }),
    );
    change("arc:controller", { version: "0.14.2" });
    await prod.setSecrets(ROTATED);
    const upgrade = await successful(prod.up());
    assert.match(upgrade.output, /3 sets relabelled in \d+\.\d s; the controller 0\.14\.2 may start$/m);
    await successful(prod.refresh());
    const { counts } = await successful(prod.preview());
    assert.deepEqual(Object.keys(counts), ["same"]);
    asked.push(...deployer.take());
    audit.push(...deployer.takeAudit());
  });

  it("are enough for the check of a Vault that others fill, and no more than it needs", async () => {
    const policy = own(LOOKING);
    await deployer.setPolicy(policy);
    change("arc:vault", { manage: false });
    const { output } = await successful(prod.preview());
    assert.doesNotMatch(output, /Vault has what the stack reads from it is unknown/);
    deployer.take();
    const log = deployer.takeAudit();
    assert.deepEqual(capabilitiesUsed(capabilitiesOf(policy), log), capabilitiesOf(policy));
    change("arc:vault", { manage: true });
    await deployer.setPolicy(own(WRITING));
  });

  it("are enough for what prod does not have, with the rules for it, and no more than it needs", async function () {
    // They are the Prometheus Operator's own, out of its Go module, which cannot be had everywhere.
    if (!monitoringCrds()) this.skip();
    for (const role of FURTHER) await deployer.grant(role);
    let plain: StackFile = {};
    prod.edit((config) => withEverything((plain = config)));
    await successful(prod.up());
    const further = grantedIn(await prod.stack.exportStack());
    prod.edit(() => plain);
    await successful(prod.up());
    for (const role of FURTHER) await deployer.withdraw(role);
    audit.push(...deployer.takeAudit());
    const base = rightsIn(OF_PROD);
    const needed = [...rightsFor(deployer.take()), ...further].filter((right) => !base.has(right));
    assert.deepEqual(sorted(rightsIn(FURTHER)), sorted(needed));
  });

  it("are enough to destroy prod", async () => {
    await successful(prod.destroy());
    asked.push(...deployer.take());
    audit.push(...deployer.takeAudit());
  });

  it("are no more than that: each right in Kubernetes was asked for, or is granted on", () => {
    assert.deepEqual(sorted(rightsIn(OF_PROD)), sorted([...rightsFor(asked), ...granted]));
    const within = sorted(rightsFor(asked.filter(isOutside))).filter((right) => !rightsIn([OUTSIDE]).has(right));
    assert.deepEqual(within, []);
  });

  it("are no more than that: each capability in Vault was used", () => {
    const policy = capabilitiesOf(own(WRITING));
    assert.deepEqual(capabilitiesUsed(policy, audit), policy);
  });
});

/** All that the further rules are for, in one stack. */
function withEverything(config: StackFile): StackFile {
  const changed = structuredClone(config);
  const [first, second, third] = changed["arc:orgs"] as { runnerSets: Record<string, unknown>[] }[];
  first!.runnerSets[0]!.schedules = [{ cron: "0 7 * * 1-5", minRunners: 4 }];
  second!.runnerSets[0]!.runner = { containerMode: "kubernetes", kubernetes: { workVolumeClaim: WORK_VOLUME } };
  Object.assign(third!, {
    url: `${lab().github.url}/everyapi-ai`,
    githubServerTLS: { certificate: certificate(), runnerMountPath: "/usr/local/share/ca-certificates" },
    proxy: { https: { url: "http://proxy.example.org:3128" } },
  });
  return {
    ...changed,
    "arc:observability": { enabled: true },
    "arc:vault": { ...block(changed, "arc:vault"), storeScope: "namespace" },
  };
}

function rightsIn(roles: V1ClusterRole[]): Set<string> {
  return rightsOf(roles.flatMap(({ rules }) => rules ?? []));
}

function sorted(rights: Iterable<string>): string[] {
  return [...new Set(rights)].sort();
}

/** The suites share one Vault: nothing here has a name that prod has in it. */
function renamed(text: string): string {
  return text.replace(/\b(github|kamify|everyapi)-runner\b/g, `${NAME}-$1-runner`);
}

function publicKey(secrets: ReturnType<typeof labSecrets>): string {
  return createPublicKey(secrets["arc:githubAppPrivateKey"]).export({ type: "spki", format: "pem" }).toString();
}

/** The certificate that docs/credentials.md shows. */
function certificate(): string {
  const indented = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/.exec(readPage("docs/credentials.md"));
  return indented![0].replace(/^ +/gm, "");
}
