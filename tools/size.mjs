// Holds bundle and install sizes to their budgets. The budgets are part of the product: raise one only on purpose.
import { bundle } from "./bundle.mjs";
import { finish, packContent } from "./packages.mjs";

const KB = 1024;
const CHAT_ONLY = 'export { createLLM } from "@node-llm/core";';

const node = await bundle(CHAT_ONLY, ["node"]);
const browser = await bundle(CHAT_ONLY, ["browser"]);

/** What is aimed at. The budget below it only keeps what is reached: it goes down, never up. */
const GOAL = 16 * KB;

const BUDGETS = [
  { what: "chat-only bundle for Node at its start, min+gzip", bytes: node.startBytes, limit: 28 * KB },
  { what: "chat-only bundle for a browser at its start, min+gzip", bytes: browser.startBytes, limit: 27 * KB },
  { what: "the same for Node with all that is loaded on first use", bytes: node.allBytes, limit: 60 * KB },
  { what: "packages/core installed", bytes: packContent("packages/core").unpackedSize, limit: 800 * KB },
];

const kb = (/** @type {number} */ bytes) => `${(bytes / KB).toFixed(1)} KB`;
for (const { what, bytes, limit } of BUDGETS) console.log(`${what}: ${kb(bytes)} of ${kb(limit)}`);
const missing = node.startBytes - GOAL;
if (missing > 0) console.log(`The goal of ${kb(GOAL)} for the chat-only bundle is missed by ${kb(missing)}.`);
const over = BUDGETS.filter(({ bytes, limit }) => bytes > limit);
if (over.length > 0) {
  console.log("The largest modules of the bundle for Node, minified:");
  for (const { path, bytes } of node.modules.slice(0, 12)) console.log(`${kb(bytes).padStart(9)}  ${path}`);
}
finish(over.map(({ what, bytes, limit }) => `${what}: ${kb(bytes - limit)} over its budget of ${kb(limit)}.`));
