import { Html, markup } from "./html";
import { SIGNS, Tone } from "./tone";

/** Each sign has a shape of its own, so that nobody needs its colour. */
const SHAPES: Record<Tone, string> = {
  bad: '<circle cx="8" cy="8" r="8"/><path d="M5 5l6 6M11 5l-6 6"/>',
  warn: '<path class="body" d="M8 .8L15.8 15H.2z"/><path d="M8 5.6v4.6M8 12.3v.4"/>',
  note: '<path class="body" d="M8 0l8 8-8 8-8-8z"/><path d="M8 4v5M8 11.4v.4"/>',
  unknown: '<circle cx="8" cy="8" r="8"/><path d="M5.7 6.2a2.3 2.3 0 1 1 3.4 2c-.8.5-1.1.9-1.1 1.7M8 12v.3"/>',
  ok: '<circle cx="8" cy="8" r="8"/><path d="M4.4 8.4l2.5 2.5 4.8-5.2"/>',
};

/** The shapes that {@link icon} refers to, once a page. */
export function iconSheet(): Html {
  const symbols = Object.entries(SHAPES).map(
    ([tone, shape]) => markup`<symbol id="i-${tone}" viewBox="0 0 16 16">${new Html(shape)}</symbol>`,
  );
  return markup`<svg class="sheet" aria-hidden="true"><defs>${symbols}${HATCHES}</defs></svg>`;
}

/** Stripes for the parts of a bar, which colour alone would not tell apart. */
const HATCHES = new Html(
  [
    '<pattern id="h-pending" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">',
    '<rect class="ground" width="6" height="6"/><rect class="stripe" width="3" height="6"/></pattern>',
    '<pattern id="h-failed" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">',
    '<rect class="ground" width="6" height="6"/><path class="stripe" d="M0 0H6M0 0V6"/></pattern>',
    '<pattern id="h-closed" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">',
    '<rect class="stripe" width="1.2" height="5"/></pattern>',
  ].join(""),
);

export function icon(tone: Tone): Html {
  return markup`<svg class="icon ${tone}" aria-hidden="true"><use href="#i-${tone}"></use></svg>`;
}

const TAB: Record<Tone, string> = {
  bad: "#c62828",
  warn: "#b26a00",
  note: "#2f62c9",
  unknown: "#5b6675",
  ok: "#1b8150",
};

/** The verdict as the picture of a browser's tab. */
export function tabIcon(tone: Tone): string {
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="8" fill="${TAB[tone]}"/>` +
    `<text x="8" y="12" font-family="sans-serif" font-size="11" text-anchor="middle" fill="#fff">${SIGNS[tone]}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
