/** @typedef {import("./types.ts").Report} Report */

/** So many violations are told, and so many of the rounds' heaps. */
const MAX_VIOLATIONS = 50;
const MAX_HEAPS = 20;

/**
 * As text, for a terminal.
 *
 * @param {Report} report
 * @returns {string}
 */
export function renderReport(report) {
  const { kinds, faults, heapMb } = report;
  const lines = [renderHead(report), renderSum(report), ""];
  for (const [kind, endings] of sortByName(kinds)) lines.push(`${kind.padEnd(15)}${renderEndings(endings)}`);
  lines.push("", `${"fault".padEnd(58)}struck   right answer   typed error`);
  for (const [fault, { struck, survived, told }] of sortByName(faults)) {
    const ends = isOfConnection(fault) ? "              –             –" : `${pad(survived, 15)}${pad(told, 14)}`;
    lines.push(`${fault.padEnd(58)}${pad(struck, 6)}${ends}`);
  }
  if (heapMb.length > 0) lines.push("", renderHeap(heapMb));
  return `${[...lines, "", ...renderViolations(report)].join("\n")}\n`;
}

/**
 * As Markdown, to be kept.
 *
 * @param {Report} report
 * @param {string} machine what it ran on
 * @returns {string}
 */
export function renderMarkdown(report, machine) {
  const { seed, kinds, faults, heapMb } = report;
  const endings = sortByName(kinds).map(([kind, ends]) => `| ${kind} | ${sum(ends)} | ${renderEndings(ends)} |`);
  const struck = sortByName(faults).map(([fault, { struck: times, survived, told }]) =>
    isOfConnection(fault) ? `| \`${fault}\` | ${times} | | |` : `| \`${fault}\` | ${times} | ${survived} | ${told} |`,
  );
  return `${[
    `# Chaos, seed ${seed}`,
    "",
    `${renderHead(report)} (${machine}). ${renderSum(report)}`,
    "",
    ...renderViolations(report),
    "",
    "## How calls ended",
    "",
    "| Calls | Number | Endings |",
    "| --- | ---: | --- |",
    ...endings,
    "",
    "## What struck",
    "",
    "Times that each fault struck, and how many of the calls that it struck ended in the right answer, or in a typed error. A",
    "connection that is struck as it opens belongs to no call.",
    "",
    "| Fault | Struck | Right answer | Typed error |",
    "| --- | ---: | ---: | ---: |",
    ...struck,
    "",
    heapMb.length > 0 ? renderHeap(heapMb) : "The heap was not measured.",
  ].join("\n")}\n`;
}

/** @param {Report} report */
function renderHead({ seed, calls, seconds, retries, slow }) {
  const busy = slow > 0 ? `, ${slow} timeouts of a busy machine` : "";
  return `seed ${seed}: ${calls} calls in ${seconds.toFixed(0)} s, ${retries} requests sent again${busy}`;
}

/**
 * The figures of a run in one sentence.
 *
 * @param {Report} report
 */
function renderSum({ kinds, faults }) {
  const ends = Object.values(kinds);
  const all = ends.reduce((total, counts) => total + sum(counts), 0);
  const right = ends.reduce((total, counts) => total + (counts["right answer"] ?? 0), 0);
  const struck = Object.values(faults).reduce((total, fault) => total + fault.struck, 0);
  const kindsOfFaults = Object.keys(faults).length;
  return `${struck} faults of ${kindsOfFaults} kinds struck; ${right} calls ended in the right answer, ${all - right} in a typed error.`;
}

/** @param {Report} report */
function renderViolations({ seed, violations }) {
  if (violations.length === 0) return ["No violation."];
  const lines = [`${violations.length} violations:`, ""];
  for (const { call, what } of violations.slice(0, MAX_VIOLATIONS)) {
    lines.push(call === undefined ? `- ${what}` : `- call ${call}: ${what}`);
    if (call !== undefined) lines.push(`  again: npm run chaos -- --seed ${seed} --only ${call}`);
  }
  return lines;
}

/** @param {Record<string, number>} endings */
function renderEndings(endings) {
  const list = Object.entries(endings).sort(([, one], [, other]) => other - one);
  return list.map(([ending, count]) => `${ending} ${count}`).join(", ");
}

/** @param {readonly number[]} heapMb */
function renderHeap(heapMb) {
  const every = Math.ceil(heapMb.length / MAX_HEAPS);
  const shown = heapMb.filter((_, at) => at % every === 0 || at === heapMb.length - 1);
  return `Heap in use after rounds: ${shown.map((mb) => mb.toFixed(1)).join(" ")} MB`;
}

/** @param {string} fault */
function isOfConnection(fault) {
  return fault.endsWith("@connect");
}

/** @param {Record<string, number>} counts */
function sum(counts) {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

/**
 * @template T
 * @param {Record<string, T>} entries
 * @returns {[string, T][]}
 */
function sortByName(entries) {
  return Object.entries(entries).sort(([one], [other]) => one.localeCompare(other));
}

/**
 * @param {number} value
 * @param {number} width
 */
function pad(value, width) {
  return String(value).padStart(width);
}
