import { type Finding, Harm, type Unknown } from "../doctor/rule";
import { counted } from "../terminal";
import { type Html, markup } from "./html";
import { icon } from "./icons";
import { links } from "./links";
import { Tone, toneOf } from "./tone";
import type { Kind } from "./verdict";

/** Findings of one kind that are all shown open; of more, all but the first are folded. */
const OPEN = 3;

/** What is wrong, by harm, the worst first. */
export function findingsSection(kinds: Kind[], docs: string | undefined): Html | undefined {
  if (!kinds.length) return undefined;
  const harms = Object.values(Harm).flatMap((harm) => {
    const those = kinds.filter(({ findings }) => findings[0].harm === harm);
    return those.length ? [{ harm, those }] : [];
  });
  return markup`<section aria-labelledby="findings">
    <h2 id="findings">Findings</h2>
    ${harms.map(
      ({ harm, those }) =>
        markup`<h3 id="${harmAnchor(harm)}" class="${toneOf(harm)}">${capital(harm)}</h3>
          ${those.map((kind) => kindCard(kind, docs))}`,
    )}
  </section>`;
}

export function harmAnchor(harm: Harm): string {
  return `harm-${harm.replaceAll(" ", "-")}`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function kindCard({ anchor, findings }: Kind, docs: string | undefined): Html {
  const [first, ...more] = findings;
  const tone = toneOf(first.harm);
  const rest = more.map((finding, index) =>
    findings.length > OPEN
      ? markup`<details>
          <summary>${finding.what}</summary>
          ${details(finding, `${anchor}-${index + 2}`)}
        </details>`
      : markup`<div class="another">
          <p class="what">${finding.what}</p>
          ${details(finding, `${anchor}-${index + 2}`)}
        </div>`,
  );
  return markup`<article class="finding ${tone}" id="${anchor}">
    <h4>${icon(tone)} <span>${first.what}</span></h4>
    <div class="part"><p class="label">Cause</p><p class="cause">${first.cause}</p></div>
    ${details(first, anchor)}
    ${more.length > 0 && markup`<p class="label">The same in ${counted(more.length, "other place")}</p>`}
    ${rest}
    <p class="links">${links(first, docs)}</p>
  </article>`;
}

function details({ evidence, fix }: Finding, anchor: string): Html {
  return markup`${
    evidence.length > 0 &&
    markup`<div class="part">
      <p class="label" id="${anchor}-seen">Seen</p>
      <ul class="seen" aria-labelledby="${anchor}-seen">
        ${evidence.map((line) => markup`<li>${line}</li>`)}
      </ul>
    </div>`
  }${
    fix.length > 0 &&
    markup`<div class="part">
      <p class="label">Fix</p>
      <div class="mend"><pre class="fix"><code>${fix.map(fixLine)}</code></pre></div>
    </div>`
  }`;
}

/** A line that begins with `#` is no command. */
function fixLine(line: string): Html | string {
  return line.startsWith("#") ? markup`<span class="remark">${line}</span>` : line;
}

/** What was not seen, and so what was not checked. */
export function unknownSection(unknown: Unknown[]): Html | undefined {
  if (!unknown.length) return undefined;
  return markup`<section aria-labelledby="unknown">
    <h2 id="unknown">Not seen</h2>
    <p>What could not be read is unknown and does not count as sound: the checks that need it were not made.</p>
    <ul class="unknowns">
      ${unknown.map(unknownItem)}
    </ul>
  </section>`;
}

function unknownItem({ source, why, rules }: Unknown): Html {
  const checks =
    rules.length > 0 &&
    markup`<details>
      <summary>${counted(rules.length, "check")} not made</summary>
      <p>${rules.map((id) => markup`<code>${id}</code>`)}</p>
    </details>`;
  return markup`<li class="${Tone.Unknown}">
    ${icon(Tone.Unknown)}
    <div><strong>${words(source)}${rules.length === 0 && ", in part"}</strong> <span>${why}</span>${checks}</div>
  </li>`;
}

/** `controllerLogs` as `controller logs`. */
function words(source: string): string {
  if (source === "github") return "GitHub";
  return capital(source.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
}
