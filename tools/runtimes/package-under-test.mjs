// Packs the built library and installs it as a user would, so that the published files and conditions are what runs.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const CORE = fileURLToPath(new URL("../../packages/core", import.meta.url));

/** Where the library is installed and the programs that use it stand. Written anew by each run. */
export const APP = `${HERE}.cache/app`;

const NAME = "@node-llm/core";
const QUIET = ["--no-audit", "--no-fund", "--loglevel=error"];

/** Installs the runtimes, unless they are installed as the lockfile says. */
export function installRuntimes() {
  const installed = statSync(`${HERE}node_modules/.package-lock.json`, { throwIfNoEntry: false });
  if (installed && installed.mtimeMs >= statSync(`${HERE}package-lock.json`).mtimeMs) return;
  console.log("Installing the runtimes (some 530 MB, once) ...");
  execFileSync("npm", ["ci", ...QUIET], { cwd: HERE, stdio: "inherit" });
}

/** Packs the library, installs the tarball in {@link APP}, and puts the programs beside it. */
export function installPackage() {
  rmSync(APP, { recursive: true, force: true });
  mkdirSync(APP, { recursive: true });
  writeFileSync(`${APP}/package.json`, JSON.stringify({ name: "app", private: true, type: "module" }));
  const packed = execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", APP], {
    cwd: CORE,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [{ filename }] = JSON.parse(packed);
  execFileSync("npm", ["install", "--offline", "--ignore-scripts", ...QUIET, `./${filename}`], {
    cwd: APP,
    stdio: ["ignore", "ignore", "inherit"],
  });
  for (const file of ["scenario.mjs", "command-line.mjs", "worker.mjs", "page.mjs"]) {
    cpSync(`${HERE}${file}`, `${APP}/${file}`);
  }
}

/**
 * Bundles a program of {@link APP} for a runtime without packages. Fails on an import that the runtime does not have.
 *
 * @param {string} file
 * @param {string[]} conditions
 * @param {import("esbuild").Format} [format]
 * @returns {Promise<string>} the bundle
 */
export function bundleProgram(file, conditions, format) {
  return bundle({ entryPoints: [`${APP}/${file}`] }, conditions, format);
}

/**
 * Checks that no platform but Node gets a `node:` import, from any entry point of the package.
 *
 * @param {string[]} conditions the platform's own, without `import` and `default`
 * @throws {Error} that names the import
 */
export async function checkGraph(conditions) {
  for (const subpath of subpaths()) {
    const code = await bundle(
      { stdin: { contents: `export * from "${NAME}${subpath.slice(1)}";`, resolveDir: APP } },
      conditions,
    );
    const found = /["'`]node:[^"'`]*/.exec(code);
    if (found) throw new Error(`${NAME}${subpath.slice(1)} names ${found[0].slice(1)}.`);
  }
}

function subpaths() {
  /** @type {{ exports: Record<string, unknown> }} */
  const manifest = JSON.parse(readFileSync(`${APP}/node_modules/${NAME}/package.json`, "utf8"));
  return Object.keys(manifest.exports).filter((subpath) => !subpath.endsWith(".json"));
}

/**
 * @param {import("esbuild").BuildOptions} input
 * @param {string[]} conditions
 * @param {import("esbuild").Format} [format]
 */
async function bundle(input, conditions, format = "esm") {
  const { outputFiles } = await build({
    ...input,
    bundle: true,
    format,
    ...(format === "iife" && { globalName: "worker" }),
    conditions,
    // Adds no condition of its own, and knows no built-in modules: an import of one is an error.
    platform: "neutral",
    target: "es2023",
    write: false,
    logLevel: "silent",
  });
  return outputFiles?.[0]?.text ?? "";
}
