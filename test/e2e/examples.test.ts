import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import {
  CustomObjectsApi,
  type KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  loadYaml,
} from "@kubernetes/client-node";
import { embeddedCrds } from "../../components";
import { Deployment } from "../../lab/engine";
import { ROOT } from "../support/arc";
import { type ServedPackage, servePackage } from "../support/served-package";
import { inventory } from "./support/inventory";
import { lab } from "./support/lab";
import { otherCluster } from "./support/other-cluster";
import { told } from "./support/prod-steps";
import { YAML_PROGRAM } from "./support/programs/yaml-example-file";
import { eventually } from "./support/runner-pods";
import { SECRETS } from "./support/stack-files";

const SETS = { group: "actions.github.com", version: "v1alpha1", plural: "autoscalingrunnersets" } as const;
const EXAMPLES = path.join(ROOT, "examples");
const HOST = path.join(__dirname, "support/programs/yaml-example.ts");

describe("The examples, deployed by the real engine", function () {
  this.timeout(900_000); // Pulumi has TypeScript check the package before it serves it.

  let client: KubeConfig;
  let kubeconfig: string;
  let config: Record<string, string>;
  let objects: string[];
  let served: ServedPackage | undefined;
  let deployment: Deployment | undefined;

  before(async () => {
    const { controlPlane, authMount } = await otherCluster();
    ({ client, kubeconfig } = controlPlane);
    config = { "arc:vaultServer": lab().vault.address, "arc:vaultAuthMount": authMount };
    await applyCrds(client);
    objects = await inventory(client);
  });
  afterEach(async () => {
    const { errors } = (await deployment?.destroy()) ?? { errors: [] };
    deployment = undefined;
    assert.deepEqual(errors, []);
    assert.deepEqual(await inventory(client), objects);
  });
  after(() => served?.stop());

  /** Deploys a program, and sees that the next preview has nothing to do. */
  const deployed = async (stack: string, main: string, more: { env?: Record<string, string>; own?: object } = {}) => {
    const { env = {}, own = { "kubernetes:kubeconfig": kubeconfig } } = more;
    const settings = { stack, config: { ...config, ...own }, program: { main, env: () => env }, env };
    deployment = await Deployment.create(lab(), settings);
    await deployment.setSecrets({ ...SECRETS });
    const up = await deployment.up();
    assert.deepEqual([up.errors, Object.keys(up.counts)], [[], ["create"]], up.output);
    const again = await deployment.preview();
    assert.deepEqual([again.errors, again.begun.map(told)], [[], []], again.output);
    return {
      resources: up.done.map(({ type, name }) => `${type} ${name}`).sort(),
      objects: (await inventory(client)).filter((object) => !objects.includes(object)),
      sets: await specs(client),
    };
  };
  let small: Awaited<ReturnType<typeof deployed>>;

  it("in TypeScript make one organisation with one set", async () => {
    small = await deployed("example", path.join(EXAMPLES, "typescript/index.ts"));
    assert.deepEqual(
      small.sets.map(({ metadata, spec }) => [spec.githubConfigUrl, metadata.name, spec.maxRunners]),
      [["https://github.com/acme", "acme-runners", 4]],
    );
  });

  it("in TypeScript make several organisations with runners of several sizes", async () => {
    const { sets } = await deployed("example-fleet", path.join(EXAMPLES, "typescript-fleet/index.ts"), {
      own: { "arc:kubeconfig": kubeconfig },
    });
    assert.deepEqual(
      sets.map(({ metadata, spec }) => [metadata.name, spec.maxRunners]),
      [
        ["acme-labs-pods", 10],
        ["acme-labs-small", 2],
        ["acme-large", 2],
        ["acme-small", 8],
      ],
    );
  });

  it("in YAML make the very same platform, in the process that the package runs in for every other language", async () => {
    served = await servePackage();
    const { PULUMI_DEBUG_PROVIDERS } = lab().plugins.env;
    const attached = [PULUMI_DEBUG_PROVIDERS, `arc:${served.port}`].filter(Boolean).join(",");
    const env = { PULUMI_DEBUG_PROVIDERS: attached, [YAML_PROGRAM]: path.join(EXAMPLES, "yaml/Pulumi.yaml") };
    const made = await deployed("example-yaml", HOST, { env });
    const own = (resources: string[]) => resources.filter((each) => !each.startsWith("pulumi:"));
    assert.deepEqual(own(made.resources), own(small.resources));
    assert.deepEqual(made.objects, small.objects);
    assert.deepEqual(made.sets, small.sets);
    const [keyLine] = SECRETS["arc:githubAppPrivateKey"].split("\n").slice(1);
    assert.equal(readFileSync(deployment!.stateFile(), "utf8").includes(keyLine!), false);
    const { outputs } = (await deployment!.stack.outputs()) as unknown as Outputs;
    assert.deepEqual(
      outputs.value.runnerSets.map(({ runsOn, quotaCeiling }) => [runsOn, quotaCeiling]),
      [["acme-runners", 4]],
    );
  });
});

interface Outputs {
  outputs: { value: { runnerSets: { runsOn: string; quotaCeiling: number }[] } };
}

interface RunnerSet {
  metadata: { namespace: string; name: string; labels: Record<string, string> };
  spec: { githubConfigUrl: string; maxRunners: number };
}

/** The runner sets of the cluster by name, without what the server and the controller add. */
async function specs(client: KubeConfig): Promise<RunnerSet[]> {
  const { items } = (await client.makeApiClient(CustomObjectsApi).listClusterCustomObject(SETS)) as {
    items: RunnerSet[];
  };
  return items
    .map(({ metadata: { namespace, name, labels }, spec }) => ({ metadata: { namespace, name, labels }, spec }))
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

/** The examples but the fleet expect ARC's CRDs in the cluster. */
async function applyCrds(client: KubeConfig): Promise<void> {
  const api = KubernetesObjectApi.makeApiClient(client);
  for (const crd of embeddedCrds()) {
    // The client writes fields such as x-kubernetes-preserve-unknown-fields only of what it has read itself.
    const object = loadYaml<KubernetesObject>(JSON.stringify(crd));
    await api.create(object).catch((error: { code?: number }) => assert.equal(error.code, 409));
  }
  const served = () =>
    specs(client).then(
      () => true,
      () => false,
    );
  await eventually(served, "the API server serves runner sets");
}
