// Holds bundle and install sizes to their budgets. The budgets are part of the product: raise one only on purpose.
import { bundle } from "./bundle.mjs";
import { finish, packContent } from "./packages.mjs";

const KB = 1024;
const CHAT_ONLY = 'export { createLLM } from "@node-llm/core";';

/** What a program that asks and streams plain text needs is all in the start; instructions and parameters are not. */
const FITTED = ["fitted-request"];

const node = await bundle(CHAT_ONLY, ["node"]);
const fitted = await bundle(CHAT_ONLY, ["node"], FITTED);
const browser = await bundle(CHAT_ONLY, ["browser"]);

/** A budget keeps what is reached: it goes down, never up. A goal is what is aimed at. */
const BUDGETS = [
  { what: "chat-only bundle for Node, min+gzip", bytes: node.usedBytes, limit: 29.4 * KB, goals: [16 * KB, 12 * KB] },
  {
    what: "chat-only bundle for a browser, min+gzip",
    bytes: browser.usedBytes,
    limit: 28.5 * KB,
    goals: [16 * KB, 12 * KB],
  },
  { what: "with instructions and parameters, for Node", bytes: fitted.usedBytes, limit: 33 * KB, goals: [] },
  { what: "bundle with all that can be loaded", bytes: node.allBytes, limit: 116.5 * KB, goals: [40 * KB] },
  {
    what: "packages/core installed",
    bytes: packContent("packages/core").unpackedSize,
    limit: 610 * KB,
    goals: [800 * KB],
  },
];

const kb = (/** @type {number} */ bytes) => `${(bytes / KB).toFixed(1)} KB`;
for (const { what, bytes, limit, goals } of BUDGETS) {
  const aims = goals.map((goal) =>
    bytes <= goal ? `${kb(goal)} reached` : `${kb(goal)} missed by ${kb(bytes - goal)}`,
  );
  console.log(
    [`${what}: ${kb(bytes)} of ${kb(limit)}`, ...(aims.length > 0 ? [`goal ${aims.join(", ")}`] : [])].join("; "),
  );
}
const over = BUDGETS.filter(({ bytes, limit }) => bytes > limit);
if (over.length > 0) {
  console.log("The largest modules of the bundle for Node, minified:");
  for (const { path, bytes } of node.modules.slice(0, 12)) console.log(`${kb(bytes).padStart(9)}  ${path}`);
}
finish(over.map(({ what, bytes, limit }) => `${what}: ${kb(bytes - limit)} over its budget of ${kb(limit)}.`));
