// Holds bundle and install sizes to their budgets. The budgets are part of the product: raise one only on purpose.
import { bundle } from "./bundle.mjs";
import { finish, packContent } from "./packages.mjs";

const KB = 1024;
const CHAT_ONLY = 'export { createLLM } from "@node-llm/core";';

/** What a program that asks and streams plain text loads beside its start. */
const LOADED = ["converse-stream", "cost"];
/** The same with instructions and parameters. */
const FITTED = [...LOADED, "fitted-request"];

const start = await bundle(CHAT_ONLY, ["node"]);
const node = await bundle(CHAT_ONLY, ["node"], LOADED);
const fitted = await bundle(CHAT_ONLY, ["node"], FITTED);
const browser = await bundle(CHAT_ONLY, ["browser"], LOADED);

/** What is aimed at. The budget below it only keeps what is reached: it goes down, never up. */
const GOAL = 16 * KB;

const BUDGETS = [
  { what: "chat-only bundle for Node, min+gzip", bytes: node.usedBytes, limit: 28.5 * KB },
  { what: "chat-only bundle for a browser, min+gzip", bytes: browser.usedBytes, limit: 28 * KB },
  { what: "of it loaded at the start", bytes: start.usedBytes, limit: 23.8 * KB },
  { what: "with instructions and parameters, for Node", bytes: fitted.usedBytes, limit: 32.3 * KB },
  { what: "bundle with all that can be loaded", bytes: node.allBytes, limit: 60 * KB },
  { what: "packages/core installed", bytes: packContent("packages/core").unpackedSize, limit: 800 * KB },
];

const kb = (/** @type {number} */ bytes) => `${(bytes / KB).toFixed(1)} KB`;
for (const { what, bytes, limit } of BUDGETS) console.log(`${what}: ${kb(bytes)} of ${kb(limit)}`);
const missing = node.usedBytes - GOAL;
if (missing > 0) console.log(`The goal of ${kb(GOAL)} for the chat-only bundle is missed by ${kb(missing)}.`);
const over = BUDGETS.filter(({ bytes, limit }) => bytes > limit);
if (over.length > 0) {
  console.log("The largest modules of the bundle for Node, minified:");
  for (const { path, bytes } of node.modules.slice(0, 12)) console.log(`${kb(bytes).padStart(9)}  ${path}`);
}
finish(over.map(({ what, bytes, limit }) => `${what}: ${kb(bytes - limit)} over its budget of ${kb(limit)}.`));
