import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { markdownFiles } from "../../tools/markdown.mjs";
import { ROOT } from "../../tools/packages.mjs";
import { muteOutput, startWithEnvironment, useTemporaryFolder } from "./bedrock-environment.ts";
import { createSnippetFolder, extractSnippets, runSnippet, typeCheck } from "./snippets.ts";

const isDocumentation = (page: string): boolean =>
  page === "README.md" || page.startsWith("docs/") || /^packages\/[^/]+\/README\.md$/.test(page);

const addModule = createSnippetFolder("docs");
const modules = markdownFiles()
  .filter(isDocumentation)
  .flatMap((page) => extractSnippets(page, readFileSync(join(ROOT, page), "utf8")))
  .filter(({ language, marks }) => ["ts", "js"].includes(language) && !marks.includes("no-check"))
  .map((snippet) => addModule(snippet));

test("the README shows code that runs", () => {
  const runnable = modules.filter(({ snippet }) => snippet.page === "README.md" && !snippet.marks.includes("no-run"));
  expect(runnable.length).toBeGreaterThan(0);
});

describe("every ts snippet type-checks", () => {
  const checked = modules.filter(({ snippet }) => snippet.language === "ts");
  let errors: Map<string, string[]>;
  beforeAll(() => {
    errors = typeCheck(checked);
  }, 120_000);

  for (const { snippet, path } of checked) {
    test(`${snippet.page}:${snippet.line}`, () => {
      expect(errors.get(path)).toEqual([]);
    });
  }
});

describe("every snippet runs against bedrock-local", () => {
  useTemporaryFolder();
  beforeAll(async () => {
    const server = await startWithEnvironment();
    muteOutput();
    return () => server.close();
  });
  afterAll(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });

  for (const module of modules.filter(({ snippet }) => !snippet.marks.includes("no-run"))) {
    test(`${module.snippet.page}:${module.snippet.line}`, async () => {
      await expect(runSnippet(module)).resolves.toEqual(expect.anything());
    }, 60_000);
  }
});
