import { deployPlatform, findInstallations, loadCrds, loadStack, stackOutputs } from "./stacks";

/** The program of every stack: read and check the stack file, ask what it leaves open, build the platform. */
export = async () => {
  const config = loadStack();
  const { crds, version } = config.settings.controller;
  // GitHub's answer is on its way while the CRDs are read.
  const [orgs, manifests] = await Promise.all([findInstallations(config), loadCrds(crds, version)]);
  return stackOutputs(deployPlatform(config, orgs, manifests));
};
