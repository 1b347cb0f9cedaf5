import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse, stringify } from "yaml";
import { mergeValues } from "../../stacks/config/merge";
import type { RawStack } from "../../stacks/config/raw";
import { ROOT } from "./arc";
import { PRIVATE_KEY, rawOf, type Values } from "./checked-stack";

/** A fenced block of a page. */
export interface Block {
  /** The heading that it stands under. */
  heading: string;
  language: string;
  text: string;
}

/** What a page keeps for its test to write, between `<!-- name:begin -->` and `<!-- name:end -->`. */
const GENERATED = /<!-- (\S+):begin -->\n([\s\S]*?)<!-- \1:end -->/g;

export function readPage(file: string): string {
  return readFileSync(path.join(ROOT, file), "utf8");
}

/** The blocks that people wrote, in their order. */
export function blocksOf(page: string): Block[] {
  return page
    .replace(GENERATED, "")
    .split(/^#+ /m)
    .flatMap((section) =>
      [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, text]) => ({
        heading: section.split("\n", 1)[0]!,
        language: language!,
        text: text!,
      })),
    );
}

/** The stack files of a page: the first is complete, each other one is laid upon it. */
export function stacksOf(page: string): { heading: string; values: Values }[] {
  const [first, ...parts] = blocksOf(page)
    .filter(({ language }) => language === "yaml")
    .map(({ heading, text }) => ({ heading, values: valuesOf(text) }));
  return [first!, ...parts.map(({ heading, values }) => ({ heading, values: mergeValues(first!.values, values) }))];
}

function valuesOf(text: string): Values {
  return rawOf((parse(text) as { config: Values }).config).values;
}

/** A stack with those values and every secret that a page leaves aside. */
export function withSecrets(values: Values): RawStack {
  const names = (key: string) => Object.keys((values[key] ?? {}) as object);
  const orgs = values.orgs as { name: string; auth?: string }[];
  const store = values.secretStore as { kind: string } | undefined;
  // Such a store has them all.
  if (store && store.kind !== "none" && store.kind !== "vault") return { values, secrets: {} };
  const secrets: RawStack["secrets"] = {
    githubAppPrivateKey: { text: PRIVATE_KEY },
    imagePullToken: { text: "a-token" },
  };
  for (const name of names("githubApps")) secrets[`githubAppPrivateKeys.${name}`] = { text: PRIVATE_KEY };
  for (const { name, auth } of orgs) if (auth === "token") secrets[`githubTokens.${name}`] = { text: "a-token" };
  for (const proxy of [values, ...orgs].map((each) => (each as { proxy?: Proxy }).proxy ?? {})) {
    for (const endpoint of [proxy.http, proxy.https]) {
      if (endpoint?.username) secrets[`proxyPasswords.${endpoint.username}`] = { text: "a-password" };
    }
  }
  return { values, secrets };
}

type Proxy = Partial<Record<"http" | "https", { username?: string }>>;

/** The text that a page shows in a place that its test keeps. */
export function generated(page: string, name: string): string | undefined {
  return [...page.matchAll(GENERATED)].find(([, each]) => each === name)?.[2];
}

/** Puts a text into the place of that name. */
export function renew(file: string, name: string, text: string): void {
  const begin = `<!-- ${name}:begin -->\n`;
  const renewed = readPage(file).replace(GENERATED, (all: string, each: string) =>
    each === name ? `${begin}${text}<!-- ${name}:end -->` : all,
  );
  writeFileSync(path.join(ROOT, file), renewed);
}

/** A value as a block of YAML. */
export function yamlBlock(value: unknown): string {
  return `\`\`\`yaml\n${stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })}\`\`\`\n`;
}

/** The links of a page to files that are not there. */
export function brokenLinks(file: string): string[] {
  const links = [...readPage(file).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map((match) => match[1]!);
  const exists = (link: string) => {
    try {
      readFileSync(path.join(ROOT, path.dirname(file), link));
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === "EISDIR";
    }
  };
  return links.filter((link) => !/^https?:/.test(link) && !exists(link));
}
