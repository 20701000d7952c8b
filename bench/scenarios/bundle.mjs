// What a client adds to a bundle: esbuild, minified, gzip.
import { build } from "esbuild";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { formatKb, table } from "../lib/tables.mjs";
import { CLIENTS } from "../lib/target.mjs";

/** The least that a program that chats and streams imports; and the packages of which it may import everything. */
const PROGRAMS = {
  ours: { chat: 'export { createLLM } from "@node-llm/core";', packages: ["@node-llm/core"] },
  "aws-sdk": {
    chat: 'export { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from "@aws-sdk/client-bedrock-runtime";',
    packages: ["@aws-sdk/client-bedrock-runtime"],
  },
  "ai-sdk": {
    chat: 'export { createAmazonBedrock } from "@ai-sdk/amazon-bedrock"; export { generateText, streamText } from "ai";',
    packages: ["@ai-sdk/amazon-bedrock", "ai"],
  },
  langchain: { chat: 'export { ChatBedrockConverse } from "@langchain/aws";', packages: ["@langchain/aws"] },
  "anthropic-sdk": {
    chat: 'export { AnthropicBedrock } from "@anthropic-ai/bedrock-sdk";',
    packages: ["@anthropic-ai/bedrock-sdk"],
  },
  aws4fetch: {
    chat: 'export { AwsClient } from "aws4fetch"; export { EventStreamCodec } from "@smithy/eventstream-codec";',
    packages: ["aws4fetch", "@smithy/eventstream-codec"],
  },
  published: { chat: 'export { createLLM } from "node-llm-published";', packages: ["node-llm-published"] },
};

/** @type {(packages: string[]) => string} a program that uses all that the packages export */
const renderAll = (packages) => packages.map((name, n) => `export * as all${n} from ${JSON.stringify(name)};`).join("");

/**
 * @param {string} code
 * @param {"node" | "browser"} platform
 * @param {boolean} splitting what a program loads on first use goes into files of its own
 */
function bundle(code, platform, splitting) {
  return build({
    stdin: { contents: code, resolveDir: fileURLToPath(new URL("..", import.meta.url)) },
    bundle: true,
    splitting,
    metafile: true,
    outdir: fileURLToPath(new URL("../bundle", import.meta.url)),
    minify: true,
    format: "esm",
    platform,
    target: "es2023",
    write: false,
    logLevel: "silent",
  }).catch(() => undefined);
}

/** @param {{ contents: Uint8Array }[]} files */
const gzipBytes = (files) => files.reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0);

/**
 * @param {string} code
 * @param {"node" | "browser"} platform
 * @returns {Promise<number | undefined>} bytes of what is loaded to chat and stream plain text; nothing when the platform
 *   cannot run it
 */
async function measureChat(code, platform) {
  const result = await bundle(code, platform, true);
  if (!result) return undefined;
  const { outputs } = result.metafile;
  const isUsed = ({ entryPoint = "" }) => entryPoint === "<stdin>";
  const loaded = new Set(Object.keys(outputs).filter((path) => isUsed(outputs[path] ?? {})));
  for (const path of loaded) {
    for (const { path: imported, kind, external } of outputs[path]?.imports ?? []) {
      if (kind === "import-statement" && external !== true) loaded.add(imported);
    }
  }
  const names = new Set([...loaded].map((path) => basename(path)));
  return gzipBytes(result.outputFiles.filter(({ path }) => names.has(basename(path))));
}

/** @type {(code: string) => Promise<number | undefined>} bytes of all that can be loaded, in one file */
async function measureAll(code) {
  const result = await bundle(code, "node", false);
  return result && gzipBytes(result.outputFiles);
}

/** @type {import("../run.mjs").Scenario} */
export async function run() {
  /** @type {Record<string, { node: number | undefined, browser: number | undefined, all: number | undefined }>} */
  const sizes = {};
  for (const [id, { chat, packages }] of Object.entries(PROGRAMS)) {
    sizes[id] = {
      node: await measureChat(chat, "node"),
      browser: await measureChat(chat, "browser"),
      all: await measureAll(renderAll(packages)),
    };
  }
  const show = (/** @type {number | undefined} */ bytes) => (bytes === undefined ? "cannot" : formatKb(bytes));
  const column = (/** @type {"node" | "browser" | "all"} */ of) =>
    Object.entries(sizes).map(([id, each]) => /** @type {const} */ ([id, each[of]]));
  const cells = (/** @type {"node" | "browser" | "all"} */ of) =>
    Object.fromEntries(column(of).map(([id, bytes]) => [id, show(bytes)]));
  const values = Object.fromEntries(
    column("node").flatMap(([id, bytes]) => (bytes === undefined ? [] : [[id, bytes]])),
  );
  const { node = NaN, browser = NaN, all = NaN } = sizes["ours"] ?? {};
  const rows = Object.entries(sizes).map(([id, each]) => [
    CLIENTS[id] ?? id,
    ...[each.node, each.browser, each.all].map(show),
    ((each.node ?? NaN) / node).toFixed(2),
  ]);
  return {
    title: "Bundle",
    text: "Bundled by esbuild, minified, gzip -9. Chat: what a program loads to chat and stream plain text; what is loaded later is split off. Everything: all that the package exports and can load, as one file.",
    tables: [table(["bundle", "chat, Node", "chat, browser", "everything, Node", "chat, Node, times ours"], rows)],
    measured: { bundleNode: node, bundleBrowser: browser, bundleAll: all },
    cells: {
      "bundle, chat": cells("node"),
      "bundle, chat, browser": cells("browser"),
      "bundle, everything": cells("all"),
    },
    costs: { "chat-only bundle, min+gzip": { format: formatKb, values } },
  };
}
