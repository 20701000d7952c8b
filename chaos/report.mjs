/**
 * What a run came to.
 *
 * @typedef {object} Report
 * @property {number} seed
 * @property {number} calls
 * @property {number} seconds
 * @property {Record<string, Record<string, number>>} kinds of calls, and how many ended how
 * @property {Record<string, { struck: number, survived: number, told: number }>} faults how often each struck, and how many of
 *   the calls that it struck ended in the right answer, or in a typed error
 * @property {number[]} heapMb in use after each round
 * @property {number} retries
 * @property {{ call: number | undefined, what: string }[]} violations
 */

/**
 * @param {Report} report
 * @returns {string}
 */
export function renderReport(report) {
  const { seed, calls, seconds, kinds, faults, heapMb, retries, violations } = report;
  const lines = [`seed ${seed}: ${calls} calls in ${seconds.toFixed(0)} s, ${retries} requests sent again`, ""];
  for (const [kind, endings] of sortByName(kinds)) {
    const list = Object.entries(endings).sort(([, one], [, other]) => other - one);
    lines.push(`${kind.padEnd(14)}${list.map(([ending, count]) => `${ending} ${count}`).join(", ")}`);
  }
  lines.push("", `${"fault".padEnd(44)}struck   right answer   typed error`);
  for (const [fault, { struck, survived, told }] of sortByName(faults)) {
    lines.push(`${fault.padEnd(44)}${pad(struck, 6)}${pad(survived, 15)}${pad(told, 14)}`);
  }
  if (heapMb.length > 0) lines.push("", `heap after each round: ${heapMb.map((mb) => mb.toFixed(1)).join(" ")} MB`);
  lines.push("", violations.length === 0 ? "No violation." : `${violations.length} violations:`);
  for (const { call, what } of violations.slice(0, 50)) {
    lines.push(call === undefined ? `- ${what}` : `- call ${call}: ${what}`);
    if (call !== undefined) lines.push(`  again: npm run chaos -- --seed ${seed} --only ${call}`);
  }
  return `${lines.join("\n")}\n`;
}

/**
 * @template T
 * @param {Record<string, T>} entries
 * @returns {[string, T][]}
 */
function sortByName(entries) {
  return Object.entries(entries).sort(([one], [other]) => one.localeCompare(other));
}

function pad(value, width) {
  return String(value).padStart(width);
}
