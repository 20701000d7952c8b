// The tests that judge a mutant: those of the core.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { sourcePaths } from "../source-paths.mjs";

// Stryker puts this file into its copy of the repository, whose sources are the ones to be tested.
const root = fileURLToPath(new URL("../..", import.meta.url));
const alias = Object.entries(sourcePaths("node")).map(([specifier, replacement]) => ({
  find: new RegExp(`^${specifier}$`),
  replacement,
}));

export default defineConfig({
  root,
  resolve: { alias },
  test: {
    include: [process.env.MUTATE_TESTS ?? "packages/core/test/{acceptance,aws,bedrock,chat}/**/*.test.ts"],
    // Asks the official SDK, whose home folder is the one of the process: Stryker runs tests in threads of one.
    exclude: ["**/aws/credentials/official.test.ts"],
    // With mutants switched in, and counted, tests take several times as long.
    testTimeout: 300_000,
    hookTimeout: 30_000,
  },
});
