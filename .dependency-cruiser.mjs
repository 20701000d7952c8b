// The architecture as rules. Type imports count like any other import.

/** The layers of packages/core/src, lowest first. A file imports from its own layer or a lower one. */
const LAYERS = [
  ["types"],
  ["errors", "world", "checks", "keep-last"],
  ["bytes"],
  ["http"],
  ["aws"],
  ["media"],
  ["schema"],
  ["requests"],
  ["provider"],
  ["bedrock", "chat", "tasks"],
  ["llm"],
  ["index"],
];

const CORE = "^packages/core/src/";
const LOCAL = "^packages/bedrock-local/src/";

/** @param {string[]} names files or folders directly under packages/core/src */
const inCore = (names) => `${CORE}(${names.join("|")})(/|\\.ts$)`;

const upward = LAYERS.slice(0, -1).map((layer, index) => ({
  name: `${layer.join("-")}-imports-no-higher-layer`,
  comment: `${layer.join(", ")} may import from: ${LAYERS.slice(0, index + 1)
    .flat()
    .join(", ")}.`,
  severity: "error",
  from: { path: inCore(layer) },
  to: { path: inCore(LAYERS.slice(index + 1).flat()) },
}));

export default {
  forbidden: [
    ...upward,
    {
      name: "bedrock-knows-no-chat",
      comment: "What both need belongs to the Provider contract (provider.ts) or lower.",
      severity: "error",
      from: { path: inCore(["bedrock"]) },
      to: { path: inCore(["chat", "tasks"]) },
    },
    {
      name: "chat-knows-no-bedrock",
      comment: "Chat and tasks see a Provider, never the one behind it.",
      severity: "error",
      from: { path: inCore(["chat", "tasks"]) },
      to: { path: inCore(["bedrock"]) },
    },
    {
      name: "every-core-file-has-a-layer",
      comment: "A new file or folder under packages/core/src gets its place in LAYERS (.dependency-cruiser.mjs).",
      severity: "error",
      from: {},
      to: { path: CORE, pathNot: inCore(LAYERS.flat()) },
    },
    {
      name: "every-core-file-has-a-layer-too",
      comment: "A new file or folder under packages/core/src gets its place in LAYERS (.dependency-cruiser.mjs).",
      severity: "error",
      from: { path: CORE, pathNot: inCore(LAYERS.flat()) },
      to: {},
    },
    {
      name: "core-has-no-dependency",
      comment: "packages/core imports its own files; `node:` only from files named node.ts.",
      severity: "error",
      from: { path: CORE },
      to: { pathNot: CORE, dependencyTypesNot: ["core"] },
    },
    {
      name: "node-only-in-node-ts",
      comment: "What needs Node stands in a file named node.ts, behind a condition in package.json's imports.",
      severity: "error",
      from: { path: CORE, pathNot: "/node\\.ts$" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "node-ts-only-by-condition",
      comment: "A node.ts is reached through package.json's imports (`#name`), so that other platforms leave it out.",
      severity: "error",
      from: { path: CORE },
      to: { path: `${CORE}.+/node\\.ts$` },
    },
    {
      name: "web-reaches-no-node",
      comment: "These graphs must run in a browser, a worker, Bun and Deno.",
      severity: "error",
      from: { path: `${CORE}(index|.+/web)\\.ts$` },
      to: { path: "^(node:|[a-z0-9_/]+$)", reachable: true },
    },
    {
      name: "bedrock-local-shares-no-code-with-core",
      comment: "A mistake in one must not cancel itself out in the other.",
      severity: "error",
      from: { path: LOCAL },
      to: { path: "packages/core/|@node-llm/core" },
    },
    {
      name: "bedrock-local-uses-its-dependencies",
      comment: "What the published package imports must be in its dependencies.",
      severity: "error",
      from: { path: LOCAL },
      to: { pathNot: "^packages/", dependencyTypesNot: ["npm", "core"] },
    },
    {
      name: "no-cycle",
      comment: "Type imports included.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "everything-resolves",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: ["node_modules", "/dist/"] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    webpackConfig: { fileName: "tools/layers-resolve.mjs" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
  },
};
