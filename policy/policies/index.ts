import type { Policies } from "@pulumi/policy";
import { policyOf } from "../pack";
import { crdsRetained } from "./crds-retained";
import { imagePinned } from "./image-pinned";
import { noClusterAdmin } from "./no-cluster-admin";
import { noRbacWildcard } from "./no-rbac-wildcard";
import { privilegedDeclared } from "./privileged-declared";
import { publicRepositories } from "./public-repositories";
import { quotaPresent } from "./quota-present";
import { runnerAccount } from "./runner-account";
import { secretsMarked } from "./secrets-marked";
import { versionLabel } from "./version-label";

/** Every policy of the pack. */
export const POLICIES: Policies = [
  policyOf(secretsMarked),
  policyOf(privilegedDeclared),
  policyOf(noClusterAdmin),
  policyOf(noRbacWildcard),
  policyOf(runnerAccount),
  policyOf(versionLabel),
  policyOf(crdsRetained),
  policyOf(imagePinned),
  policyOf(quotaPresent),
  policyOf(publicRepositories),
];
