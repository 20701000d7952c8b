// What a run of Stryker found, as Markdown.

/** What a mutant came to, in Stryker's words; what is not here was not run. */
const KILLED = ["Killed", "Timeout"];
const ALIVE = ["Survived", "NoCoverage"];

/**
 * @param {any} report Stryker's JSON report (mutation-testing-report-schema)
 * @param {{ seed: string }} options
 * @returns {string} Markdown: the share of killed mutants by folder, and each survivor as a diff
 */
export function renderReport({ files }, { seed }) {
  /** @type {Map<string, { killed: number, alive: number }>} */
  const folders = new Map();
  const survivors = [];
  for (const [file, { source, mutants }] of Object.entries(files)) {
    const folder = file.replace(/^.*\/src\//, "").replace(/\/[^/]*$/, "");
    const counts = folders.get(folder) ?? { killed: 0, alive: 0 };
    for (const mutant of mutants) {
      if (KILLED.includes(mutant.status)) counts.killed++;
      if (!ALIVE.includes(mutant.status)) continue;
      counts.alive++;
      survivors.push(renderSurvivor(file, source, mutant));
    }
    if (counts.killed + counts.alive > 0) folders.set(folder, counts);
  }
  const all = [...folders.values()];
  const total = { killed: sum(all.map(({ killed }) => killed)), alive: sum(all.map(({ alive }) => alive)) };
  return [
    `# Mutants, seed ${seed}`,
    "",
    "| Folder | Killed | Alive | Share |",
    "| --- | ---: | ---: | ---: |",
    ...[...folders].sort(([a], [b]) => a.localeCompare(b)).map(renderRow),
    renderRow(["**all**", total]),
    "",
    "## Alive",
    "",
    ...survivors,
  ].join("\n");
}

/** @param {[string, { killed: number, alive: number }]} row */
function renderRow([name, { killed, alive }]) {
  return `| ${name} | ${killed} | ${alive} | ${((100 * killed) / (killed + alive)).toFixed(1)} % |`;
}

/** @param {string} file @param {string} source @param {any} mutant */
function renderSurvivor(file, source, { location: { start, end }, mutatorName, replacement, status }) {
  const lines = source.split("\n");
  const before = lines.slice(start.line - 1, end.line);
  const head = (before[0] ?? "").slice(0, start.column - 1);
  const tail = (before.at(-1) ?? "").slice(end.column - 1);
  const after = `${head}${replacement}${tail}`.split("\n");
  return [
    `### ${file}:${start.line} (${mutatorName}${status === "NoCoverage" ? ", no test runs it" : ""})`,
    "",
    "```diff",
    ...before.map((line) => `-${line}`),
    ...after.map((line) => `+${line}`),
    "```",
    "",
  ].join("\n");
}

/** @param {number[]} numbers */
function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
