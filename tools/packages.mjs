// What the tools need to know of the published packages, read from their manifests.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The repository's root folder, with a slash at its end. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {Record<string, { types: string, node?: string, default: string } | string>} exports
 * @property {Record<string, { node: string, default: string }>} [imports]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, string>} [optionalDependencies]
 */

/** The published packages, as folders under the repository's root. */
export const PACKAGES = ["packages/core", "packages/bedrock-local"];

/**
 * @param {string} folder relative to the root
 * @returns {Manifest}
 */
export function readManifest(folder) {
  return JSON.parse(readFileSync(`${ROOT}${folder}/package.json`, "utf8"));
}

/**
 * The import paths that a package offers, such as `{ subpath: "./sigv4", types: "./dist/aws/sigv4.d.ts" }`: what tsc wrote,
 * also where one file of it is published.
 *
 * @param {string} folder relative to the root
 * @returns {{ subpath: string, types: string }[]}
 */
export function entryPoints(folder) {
  return Object.entries(readManifest(folder).exports).flatMap(([subpath, target]) =>
    typeof target === "string" ? [] : [{ subpath, types: target.types.replace("./bundle/", "./dist/") }],
  );
}

/**
 * What `npm pack` would put into the package.
 *
 * @param {string} folder relative to the root
 * @returns {{ files: string[], size: number, unpackedSize: number }} sizes in bytes
 */
export function packContent(folder) {
  const output = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: `${ROOT}${folder}`,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  /** @type {[{ files: { path: string }[], size: number, unpackedSize: number }]} */
  const [{ files, size, unpackedSize }] = JSON.parse(output);
  return { files: files.map((file) => file.path), size, unpackedSize };
}

/**
 * @param {string[]} problems printed, one per line; any makes the process end with exit code 1
 */
export function finish(problems) {
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}
