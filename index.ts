import { deployPlatform, loadCrds, loadStack, stackOutputs } from "./stacks";

/** The program of every stack: read and check the stack file, then build the platform that it describes. */
export = async () => {
  const config = loadStack();
  const { crds, version } = config.settings.controller;
  return stackOutputs(deployPlatform(config, await loadCrds(crds, version)));
};
