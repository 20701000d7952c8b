// Vitest's global set-up: the demo, the examples and the command line are tested as they are used, built.
import { execFileSync } from "node:child_process";
import { ROOT } from "./packages.mjs";

export function setup() {
  execFileSync("npm", ["run", "--silent", "build"], { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
}
