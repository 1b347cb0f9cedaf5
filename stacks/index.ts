export { loadStack } from "./config/load";
export { loadCrds } from "./crds";
export { findInstallations } from "./installations";
export { withMonitoring } from "./monitoring";
export { stackOutputs } from "./outputs";
export { deployPlatform } from "./platform";
export { vaultContents } from "./vault-contents";
