// Bar charts as SVG: panels side by side, one bar for each client. Readable on light and on dark ground.

/**
 * @typedef {object} Bar
 * @property {string} label
 * @property {number | undefined} value nothing when it took no part
 * @property {string} text beside the bar
 * @property {"floor" | "ours" | "peer"} kind
 *
 * @typedef {object} Panel
 * @property {string} title
 * @property {Bar[]} bars
 * @property {number} full the value that fills the panel's width
 * @property {number} [mark] a value at which a line is drawn
 */

const WIDTH = 960;
const COLUMNS = 3;
const GAP = 24;
const MARGIN = 16;
const HEAD = 52;
const TITLE = 26;
const ROW = 19;
const BAR = 11;
const LABEL = 116;
const TEXT = 56;

const STYLE = `
  text { font: 11px ui-sans-serif, system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #24292f; }
  .head { font-size: 15px; font-weight: 600; } .title { font-size: 12px; font-weight: 600; } .note { fill: #57606a; }
  .back { fill: #ffffff; } .track { fill: #eaeef2; } .floor { fill: #8c959f; } .ours { fill: #0969da; } .peer { fill: #d4a72c; }
  .mark { stroke: #57606a; stroke-dasharray: 2 2; } .end { text-anchor: end; } .strong { font-weight: 600; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } .note { fill: #9198a1; } .back { fill: #0d1117; } .track { fill: #21262d; }
    .floor { fill: #6e7681; } .ours { fill: #4493f8; } .peer { fill: #bb8009; } .mark { stroke: #9198a1; }
  }`;

const PANEL = (WIDTH - 2 * MARGIN - (COLUMNS - 1) * GAP) / COLUMNS;
const TRACK = PANEL - LABEL - TEXT;

/**
 * @param {string} title
 * @param {string} note below it: how to read the chart
 * @param {Panel[]} panels
 * @returns {string} an SVG document
 */
export function renderChart(title, note, panels) {
  const rows = Array.from({ length: Math.ceil(panels.length / COLUMNS) }, (_, n) =>
    panels.slice(n * COLUMNS, (n + 1) * COLUMNS),
  );
  let top = HEAD;
  const parts = rows.map((row) => {
    const drawn = row.map((panel, n) => renderPanel(panel, MARGIN + n * (PANEL + GAP), top));
    top += TITLE + ROW * Math.max(...row.map(({ bars }) => bars.length)) + 14;
    return drawn.join("\n");
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${top}" viewBox="0 0 ${WIDTH} ${top}" role="img">`,
    `<title>${escape(title)}</title>`,
    `<style>${STYLE}\n</style>`,
    `<rect class="back" width="${WIDTH}" height="${top}" rx="6"/>`,
    `<text class="head" x="${MARGIN}" y="26">${escape(title)}</text>`,
    `<text class="note" x="${MARGIN}" y="43">${escape(note)}</text>`,
    ...parts,
    "</svg>\n",
  ].join("\n");
}

/** @type {(panel: Panel, x: number, y: number) => string} */
function renderPanel({ title, bars, full, mark }, x, y) {
  const left = x + LABEL;
  const lines = bars.map((bar, n) => renderBar(bar, full, x, y + TITLE + n * ROW));
  const at = round(left + ((mark ?? 0) / full) * TRACK);
  const height = TITLE + bars.length * ROW;
  const line = `<line class="mark" x1="${at}" x2="${at}" y1="${y + TITLE - 4}" y2="${y + height - 4}"/>`;
  return [
    `<text class="title" x="${x}" y="${y + 14}">${escape(title)}</text>`,
    ...lines,
    ...(mark === undefined ? [] : [line]),
  ].join("\n");
}

/** @type {(bar: Bar, full: number, x: number, y: number) => string} */
function renderBar({ label, value, text, kind }, full, x, y) {
  const left = x + LABEL;
  const width = value === undefined ? 0 : round(Math.max(1, Math.min(1, value / full) * TRACK));
  const strong = kind === "ours" ? " strong" : "";
  const fill = `<rect class="${kind}" x="${left}" y="${y}" width="${width}" height="${BAR}" rx="2"/>`;
  return [
    `<text class="end${strong}" x="${left - 6}" y="${y + 10}">${escape(label)}</text>`,
    `<rect class="track" x="${left}" y="${y}" width="${round(TRACK)}" height="${BAR}" rx="2"/>`,
    ...(value === undefined ? [] : [fill]),
    `<text class="note${strong}" x="${round(left + TRACK + 6)}" y="${y + 10}">${escape(text)}</text>`,
  ].join("");
}

/** @type {(number: number) => number} */
const round = (number) => Math.round(number * 10) / 10;

/** @type {(text: string) => string} */
const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
