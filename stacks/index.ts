export { loadStack } from "./config/load";
export { loadCrds } from "./crds";
export { stackOutputs } from "./outputs";
export { deployPlatform } from "./platform";
