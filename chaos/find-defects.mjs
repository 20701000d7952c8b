// `node chaos/find-defects.mjs`: each seeded defect, and whether the checks find it. With --json, for programs.
import { findDefects } from "./defects.mjs";

const found = await findDefects();
if (process.argv.includes("--json")) process.stdout.write(JSON.stringify(found));
else {
  for (const [name, { isFound, violations }] of Object.entries(found)) {
    process.stdout.write(`${isFound ? "found" : "MISSED"}  ${name}: ${violations[0] ?? "no violation"}\n`);
  }
}
// A defect may have left something that would keep the process alive.
process.exit(Object.values(found).every(({ isFound }) => isFound) ? 0 : 1);
