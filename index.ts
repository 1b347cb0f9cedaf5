import {
  deployPlatform,
  findInstallations,
  loadCrds,
  loadStack,
  stackOutputs,
  vaultContents,
  withMonitoring,
} from "./stacks";

/** The program of every stack: read and check the stack file, ask what it leaves open, build the platform. */
export = async () => {
  const stack = loadStack();
  const { crds, version } = stack.settings.controller;
  // What GitHub, Vault and the cluster answer is on its way while the CRDs are read.
  const [orgs, manifests, config, versions] = await Promise.all([
    findInstallations(stack),
    loadCrds(crds, version),
    withMonitoring(stack),
    vaultContents(stack),
  ]);
  return stackOutputs(deployPlatform(config, orgs, manifests, versions));
};
