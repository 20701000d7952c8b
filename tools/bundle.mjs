// Bundles a piece of user code against the built packages, as a user's bundler would.
import { build } from "esbuild";
import { gzipSync } from "node:zlib";
import { ROOT } from "./packages.mjs";

/** @param {Uint8Array[]} files */
const gzipBytes = (files) => gzipSync(Buffer.concat(files), { level: 9 }).length;

/**
 * @param {string} code an ES module
 * @param {string[]} conditions package.json conditions of the platform, such as `["browser"]`
 * @returns {Promise<{ startBytes: number, allBytes: number, externals: string[], modules: { path: string, bytes: number }[] }>}
 *   the size after minify and gzip, of what is loaded at the start and with what is loaded on first use; what the bundle
 *   still imports (`node:` modules); and the files that are loaded at the start, the largest first
 */
export async function bundle(code, conditions) {
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
  const entry = Object.keys(outputs).find((path) => outputs[path]?.entryPoint === "<stdin>");
  const atStart = new Set(entry === undefined ? [] : [entry]);
  for (const path of atStart) {
    for (const { path: imported, kind, external } of outputs[path]?.imports ?? []) {
      if (kind === "import-statement" && external !== true) atStart.add(imported);
    }
  }
  const isAtStart = (/** @type {string} */ path) => [...atStart].some((name) => path.endsWith(name));
  return {
    startBytes: gzipBytes(outputFiles.filter(({ path }) => isAtStart(path)).map(({ contents }) => contents)),
    allBytes: gzipBytes(outputFiles.map(({ contents }) => contents)),
    externals: Object.values(outputs)
      .flatMap(({ imports }) => imports)
      .filter(({ external }) => external === true)
      .map(({ path }) => path),
    modules: [...atStart]
      .flatMap((path) => Object.entries(outputs[path]?.inputs ?? {}))
      .map(([path, { bytesInOutput }]) => ({ path, bytes: bytesInOutput }))
      .sort((a, b) => b.bytes - a.bytes),
  };
}
