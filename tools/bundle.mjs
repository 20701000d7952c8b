// Bundles a piece of user code against the built packages, as a user's bundler would.
import { build } from "esbuild";
import { gzipSync } from "node:zlib";
import { ROOT } from "./packages.mjs";

/**
 * @param {string} code an ES module
 * @param {string[]} conditions package.json conditions of the platform, such as `["browser"]`
 * @returns {Promise<{ gzipBytes: number, externals: string[], modules: { path: string, bytes: number }[] }>} the size after
 *   minify and gzip, what the bundle still imports (`node:` modules), and the files it is made of, the largest first
 */
export async function bundle(code, conditions) {
  const result = await build({
    stdin: { contents: code, resolveDir: ROOT },
    bundle: true,
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
  const [output] = Object.values(result.metafile.outputs);
  return {
    gzipBytes: gzipSync(result.outputFiles[0]?.contents ?? "", { level: 9 }).length,
    externals: (output?.imports ?? []).filter((each) => each.external === true).map((each) => each.path),
    modules: Object.entries(output?.inputs ?? {})
      .map(([path, { bytesInOutput }]) => ({ path, bytes: bytesInOutput }))
      .sort((a, b) => b.bytes - a.bytes),
  };
}
