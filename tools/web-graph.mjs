// Outside Node, no module of core may import `node:`: bundles every entry point under each platform's conditions and looks.
import { bundle } from "./bundle.mjs";
import { entryPoints, finish, readManifest } from "./packages.mjs";

const PLATFORMS = [["browser"], ["workerd", "worker"], ["deno"], ["bun"], []];

const { name } = readManifest("packages/core");
const problems = [];
for (const { subpath } of entryPoints("packages/core")) {
  for (const conditions of PLATFORMS) {
    const { externals, modules } = await bundle(`export * from "${name}${subpath.slice(1)}";`, conditions);
    const where = `${name}${subpath.slice(1)} under ${conditions[0] ?? "no condition"}`;
    if (externals.length > 0) problems.push(`${where} imports ${externals.join(", ")}.`);
    if (!modules.some(({ path }) => path.startsWith("packages/core/bundle/")))
      problems.push(`${where} bundles nothing of core.`);
  }
}
// The check can see: Node's own graph does import `node:`.
if ((await bundle(`export * from "${name}";`, ["node"])).externals.length === 0) {
  problems.push(`${name} under the node condition imports no node: module, so this check proves nothing.`);
}
finish(problems);
