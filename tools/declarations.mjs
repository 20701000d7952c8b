// Joins the declarations that the public ones reach to one file, bundle/index.d.ts. Editors read one file instead of some
// hundred, and what is not exported cannot be imported.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { ROOT } from "./packages.mjs";

const core = `${ROOT}packages/core`;
const entry = `${core}/dist/index.d.ts`;

/** Says which declarations the file was made of, as making it takes seconds. */
const STAMP = `${ROOT}node_modules/.cache/declarations/core`;

/** @returns {string} a hash of all declarations that the public ones reach */
function stamp() {
  const hash = createHash("sha256").update(readFileSync(`${core}/package.json`));
  const reached = new Set([entry]);
  for (const path of reached) {
    const text = readFileSync(path, "utf8");
    hash.update(text);
    for (const [, specifier = ""] of text.matchAll(/\b(?:from|import\()\s*"(\.[^"]+)"/g)) {
      reached.add(resolve(dirname(path), specifier.replace(/\.[jt]s$/, ".d.ts")));
    }
  }
  return hash.digest("hex");
}

/**
 * Writes bundle/index.d.ts, unless it is of these declarations already.
 *
 * @returns {Promise<void>}
 * @throws {Error} when the declarations have an error
 */
export async function joinDeclarations() {
  const current = stamp();
  const target = `${core}/bundle/index.d.ts`;
  if (existsSync(target) && existsSync(STAMP) && readFileSync(STAMP, "utf8") === current) return;
  const { Extractor, ExtractorConfig } = await import("@microsoft/api-extractor");
  /** @type {string[]} */
  const problems = [];
  const config = ExtractorConfig.prepare({
    packageJsonFullPath: `${core}/package.json`,
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: core,
      mainEntryPointFilePath: entry,
      // Only what the entry reaches: the whole project takes several times as long.
      compiler: { overrideTsconfig: { extends: `${core}/tsconfig.json`, include: [], files: [entry] } },
      newlineKind: "lf",
      dtsRollup: { enabled: true, untrimmedFilePath: target },
    },
  });
  Extractor.invoke(config, {
    localBuild: true,
    messageCallback: (message) => {
      // What api.mjs reports is for api.mjs.
      if (message.category === "Compiler") problems.push(message.formatMessageWithLocation(ROOT));
      message.handled = true;
    },
  });
  if (problems.length > 0) throw new Error(`The declarations have errors:\n${problems.join("\n")}`);
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, current);
}
