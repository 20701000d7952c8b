// Writes price-table.ts and limit-table.ts in packages/core/src/bedrock: what is known of models. The reference holds what
// two sources say; a figure counts as known only where they agree.
//
//   node tools/models.mjs [path of models.json]
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Where the reference lies beside a checkout. */
export const REFERENCE = new URL("../../shared/reference/models.json", import.meta.url);
/** The modules that are written, by the name of their table. Two, as only prices are needed for an answer. */
export const TABLES = {
  PRICES: new URL("../packages/core/src/bedrock/price-table.ts", import.meta.url),
  LIMITS: new URL("../packages/core/src/bedrock/limit-table.ts", import.meta.url),
};

const PROFILE = /^(us-gov|us|eu|apac|jp|au|ca|in|global)\./;
/** What a model may read; the table holds their first letters. */
const MODALITIES = ["text", "image", "pdf", "video", "audio"];
/** Models whose limits in the reference contradict AWS's own page on them. */
const DOUBTED = new Set(["amazon.nova-2-lite-v1:0"]);

/**
 * @typedef {object} ModelEntry
 * @property {string} id
 * @property {string[]} input
 * @property {string[]} output
 * @property {number} [contextTokens]
 * @property {number} [maxOutputTokens]
 * @property {{ input?: number, output?: number, cache_read?: number, cache_write?: number }} [usdPerMillion]
 */

/** @typedef {{ contains?: string, equals?: string, starts_with?: string, or?: Match[] }} Match */

/**
 * @typedef {object} PriceEntry
 * @property {Match} match
 * @property {object} prices an object, or a list of them by date
 */

/** @typedef {{ models: ModelEntry[], prices: PriceEntry[] }} Reference */

/** @param {Match} match @param {string} id @returns {boolean} */
function fits({ contains, equals, starts_with: start, or }, id) {
  if (or) return or.some((each) => fits(each, id));
  if (contains !== undefined) return id.includes(contains);
  return equals === undefined ? start !== undefined && id.startsWith(start) : id === equals;
}

/** @param {string} id @returns {string} */
const bare = (id) => id.replace(PROFILE, "");

/** @param {unknown} price @returns {number | undefined} without the dust of binary fractions */
const round = (price) => (typeof price === "number" ? Math.round(price * 1e6) / 1e6 : undefined);

/**
 * The lines of the price table: `id input output [cache read [cache write]]`, in US dollars per million tokens.
 *
 * @param {Reference} reference
 * @returns {string[]}
 */
function renderPrices({ models, prices }) {
  const byId = new Map(models.map((model) => [model.id, model.usdPerMillion]));
  const ids = new Set(models.flatMap(({ id }) => [id, `us.${bare(id)}`]));
  const lines = [];
  for (const id of [...ids].sort()) {
    // A profile of the United States costs what the model does, unless it is listed for itself.
    const one = byId.get(id) ?? (id.startsWith("us.") ? byId.get(bare(id)) : undefined);
    const found = prices.filter(({ match }) => fits(match, id));
    // A price that changes on a date is none that a table can hold.
    if (!one || found.length !== 1 || !found[0] || Array.isArray(found[0].prices)) continue;
    const two = new Map(Object.entries(found[0].prices));
    const pairs = [
      [one.input, two.get("input_mtok")],
      [one.output, two.get("output_mtok")],
      [one.cache_read, two.get("cache_read_mtok")],
      [one.cache_write, two.get("cache_write_mtok")],
    ];
    const agreed = pairs.map(([a, b]) => (round(a) === round(b) ? round(a) : undefined));
    if (agreed[0] === undefined || agreed[1] === undefined) continue;
    const last = agreed.indexOf(undefined);
    lines.push([id, ...agreed.slice(0, last < 0 ? 4 : last)].join(" "));
  }
  return lines;
}

/**
 * The lines of the limit table: `id context output input`, sizes in tokens (0: not known), input as letters.
 *
 * @param {Reference} reference
 * @returns {string[]}
 */
function renderLimits({ models }) {
  /** @type {Map<string, ModelEntry[]>} */
  const groups = new Map();
  for (const model of models) groups.set(bare(model.id), [...(groups.get(bare(model.id)) ?? []), model]);
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, group]) => {
      /** @param {(model: ModelEntry) => string | number | undefined} read */
      const agreed = (read) => {
        const values = new Set(group.map(read));
        return values.size === 1 && !DOUBTED.has(id) ? [...values][0] : 0;
      };
      const odd = group.find(({ output }) => output.join() !== "text");
      if (odd) throw new Error(`${odd.id} writes ${odd.output.join()}: the table knows only models that write text.`);
      const read = MODALITIES.filter((name) => group.every(({ input }) => input.includes(name)));
      return [
        id,
        agreed((model) => model.contextTokens),
        agreed((model) => model.maxOutputTokens),
        read.map((name) => name.charAt(0)).join(""),
      ].join(" ");
    });
}

/**
 * @param {string} text the reference, as JSON
 * @returns {Record<keyof typeof TABLES, string>} the modules
 */
export function renderTables(text) {
  /** @type {Reference} */
  const reference = JSON.parse(text);
  const render = (/** @type {string} */ name, /** @type {string} */ columns, /** @type {string[]} */ rows) =>
    `// Made by tools/models.mjs: do not edit.\n\n/** ${columns} */\nexport const ${name}: string = \`\n${rows.join("\n")}\n\`;\n`;
  return {
    PRICES: render(
      "PRICES",
      "`id input output [cache read [cache write]]` per line, in US dollars per million tokens.",
      renderPrices(reference),
    ),
    LIMITS: render(
      "LIMITS",
      "`id context output input` per line: tokens (0: not known), and text, image, pdf, video, audio as letters.",
      renderLimits(reference),
    ),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const path = process.argv[2] ?? fileURLToPath(REFERENCE);
  if (existsSync(path)) {
    const tables = renderTables(readFileSync(path, "utf8"));
    writeFileSync(TABLES.PRICES, tables.PRICES);
    writeFileSync(TABLES.LIMITS, tables.LIMITS);
  } else {
    console.error(`There is no ${path}: give the path of models.json.`);
    process.exitCode = 1;
  }
}
