// What an installation brings: packages and bytes, with all that they depend on. Peers by this folder's lock file.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { formatKb, table } from "../lib/tables.mjs";
import { CLIENTS } from "../lib/target.mjs";

const BENCH = fileURLToPath(new URL("..", import.meta.url));
const CORE = fileURLToPath(new URL("../../packages/core/", import.meta.url));

/** What one installs for each client. */
const INSTALLS = {
  "aws-sdk": ["@aws-sdk/client-bedrock-runtime"],
  "ai-sdk": ["@ai-sdk/amazon-bedrock", "ai"],
  langchain: ["@langchain/aws", "@langchain/core"],
  "anthropic-sdk": ["@anthropic-ai/bedrock-sdk"],
  aws4fetch: ["aws4fetch", "@smithy/eventstream-codec"],
  published: ["node-llm-published"],
};

/** @typedef {{ dependencies?: Record<string, string>, peerDependencies?: Record<string, string>, peerDependenciesMeta?: Record<string, { optional?: boolean }> }} Locked */

/** @type {{ packages: Record<string, Locked> }} */
const lock = JSON.parse(readFileSync(join(BENCH, "package-lock.json"), "utf8"));

/**
 * @param {string} name
 * @param {string} from the folder of the package that depends on it, "" for ours
 * @returns {string | undefined} its folder, found as Node finds it
 */
function locate(name, from) {
  const path = `${from}${from === "" ? "" : "/"}node_modules/${name}`;
  if (lock.packages[path]) return path;
  return from === "" ? undefined : locate(name, from.replace(/\/?node_modules\/(@[^/]+\/)?[^/]+$/, ""));
}

/**
 * @param {string[]} names
 * @returns {Set<string>} the folders of these packages and of all that they depend on
 */
function collect(names) {
  const found = new Set(names.map((name) => `node_modules/${name}`));
  for (const path of found) {
    const { dependencies, peerDependencies = {}, peerDependenciesMeta } = lock.packages[path] ?? {};
    const peers = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta?.[name]?.optional !== true);
    for (const name of [...Object.keys(dependencies ?? {}), ...peers]) {
      const next = locate(name, path);
      if (next !== undefined) found.add(next);
    }
  }
  return found;
}

/** @type {(folder: string) => number} bytes of its own files */
function sizeOf(folder) {
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !join(dirname(path), "/").slice(folder.length).includes("node_modules/"))
      bytes += statSync(path).size;
  }
  return bytes;
}

/** @returns {{ packages: number, bytes: number }} */
function measureOurs() {
  const pack = ["pack", "--dry-run", "--json", "--ignore-scripts"];
  const [{ unpackedSize }] = JSON.parse(
    execFileSync("npm", pack, { cwd: CORE, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
  );
  /** @type {Locked} */
  const { dependencies = {}, peerDependencies = {} } = JSON.parse(readFileSync(join(CORE, "package.json"), "utf8"));
  const others = Object.keys({ ...dependencies, ...peerDependencies }).length;
  return { packages: 1 + others, bytes: others === 0 ? unpackedSize : NaN };
}

export function run() {
  /** @type {Record<string, { packages: number, bytes: number }>} */
  const sizes = { ours: measureOurs() };
  for (const [id, names] of Object.entries(INSTALLS)) {
    const folders = collect(names);
    const bytes = [...folders].reduce((sum, path) => sum + sizeOf(join(BENCH, path)), 0);
    sizes[id] = { packages: folders.size, bytes };
  }
  const { ours = { packages: NaN, bytes: NaN } } = sizes;
  const cells = Object.entries(sizes).map(([id, { packages, bytes }]) => [
    id,
    `${formatKb(bytes)}, ${packages} package${packages > 1 ? "s" : ""}`,
  ]);
  return {
    title: "Installation",
    text: "Unpacked bytes of the files that are installed, dependencies included.",
    tables: [
      table(
        ["installed", "bytes", "packages"],
        Object.entries(sizes).map(([id, { packages, bytes }]) => [
          CLIENTS[id] ?? id,
          formatKb(bytes),
          String(packages),
        ]),
      ),
    ],
    measured: { installed: ours.bytes, packages: ours.packages },
    cells: { installed: Object.fromEntries(cells) },
    costs: {
      "installed bytes": {
        format: formatKb,
        values: Object.fromEntries(Object.entries(sizes).map(([id, { bytes }]) => [id, bytes])),
      },
    },
  };
}
