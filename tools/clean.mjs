// Removes all that is built. `tsc -b` believes its build records, so they go together with the output.
import { rmSync } from "node:fs";
import { PACKAGES, ROOT } from "./packages.mjs";

const built = PACKAGES.flatMap((folder) => [`${folder}/dist`, `${folder}/bundle`, `${folder}/tsconfig.tsbuildinfo`]);
for (const path of [...built, "coverage", "node_modules/.cache", "test/docs/.cache"]) {
  rmSync(ROOT + path, { recursive: true, force: true });
}
