import path from "node:path";

/** A program that the lab runs: an installed one of a fitting version, or one built from its pinned Go module. */
export interface Tool {
  name:
    | "pulumi"
    | "etcd"
    | "kube-apiserver"
    | "kube-controller-manager"
    | "vault"
    | "external-secrets"
    | "promtool"
    | "actionlint";
  /** Version that is built. */
  version: string;
  /** Folder of the go.mod that pins it, beside this file. */
  module: string;
  /** Package that is built. */
  package: string;
  /** Build tags that leave out what is not needed. */
  tags?: string[];
  /** Linker variables, so that the program knows its version as a release does. */
  variables?: Record<string, string>;
  /** How an installed one is asked for its version, and which versions the lab works with; without it, it is always built. */
  installed?: { versionArgs: string[]; range: string };
  /** A command of the module that makes a folder of sources before the build, out of a module that it depends on. */
  generate?: { package: string; folder: string; from: string };
  /** Files of the module that are needed beside the program: folder in `of`, and which of its files. */
  assets?: { of: string; folder: string; files: string[] };
}

const EXTERNAL_SECRETS = "github.com/external-secrets/external-secrets";
const KUBERNETES = "1.34.4";
const kubernetesVersion = {
  "k8s.io/component-base/version.gitVersion": `v${KUBERNETES}`,
  "k8s.io/component-base/version.gitMajor": "1",
  "k8s.io/component-base/version.gitMinor": "34",
};

/** What the lab runs. */
export const TOOLS: readonly Tool[] = [
  {
    name: "pulumi",
    version: "3.246.0",
    module: "pulumi",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": "3.246.0" },
    installed: { versionArgs: ["version"], range: ">=3.217.0 <4" },
  },
  {
    name: "etcd",
    version: "3.6.4",
    module: "kube",
    package: "go.etcd.io/etcd/server/v3",
    installed: { versionArgs: ["--version"], range: ">=3.5.11 <4" },
  },
  {
    name: "kube-apiserver",
    version: KUBERNETES,
    module: "kube",
    package: "k8s.io/kubernetes/cmd/kube-apiserver",
    variables: kubernetesVersion,
    installed: { versionArgs: ["--version"], range: ">=1.30.0 <2" },
  },
  {
    name: "kube-controller-manager",
    version: KUBERNETES,
    module: "kube",
    package: "k8s.io/kubernetes/cmd/kube-controller-manager",
    variables: kubernetesVersion,
    installed: { versionArgs: ["--version"], range: ">=1.30.0 <2" },
  },
  {
    // Later versions do not build from published modules: their sdk is not the one that they were made with.
    name: "vault",
    version: "1.21.0",
    module: "vault",
    package: ".",
    installed: { versionArgs: ["version"], range: ">=1.15.0 <3" },
  },
  {
    name: "external-secrets",
    version: "0.19.2",
    module: "eso",
    package: ".",
    generate: { package: "./generate", folder: "reconcilers", from: EXTERNAL_SECRETS },
    assets: {
      of: EXTERNAL_SECRETS,
      folder: "config/crds/bases",
      files: ["externalsecrets", "secretstores", "clustersecretstores"].map(
        (plural) => `external-secrets.io_${plural}.yaml`,
      ),
    },
  },
];

/** Prometheus' own parser and unit tests of rules; no part of a lab, so it is built only for the tests of the rules. */
export const PROMTOOL: Tool = {
  name: "promtool",
  version: "3.13.5",
  module: "prometheus",
  package: "github.com/prometheus/prometheus/cmd/promtool",
  // The ways of the clouds to find targets are a fifth of the packages and most of the time.
  tags: ["remove_all_sd"],
  variables: { "github.com/prometheus/common/version.Version": "3.13.5" },
  installed: { versionArgs: ["--version"], range: ">=3.0.0 <4" },
};

/** What checks the workflows of GitHub Actions (`make lint`); no part of a lab. */
export const ACTIONLINT: Tool = {
  name: "actionlint",
  version: "1.7.12",
  module: "actionlint",
  package: "github.com/rhysd/actionlint/cmd/actionlint",
  variables: { "github.com/rhysd/actionlint.version": "1.7.12" },
  installed: { versionArgs: ["--version"], range: ">=1.7.8 <2" },
};

/** The folder whose go.mod and go.sum pin the tool. */
export function moduleFolder(tool: Tool): string {
  return path.join(__dirname, tool.module);
}
