import * as pulumi from "@pulumi/pulumi";
import { ContainerMode, RunnerPlatform } from "arc";

const config = new pulumi.Config();

/** One organisation with one runner set. */
const platform = new RunnerPlatform("arc", {
  controller: { version: "0.14.2" },
  githubApp: { appId: "123456", privateKey: config.requireSecret("githubAppPrivateKey") },
  vault: { connection: { server: config.require("vaultServer"), authMount: config.require("vaultAuthMount") } },
  orgs: [
    {
      name: "acme",
      installationId: "44556677",
      runnerSets: [
        {
          name: "acme-runners",
          namespace: "acme-runners",
          vaultPath: "acme-runners/github-app",
          maxRunners: 4,
          quota: { "requests.memory": "8Gi", "limits.memory": "16Gi" },
          runner: {
            containerMode: ContainerMode.None,
            image: "ghcr.io/actions/actions-runner:2.338.0",
            resources: { requests: { cpu: "500m", memory: "1Gi" }, limits: { cpu: "2", memory: "4Gi" } },
          },
        },
      ],
    },
  ],
});

export const runnerSets = platform.runnerSets;
