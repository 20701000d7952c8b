import { defineConfig } from "vitest/config";
import { sourcePaths } from "./tools/source-paths.mjs";

// Tests run on the sources; package `imports` and cross-package names, which point at `dist`, are led back to them.
const alias = Object.entries(sourcePaths("node")).map(([specifier, replacement]) => ({
  find: new RegExp(`^${specifier}$`),
  replacement,
}));

export default defineConfig({
  resolve: { alias },
  test: {
    globalSetup: ["tools/build-once.mjs"],
    include: ["packages/*/test/**/*.test.ts", "test/**/*.test.ts"],
    // A hang is a failure; a busy machine is none.
    testTimeout: 30_000,
    // No module keeps state, so that test files can share them: loading them anew for each took as long as the tests.
    isolate: false,
    // The default leaves a core free, which of two is half.
    maxWorkers: "100%",
    coverage: {
      provider: "v8",
      include: ["packages/*/src/**/*.ts"],
      exclude: ["packages/bedrock-local/src/cli.ts"],
      reporter: ["text-summary", "html"],
      thresholds: {
        "packages/core/src/**": { lines: 95, statements: 95, functions: 95, branches: 95 },
        "packages/bedrock-local/src/**": { lines: 90, statements: 90, functions: 90, branches: 85 },
      },
    },
  },
});
