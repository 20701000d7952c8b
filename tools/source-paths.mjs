// Tests, documentation snippets and the layer rules look at the sources; package names and package `imports` point at `dist`.
import { PACKAGES, readManifest, ROOT } from "./packages.mjs";

/**
 * The source file behind each public import (`@node-llm/core/sigv4`) and each package import (`#bytes`).
 *
 * @param {"node" | "default"} condition which target of a package import to take
 * @returns {Record<string, string>} absolute paths of `.ts` files
 */
export function sourcePaths(condition) {
  /** @type {Record<string, string>} */
  const paths = {};
  for (const folder of PACKAGES) {
    const { name, exports, imports = {} } = readManifest(folder);
    const source = (/** @type {string} */ built) =>
      `${ROOT}${folder}/${built.replace(/^\.\/(dist|bundle)\//, "src/").replace(/\.(d\.ts|js)$/, ".ts")}`;
    for (const [subpath, target] of Object.entries(exports)) {
      if (typeof target !== "string") paths[name + subpath.slice(1)] = source(target.types);
    }
    for (const [specifier, targets] of Object.entries(imports)) {
      // What stands in no `dist` is for published files only.
      if (targets[condition].startsWith("./dist/")) paths[specifier] = source(targets[condition]);
    }
  }
  return paths;
}
