import { existsSync } from "node:fs";
import path from "node:path";
import { ROOT } from "./arc";
import { readPage } from "./page";

/** GitHub's anchors of a page's headings. */
export function anchorsOf(file: string): string[] {
  const page = readPage(file).replace(/^```[\s\S]*?^```$/gm, "");
  return [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading!));
}

/** GitHub's anchor of a heading: `A Secret, of your own` → `a-secret-of-your-own`. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

/** The links of a page to sections that are not there, on the page itself and on others. */
export function brokenAnchors(file: string): string[] {
  const links = [...readPage(file).matchAll(/\]\(([^)#\s]*)#([^)\s]+)\)/g)];
  return links
    .filter(([, page]) => !/^https?:/.test(page!))
    .filter(([, page, anchor]) => {
      const target = page ? path.join(path.dirname(file), page) : file;
      return !existsSync(path.join(ROOT, target)) || !anchorsOf(target).includes(anchor!);
    })
    .map(([link]) => link.slice(2, -1));
}
