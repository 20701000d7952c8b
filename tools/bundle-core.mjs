// Makes the published files of packages/core: one module for Node and one for everywhere else, and beside each what it
// loads on first use. A cold process starts some 35 ms sooner than with a file per module (bench/README.md), and bundlers
// still drop what is not used.
import { build } from "esbuild";
import { readdirSync, rmSync } from "node:fs";
import { rolldown } from "rolldown";
import { ROOT } from "./packages.mjs";

const core = `${ROOT}packages/core`;
const entry = `${core}/dist/index.js`;

/** @type {readonly [name: string, conditions: string[]][]} */
const TARGETS = [
  ["node", ["node"]],
  ["web", ["browser"]],
];

/**
 * The modules that are loaded at the start: those that the entry reaches without `import()`.
 *
 * @param {string[]} conditions
 */
async function findStart(conditions) {
  const { metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    platform: "neutral",
    conditions,
    external: ["node:*"],
    metafile: true,
    write: false,
    absWorkingDir: core,
  });
  const start = new Set(["dist/index.js"]);
  for (const path of start) {
    for (const { path: imported, kind, external } of metafile.inputs[path]?.imports ?? []) {
      if (kind === "import-statement" && external !== true) start.add(imported);
    }
  }
  return start;
}

for (const [name, conditions] of TARGETS) {
  const start = await findStart(conditions);
  const bundle = await rolldown({
    input: { [name]: entry },
    platform: "neutral",
    external: /^node:/,
    resolve: { conditionNames: conditions },
  });
  const { output } = await bundle.write({
    dir: `${core}/bundle`,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: `${name}/[name].js`,
    // They stand in the declarations.
    comments: { annotation: true, jsdoc: false, legal: true },
    // Else whatever something loaded later shares with the start would be a file of its own, to be read at the start.
    codeSplitting: { groups: [{ name: "start", test: (id) => start.has(id.slice(core.length + 1)) }] },
  });
  await bundle.close();
  // Only now, so that a process that runs from the files of the build before still finds what it loads later.
  const written = output.map(({ fileName }) => fileName);
  for (const file of readdirSync(`${core}/bundle/${name}`)) {
    if (!written.includes(`${name}/${file}`)) rmSync(`${core}/bundle/${name}/${file}`);
  }
}
