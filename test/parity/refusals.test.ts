import * as assert from "node:assert/strict";
import { brief, check, type Secrets, SECRETS, soundValues, type Values } from "../support/checked-stack";

type Changed = Values & {
  controller: Values;
  githubApp: Values;
  runner: Values;
  orgs: (Values & { runnerSets: Values[] })[];
};

/** A mistake that a chart's templates refuse with `fail`. */
interface Refusal {
  /** The message upstream, abridged; or that of the experimental charts. */
  upstream: string;
  /** Makes the mistake in a sound stack file. */
  change: (values: Changed, set: Values) => void;
  secrets?: Secrets;
  /** What we answer: id and path. */
  found: string[];
}

const CONTROLLER: Refusal[] = [
  {
    upstream: "serviceAccount.name cannot be set to 'default'",
    change: ({ controller }) => (controller.serviceAccount = { name: "default" }),
    found: ["config/invalid arc:controller.serviceAccount.name"],
  },
  {
    upstream: "serviceAccount.name must be set if serviceAccount.create is false",
    change: ({ controller }) => (controller.serviceAccount = { create: false }),
    found: ["config/invalid arc:controller.serviceAccount"],
  },
  {
    upstream: "metrics.controllerManagerAddr must end with a numeric port",
    change: ({ controller }) => (controller.metrics = { controllerManagerAddr: "localhost" }),
    found: ["config/invalid arc:controller.metrics.controllerManagerAddr"],
  },
  {
    upstream: "pprof.addr must end with a numeric port",
    change: ({ controller }) => (controller.pprofAddr = "localhost:http"),
    found: ["config/invalid arc:controller.pprofAddr"],
  },
];

const SET = "arc:orgs[0].runnerSets[0]";
const SCALE_SET: Refusal[] = [
  {
    upstream: "Name must have up to 45 characters",
    change: (_, set) => Object.assign(set, { name: "a".repeat(46), namespace: "acme" }),
    found: [`config/invalid ${SET}.name`],
  },
  {
    upstream: "Namespace must have up to 63 characters",
    change: (_, set) => (set.namespace = "a".repeat(64)),
    found: [`config/invalid ${SET}.namespace`],
  },
  {
    upstream: "githubConfigUrl is required",
    change: ({ orgs }) => delete orgs[0]!.name,
    found: ["config/missing arc:orgs[0].name"],
  },
  {
    upstream: "githubConfigSecret is required for setting auth with GitHub server",
    change: ({ orgs }) => (orgs[0]!.githubConfigSecret = ""),
    found: ["config/invalid arc:orgs[0].githubConfigSecret"],
  },
  {
    upstream: "provide githubConfigSecret.github_token or githubConfigSecret.github_app_id",
    change: ({ githubApp }) => delete githubApp.appId,
    found: ["credentials/app-id arc:githubApp.appId"],
  },
  {
    upstream: "provide githubConfigSecret.github_app_installation_id",
    change: ({ githubApp }) => (githubApp.installationLookup = "none"),
    found: ["credentials/installation arc:orgs[0].installationId"],
  },
  {
    upstream: "provide githubConfigSecret.github_app_private_key",
    change: () => undefined,
    secrets: {},
    found: ["credentials/missing-secret arc:githubAppPrivateKey"],
  },
  {
    upstream: "scaleSetLabels contains an empty string",
    change: (_, set) => (set.labels = ["linux", ""]),
    found: [`config/invalid ${SET}.labels[1]`],
  },
  {
    upstream: "scaleSetLabels contains a label that is 256 characters or more",
    change: (_, set) => (set.labels = ["a".repeat(256)]),
    found: [`config/invalid ${SET}.labels[0]`],
  },
  {
    upstream: "Unsupported keyVault type",
    change: ({ orgs }) => (orgs[0]!.keyVault = { type: "hashicorp" }),
    found: ["config/unknown-key arc:orgs[0].keyVault"],
  },
  {
    upstream: "maxRunners has to be greater or equal to minRunners",
    change: (_, set) => Object.assign(set, { minRunners: 3, maxRunners: 2 }),
    found: [`capacity/min-max ${SET}.minRunners`],
  },
  {
    upstream: "maxRunners has to be greater or equal to 0",
    change: (_, set) => (set.maxRunners = -1),
    found: [`config/invalid ${SET}.maxRunners`],
  },
  {
    upstream: "minRunners has to be greater or equal to 0",
    change: (_, set) => (set.minRunners = -1),
    found: [`config/invalid ${SET}.minRunners`],
  },
];

const EXPERIMENTAL: Refusal[] = [
  {
    upstream: "runner.pod.spec.containers must be a list",
    change: ({ runner }) => (runner.containers = { name: "a" }),
    found: ["config/invalid arc:runner.containers"],
  },
  {
    upstream: "a container must not be named runner",
    change: ({ runner }) => (runner.containers = [{ name: "runner", image: "busybox:1" }]),
    found: ["pod/rules arc:runner.containers[0].name"],
  },
  {
    upstream: "runner.pod.spec.initContainers must be a list",
    change: ({ runner }) => (runner.initContainers = { name: "a" }),
    found: ["config/invalid arc:runner.initContainers"],
  },
  {
    upstream: "an initContainers entry needs a name",
    change: ({ runner }) => (runner.initContainers = [{ image: "busybox:1" }]),
    found: ["config/missing arc:runner.initContainers[0].name"],
  },
  {
    upstream: "runner.pod.spec.volumes must be a list",
    change: ({ runner }) => (runner.volumes = { name: "a" }),
    found: ["config/invalid arc:runner.volumes"],
  },
  {
    upstream: "runner.dind.container.volumes is not supported",
    change: ({ runner }) => Object.assign(runner.docker as Values, { volumes: [] }),
    found: ["config/unknown-key arc:runner.docker.volumes"],
  },
  {
    upstream: "runner.dind.waitForDockerInSeconds must be non-negative",
    change: ({ runner }) => Object.assign(runner.docker as Values, { waitSeconds: -1 }),
    found: ["config/invalid arc:runner.docker.waitSeconds"],
  },
  {
    upstream: "githubServerTLS needs the name of its ConfigMap",
    change: ({ orgs }) => (orgs[0]!.githubServerTLS = { certificateFrom: { configMapKeyRef: { key: "ca.crt" } } }),
    found: ["config/missing arc:orgs[0].githubServerTLS.certificateFrom.configMapKeyRef.name"],
  },
  {
    upstream: "githubServerTLS needs the key in its ConfigMap",
    change: ({ orgs }) => (orgs[0]!.githubServerTLS = { certificateFrom: { configMapKeyRef: { name: "ca" } } }),
    found: ["config/missing arc:orgs[0].githubServerTLS.certificateFrom.configMapKeyRef.key"],
  },
  {
    upstream: "kubernetesModeRole.extraRules must be a list",
    change: ({ runner }) => (runner.kubernetes = { additionalRoleRules: { verbs: ["get"] } }),
    found: ["config/invalid arc:runner.kubernetes.additionalRoleRules"],
  },
];

const TABLES = {
  "What the templates of the controller's chart refuse": CONTROLLER,
  "What the templates of the scale-set chart refuse": SCALE_SET,
  "What the templates of the experimental charts refuse besides": EXPERIMENTAL,
};

for (const [title, refusals] of Object.entries(TABLES)) {
  describe(title, () => {
    for (const { upstream, change, secrets = SECRETS, found } of refusals) {
      it(`is refused in a stack file: ${upstream}`, () => {
        const values = soundValues() as unknown as Changed;
        change(values, values.orgs[0]!.runnerSets[0]!);
        const errors = check(values, secrets).filter(({ severity }) => severity === "error");
        assert.deepEqual(brief(errors), found);
      });
    }
  });
}
