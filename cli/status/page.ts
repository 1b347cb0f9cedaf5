import { createHash } from "node:crypto";
import type { DoctorReport } from "../doctor/report";
import { Harm } from "../doctor/rule";
import { findingsSection, harmAnchor, unknownSection } from "./findings-section";
import { Html, markup } from "./html";
import { icon, iconSheet, tabIcon } from "./icons";
import { SCRIPT } from "./script";
import { setViews } from "./set-view";
import { setsSection } from "./sets-section";
import { STYLE } from "./style";
import { SIGNS, Tone, toneOf } from "./tone";
import { kindsOf, type Verdict, verdictOf } from "./verdict";

export interface PageOptions {
  /** The page is loaded anew after so many seconds. @default - it stays */
  refreshSeconds?: number;
  /** Address below which the project's docs are. @default - the pages are named, not linked */
  docs?: string;
}

/** A look that failed. */
export interface Failure {
  stack: string;
  /** When it was tried, ISO 8601. */
  at: string;
  why: string;
}

/** The age in seconds from which a page that nobody renews says that it is old. */
const OLD_SECONDS = 3600;
/** Looks that may be late before the page says that nobody renews it. */
const LATE_LOOKS = 3;

/** The report as a page of its own: one file, nothing loaded, nothing that needs a script to be read. */
export function statusPage(report: DoctorReport, options: PageOptions): string {
  const verdict = verdictOf(report);
  const kinds = kindsOf(report.findings);
  const { stack, at, server, version } = report;
  const main = markup`${setsSection(setViews(report), kinds)}
  ${findingsSection(kinds, options.docs)}
  ${unknownSection(report.unknown)}`;
  const read = markup`<p class="read">
    Read ${time(at, options)} from <b>${server}</b>. The stack asks for ARC ${version}.
  </p>`;
  return page({ stack, verdict, shortcuts: shortcuts(report), read, main }, options);
}

/** In place of a report when there is none: an older page would tell what is no longer known. */
export function failurePage({ stack, at, why }: Failure, options: PageOptions): string {
  const verdict = { tone: Tone.Unknown, headline: "Nothing is known: the cluster could not be read", basis: why };
  const read = markup`<p class="read">Tried ${time(at, options)}.</p>`;
  return page({ stack, verdict, read }, options);
}

interface Content {
  stack: string;
  verdict: Verdict;
  shortcuts?: Html;
  read: Html;
  main?: Html;
}

function page({ stack, verdict, shortcuts, read, main }: Content, options: PageOptions): string {
  const { tone, headline, basis } = verdict;
  return markup`<!doctype html>
<html lang="en">
  ${head(stack, verdict, options)}
  <body>
    ${iconSheet()}
    <main>
    <header class="verdict ${tone}">
      ${icon(tone)}
      <div>
        <p class="over">ARC runners · stack ${stack}</p>
        <h1>${headline}</h1>
        <p class="basis">${basis}</p>
        ${shortcuts}
        ${read}
        <p class="old" role="status" hidden>This page is old: the cluster may have changed since.</p>
      </div>
    </header>
    ${main}
    </main>
    <footer>
      <p>
        Made by <code>bin/arc status --stack ${stack} --html</code>. The same in a terminal:
        <code>bin/arc doctor --stack ${stack}</code>.
      </p>
    </footer>
    ${SCRIPT_HTML}
  </body>
</html>
`.text;
}

function head(stack: string, { tone, headline }: Verdict, { refreshSeconds }: PageOptions): Html {
  return markup`<head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${POLICY}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="referrer" content="no-referrer">
    <meta name="robots" content="noindex">
    ${refreshSeconds !== undefined && markup`<meta http-equiv="refresh" content="${refreshSeconds}">`}
    <title>${SIGNS[tone]} ${headline} · ${stack}</title>
    <link rel="icon" href="${tabIcon(tone)}">
    ${STYLE_HTML}
  </head>`;
}

const STYLE_HTML = new Html(`<style>${STYLE}</style>`);
const SCRIPT_HTML = new Html(`<script>${SCRIPT}</script>`);

/** Nothing but what this program wrote itself: even markup that got in could load and run nothing. */
const POLICY = [
  "default-src 'none'",
  `style-src '${digest(STYLE)}'`,
  `script-src '${digest(SCRIPT)}'`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

function digest(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function time(at: string, { refreshSeconds }: PageOptions): Html {
  const old = refreshSeconds === undefined ? OLD_SECONDS : Math.max(60, LATE_LOOKS * refreshSeconds);
  const words = `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;
  return markup`<time datetime="${at}" data-old="${old}">${words}</time><span class="age"></span>`;
}

/** How many findings there are of each harm, and what was not seen. */
function shortcuts({ findings, unknown }: DoctorReport): Html | undefined {
  const harms = Object.values(Harm).flatMap((harm) => {
    const count = findings.filter((finding) => finding.harm === harm).length;
    return count ? [{ tone: toneOf(harm), anchor: harmAnchor(harm), words: `${count} × ${harm}` }] : [];
  });
  const unseen = unknown.length ? [{ tone: Tone.Unknown, anchor: "unknown", words: `${unknown.length} not seen` }] : [];
  const all = [...harms, ...unseen];
  if (!all.length) return undefined;
  return markup`<ul class="shortcuts">
    ${all.map(
      ({ tone, anchor, words }) => markup`<li><a class="${tone}" href="#${anchor}">${icon(tone)} ${words}</a></li>`,
    )}
  </ul>`;
}
