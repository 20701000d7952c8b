// A checker for Stryker that lets a seeded sample of the mutants pass. The others are not run, and do not count.
import { createHash } from "node:crypto";

/**
 * @typedef {object} Mutant what Stryker tells of one
 * @property {string} id
 * @property {string} fileName
 * @property {{ start: { line: number, column: number }, end: { line: number, column: number } }} location
 * @property {string} mutatorName
 * @property {string} replacement
 */

const { MUTATE_SEED: seed = "1", MUTATE_COUNT: count = "400" } = process.env;

/**
 * Where the seed puts a mutant in the order in which they are drawn: the same on every machine.
 *
 * @param {Mutant} mutant
 */
function rank({ fileName, location: { start, end }, mutatorName, replacement }) {
  const file = fileName.replace(/^.*\/packages\//, "packages/");
  const facts = [seed, file, start.line, start.column, end.line, end.column, mutatorName, replacement];
  return createHash("sha256").update(facts.join("\0")).digest("hex");
}

function createSample() {
  /** @type {Set<string>} */
  const drawn = new Set();
  return {
    init: () => Promise.resolve(),
    /** Is asked once, of all mutants: here the sample is drawn. @param {Mutant[]} mutants */
    group(mutants) {
      const ranked = mutants.map((mutant) => ({ id: mutant.id, rank: rank(mutant) }));
      ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1));
      for (const { id } of ranked.slice(0, Number(count))) drawn.add(id);
      return Promise.resolve([mutants.map(({ id }) => id)]);
    },
    /** @param {Mutant[]} mutants */
    check(mutants) {
      const passed = { status: "passed" };
      const left = { status: "compileError", reason: "not in the sample" };
      return Promise.resolve(Object.fromEntries(mutants.map(({ id }) => [id, drawn.has(id) ? passed : left])));
    },
  };
}

export const strykerPlugins = [{ kind: "Checker", name: "sample", factory: createSample }];
