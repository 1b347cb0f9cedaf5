import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { CoreV1Api, RbacAuthorizationV1Api, type V1ClusterRole } from "@kubernetes/client-node";
import type { Cluster } from "../../../lab/cluster";
import type { AuditLine } from "./capabilities";
import { lab } from "./lab";
import { type PassedRequest, RecordingGate } from "./recording";

const ACCOUNT = { namespace: "default", name: "deployer" };
const POLICY = "deployer";
const AUDIT = "deployer";

/** Whoever deploys, with the rights that it is given and no other, behind gates that keep what it asks. */
export class Deployer {
  private audited = 0;

  private constructor(
    private readonly cluster: Cluster,
    private readonly kubernetes: RecordingGate,
    private readonly vault: RecordingGate,
    private readonly auditFile: string,
  ) {}

  static async create(cluster: Cluster): Promise<Deployer> {
    const { client, server, certificateAuthority } = cluster.controlPlane;
    const core = client.makeApiClient(CoreV1Api);
    const { namespace, name } = ACCOUNT;
    await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name } } });
    const spec = { audiences: [], expirationSeconds: 7200 };
    const { status } = await core.createNamespacedServiceAccountToken({ ...ACCOUNT, body: { spec } });
    const file_path = path.join(lab().folder, "audit.log");
    const { vault } = lab();
    await vault.request("PUT", `sys/audit/${AUDIT}`, { type: "file", options: { file_path } });
    const { body } = await vault.request("POST", "auth/token/create", { policies: [POLICY], ttl: "2h" });
    const { client_token: token } = body.auth as { client_token: string };
    return new Deployer(
      cluster,
      await RecordingGate.open(server, { authorization: `Bearer ${status!.token}` }, certificateAuthority),
      await RecordingGate.open(vault.address, { "x-vault-token": token }),
      file_path,
    );
  }

  get vaultAddress(): string {
    return this.vault.url;
  }

  /** Content of a kubeconfig; the gate has the credentials. */
  get kubeconfig(): string {
    const cluster = { server: this.kubernetes.url, "insecure-skip-tls-verify": true };
    return JSON.stringify({
      clusters: [{ name: "gate", cluster }],
      users: [{ name: "gate", user: {} }],
      contexts: [{ name: "gate", context: { cluster: "gate", user: "gate" } }],
      "current-context": "gate",
    });
  }

  async grant(role: V1ClusterRole): Promise<void> {
    const name = role.metadata!.name!;
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name };
    await this.rbac().createClusterRole({ body: role });
    await this.rbac().createClusterRoleBinding({
      body: { metadata: { name }, roleRef, subjects: [{ kind: "ServiceAccount", ...ACCOUNT }] },
    });
  }

  async withdraw({ metadata }: V1ClusterRole): Promise<void> {
    await this.rbac().deleteClusterRoleBinding({ name: metadata!.name! });
  }

  /** Gives this policy of Vault, in place of the one before. */
  async setPolicy(policy: string): Promise<void> {
    await lab().vault.request("PUT", `sys/policies/acl/${POLICY}`, { policy });
  }

  /** What the API server was asked since the last time; nothing was refused, and by Vault neither. */
  take(): PassedRequest[] {
    const taken = this.kubernetes.take();
    const refused = [...taken, ...this.vault.take()].filter(({ status }) => status === 401 || status === 403);
    assert.deepEqual(refused, []);
    return taken;
  }

  /** What Vault was asked since the last time. */
  takeAudit(): AuditLine[] {
    const lines = readFileSync(this.auditFile, "utf8").trim().split("\n").filter(Boolean);
    const own = lines
      .map((line) => JSON.parse(line) as AuditLine)
      .filter(({ type, auth }) => type === "response" && auth?.policies?.includes(POLICY));
    const taken = own.slice(this.audited);
    this.audited = own.length;
    return taken;
  }

  async close(): Promise<void> {
    this.kubernetes.close();
    this.vault.close();
    await lab().vault.request("DELETE", `sys/audit/${AUDIT}`);
  }

  private rbac(): RbacAuthorizationV1Api {
    return this.cluster.controlPlane.client.makeApiClient(RbacAuthorizationV1Api);
  }
}
