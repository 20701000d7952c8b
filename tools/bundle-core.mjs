// Makes the published files of packages/core: one module for Node and one for everywhere else, and beside each what it
// loads on first use. A cold process starts some 35 ms sooner than with a file per module (bench/README.md), and bundlers
// still drop what is not used.
import { build } from "esbuild";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { rolldown } from "rolldown";
import { ROOT } from "./packages.mjs";

const core = `${ROOT}packages/core`;
const entry = `${core}/dist/index.js`;

/** @type {readonly [name: string, conditions: string[]][]} */
const TARGETS = [
  ["node", ["node"]],
  ["web", ["browser"]],
];

/** What is loaded as one file: these modules with all that they reach without `import()` and that no part before has. */
const PARTS = {
  start: "dist/index.js",
  "fitted-request": "dist/bedrock/converse/fitted-request.js",
};

/**
 * The parts that modules belong to, by their paths.
 *
 * @param {string[]} conditions
 */
async function findParts(conditions) {
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
  const parts = new Map();
  for (const [part, entry] of Object.entries(PARTS)) {
    const reached = new Set([entry]);
    for (const path of reached) {
      if (!parts.has(path)) parts.set(path, part);
      for (const { path: imported, kind, external } of metafile.inputs[path]?.imports ?? []) {
        if (kind === "import-statement" && external !== true) reached.add(imported);
      }
    }
  }
  return parts;
}

/**
 * Puts rolldown's few lines of its own into the files that import them, as they would be one more file to load.
 *
 * @param {string} name of the target
 * @param {string[]} files that were written
 * @returns {string[]} those that are left
 */
function inlineRuntime(name, files) {
  const runtime = `${name}/rolldown-runtime.js`;
  if (!files.includes(runtime)) return files;
  const [, code = ""] =
    /^(.*)export \{ __exportAll as t \};\s*$/s.exec(readFileSync(`${core}/bundle/${runtime}`, "utf8")) ?? [];
  if (!code) throw new Error(`${runtime} has other content than expected: look what rolldown writes there now.`);
  const rest = files.filter((file) => file !== runtime);
  for (const file of rest) {
    const text = readFileSync(`${core}/bundle/${file}`, "utf8");
    const inlined = text.replace(
      /^import \{ t as __exportAll \} from "\.\/(?:\w+\/)?rolldown-runtime\.js";\n/m,
      () => code,
    );
    if (inlined.includes("rolldown-runtime.js"))
      throw new Error(`${file} imports ${runtime} in a new way: adapt this.`);
    if (inlined !== text) writeFileSync(`${core}/bundle/${file}`, inlined);
  }
  return rest;
}

for (const [name, conditions] of TARGETS) {
  const parts = await findParts(conditions);
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
    // Else whatever parts share would be files of their own, and each file costs a cold process some 0.4 ms.
    codeSplitting: {
      groups: Object.keys(PARTS).map((part) => ({
        name: part,
        test: (id) => parts.get(id.slice(core.length + 1)) === part,
      })),
    },
  });
  await bundle.close();
  const written = inlineRuntime(
    name,
    output.map(({ fileName }) => fileName),
  );
  // Only now, so that a process that runs from the files of the build before still finds what it loads later.
  for (const file of readdirSync(`${core}/bundle/${name}`)) {
    if (!written.includes(`${name}/${file}`)) rmSync(`${core}/bundle/${name}/${file}`);
  }
}
