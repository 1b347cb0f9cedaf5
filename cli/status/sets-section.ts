import type { SetRow } from "../doctor/sets";
import { barHtml, barOf, Part } from "./bar";
import { type Html, markup } from "./html";
import { icon } from "./icons";
import { type Field, type SetView } from "./set-view";
import { Tone } from "./tone";
import type { Kind } from "./verdict";

/** The runner sets: sums, then a table of which a narrow screen makes cards. */
export function setsSection(views: SetView[], kinds: Kind[]): Html {
  if (!views.length)
    return markup`<section>
      <h2>Runner sets</h2>
      <p>There are none.</p>
    </section>`;
  return markup`<section aria-labelledby="sets">
    <h2 id="sets">Runner sets</h2>
    ${sums(views)}
    ${legend(views)}
    <table role="table" aria-labelledby="sets">
      <thead role="rowgroup">
        <tr role="row">
          ${COLUMNS.map((name) => markup`<th role="columnheader" scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${views.map((view) => setRow(view, kinds))}
      </tbody>
    </table>
  </section>`;
}

const COLUMNS = ["Runner set", "Runners", "Listener", "Phase", "Secret age", "Version"];

function sums(views: SetView[]): Html {
  const rows = views.map(({ row }) => row);
  const up = views.filter(({ listener }) => listener.tone === Tone.Ok).length;
  const told: [string, string][] = [
    ["running", sum(rows, "running")],
    ["pending", sum(rows, "pending")],
    ["failed", sum(rows, "failed")],
    ["listeners running", `${up} of ${views.length}`],
  ];
  return markup`<dl class="sums">
    ${told.map(
      ([name, value]) =>
        markup`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

/** What is missing has no runners; what was not seen may have some. */
function sum(rows: SetRow[], key: "running" | "pending" | "failed"): string {
  const there = rows.filter(({ phase }) => phase !== "missing");
  const known = there.flatMap((row) => row[key] ?? []);
  const total = known.reduce((all, count) => all + count, 0);
  if (known.length === there.length) return String(total);
  return known.length ? `at least ${total}` : "unknown";
}

const LEGEND: [Part, string][] = [
  [Part.Running, "running"],
  [Part.Pending, "pending"],
  [Part.Failed, "failed"],
  [Part.Ending, "ending"],
  [Part.Asked, "asked for"],
  [Part.Free, "free"],
  [Part.Closed, "no room in the quota"],
];

/** The signs that the bars have. */
function legend(views: SetView[]): Html {
  const used = new Set(views.flatMap(({ row }) => barOf(row)?.parts.map(({ part }) => part) ?? []));
  return markup`<ul class="legend">
    ${LEGEND.filter(([part]) => used.has(part)).map(
      ([part, words]) =>
        markup`<li>
          <svg class="bar" aria-hidden="true"><rect class="${part}" width="100%" height="100%"></rect></svg>${words}
        </li>`,
    )}
  </ul>`;
}

function setRow(view: SetView, kinds: Kind[]): Html {
  const { row, tone, findings, says, runners, limits } = view;
  const place = kinds.find((kind) => kind.findings.some((each) => findings.includes(each)));
  const words = place ? markup`<a href="#${place.anchor}">${says}</a>` : markup`${says}`;
  return markup`<tr role="row" class="${tone}">
    <th role="rowheader" scope="row">
      <span class="name">${row.name}</span>
      <span class="quiet">${[row.namespace, row.org ?? "not in the stack"].join(" · ")}</span>
      <span class="says">${icon(tone)} ${words}</span>
    </th>
    <td role="cell" class="runners">
      ${barHtml(barOf(row))}
      <span>${runners}</span>
      <span class="quiet">${limits.join(" · ")}</span>
    </td>
    ${cell("Listener", view.listener)}
    ${cell("Phase", view.phase)}
    ${cell("Secret age", view.secret)}
    ${cell("Version", view.version)}
  </tr>`;
}

function cell(name: string, { text, tone }: Field): Html {
  return markup`<td role="cell" data-name="${name}">
    <span class="field ${tone}">${tone !== Tone.Ok && icon(tone)}<span>${inHumps(text)}</span></span>
  </td>`;
}

/** Reasons are long words: `CrashLoopBackOff` may go on in the next line before each capital. */
function inHumps(text: string): Html {
  const [first = "", ...more] = text.split(/(?<=[a-z])(?=[A-Z])/);
  return more.reduce((told, part) => markup`${told}<wbr>${part}`, markup`${first}`);
}
