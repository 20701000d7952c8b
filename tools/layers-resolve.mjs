// Tells dependency-cruiser which source file a package import (`#bytes`) means. Outside Node is the stricter side, so the
// "default" file is taken; the files for Node are cruised as files of their own.
import { sourcePaths } from "./source-paths.mjs";

const imports = Object.entries(sourcePaths("default")).filter(([specifier]) => specifier.startsWith("#"));

export default { resolve: { alias: Object.fromEntries(imports) } };
