// Finds the repository's Markdown files.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./packages.mjs";

const SKIPPED = new Set(["node_modules", "dist", "coverage", "etc"]);

/**
 * @param {string} [folder] relative to the root
 * @returns {string[]} paths of `*.md` files relative to the root, sorted; generated files and folders named `.…` left out
 */
export function markdownFiles(folder = ".") {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return SKIPPED.has(entry.name) || entry.name.startsWith(".") ? [] : markdownFiles(path);
      return entry.name.endsWith(".md") ? [path] : [];
    })
    .sort();
}
