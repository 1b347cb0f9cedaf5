import { deployPlatform, findInstallations, loadCrds, loadStack, stackOutputs, withMonitoring } from "./stacks";

/** The program of every stack: read and check the stack file, ask what it leaves open, build the platform. */
export = async () => {
  const stack = loadStack();
  const { crds, version } = stack.settings.controller;
  // GitHub's answer and the cluster's are on their way while the CRDs are read.
  const [orgs, manifests, config] = await Promise.all([
    findInstallations(stack),
    loadCrds(crds, version),
    withMonitoring(stack),
  ]);
  return stackOutputs(deployPlatform(config, orgs, manifests));
};
