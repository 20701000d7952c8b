// Makes the published files of packages/core out of what tsc wrote: modules joined to few files, as a cold process starts
// some 35 ms sooner than with a file per module (bench/README.md). Bundlers still drop what is not used.
//
//   bundle/index.js         the public names; beside it their declarations
//   bundle/<platform>/      the start, and what only this platform has
//   bundle/parts/           what is loaded on first use, the same on every platform
//
// The parts find the start, and what else is their platform's, by the condition of `#platform/*` in package.json.
import { build } from "esbuild";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { rolldown } from "rolldown";
import { joinDeclarations } from "./declarations.mjs";
import { readManifest, ROOT } from "./packages.mjs";

const core = `${ROOT}packages/core`;
const entry = `${core}/dist/index.js`;

/** The platforms, and the conditions of package.json that stand for them. */
const PLATFORMS = { node: ["node"], web: ["browser"] };

/** What is loaded as one file: these modules with all that they reach without `import()` and that no part before has. */
const PARTS = {
  start: ["dist/index.js"],
  "fitted-request": ["dist/bedrock/converse/fitted-request.js"],
  // Few lines each, which would be a file to load each.
  "media-parts": ["dist/media/complete.js", "dist/media/image-size.js", "dist/media/read-image.js"],
  task: ["dist/tasks/task.js", "dist/bedrock/invoke/invoke-json.js", "dist/bedrock/invoke/usage.js"],
};

const RUNTIME = "rolldown-runtime.js";

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
  /** @type {Map<string, string>} */
  const parts = new Map();
  for (const [part, entries] of Object.entries(PARTS)) {
    const reached = new Set(entries);
    for (const path of reached) {
      if (!parts.has(path)) parts.set(path, part);
      for (const { path: imported, kind, external } of metafile.inputs[path]?.imports ?? []) {
        if (kind === "import-statement" && external !== true) reached.add(imported);
      }
    }
  }
  // A file each, so that what imports them is the same on every platform.
  for (const [specifier, targets] of Object.entries(readManifest("packages/core").imports ?? {})) {
    const path = (conditions.includes("node") ? targets.node : targets.default).replace("./", "");
    if (!parts.has(path)) parts.set(path, specifier.slice(1));
  }
  return parts;
}

/**
 * Joins the modules for one platform.
 *
 * @param {string[]} conditions
 * @returns {Promise<Map<string, string>>} code by file name, such as `start.js`
 */
async function join(conditions) {
  const parts = await findParts(conditions);
  const bundle = await rolldown({
    input: { index: entry },
    platform: "neutral",
    external: /^node:/,
    resolve: { conditionNames: conditions },
  });
  const { output } = await bundle.generate({
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "[name].js",
    // Else the same file would call them by other names on each platform.
    minifyInternalExports: false,
    // Else whatever parts share would be files of their own, and each file costs a cold process some 0.4 ms.
    codeSplitting: {
      groups: [...new Set(parts.values())].map((name) => ({
        name,
        test: (/** @type {string} */ id) => parts.get(id.slice(core.length + 1)) === name,
      })),
    },
    // The names of functions and classes stay for stack traces. What comments say stands in the declarations.
    minify: {
      compress: true,
      mangle: { toplevel: false, keepNames: { function: true, class: true } },
      codegen: { removeWhitespace: true },
    },
    comments: { annotation: true, jsdoc: false, legal: true },
  });
  await bundle.close();
  return new Map(output.map((file) => [file.fileName, file.type === "chunk" ? readCode(file) : ""]));
}

/**
 * The code of a file. Calls are marked as pure where one platform's function is and the other's is not, which would make two
 * files of one; what is loaded on first use is not shaken anyway.
 *
 * @param {{ fileName: string, code: string }} file
 */
function readCode({ fileName, code }) {
  // In a line of its own, so that linters of packages see what kind of module it is.
  if (fileName === "start.js") return code.replace(/(?<=\})export\{(?=[^{}]*\};?\s*$)/, "\nexport{");
  return code.replaceAll("/* @__PURE__ */ ", "");
}

/**
 * Rolldown's few lines of its own, put into the files that import them, as they would be one more file to load.
 *
 * @param {Map<string, string>} files
 */
function inlineRuntime(files) {
  const [, code] = /^(.*)export\{__exportAll\};\s*$/s.exec(files.get(RUNTIME) ?? "") ?? [];
  files.delete(RUNTIME);
  for (const [name, text] of files) {
    const inlined = text.replace(`import{__exportAll}from"./${RUNTIME}";`, () => code ?? `"./${RUNTIME}"`);
    if (inlined.includes(RUNTIME)) throw new Error(`${name} has the runtime of rolldown in a new way: adapt this.`);
    files.set(name, inlined);
  }
}

/**
 * What stands between the quotes of each import, turned into another.
 *
 * @param {string} code
 * @param {(name: string) => string} find from a file's name to the specifier
 */
function renameImports(code, find) {
  return code.replace(/\b(from|import\(?)["`]\.\/([\w-]+\.js)["`]/g, (_, before, name) => `${before}"${find(name)}"`);
}

/**
 * The files as they are published, by their paths under `bundle/`: what is the same on every platform stands there once.
 *
 * @param {Record<string, Map<string, string>>} byPlatform
 * @returns {Map<string, string>}
 */
function publish(byPlatform) {
  const all = Object.values(byPlatform);
  const isShared = (/** @type {string} */ name) => new Set(all.map((files) => files.get(name))).size === 1;
  const published = new Map();
  for (const [platform, files] of Object.entries(byPlatform)) {
    for (const [name, code] of files) {
      const isIndex = name === "index.js";
      const isOwn = !isShared(name);
      if (isIndex && isOwn) throw new Error("The public names differ between platforms.");
      const parts = isIndex ? "./parts" : isOwn ? "../parts" : ".";
      const own = (/** @type {string} */ other) => (isOwn ? `./${other}` : `#platform/${other.replace(/\.js$/, "")}`);
      const find = (/** @type {string} */ other) => (isShared(other) ? `${parts}/${other}` : own(other));
      published.set(isIndex ? name : `${isOwn ? platform : "parts"}/${name}`, renameImports(code, find));
    }
  }
  return published;
}

/** @type {Record<string, Map<string, string>>} */
const byPlatform = {};
for (const [platform, conditions] of Object.entries(PLATFORMS)) {
  const files = await join(conditions);
  inlineRuntime(files);
  byPlatform[platform] = files;
}
const published = publish(byPlatform);
const folder = `${core}/bundle`;
for (const [path, code] of published) {
  mkdirSync(dirname(`${folder}/${path}`), { recursive: true });
  writeFileSync(`${folder}/${path}`, code);
}
// Only now, so that a process that runs from the files of the build before still finds what it loads later.
for (const path of readdirSync(folder, { recursive: true })) {
  if (typeof path === "string" && path.endsWith(".js") && !published.has(path)) rmSync(`${folder}/${path}`);
}
await joinDeclarations();
