import { Document, isMap, isScalar, parse } from "yaml";
import { parseStack } from "../../stacks/config/parse";
import { PROJECT, projectKey } from "../../stacks/config/raw";
import { SECRET_KEYS, SECRET_MAPS } from "../../stacks/config/schema";
import { settle } from "../../stacks/config/settle";
import { countedQuota } from "../counted-quota";
import { type Answers, Credentials, Lookup, needsApp, Quota } from "./answers";
import { configOf } from "./check-answer";

type Values = Record<string, unknown>;

const HEAD = [
  " yaml-language-server: $schema=./docs/stack.schema.json",
  " Every key with its default: docs/stack-file.md",
].join("\n");

/** The text of a stack file with its comments. */
export function fileText(answers: Answers, kept: Values = {}): string {
  const { config, ...others } = kept;
  const document = new Document({ ...others, config: { ...withQuota(answers), ...(config as Values | undefined) } });
  if (document.contents) document.contents.commentBefore = HEAD;
  for (const [path, text] of commentsOf(answers)) comment(document, path, text);
  return document.toString({ lineWidth: 0 });
}

/**
 * What stays of a file that is written anew: the keys that Pulumi keeps for itself, without which nobody could decrypt
 * the state any more, and the secrets that were encrypted with them.
 */
export function keptOf(text: string): Values {
  const { config, ...others } = (parse(text) ?? {}) as Values;
  const secrets = Object.entries((config ?? {}) as Values).filter(([key]) => isSecret(key));
  return { ...others, ...(secrets.length ? { config: Object.fromEntries(secrets) } : {}) };
}

/** Whether a text has a configuration that an answer would take the place of. */
export function hasConfig(text: string): boolean {
  const { config } = (parse(text) ?? {}) as Values;
  return Object.keys((config ?? {}) as Values).some((key) => !isSecret(key));
}

function isSecret(key: string): boolean {
  const [namespace, name = namespace] = key.split(":");
  const isOurs = namespace === PROJECT || !key.includes(":");
  return isOurs && (Object.hasOwn(SECRET_KEYS, name!) || Object.hasOwn(SECRET_MAPS, name!));
}

/** The keys of the answers, with a quota for each namespace where one is wanted. */
function withQuota(answers: Answers): Values {
  const config = configOf(answers);
  if (answers.quota !== Quota.Counted) return config;
  const values = Object.fromEntries(Object.entries(config).map(([key, value]) => [key.split(":")[1]!, value]));
  const { settings, remainder } = parseStack(values);
  const readable = settings ?? remainder?.settings;
  if (!readable) return config;
  const stack = settle(readable);
  const orgs = (config[projectKey("orgs")] as { runnerSets: Values[] }[]).map((org, orgIndex) => ({
    ...org,
    runnerSets: org.runnerSets.map((set, index) => {
      const settled = stack.sets.filter(({ path }) => path[1] === orgIndex && path[3] === index);
      return { ...set, quota: countedQuota(settled, stack) };
    }),
  }));
  return { ...config, [projectKey("orgs")]: orgs };
}

const LOOKUP_COMMENTS: Record<string, string> = {
  [Lookup.App]: "installation ids are asked of GitHub with the App's own key",
  [Lookup.Token]: "installation ids are asked of GitHub with the GITHUB_TOKEN of an owner of the organisations",
};

const CREDENTIAL_COMMENTS: Record<string, [path: string[], text: string]> = {
  [Credentials.Vault]: [["vault"], "this program writes the credentials there"],
  [Credentials.VaultFilled]: [["vault", "manage"], "the credentials are there already (docs/credentials.md)"],
  [Credentials.Store]: [["secretStore"], "made by somebody else; it holds the credentials (docs/credentials.md)"],
  [Credentials.Stack]: [["secretStore"], "the credentials are secrets of this file, and Secrets in the cluster"],
  [Credentials.Secret]: [["orgs", "0", "githubConfigSecret"], "yours, in each namespace (docs/credentials.md)"],
};

/** Comments by the place whose line they end. */
function commentsOf(answers: Answers): [path: string[], text: string][] {
  const lookup = needsApp(answers) ? LOOKUP_COMMENTS[answers.installationLookup ?? Lookup.None] : undefined;
  const place = CREDENTIAL_COMMENTS[answers.credentials ?? ""];
  return [
    [["controller", "version"], "images, labels and CRDs follow from it"],
    ...(lookup ? [[["githubApp", "installationLookup"], lookup] as [string[], string]] : []),
    ...(place ? [place] : []),
    [["runner"], "the one pod template that all sets share; a set may override any part"],
    [["orgs", "0", "runnerSets", "0", "name"], "what workflows write after runs-on"],
  ];
}

/** A comment at the end of a scalar's line, or above the key of anything else; none where there is no such place. */
function comment(document: Document, [key, ...rest]: string[], text: string): void {
  const path = ["config", projectKey(key!), ...rest.map((part) => (/^\d+$/.test(part) ? Number(part) : part))];
  const node = document.getIn(path, true);
  if (isScalar(node)) node.comment = ` ${text}`;
  else if (node !== undefined) {
    const holder = document.getIn(path.slice(0, -1), true);
    const pair = isMap(holder) ? holder.items.find((item) => String(item.key) === path.at(-1)) : undefined;
    if (isScalar(pair?.key)) pair.key.commentBefore = ` ${text}`;
  }
}
