// Makes the published files of packages/core: one module for Node and one for everywhere else. A cold process starts some
// 35 ms sooner than with a file per module (bench/README.md), and bundlers still drop what is not used.
import { build } from "esbuild";
import { ROOT } from "./packages.mjs";

const core = `${ROOT}packages/core`;

/** @type {readonly [file: string, conditions: string[]][]} */
const TARGETS = [
  ["node.js", ["node"]],
  ["web.js", ["browser"]],
];

for (const [file, conditions] of TARGETS) {
  await build({
    entryPoints: [`${core}/dist/index.js`],
    outfile: `${core}/bundle/${file}`,
    bundle: true,
    format: "esm",
    platform: "neutral",
    target: "es2023",
    conditions,
    external: ["node:*"],
    logLevel: "warning",
  });
}
