import type { Finding } from "../doctor/rule";
import { type Html, markup } from "./html";

/** The id of a finding, and where more is said of it. */
export function links({ id, issue, docs }: Finding, site: string | undefined): Html {
  const page = site === undefined ? markup`<span>${docs}</span>` : link(`${site.replace(/\/+$/, "")}/${docs}`, docs);
  return markup`<code>${id}</code>${issue !== undefined && markup` <span>${issueLinks(issue)}</span>`} ${page}`;
}

const ISSUE = /[\w.-]+\/[\w.-]+#\d+/;
const ADDRESS = /https:\/\/[^\s,;]+|(?:[a-z\d-]+\.)+[a-z]{2,}\/[^\s,;]+/;
const EITHER = new RegExp(`(${ISSUE.source}|${ADDRESS.source})`);

/** `owner/repository#1` as a link to it, an address with or without its scheme as itself, and everything else as text. */
export function issueLinks(issue: string): Html {
  const parts = issue.split(EITHER);
  return parts.reduce(
    (told, part, index) => markup`${told}${index % 2 ? link(addressOf(part), part) : part}`,
    markup``,
  );
}

function addressOf(text: string): string {
  const [, repository, number] = /^([^#:]+)#(\d+)$/.exec(text) ?? [];
  // GitHub sends on from here where the number is a pull request's.
  if (repository !== undefined) return `https://github.com/${repository}/issues/${number}`;
  return text.startsWith("https://") ? text : `https://${text}`;
}

function link(address: string, text: string): Html {
  return markup`<a href="${address}" rel="noreferrer">${text}</a>`;
}
