// What a chat adds to a bundle: esbuild, minified, gzip.
import { build } from "esbuild";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { atMost, formatKb, table } from "../lib/tables.mjs";
import { CLIENTS } from "../lib/target.mjs";

/** What our client loads on first use when a program chats and streams. */
const LOADED = /\/(converse-stream|cost)\.js$/;

/** The least that a program that chats and streams imports. */
const PROGRAMS = {
  ours: 'export { createLLM } from "@node-llm/core";',
  "aws-sdk":
    'export { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from "@aws-sdk/client-bedrock-runtime";',
  "ai-sdk":
    'export { createAmazonBedrock } from "@ai-sdk/amazon-bedrock"; export { generateText, streamText } from "ai";',
  aws4fetch: 'export { AwsClient } from "aws4fetch"; export { EventStreamCodec } from "@smithy/eventstream-codec";',
  published: 'export { createLLM } from "node-llm-published";',
};

/**
 * @param {string} code
 * @param {"node" | "browser"} platform
 * @returns {Promise<number | undefined>} bytes after gzip; nothing when the platform cannot run it
 */
async function measure(code, platform) {
  try {
    const { outputFiles, metafile } = await build({
      stdin: { contents: code, resolveDir: fileURLToPath(new URL("..", import.meta.url)) },
      bundle: true,
      splitting: true,
      metafile: true,
      outdir: fileURLToPath(new URL("../bundle", import.meta.url)),
      minify: true,
      format: "esm",
      platform,
      target: "es2023",
      write: false,
      logLevel: "silent",
    });
    const { outputs } = metafile;
    const isUsed = ({ entryPoint = "" }) => entryPoint === "<stdin>" || LOADED.test(entryPoint);
    const loaded = new Set(Object.keys(outputs).filter((path) => isUsed(outputs[path] ?? {})));
    for (const path of loaded) {
      for (const { path: imported, kind, external } of outputs[path]?.imports ?? []) {
        if (kind === "import-statement" && external !== true) loaded.add(imported);
      }
    }
    const files = outputFiles.filter(({ path }) => [...loaded].some((name) => path.endsWith(name)));
    return files.reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0);
  } catch {
    return undefined;
  }
}

export async function run() {
  /** @type {Record<string, (number | undefined)[]>} */
  const sizes = {};
  for (const [id, code] of Object.entries(PROGRAMS))
    sizes[id] = [await measure(code, "node"), await measure(code, "browser")];
  const show = (/** @type {number | undefined} */ bytes) => (bytes === undefined ? "needs Node" : formatKb(bytes));
  const [node = NaN, browser = NaN] = sizes["ours"] ?? [];
  const rows = Object.entries(sizes).map(([id, each]) => [CLIENTS[id] ?? id, ...each.map(show)]);
  const largest = Math.max(node, browser);
  return {
    title: "Bundle",
    text: "What a program loads to chat and stream plain text, bundled by esbuild with splitting, minified, each file with gzip -9.",
    tables: [table(["bundle", "Node", "browser"], rows)],
    goals: [atMost("chat-only bundle, the larger of the two", largest, 16 * 1024, formatKb)],
    aims: [atMost("chat-only bundle, the larger of the two", largest, 12 * 1024, formatKb)],
    cells: { bundle: Object.fromEntries(Object.entries(sizes).map(([id, [bytes]]) => [id, show(bytes)])) },
  };
}
