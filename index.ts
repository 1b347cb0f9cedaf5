import { deployPlatform, findInstallations, loadCrds, loadStack, stackOutputs } from "./stacks";

/** The program of every stack: read and check the stack file, ask what it leaves open, build the platform. */
export = async () => {
  const config = loadStack();
  const { crds, version } = config.settings.controller;
  const manifests = await loadCrds(crds, version);
  const orgs = await findInstallations(config);
  return stackOutputs(deployPlatform(config, orgs, manifests));
};
