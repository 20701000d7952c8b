// Checks the packages as they would be published: manifest, content and licence.
import { existsSync, readFileSync } from "node:fs";
import { finish, packContent, PACKAGES, readManifest, ROOT } from "./packages.mjs";

/** The modules that differ between platforms: the start, the transport of Node's that is `fetch`, and what has a condition. */
const OWN = [
  "start",
  "fetch",
  ...Object.keys(readManifest("packages/core").imports ?? {}).map((name) => name.slice(1)),
];

/** What a package holds beside the files that tsc made of one source each. */
const PUBLISHED = new RegExp(
  `^(bundle/(index(\\.d\\.ts|\\.js)|parts/[\\w-]+\\.js|(node|web)/(${OWN.join("|")})\\.js)|bin/bedrock-local\\.js)$`,
);

/**
 * @param {string} folder
 * @returns {string[]} what is wrong
 */
function checkManifest(folder) {
  const { dependencies, peerDependencies, optionalDependencies } = readManifest(folder);
  const names = Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies });
  if (folder !== "packages/core" || names.length === 0) return [];
  return [`packages/core has no runtime dependency, but package.json lists: ${names.join(", ")}.`];
}

/**
 * @param {string} folder
 * @returns {string[]} the module that is imported, and its declarations
 */
function entryFiles(folder) {
  const entry = readManifest(folder).exports["."];
  return typeof entry === "object" ? [entry.default, entry.types].map((path) => path.replace("./", "")) : [];
}

/**
 * @param {string} folder
 * @returns {string[]} what is wrong
 */
function checkContent(folder) {
  const { files } = packContent(folder);
  const problems = [];
  for (const file of ["package.json", "README.md", "LICENSE", ...entryFiles(folder)]) {
    if (!files.includes(file)) problems.push(`${folder}: ${file} is missing from the package.`);
  }
  for (const file of files) {
    if (PUBLISHED.test(file)) continue;
    const source = /^dist\/(.+?)(\.d\.ts|\.js)$/.exec(file)?.[1];
    if (source === undefined) {
      if (!["package.json", "README.md", "LICENSE"].includes(file))
        problems.push(`${folder}: ${file} is not meant to be published.`);
    } else if (!existsSync(`${ROOT}${folder}/src/${source}.ts`)) {
      problems.push(`${folder}: ${file} has no source any more. Run npm run clean and build again.`);
    }
  }
  const licence = `${ROOT}${folder}/LICENSE`;
  if (existsSync(licence) && readFileSync(licence, "utf8") !== readFileSync(`${ROOT}LICENSE`, "utf8")) {
    problems.push(`${folder}/LICENSE differs from the LICENSE of the repository.`);
  }
  return problems;
}

finish(PACKAGES.flatMap((folder) => [...checkManifest(folder), ...checkContent(folder)]));
