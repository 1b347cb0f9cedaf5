import * as k8s from "@pulumi/kubernetes";
import { Controller, CustomResourceDefinitions, RunnerScaleSet, UpdateStrategy } from "../../../../components";
import { embeddedCrds } from "../../../../components/controller/embedded-crds";
import { UPGRADE_PROGRAM, type Wanted } from "./upgrade-wanted";

const RESOURCES = { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "1", memory: "1Gi" } };

/** A controller and runner sets, with no Vault about them. */
export = async () => {
  const wanted = JSON.parse(process.env[UPGRADE_PROGRAM]!) as Wanted & { kubeconfig: string };
  const provider = new k8s.Provider("kubernetes", { kubeconfig: wanted.kubeconfig });
  const manifests = embeddedCrds().map((crd) => JSON.stringify(crd));
  const crds = new CustomResourceDefinitions("crds", { manifests }, { provider });
  const { version, versionFence, image, maxRunners } = wanted;
  const args = { version, versionFence, updateStrategy: UpdateStrategy.Eventual };
  const controller = new Controller("controller", args, { provider, dependsOn: [crds] });
  for (const namespace of wanted.namespaces) {
    const made = new k8s.core.v1.Namespace(namespace, { metadata: { name: namespace } }, { provider });
    const secret = new k8s.core.v1.Secret(
      namespace,
      { metadata: { name: "github-token", namespace }, stringData: { github_token: "not-a-real-token" } },
      { provider, dependsOn: [made] },
    );
    new RunnerScaleSet(
      namespace,
      {
        scaleSetName: `${namespace}-set`,
        namespace,
        githubConfigUrl: "https://github.com/acme",
        minRunners: 1,
        maxRunners,
        runner: { image, resources: RESOURCES },
        controllerVersion: version,
        controllerUpdateStrategy: UpdateStrategy.Eventual,
      },
      { provider, dependsOn: [secret, controller] },
    );
  }
};
