// Figures as Markdown.

/** @typedef {import("./workers.mjs").Figures} Figures */

/**
 * @param {string[]} head
 * @param {string[][]} rows
 */
export function table(head, rows) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? "---" : "--:"))), ...rows.map(line)].join("\n");
}

/**
 * One case of a race: each contestant's time and CPU time, as shares of the floor, and how many times ours it takes.
 *
 * @param {string} title
 * @param {Record<string, Figures>} figures `floor` and `ours` among them
 * @param {Readonly<Record<string, string>>} labels
 */
export function raceTable(title, figures, labels) {
  const rows = Object.entries(figures).map(([id, { wallUs, cpuUs }]) => {
    const { floor = { wallUs, cpuUs }, ours = floor } = figures;
    const shares = [floor.wallUs / wallUs, floor.cpuUs / cpuUs, wallUs / ours.wallUs, cpuUs / ours.cpuUs];
    return [labels[id] ?? id, formatUs(wallUs), formatUs(cpuUs), ...shares.map(formatShare)];
  });
  const head = [title, "time", "CPU", "share of floor", "share, CPU", "times ours", "times ours, CPU"];
  return table(head, rows);
}

/** @type {(share: number) => string} "" when it was not measured */
const formatShare = (share) => (Number.isNaN(share) ? "" : share.toFixed(2));

/**
 * @param {Record<string, Figures> | undefined} figures `floor` among them
 * @param {keyof Figures} [of]
 * @returns {Record<string, number>} of each contestant: how many times it the floor takes; 1 is as fast as the floor
 */
export function sharesOf(figures = {}, of = "wallUs") {
  const floor = figures["floor"]?.[of] ?? NaN;
  return Object.fromEntries(Object.entries(figures).map(([id, each]) => [id, floor / each[of]]));
}

/**
 * @param {Record<string, Figures> | undefined} figures
 * @returns {Record<string, string>} times, as cells of the table of all
 */
export function timesOf(figures = {}) {
  return Object.fromEntries(Object.entries(figures).map(([id, { wallUs }]) => [id, formatUs(wallUs)]));
}

/** @param {number} us microseconds */
export function formatUs(us) {
  if (Number.isNaN(us)) return "";
  if (us < 10) return `${us.toFixed(2)} µs`;
  if (us < 1000) return `${us.toFixed(0)} µs`;
  return `${(us / 1000).toFixed(us < 10_000 ? 2 : 1)} ms`;
}

/** @param {number} ms */
export function formatMs(ms) {
  return `${ms.toFixed(ms < 100 ? 1 : 0)} ms`;
}

/** @param {number} bytes */
export function formatKb(bytes) {
  return Math.abs(bytes) < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** @param {number} number */
export function formatTimes(number) {
  return `${number.toFixed(2)}×`;
}
