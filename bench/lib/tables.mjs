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
    return [labels[id] ?? id, formatUs(wallUs), formatUs(cpuUs), ...shares.map((share) => share.toFixed(2))];
  });
  const head = [title, "time", "CPU", "share of floor", "share, CPU", "times ours", "times ours, CPU"];
  return table(head, rows);
}

/** @param {number} us */
export function formatUs(us) {
  if (us < 10) return `${us.toFixed(2)} µs`;
  if (us < 1000) return `${us.toFixed(0)} µs`;
  return `${(us / 1000).toFixed(us < 10_000 ? 2 : 1)} ms`;
}

/** @param {number} bytes */
export function formatKb(bytes) {
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/**
 * A goal and whether it is met.
 *
 * @typedef {object} Goal
 * @property {string} what
 * @property {string} limit
 * @property {string} value
 * @property {boolean} passed
 */

/**
 * @param {string} what
 * @param {number} value
 * @param {number} limit
 * @param {(value: number) => string} [format]
 * @returns {Goal} reached when the value is at least the limit
 */
export function atLeast(what, value, limit, format = (number) => `${number.toFixed(2)}×`) {
  return { what, value: format(value), limit: `≥ ${format(limit)}`, passed: value >= limit };
}

/**
 * @param {string} what
 * @param {number} value
 * @param {number} limit
 * @param {(value: number) => string} format
 * @returns {Goal} reached when the value is at most the limit
 */
export function atMost(what, value, limit, format) {
  return { what, value: format(value), limit: `≤ ${format(limit)}`, passed: value <= limit };
}
