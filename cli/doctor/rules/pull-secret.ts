import { writesToVault } from "../../../components/platform/secret-store";
import { valueAt } from "../../../stacks/diagnostic";
import { syncCommand } from "../commands";
import { isMadeHere } from "../credential-commands";
import { dockerConfig, registryOf, serves } from "../docker-config";
import { nameOf, type Pod, type PodSpec } from "../objects";
import type { Context, Sources } from "../observation";
import {
  inputsOf,
  keyOfReference,
  plannedOf,
  readsOf,
  SecretRole,
  type SecretUse,
  secretUses,
  soleSet,
} from "../references";
import { type Found, Harm, rule } from "../rule";
import { explainedSecrets } from "../supply";
import { putCommand } from "../vault";
import { few } from "../runners";

export const missing = rule({
  id: "pull-secret/missing",
  harm: Harm.Stops,
  cause: "nodes pull without credentials then: an image that is not public, and not on the node already, does not come",
  issue: "actions/actions-runner-controller#3652",
  needs: ["secrets", "runnerSets", "controllers"],
  uses: ["externalSecrets", "secretStores"],
  find: (seen, context) => {
    const { secrets, runnerSets, controllers } = seen;
    const explained = explainedSecrets(seen, context);
    const live = new Set(
      [...runnerSets, ...controllers].filter(({ metadata }) => !metadata.deletionTimestamp).map(nameOf),
    );
    const isDeployed = ({ sets, namespace }: SecretUse) =>
      sets.length
        ? sets.some((set) => live.has(set))
        : controllers.some(({ metadata }) => metadata.namespace === namespace);
    return pullUses(context)
      .filter((use) => isDeployed(use) && !secrets.get(keyOfReference(use)))
      .filter((use) => !explained.has(keyOfReference(use)))
      .map((use): Found => ({
        ...soleSet(use.sets),
        what: `the pull Secret ${keyOfReference(use)} is not there`,
        evidence: [`named in imagePullSecrets of ${userOf(use)}`],
        fix: mendCommands(use, context),
      }));
  },
});

export const invalid = rule({
  id: "pull-secret/invalid",
  harm: Harm.Stops,
  cause:
    "the kubelet leaves out credentials that it cannot read, and pulls without: an image that is not public does not come",
  issue: "external-secrets/external-secrets#1651",
  needs: ["secrets"],
  find: ({ secrets }, context) =>
    configsOf(secrets, context).flatMap(({ use, config: { problems } }): Found[] =>
      problems.length
        ? [
            {
              ...soleSet(use.sets),
              what: `the pull Secret ${keyOfReference(use)} cannot be used`,
              evidence: problems,
              fix: mendCommands(use, context),
            },
          ]
        : [],
    ),
});

export const registry = rule({
  id: "pull-secret/registry",
  harm: Harm.Risk,
  cause: "the credentials are for another registry than the images: they are never used",
  needs: ["secrets"],
  uses: ["pods"],
  find: ({ secrets, pods = [] }, context) =>
    configsOf(secrets, context).flatMap(({ use, config: { problems, registries } }): Found[] => {
      const images = imagesOf(use, context);
      if (problems.length || registries.some((each) => images.some((image) => serves(each, image)))) return [];
      return [
        {
          ...soleSet(use.sets),
          ...(pods.some((pod) => isHeldUp(pod, use)) ? { harm: Harm.Stops } : {}),
          what: `the pull Secret ${keyOfReference(use)} is for no registry of ${userOf(use)}`,
          evidence: [
            `the Secret: ${registries.join(", ")}`,
            `the images: ${[...new Set(images.map(registryOf))].join(", ")}`,
          ],
          fix: ["# correct arc:imagePull.registry, or leave the Secret out of imagePullSecrets, then:", "pulumi up"],
        },
      ];
    }),
});

/** Whether a pod that names the Secret waits for an image. */
function isHeldUp({ metadata, spec, status = {} }: Pod, { namespace, name }: SecretUse): boolean {
  const states = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  return (
    metadata.namespace === namespace &&
    (spec.imagePullSecrets ?? []).some((each) => each.name === name) &&
    states.some(({ state }) => /^(ErrImagePull|ImagePullBackOff)$/.test(state?.waiting?.reason ?? ""))
  );
}

function pullUses(context: Context): SecretUse[] {
  return secretUses(context).filter(({ role }) => role === SecretRole.Pull);
}

function configsOf(secrets: Sources["secrets"], context: Context) {
  return pullUses(context).flatMap((use) => {
    const secret = secrets.get(keyOfReference(use));
    return secret ? [{ use, config: dockerConfig(secret) }] : [];
  });
}

function userOf({ sets }: SecretUse): string {
  return sets.length ? few(sets) : "the controller";
}

/** The images of the pods that name a Secret; the listener's is the controller's. */
function imagesOf({ sets, namespace, name }: SecretUse, { planned }: Context): string[] {
  const owners = sets.length
    ? plannedOf(planned, "AutoscalingRunnerSet").filter((set) => sets.includes(`${set.namespace}/${set.name}`))
    : plannedOf(planned, "Deployment").filter((deployment) => deployment.namespace === namespace);
  return owners.flatMap((owner) => {
    const pod = valueAt(inputsOf(owner), ["spec", "template", "spec"]) as PodSpec | undefined;
    if (!pod?.imagePullSecrets?.some((each) => each.name === name)) return [];
    return [...(pod.initContainers ?? []), ...(pod.containers ?? [])].flatMap(({ image }) => image ?? []);
  });
}

function mendCommands(use: SecretUse, context: Context): string[] {
  const renewed = "pulumi config set --secret arc:imagePullToken < token.txt";
  if (isMadeHere(use, context)) return [renewed, "pulumi up --refresh"];
  const read = readsOf(context).find(({ secret }) => secret === keyOfReference(use));
  if (!read) {
    return [
      `kubectl delete secret ${use.name} -n ${use.namespace} --ignore-not-found`,
      `kubectl create secret docker-registry ${use.name} -n ${use.namespace} --docker-server=… --docker-username=… --docker-password=…`,
    ];
  }
  const where = writesToVault(context.config.settings) ? [renewed, "pulumi up"] : [putCommand(read, context)];
  return [...where, syncCommand(use.sets)];
}
