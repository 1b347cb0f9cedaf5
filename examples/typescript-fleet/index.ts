import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as vault from "@pulumi/vault";
import { embeddedCrds, RunnerPlatform, UpdateStrategy } from "arc";
import { organization } from "./organization";

const config = new pulumi.Config();

const kubernetes = new k8s.Provider("kubernetes", { kubeconfig: config.get("kubeconfig") });
// CRDs that exist already, from Helm or by hand, are taken over instead of refused.
const crdProvider = new k8s.Provider("crds", { kubeconfig: config.get("kubeconfig"), upsertExistingObjects: true });
// A child token would outlive no run and needs a right of its own.
const vaultProvider = new vault.Provider("vault", { skipChildToken: true });

/** Several organisations with one App, one controller and one Vault. */
const platform = new RunnerPlatform(
  "arc",
  {
    controller: { version: "0.14.2", updateStrategy: UpdateStrategy.Eventual },
    crdManifests: embeddedCrds().map((crd) => JSON.stringify(crd)),
    githubApp: { appId: "123456", privateKey: config.requireSecret("githubAppPrivateKey") },
    vault: { connection: { server: config.require("vaultServer"), authMount: config.require("vaultAuthMount") } },
    imagePull: {
      registry: "ghcr.io",
      username: "acme-bot",
      vaultPath: "arc-systems/registry",
      token: config.requireSecret("imagePullToken"),
    },
    orgs: [
      organization("acme", "44556677", { small: 8, large: 2 }),
      organization("acme-labs", "44556678", { small: 2, pods: 10 }),
    ],
  },
  { providers: [kubernetes, vaultProvider], crdProvider },
);

export const runnerSets = platform.runnerSets;
