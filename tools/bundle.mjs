// Bundles a piece of user code against the built packages, as a user's bundler would.
import { build } from "esbuild";
import { gzipSync } from "node:zlib";
import { ROOT } from "./packages.mjs";

/** @param {{ contents: Uint8Array }[]} files each of which is loaded, and compressed, by itself */
const gzipBytes = (files) => files.reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0);

/**
 * @param {string} code an ES module
 * @param {string[]} conditions package.json conditions of the platform, such as `["browser"]`
 * @param {string[]} used files that the program loads beside its start, by their names without `.js`
 * @returns {Promise<{ usedBytes: number, allBytes: number, externals: string[], modules: { path: string, bytes: number }[] }>}
 *   the size after minify and gzip, of what the program loads and with all that it could load; what the bundle still
 *   imports (`node:` modules); and the files that it loads, the largest first
 */
export async function bundle(code, conditions, used = []) {
  const { metafile, outputFiles } = await build({
    stdin: { contents: code, resolveDir: ROOT },
    bundle: true,
    splitting: true,
    outdir: `${ROOT}bundle`,
    minify: true,
    format: "esm",
    platform: "neutral",
    target: "es2023",
    conditions,
    external: ["node:*"],
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  const { outputs } = metafile;
  const isUsed = (/** @type {string | undefined} */ source = "") =>
    source === "<stdin>" || used.some((name) => source.endsWith(`/${name}.js`));
  const loaded = new Set(Object.keys(outputs).filter((path) => isUsed(outputs[path]?.entryPoint)));
  for (const path of loaded) {
    for (const { path: imported, kind, external } of outputs[path]?.imports ?? []) {
      if (kind === "import-statement" && external !== true) loaded.add(imported);
    }
  }
  const isLoaded = (/** @type {string} */ path) => [...loaded].some((name) => path.endsWith(name));
  return {
    usedBytes: gzipBytes(outputFiles.filter(({ path }) => isLoaded(path))),
    allBytes: gzipSync(Buffer.concat(outputFiles.map(({ contents }) => contents)), { level: 9 }).length,
    externals: Object.values(outputs)
      .flatMap(({ imports }) => imports)
      .filter(({ external }) => external === true)
      .map(({ path }) => path),
    modules: [...loaded]
      .flatMap((path) => Object.entries(outputs[path]?.inputs ?? {}))
      .map(([path, { bytesInOutput }]) => ({ path, bytes: bytesInOutput }))
      .sort((a, b) => b.bytes - a.bytes),
  };
}
