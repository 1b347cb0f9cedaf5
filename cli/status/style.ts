/** How the page looks: light or dark as the reader has it, cards on a narrow screen, ink on paper. */
export const STYLE = `
:root {
  --page: #f4f6f8; --card: #fff; --ink: #171c24; --quiet: #566070; --line: #dde2e8; --code: #f4f6f8; --link: #1f55b5;
  --bad: #b3261e; --warn: #8a5200; --note: #2a55b0; --unknown: #566070; --ok: #14703f;
  --bad-tint: #fdecea; --warn-tint: #fdf1dc; --note-tint: #e9f0fd; --unknown-tint: #eceff3; --ok-tint: #e4f5ea;
  --running: #1c8a55; --pending: #d98a12; --failed: #cf352b; --free: #e3e7ec;
  --sign: #fff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0e1217; --card: #171d25; --ink: #e8ebf0; --quiet: #a2adbb; --line: #2b343f; --code: #0f141a; --link: #8db7ff;
    --bad: #ff8f85; --warn: #f2b84f; --note: #93b8ff; --unknown: #a9b4c2; --ok: #58cf95;
    --bad-tint: #37191a; --warn-tint: #33260d; --note-tint: #18253f; --unknown-tint: #222a34; --ok-tint: #10301f;
    --running: #36b377; --pending: #e0a030; --failed: #f0645a; --free: #2a333e;
    --sign: #12171d;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
body {
  margin: 0 auto; max-width: 72rem; padding: 1.5rem 1.25rem 3rem; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: anywhere;
}
h1, h2, h3, h4, p, ul, dl, dd { margin: 0; padding: 0; }
ul { list-style: none; }
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible, button:focus-visible, summary:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
code, pre { font: .875em/1.55 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.sheet { position: absolute; width: 0; height: 0; }
.quiet { color: var(--quiet); font-size: .875rem; }
.bad { --tone: var(--bad); --tint: var(--bad-tint); }
.warn { --tone: var(--warn); --tint: var(--warn-tint); }
.note { --tone: var(--note); --tint: var(--note-tint); }
.unknown { --tone: var(--unknown); --tint: var(--unknown-tint); }
.ok { --tone: var(--ok); --tint: var(--ok-tint); }
.icon { width: 1em; height: 1em; flex: none; vertical-align: -.12em; fill: var(--tone); overflow: visible; }
symbol path:not(.body) { fill: none; stroke: var(--sign); stroke-width: 1.9; stroke-linecap: round; stroke-linejoin: round; }
.label {
  color: var(--quiet); font-size: .75rem; font-weight: 600; letter-spacing: .04em; text-transform: uppercase;
}

.verdict {
  display: flex; gap: 1.25rem; padding: 1.5rem; background: var(--tint); border: 1px solid var(--line);
  border-left: .375rem solid var(--tone); border-radius: .75rem;
}
.verdict > div { min-width: 0; }
.verdict > .icon { font-size: 2.75rem; margin-top: .25rem; }
.over { font-size: .875rem; color: var(--quiet); }
h1 { font-size: 1.625rem; line-height: 1.25; letter-spacing: -.01em; }
.basis { margin-top: .25rem; white-space: pre-line; }
.read { margin-top: .75rem; font-size: .875rem; color: var(--quiet); }
.read b { font-weight: 600; color: var(--ink); }
.old { margin-top: .75rem; padding: .375rem .75rem; border-radius: .5rem; background: var(--warn-tint); color: var(--warn); font-weight: 600; }
.shortcuts { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: .75rem; }
.shortcuts a {
  display: inline-flex; gap: .4rem; align-items: center; padding: .2rem .75rem; border-radius: 1rem;
  border: 1px solid var(--tone); background: var(--card); color: var(--tone); font-size: .875rem; font-weight: 600; text-decoration: none;
}
.shortcuts a:hover { text-decoration: underline; }

h2 { margin: 2rem 0 .75rem; font-size: 1.25rem; }
.sums { display: grid; grid-template-columns: repeat(4, 1fr); gap: .75rem; }
.sums div { display: flex; flex-direction: column-reverse; padding: .75rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
.sums dd { font-size: 1.5rem; font-weight: 650; line-height: 1.2; font-variant-numeric: tabular-nums; }
.sums dt { color: var(--quiet); font-size: .875rem; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: .75rem 0; color: var(--quiet); font-size: .8125rem; }
.legend li { display: flex; gap: .4rem; align-items: center; }
.legend .bar { width: 1.25rem; height: .75rem; flex: none; border-radius: .2rem; }

.bar { display: block; width: 100%; height: 1.125rem; border-radius: .3rem; }
.bar .running { fill: var(--running); }
.bar .pending { fill: url(#h-pending); }
.bar .failed { fill: url(#h-failed); }
.bar .ending { fill: var(--quiet); }
.bar .asked { fill: var(--note-tint); stroke: var(--note); stroke-width: 2; stroke-dasharray: 3 2; }
.bar .free { fill: var(--free); }
.bar .closed { fill: url(#h-closed); }
.bar .tick { fill: none; stroke: var(--card); stroke-width: 2; vector-effect: non-scaling-stroke; }
.bar:empty { border: 1px solid var(--line); }
.bar.unseen { border: 1px dashed var(--quiet); }
#h-pending .ground { fill: var(--pending); } #h-pending .stripe { fill: var(--card); fill-opacity: .55; }
#h-failed .ground { fill: var(--failed); } #h-failed .stripe { stroke: var(--card); stroke-width: 1.6; fill: none; }
#h-closed .stripe { fill: var(--quiet); fill-opacity: .55; }

table { width: 100%; border-collapse: separate; border-spacing: 0; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; overflow: hidden; }
thead th { padding: .5rem .75rem; text-align: left; color: var(--quiet); font-size: .8125rem; font-weight: 600; border-bottom: 1px solid var(--line); }
tbody th, td { padding: .875rem .75rem; text-align: left; vertical-align: top; font-weight: 400; }
tbody tr + tr > * { border-top: 1px solid var(--line); }
tbody th { border-left: .375rem solid var(--tone); min-width: 14rem; }
thead th:first-child { padding-left: 1.125rem; }
.name { display: block; font-weight: 650; }
th .quiet, .says, .runners span { display: block; }
.says { margin-top: .25rem; font-size: .875rem; color: var(--tone); }
.says a { color: inherit; }
.runners { width: 32%; }
td[data-name] { min-width: 7.5rem; }
.runners span { margin-top: .25rem; font-size: .875rem; font-variant-numeric: tabular-nums; }
.field { display: flex; gap: .35rem; font-size: .9375rem; }
.field .icon { margin-top: .25rem; }
.field:not(.ok) { color: var(--tone); }
.field:is(.bad, .warn) { font-weight: 600; }

h3 { margin: 1.25rem 0 .5rem; font-size: 1rem; color: var(--tone); }
.finding { margin-bottom: .75rem; padding: 1rem 1.25rem; background: var(--card); border: 1px solid var(--line); border-left: .375rem solid var(--tone); border-radius: .75rem; }
.finding:target { outline: 2px solid var(--tone); }
h4 { display: flex; gap: .6rem; font-size: 1.0625rem; line-height: 1.4; white-space: pre-line; }
h4 .icon { margin-top: .2rem; }
.part { display: grid; grid-template-columns: 4rem minmax(0, 1fr); margin-top: .625rem; }
.part .label { padding-top: .2rem; }
.cause, .what { white-space: pre-line; }
.seen li { padding-left: .75rem; border-left: 2px solid var(--line); white-space: pre-wrap; }
.seen li + li { padding-top: .2rem; }
.mend { position: relative; }
pre { margin: 0; padding: .625rem .875rem; background: var(--code); border: 1px solid var(--line); border-radius: .5rem; white-space: pre-wrap; }
.remark { color: var(--quiet); }
button {
  position: absolute; right: .4rem; top: .4rem; padding: .1rem .75rem; min-height: 1.75rem; font: inherit; font-size: .8125rem; color: var(--link);
  background: var(--card); border: 1px solid var(--line); border-radius: .375rem; cursor: pointer;
}
button + pre { padding-right: 5.5rem; }
.another { margin-top: .875rem; padding-top: .875rem; border-top: 1px solid var(--line); }
.finding > .label { margin-top: 1rem; }
.what { font-weight: 600; }
details { margin-top: .5rem; }
summary { cursor: pointer; }
.links { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin-top: .75rem; font-size: .875rem; color: var(--quiet); }
.unknowns { margin-top: .5rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
.unknowns li { display: flex; gap: .75rem; padding: .75rem 1rem; }
.unknowns li + li { border-top: 1px solid var(--line); }
.unknowns .icon { margin-top: .3rem; }
.unknowns div { min-width: 0; }
.unknowns strong, .unknowns span { display: block; }
.unknowns details { margin-top: .125rem; font-size: .875rem; color: var(--quiet); }
footer { margin-top: 2.5rem; color: var(--quiet); font-size: .8125rem; }

@media (max-width: 64rem) {
  table, tbody { display: block; background: none; border: 0; border-radius: 0; overflow: visible; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tbody tr {
    display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); gap: .625rem 1rem; margin-bottom: .75rem; padding: 1rem;
    background: var(--card); border: 1px solid var(--line); border-left: .375rem solid var(--tone); border-radius: .75rem;
  }
  tbody th, td { padding: 0; }
  tbody tr > *, tbody tr + tr > * { border: 0; }
  tbody th, .runners { grid-column: 1 / -1; width: auto; min-width: 0; }
  td[data-name] { min-width: 0; }
  td[data-name]::before { content: attr(data-name); display: block; color: var(--quiet); font-size: .75rem; }
}
@media (max-width: 40rem) {
  body { padding: .75rem .75rem 2rem; }
  .verdict { position: relative; padding: 1rem; }
  .verdict > .icon { position: absolute; font-size: 2rem; margin-top: .2rem; }
  .over, h1 { margin-left: 2.75rem; }
  h1 { font-size: 1.3125rem; }
  .basis { margin-top: .625rem; }
  .shortcuts { gap: .375rem; }
  .shortcuts a { padding: .2rem .625rem; font-size: .8125rem; }
  .sums { grid-template-columns: 1fr 1fr; gap: .5rem; }
  .finding { padding: .875rem 1rem; }
  .part { grid-template-columns: minmax(0, 1fr); }
  .mend { margin-top: .375rem; }
  button { top: -2.25rem; right: 0; }
  button + pre { padding-right: .875rem; }
}
@media print {
  :root {
    --page: #fff; --card: #fff; --ink: #000; --quiet: #444; --line: #bbb; --code: #fff; --link: #000;
    --bad: #b3261e; --warn: #8a5200; --note: #2a55b0; --unknown: #444; --ok: #14703f; --sign: #fff;
    --bad-tint: #fff; --warn-tint: #fff; --note-tint: #fff; --unknown-tint: #fff; --ok-tint: #fff;
    --running: #1c8a55; --pending: #d98a12; --failed: #cf352b; --free: #e3e7ec;
  }
  body { max-width: none; padding: 0; font-size: 10pt; }
  .bar, .icon { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  tr, .finding, .sums, .verdict { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  button { display: none; }
  details::details-content { display: block; content-visibility: visible; block-size: auto; }
}
`;
