import { Auth, ContainerMode, SecretStoreKind } from "../../components";
import {
  type Answers,
  Credentials,
  DEFAULTS,
  defaultSet,
  listOf,
  Lookup,
  needsApp,
  orgsOf,
  secretNameOf,
} from "./answers";

type Values = Record<string, unknown>;

/** Image of the daemon; a tag with a version, as in the pages of docs. */
const DOCKER_IMAGE = "docker:28-dind";

/** Size of the volume that runner and job share in container mode kubernetes. */
const WORK_VOLUME = "10Gi";

/** The `arc:` keys that the answers make, without the prefix, in the order of the file. */
export function valuesOf(answers: Answers): Values {
  return {
    controller: { version: answers.controllerVersion ?? DEFAULTS.controllerVersion },
    ...appOf(answers),
    ...storeOf(answers),
    runner: runnerOf(answers),
    orgs: orgValues(answers),
  };
}

function appOf(answers: Answers): Values {
  if (!needsApp(answers)) return {};
  const { appId, installationLookup } = answers;
  const isLookedUp = installationLookup !== undefined && installationLookup !== Lookup.None;
  const apiUrl = isLookedUp ? apiUrlOf(answers) : undefined;
  const app = {
    ...(appId ? { appId } : {}),
    ...(isLookedUp ? { installationLookup } : {}),
    ...(apiUrl ? { apiUrl } : {}),
  };
  return { githubApp: app };
}

/** Where the look-up asks, when all organisations are on one server of their own (docs/credentials.md). */
function apiUrlOf(answers: Answers): string | undefined {
  const [host, ...others] = new Set(orgsOf(answers).map((org) => org.host));
  if (host === undefined || others.length) return undefined;
  return host.endsWith(".ghe.com") ? `https://api.${host}/` : `https://${host}/api/v3/`;
}

function storeOf({ credentials, vaultServer, store }: Answers): Values {
  const server = vaultServer ?? DEFAULTS.vaultServer;
  switch (credentials) {
    case Credentials.Vault:
      return { vault: { server } };
    case Credentials.VaultFilled:
      return { vault: { server, manage: false } };
    case Credentials.Store:
      return { secretStore: { kind: SecretStoreKind.ClusterSecretStore, name: store ?? DEFAULTS.store } };
    case Credentials.Stack:
      return { secretStore: { kind: SecretStoreKind.None } };
    default:
      return {};
  }
}

function runnerOf({ containerMode = DEFAULTS.containerMode, image, maxRunners }: Answers): Values {
  const volume = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: WORK_VOLUME } } };
  return {
    image: image ?? DEFAULTS.image,
    ...(containerMode === ContainerMode.Dind ? {} : { containerMode }),
    ...(containerMode === ContainerMode.Dind ? { docker: { image: DOCKER_IMAGE } } : {}),
    ...(containerMode === ContainerMode.Kubernetes ? { kubernetes: { workVolumeClaim: volume } } : {}),
    maxRunners: asNumber(maxRunners ?? DEFAULTS.maxRunners),
  };
}

function orgValues(answers: Answers): Values[] {
  const orgs = orgsOf(answers);
  const ids = installationIds(answers, orgs.length);
  return orgs.map(({ name, url, isEnterprise }, index) => ({
    name,
    ...(url ? { url } : {}),
    ...(isEnterprise ? { auth: Auth.Token } : {}),
    ...(needsApp(answers) && !isEnterprise && ids[index] ? { installationId: ids[index] } : {}),
    ...(answers.credentials === Credentials.Secret ? { githubConfigSecret: secretNameOf(answers, name) } : {}),
    runnerSets: [setOf(answers, name, orgs.length === 1)],
  }));
}

/** The ids in the order of the organisations; of an organisation without one it is empty. */
function installationIds({ installationId = "", installationLookup }: Answers, count: number): string[] {
  if (installationLookup !== Lookup.None) return [];
  const given = listOf(installationId);
  return Array.from({ length: count }, (_, index) => given[index] ?? "");
}

function setOf({ set, namespace, minRunners }: Answers, org: string, isOnly: boolean): Values {
  const name = isOnly && set ? set : defaultSet(org);
  const min = asNumber(minRunners ?? DEFAULTS.minRunners);
  return {
    name,
    ...(isOnly && namespace && namespace !== name ? { namespace } : {}),
    ...(min === 0 ? {} : { minRunners: min }),
  };
}

/** A number where the text is one; the schema says what is wrong with others. */
export function asNumber(text: string): number | string {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
