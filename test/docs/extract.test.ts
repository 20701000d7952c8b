import { expect, test } from "vitest";
import { extractSnippets } from "./snippets.ts";

test("a fence gives its language, its marks, its line and the headings above it", () => {
  const page = "# A\n\n## B\n\n### C\n\n## D\n\n```ts no-run prelude\nconst a = 1;\n```\n";
  expect(extractSnippets("page.md", page)).toEqual([
    {
      page: "page.md",
      line: 9,
      headings: ["A", "D"],
      language: "ts",
      marks: ["no-run", "prelude"],
      code: "const a = 1;",
    },
  ]);
});

test("a fence within a list item loses the indentation of the item only", () => {
  const [snippet] = extractSnippets("page.md", "- item\n\n  ```ts\n  if (a) {\n    b();\n\n  }\n  ```\n");
  expect(snippet?.code).toBe("if (a) {\n  b();\n\n}");
});

test("a longer fence holds shorter ones, and a heading within a fence is code", () => {
  const snippets = extractSnippets("page.md", "````md\n# No\n```ts\na\n```\n````\n\n```bash\nls\n```\n");
  expect(snippets.map(({ language, headings, code }) => ({ language, headings, code }))).toEqual([
    { language: "md", headings: [], code: "# No\n```ts\na\n```" },
    { language: "bash", headings: [], code: "ls" },
  ]);
});

test("inline code that begins a line is no fence", () => {
  expect(extractSnippets("page.md", "```ts inline``` and text\n")).toEqual([]);
});
