import { ContainerMode } from "../../components";
import { KNOWN_VERSIONS } from "../../components/controller/releases";
import { isKubernetesMode } from "../../components/runners/rbac";
import { githubApp } from "../../stacks/config/schema-credentials";
import {
  AnswerKey,
  type Answers,
  Credentials,
  DEFAULTS,
  defaultSet,
  Lookup,
  needsApp,
  orgsOf,
  Quota,
  secretNameOf,
} from "./answers";

/** One of the values that a question takes. */
export interface Choice {
  value: string;
  label: string;
}

/** A question of `arc init`; each is a flag too. */
export interface Question {
  key: AnswerKey;
  flag: string;
  /** What stands for the value in `--help`. */
  placeholder: string;
  message: string;
  /** Only these are taken; others are free text. */
  choices?: Choice[];
  /** Where in the stack file the answer goes: what is found there is said at the question. */
  places: RegExp;
  /** Whether the other answers leave it open; always without it. */
  isOpen?(answers: Answers): boolean;
  /** What is taken where nobody answers; needed from somebody without it. */
  fallback?(answers: Answers): string | undefined;
  /** What that is, in `--help`, where it follows from other answers. */
  usually?: string;
}

const always = (value: string) => () => value;
const isOne = (answers: Answers) => orgsOf(answers).length === 1;
const firstOrg = (answers: Answers) => orgsOf(answers)[0]?.name ?? "";
const isVault = ({ credentials }: Answers) =>
  credentials === Credentials.Vault || credentials === Credentials.VaultFilled;
const choice = (value: string, label: string): Choice => ({ value, label });

const PLACES: Choice[] = [
  choice(Credentials.Vault, "this program writes them to Vault"),
  choice(Credentials.VaultFilled, "they are in Vault already"),
  choice(Credentials.Store, "in another store of the External Secrets Operator (AWS, Google Cloud, Azure, …)"),
  choice(Credentials.Stack, "in the stack's own configuration, encrypted: no Vault, no operator"),
  choice(Credentials.Secret, "in a Secret that you make in the cluster"),
];

const LOOKUP_LABELS: Record<string, string> = {
  [Lookup.App]: "looked up with the App's own key",
  [Lookup.Token]: "looked up with the GITHUB_TOKEN of an owner of the organisations",
  [Lookup.None]: "I give the ids",
};

/** The ways of the look-up that the schema knows, the one without a second credential first. */
function lookups(): Choice[] {
  const { options } = githubApp.unwrap().shape.installationLookup.unwrap();
  const known = [Lookup.App, Lookup.Token, Lookup.None].filter((each) => (options as readonly string[]).includes(each));
  return known.map((value) => choice(value, LOOKUP_LABELS[value]!));
}

/** All questions in the order in which they are asked. */
export function questions(isFree: (stack: string) => boolean): Question[] {
  return [
    {
      key: AnswerKey.Stack,
      flag: "--stack",
      placeholder: "name",
      message: "Name of the stack",
      places: /^stack$/,
      fallback: () => ["prod", "dev"].find(isFree),
      usually: "prod, or dev where prod has a file",
    },
    {
      key: AnswerKey.Org,
      flag: "--org",
      placeholder: "login-or-url",
      message: "GitHub organisations, by login or URL (several with commas)",
      places: /^arc:orgs(\[\d+\](\.(name|url))?)?$/,
    },
    ...setQuestions(),
    ...credentialQuestions(),
    {
      key: AnswerKey.Quota,
      flag: "--quota",
      placeholder: "quota",
      message: "Quota of the namespace",
      choices: [
        choice(Quota.None, "no quota"),
        choice(Quota.Counted, "counted from the most runners and what each of them takes"),
      ],
      places: /\.quota/,
      isOpen: ({ containerMode }) => !isKubernetesMode(containerMode as ContainerMode | undefined),
      fallback: always(DEFAULTS.quota),
    },
  ];
}

function setQuestions(): Question[] {
  return [
    {
      key: AnswerKey.Set,
      flag: "--set",
      placeholder: "name",
      message: "Name of the runner set: workflows write it after runs-on",
      places: /\.runnerSets\[\d+\]\.name$/,
      isOpen: isOne,
      fallback: (answers) => defaultSet(firstOrg(answers)),
      usually: "<org>-runners",
    },
    {
      key: AnswerKey.Namespace,
      flag: "--namespace",
      placeholder: "name",
      message: "Namespace of its runners",
      places: /\.namespace$/,
      isOpen: isOne,
      fallback: ({ set }) => set,
      usually: "the set's name",
    },
    {
      key: AnswerKey.ContainerMode,
      flag: "--container-mode",
      placeholder: "mode",
      message: "What jobs that use containers get (docs/modes.md)",
      choices: [
        choice(ContainerMode.Dind, "a Docker daemon in the runner's pod"),
        choice(ContainerMode.None, "scripts and JavaScript actions alone, no containers"),
        choice(ContainerMode.Kubernetes, "pods of the cluster, which share a volume with the runner"),
        choice(ContainerMode.KubernetesNoVolume, "pods of the cluster, without a shared volume"),
      ],
      places: /\.containerMode$/,
      fallback: always(DEFAULTS.containerMode),
    },
    {
      key: AnswerKey.Image,
      flag: "--image",
      placeholder: "reference",
      message: "Image of the runners",
      places: /^arc:runner\.image$/,
      fallback: always(DEFAULTS.image),
    },
    {
      key: AnswerKey.MinRunners,
      flag: "--min-runners",
      placeholder: "count",
      message: "Idle runners kept ready",
      // The most is not known yet when it is asked.
      places: /\.minRunners$/,
      fallback: always(DEFAULTS.minRunners),
    },
    {
      key: AnswerKey.MaxRunners,
      flag: "--max-runners",
      placeholder: "count",
      message: "Most runners at a time",
      places: /\.(min|max)Runners$/,
      fallback: always(DEFAULTS.maxRunners),
    },
    {
      key: AnswerKey.Version,
      flag: "--controller-version",
      placeholder: "version",
      message: "Version of the controller",
      places: /^arc:controller\.version$/,
      fallback: always(KNOWN_VERSIONS.at(-1)!),
    },
  ];
}

const STORE: Question = {
  key: AnswerKey.Store,
  flag: "--store",
  placeholder: "name",
  message: "Name of the ClusterSecretStore",
  places: /^arc:secretStore/,
  isOpen: ({ credentials }) => credentials === Credentials.Store,
  fallback: always(DEFAULTS.store),
};

function credentialQuestions(): Question[] {
  return [
    {
      key: AnswerKey.Credentials,
      flag: "--credentials",
      placeholder: "place",
      message: "Where the credentials of GitHub are (docs/credentials.md)",
      choices: PLACES,
      places: /^credentials$/,
      fallback: always(DEFAULTS.credentials),
    },
    {
      key: AnswerKey.VaultServer,
      flag: "--vault-server",
      placeholder: "url",
      message: "Address of Vault inside the cluster",
      places: /^arc:vault\.server$/,
      isOpen: isVault,
      fallback: always(DEFAULTS.vaultServer),
    },
    STORE,
    {
      key: AnswerKey.SecretName,
      flag: "--secret-name",
      placeholder: "name",
      message: "Name of that Secret, in each namespace",
      places: /\.githubConfigSecret$/,
      isOpen: ({ credentials }) => credentials === Credentials.Secret,
      fallback: (answers) => secretNameOf(answers, firstOrg(answers)),
      usually: "<org>-github",
    },
    {
      key: AnswerKey.AppId,
      flag: "--app-id",
      placeholder: "id",
      message: "Id of the GitHub App (its settings page shows it)",
      places: /^arc:githubApp\.appId$/,
      isOpen: needsApp,
    },
    {
      key: AnswerKey.InstallationLookup,
      flag: "--installation-lookup",
      placeholder: "way",
      message: "The id of the App's installation on each organisation",
      choices: lookups(),
      places: /^arc:githubApp\.installationLookup$/,
      isOpen: needsApp,
      fallback: () => lookups()[0]!.value,
    },
    {
      key: AnswerKey.InstallationId,
      flag: "--installation-id",
      placeholder: "id",
      message: "Ids of the installations, in the order of the organisations",
      places: /\.installationId$/,
      isOpen: (answers) => needsApp(answers) && answers.installationLookup === Lookup.None,
    },
  ];
}
