import { writesToVault } from "../../components/platform/secret-store";
import type { SettledSet } from "../config/settle";
import { configPath, quoted } from "../diagnostic";
import { setsByNamespace } from "./capacity";
import type { Check, CheckInput, Finding } from "./check";
import { allNamespacePlaces, namespacePlaces } from "./places";

export const duplicateSet: Check = {
  id: "names/duplicate-set",
  run: (input) =>
    repeated(input, (set) => `${set.args.namespace}/${set.args.name}`).map(({ set, first }) => ({
      severity: "error",
      at: [...set.path, "name"],
      from: [...identity(set), ...identity(first)],
      message: `${quoted(set.args.name)} is in namespace ${set.args.namespace} twice; the first is ${configPath(first.path)}`,
      allowed: "each name once in a namespace",
      fix: "rename one, or put it into a namespace of its own",
    })),
};

export const duplicateScaleSet: Check = {
  id: "names/duplicate-scale-set",
  run: (input) =>
    repeated(input, ({ org, args }) =>
      [org.url ?? `https://github.com/${org.name}`, args.runnerGroup ?? "Default", githubName(args)]
        .join("\n")
        .toLowerCase(),
    )
      .filter(({ set, first }) => set.args.namespace !== first.args.namespace)
      .map(({ set, first }) => ({
        severity: "error",
        at: [...set.path, "name"],
        from: [set, first].flatMap((each) => [
          ...identity(each),
          ...["runnerGroup", "runnerScaleSetName"].map((key) => [...each.path, key]),
          ...orgPlaces(each),
        ]),
        message:
          `${quoted(githubName(set.args))} is a scale set of ${set.org.name}'s runner group ${set.args.runnerGroup ?? "default"} already ` +
          `(${configPath(first.path)}); both would fight for one message session on GitHub`,
        allowed: "each name once in an organisation's runner group",
        fix: "rename one, or give it another runnerGroup",
      })),
};

/** Controller and API server make names of up to 63 characters from it (facts of the chart's `_helpers.tpl`). */
const LONGEST_NAME = 45;

export const tooLong: Check = {
  id: "names/too-long",
  run: ({ config }) => {
    const { clusterId } = config.settings.kubernetes;
    if (clusterId === undefined) return [];
    return config.sets
      .filter(({ args }) => args.name.length > LONGEST_NAME)
      .map((set) => ({
        severity: "error",
        at: [...set.path, "name"],
        from: [["kubernetes", "clusterId"]],
        message: `with arc:kubernetes.clusterId the set is called ${quoted(set.args.name)}, ${set.args.name.length} characters`,
        allowed: `at most ${LONGEST_NAME} characters together with "-${clusterId}"`,
        fix: "shorten the name or arc:kubernetes.clusterId; workflows name it in runs-on",
      }));
  },
};

/** What `runs-on` names. */
function githubName({ name, runnerScaleSetName }: SettledSet["args"]): string {
  return runnerScaleSetName ?? name;
}

export const sharedNamespace: Check = {
  id: "names/shared-namespace",
  run: ({ config }) =>
    [...setsByNamespace(config).values()].flatMap((sets) => {
      const first = sets[0]!;
      return sets.slice(1).flatMap((set): Finding[] => {
        const sameOrg = set.org === first.org;
        if (sameOrg && set.args.vaultPath === first.args.vaultPath) return [];
        const reason = sameOrg
          ? "another vaultPath"
          : first.org.name === set.org.name
            ? "another entry of arc:orgs"
            : `another organisation (${first.org.name})`;
        return [
          {
            severity: "error",
            at: [...set.path, "namespace"],
            from: [
              // Which set of the namespace comes first is known only when all namespaces are.
              ...allNamespacePlaces(config),
              ...[set, first].flatMap((each) => [[...each.path, "vaultPath"], ...orgPlaces(each)]),
            ],
            message: `namespace ${set.args.namespace} belongs to ${configPath(first.path)} with ${reason}; a namespace has one Secret with credentials`,
            allowed: "sets of one organisation with one vaultPath",
            fix: "give the set a namespace of its own",
          },
        ];
      });
    }),
};

export const sharedVaultPath: Check = {
  id: "names/shared-vault-path",
  run: ({ config }) => {
    const { imagePull } = config.settings;
    // A store that is filled by somebody else may hold one credential for several readers.
    if (!writesToVault(config.settings)) return [];
    const fromVault = ({ org }: SettledSet) => !org.githubConfigSecret && !org.azureKeyVault;
    const owners = new Map<string, { what: string; at: PropertyKey[] }>();
    if (imagePull?.vaultPath)
      owners.set(imagePull.vaultPath, { what: "the registry token", at: ["imagePull", "vaultPath"] });
    return [...setsByNamespace(config).values()].flatMap(([set]): Finding[] => {
      if (!fromVault(set!)) return [];
      const { namespace, vaultPath } = set!.args;
      const owner = owners.get(vaultPath);
      if (!owner) {
        owners.set(vaultPath, { what: `namespace ${namespace}`, at: set!.path });
        return [];
      }
      return [
        {
          severity: "error",
          at: [...set!.path, "vaultPath"],
          from: [...allNamespacePlaces(config), owner.at, ["secretStore"], ["vault", "manage"]],
          message: `${quoted(vaultPath)} is written for ${owner.what} already (${configPath(owner.at)}); one would overwrite the other`,
          allowed: "a path of its own for each namespace and for the registry token",
          fix: `leave vaultPath out for ${quoted(`${namespace}/github-app`)}, or set arc:vault.manage to false and fill Vault yourself`,
        },
      ];
    });
  },
};

export const controllerNamespace: Check = {
  id: "names/controller-namespace",
  run: ({ config }) =>
    config.sets
      .filter((set) => set.args.namespace === config.settings.controller.namespace)
      .map((set) => ({
        severity: "error",
        at: [...set.path, "namespace"],
        from: [...namespacePlaces(set), ["controller", "namespace"]],
        message: `${set.args.namespace} is the controller's namespace; the listeners there hold the credentials of all organisations`,
        allowed: `any namespace but ${config.settings.controller.namespace}`,
        fix: "give the set a namespace of its own",
      })),
};

/** What tells a set from others in the cluster. */
function identity(set: SettledSet): PropertyKey[][] {
  return [[...set.path, "name"], ...namespacePlaces(set)];
}

/** What tells the organisation of a set from others. */
function orgPlaces({ path }: SettledSet): PropertyKey[][] {
  const org = path.slice(0, 2);
  return [
    [...org, "name"],
    [...org, "url"],
  ];
}

function repeated(input: CheckInput, key: (set: SettledSet) => string): { set: SettledSet; first: SettledSet }[] {
  const seen = new Map<string, SettledSet>();
  return input.config.sets.flatMap((set) => {
    const first = seen.get(key(set));
    if (first) return [{ set, first }];
    seen.set(key(set), set);
    return [];
  });
}
